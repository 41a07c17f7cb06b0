/* A mount of a folder, as a process sees it that this is loaded into before the system's library: one that shows what
 * others have written late, or nothing but reads.
 *
 *   MOUNT        the folder
 *   LATE         files in it that are not seen yet, with a colon after each
 *   LATE_MS      how long what others have written is not seen
 *   OLD          a folder with what late files held before, as far as there was anything
 *   READ_ONLY    nothing can be written
 *
 * What the process has written itself it sees at once. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *own[4096];
static int owned;

static int is_within(const char *path) {
    const char *folder = getenv("MOUNT");
    size_t length = folder ? strlen(folder) : 0;
    return length && !strncmp(path, folder, length) && path[length] == '/';
}

static int is_read_only(const char *path) { return getenv("READ_ONLY") && is_within(path); }

static int is_own(const char *path) {
    int found = 0;
    pthread_mutex_lock(&lock);
    for (int n = 0; n < owned && !found; n++) found = !strcmp(own[n], path);
    pthread_mutex_unlock(&lock);
    return found;
}

static void take(const char *path) {
    if (!is_within(path) || is_own(path)) return;
    pthread_mutex_lock(&lock);
    if (owned == 4096) abort();
    own[owned++] = strdup(path);
    pthread_mutex_unlock(&lock);
}

static int is_late(const char *path) {
    if (!is_within(path) || is_own(path)) return 0;
    const char *late = getenv("LATE"), *delay = getenv("LATE_MS");
    size_t length = strlen(path);
    for (const char *at = late; at && (at = strstr(at, path)); at++)
        if ((at == late || at[-1] == ':') && at[length] == ':') return 1;
    struct stat there;
    if (!delay || syscall(SYS_newfstatat, AT_FDCWD, path, &there, AT_SYMLINK_NOFOLLOW)) return 0;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    double age = now.tv_sec - there.st_ctim.tv_sec + (now.tv_nsec - there.st_ctim.tv_nsec) / 1e9;
    return S_ISREG(there.st_mode) && age < atof(delay) / 1000;
}

/* What is seen in the place of a path: itself, what was there before, or nothing. */
static const char *seen(const char *path, char *old) {
    /* Without this folder files get their names in a way that can be followed here. */
    if (!strcmp(path, "/proc/self/fd")) return NULL;
    if (!is_late(path)) return path;
    if (!getenv("OLD")) return NULL;
    snprintf(old, PATH_MAX, "%s%s", getenv("OLD"), path + strlen(getenv("MOUNT")));
    return old;
}

#define LOOK(path) \
    char old[PATH_MAX]; \
    if (!(path = seen(path, old))) { \
        errno = ENOENT; \
        return -1; \
    }

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = va_arg(more, mode_t);
    va_end(more);
    int writes = flags & (O_CREAT | O_WRONLY | O_RDWR);
    if (writes && is_read_only(path)) {
        errno = EROFS;
        return -1;
    }
    /* Whoever opens to write asks the server. */
    if (writes) take(path);
    LOOK(path)
    return REAL(open64)(path, flags, mode);
}

int statx(int at, const char *path, int flags, unsigned mask, struct statx *found) {
    if (*path) {
        LOOK(path)
        return REAL(statx)(at, path, flags, mask, found);
    }
    return REAL(statx)(at, path, flags, mask, found);
}

struct dirent64 *readdir64(DIR *folder) {
    char link[64], path[2 * PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", dirfd(folder));
    ssize_t length = syscall(SYS_readlink, link, path, PATH_MAX);
    struct dirent64 *entry;
    while ((entry = REAL(readdir64)(folder)) && length > 0) {
        snprintf(path + length, PATH_MAX, "/%s", entry->d_name);
        if (!is_late(path)) break;
    }
    return entry;
}

#define REFUSE(path) \
    if (is_read_only(path)) { \
        errno = EROFS; \
        return -1; \
    }

int rename(const char *from, const char *to) {
    REFUSE(to)
    take(to);
    return REAL(rename)(from, to);
}

int unlink(const char *path) {
    REFUSE(path)
    return REAL(unlink)(path);
}

int rmdir(const char *path) {
    REFUSE(path)
    return REAL(rmdir)(path);
}

int mkdir(const char *path, mode_t mode) {
    struct stat there;
    if (is_read_only(path) && !syscall(SYS_newfstatat, AT_FDCWD, path, &there, 0)) {
        errno = EEXIST;
        return -1;
    }
    REFUSE(path)
    return REAL(mkdir)(path, mode);
}
