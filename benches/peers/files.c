/* What the kernel takes to make many files, in different ways: files WAY FOLDER COUNT BYTES, microseconds of CPU a file. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef WITH_URING
#include <liburing.h>
#endif

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void check(int good, const char *what) {
    if (!good) {
        perror(what);
        exit(1);
    }
}

#ifdef WITH_URING
/* Open, write and close of 32 files in one system call. */
static void by_uring(int folder, int count, const char *bytes, size_t size) {
    static char names[32][32];
    struct io_uring ring;
    check(io_uring_queue_init(128, &ring, 0) == 0, "io_uring_queue_init");
    check(io_uring_register_files_sparse(&ring, 32) == 0, "io_uring_register_files_sparse");
    for (int i = 0; i < count; i += 32) {
        const int some = count - i < 32 ? count - i : 32;
        for (int k = 0; k < some; k++) {
            struct io_uring_sqe *entry = io_uring_get_sqe(&ring);
            snprintf(names[k], sizeof names[k], "%d", i + k);
            io_uring_prep_openat_direct(entry, folder, names[k], O_CREAT | O_EXCL | O_WRONLY, 0644, (unsigned)k);
            entry->flags |= IOSQE_IO_LINK;
            entry = io_uring_get_sqe(&ring);
            io_uring_prep_write(entry, k, bytes, (unsigned)size, 0);
            entry->flags |= IOSQE_FIXED_FILE | IOSQE_IO_LINK;
            io_uring_prep_close_direct(io_uring_get_sqe(&ring), (unsigned)k);
        }
        check(io_uring_submit_and_wait(&ring, (unsigned)(3 * some)) >= 0, "io_uring_submit_and_wait");
        for (int k = 0; k < 3 * some; k++) {
            struct io_uring_cqe *done;
            check(io_uring_wait_cqe(&ring, &done) == 0 && done->res >= 0, "a step of io_uring");
            io_uring_cqe_seen(&ring, done);
        }
    }
}
#endif

static void one(const char *way, int folder, int n, const char *bytes, size_t size) {
    char name[32], other[32];
    const int nameless = !strncmp(way, "nameless", 8);
    int file;
    snprintf(name, sizeof name, "%d", n);
    snprintf(other, sizeof other, ".%d", n);
    if (nameless) {
        file = openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0644);
    } else {
        file = openat(folder, strcmp(way, "rename") ? name : other, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0644);
    }
    check(file >= 0, "open");
    if (strstr(way, "allocated")) {
        check(fallocate(file, 0, 0, (off_t)size) == 0, "fallocate");
    }
    if (!strcmp(way, "mapped")) {
        void *memory;
        check(ftruncate(file, (off_t)size) == 0, "ftruncate");
        memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        check(memory != MAP_FAILED, "mmap");
        memcpy(memory, bytes, size);
        munmap(memory, size);
    } else {
        check(write(file, bytes, size) == (ssize_t)size, "write");
    }
    if (nameless) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        check(linkat(AT_FDCWD, link, folder, name, AT_SYMLINK_FOLLOW) == 0, "linkat");
    }
    close(file);
    if (!strcmp(way, "rename")) {
        check(renameat(folder, other, folder, name) == 0, "rename");
    }
}

static void make(const char *way, const char *path, int count, const char *bytes, size_t size) {
    int folder;
    check(mkdir(path, 0755) == 0, path);
    folder = open(path, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
    check(folder >= 0, path);
#ifdef WITH_URING
    if (!strcmp(way, "io_uring")) {
        by_uring(folder, count, bytes, size);
        return;
    }
#endif
    for (int n = 0; n < count; n++) {
        one(way, folder, n, bytes, size);
    }
    close(folder);
}

int main(int argc, char **argv) {
    const char *way = argc > 4 ? argv[1] : "", *path = argc > 4 ? argv[2] : "";
    const int count = argc > 4 ? atoi(argv[3]) : 0;
    const size_t size = argc > 4 ? (size_t)atol(argv[4]) : 0;
    char *bytes = malloc(size + 1);
    double before;
    check(argc > 4 && bytes != NULL, "files WAY FOLDER COUNT BYTES");
    memset(bytes, 7, size);
    before = cpu_seconds();
    make(way, path, count, bytes, size);
    printf("%.1f\n", 1e6 * (cpu_seconds() - before) / count);
    return 0;
}
