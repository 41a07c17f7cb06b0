/* Handles and callbacks as no program should use them: handles closed twice and from several threads at once, callbacks that
 * cancel, dawdle, and close their own job, jobs closed in every state, a fork. The only argument is an empty folder. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define THREADS 8

static void pause_ms(long ms) {
    struct timespec time;
    time.tv_sec = ms / 1000;
    time.tv_nsec = ms % 1000 * 1000000;
    nanosleep(&time, NULL);
}

static void write_data_set(void) {
    enum { COUNT = 1000, STEPS = 20, SHARDS = 6 };
    static float places[COUNT * STEPS * 3];
    static uint64_t ids[COUNT];
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    int shard, i;
    for (i = 0; i < COUNT * STEPS * 3; i++) {
        places[i] = (float)(i * 7919 % 10007) * 0.1f;
    }
    for (i = 0; i < COUNT; i++) {
        ids[i] = (uint64_t)i;
    }
    groma_shard_writer_options_init(&options, sizeof options);
    options.interval = STEPS;
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(in_folder("data")), &options, &writer, &error));
    for (shard = 0; shard < SHARDS; shard++) {
        EXPECT(GROMA_OK, "", groma_shard_writer_append(writer, shard * STEPS, COUNT, ids, places, &error));
    }
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);
}

static groma_job *start(groma_progress_fn on_progress, void *user) {
    groma_build_hash_tables_options options;
    groma_job *job = NULL;
    groma_build_hash_tables_options_init(&options, sizeof options);
    options.cell_size = 5.0f;
    options.threads = 2;
    options.batch_size = 1;
    options.on_progress = on_progress;
    options.user = user;
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(in_folder("data")), &options, &job, &error));
    return job;
}

static int errors_logged = 0;

static void count_errors(int32_t level, groma_str target, groma_str message, void *user) {
    (void)target, (void)message, (void)user;
    errors_logged += level == GROMA_LOG_ERROR;
}

static void closed_handles(void) {
    groma_query_result *result = NULL, *next = NULL;
    groma_dataset *dataset = NULL;
    groma_query_view view;
    const double centre[3] = {0, 0, 0};
    int here = 0;
    view.struct_size = sizeof view;
    CHECK(groma_open_handles() == 0);
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(in_folder("data")), NULL, &dataset, &error));
    CHECK(groma_open_handles() == 2);
    groma_query_result_close(result);
    EXPECT(GROMA_OK, "", groma_query_result_create(&next, &error));
    CHECK(next != result);

    EXPECT(GROMA_OK, "", groma_log_to(count_errors, NULL, GROMA_LOG_ERROR, &error));
    groma_query_result_close(result);
    groma_query_result_close((groma_query_result *)(void *)dataset);
    groma_dataset_close((groma_dataset *)(void *)&here);
    CHECK(errors_logged == 3);
    EXPECT(GROMA_OK, "", groma_log_to(NULL, NULL, GROMA_LOG_OFF, &error));

    EXPECT(GROMA_INVALID_ARGUMENT, "closed before", groma_query_result_get_view(result, &view, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "result is a handle that was closed",
           groma_query_radius(dataset, 5.0f, 0, centre, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "of another kind",
           groma_query_result_get_view((const groma_query_result *)(const void *)dataset, &view, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(next, &view, &error));
    groma_query_result_close(next);
    groma_dataset_close(dataset);
    CHECK(groma_open_handles() == 0);
}

struct behaviour {
    groma_job **job;
    const char *phase;
    int calls;
    int in_phase;
};

static int32_t cancels(const groma_progress *progress, void *user) {
    (void)progress;
    __atomic_add_fetch((int *)user, 1, __ATOMIC_RELAXED);
    return 1;
}

static int32_t dawdles(const groma_progress *progress, void *user) {
    (void)progress, (void)user;
    pause_ms(30);
    return 0;
}

/* What a callback may do with its own job. */
static int32_t calls_back(const groma_progress *progress, void *user) {
    struct behaviour *its = user;
    groma_progress seen;
    if (__atomic_load_n(its->job, __ATOMIC_ACQUIRE) != NULL && __atomic_fetch_add(&its->calls, 1, __ATOMIC_RELAXED) == 0) {
        groma_job *job = __atomic_load_n(its->job, __ATOMIC_ACQUIRE);
        seen.struct_size = sizeof seen;
        EXPECT(GROMA_OK, "", groma_job_poll(job, &seen, &error));
        CHECK(strcmp(seen.phase, progress->phase) == 0);
        EXPECT(GROMA_TIMEOUT, "", groma_job_wait(job, 0, &error));
        EXPECT(GROMA_INVALID_ARGUMENT, "own callback", groma_job_wait(job, -1, &error));
        EXPECT(GROMA_INVALID_ARGUMENT, "own callback", groma_job_wait(job, 5, &error));
        EXPECT(GROMA_OK, "", groma_job_cancel(job, &error));
    }
    return 0;
}

static int32_t closes(const groma_progress *progress, void *user) {
    struct behaviour *its = user;
    groma_job *job = __atomic_load_n(its->job, __ATOMIC_ACQUIRE);
    (void)progress;
    if (job != NULL) {
        CHECK(__atomic_add_fetch(&its->calls, 1, __ATOMIC_ACQ_REL) == 1);
        groma_job_close(job);
        EXPECT(GROMA_INVALID_ARGUMENT, "closed before", groma_job_cancel(job, &error));
        __atomic_store_n(&its->in_phase, 1, __ATOMIC_RELEASE);
    }
    return 0;
}

static void callbacks(void) {
    groma_job *job = NULL, *stored = NULL;
    struct behaviour its = {&stored, NULL, 0, 0};
    int calls = 0, waited;

    job = start(cancels, &calls);
    EXPECT(GROMA_CANCELLED, "cancelled", groma_job_wait(job, -1, &error));
    CHECK(__atomic_load_n(&calls, __ATOMIC_RELAXED) > 0);
    groma_job_close(job);

    job = start(dawdles, NULL);
    EXPECT(GROMA_TIMEOUT, "", groma_job_wait(job, 1, &error));
    EXPECT(GROMA_OK, "", groma_job_cancel(job, &error));
    EXPECT(GROMA_CANCELLED, "cancelled", groma_job_wait(job, -1, &error));
    groma_job_close(job);

    job = start(calls_back, &its);
    __atomic_store_n(&stored, job, __ATOMIC_RELEASE);
    {
        groma_error error;
        int32_t status = groma_job_wait(job, -1, &error);
        CHECK(__atomic_load_n(&its.calls, __ATOMIC_RELAXED) > 0 ? status == GROMA_CANCELLED || status == GROMA_OK : status == GROMA_OK);
    }
    groma_job_close(job);

    __atomic_store_n(&stored, NULL, __ATOMIC_RELEASE);
    __atomic_store_n(&its.calls, 0, __ATOMIC_RELAXED);
    job = start(closes, &its);
    __atomic_store_n(&stored, job, __ATOMIC_RELEASE);
    for (waited = 0; waited < 10000 && !__atomic_load_n(&its.in_phase, __ATOMIC_ACQUIRE); waited++) {
        groma_error error;
        if (groma_job_wait(job, 0, &error) == GROMA_OK) {
            break;
        }
        pause_ms(1);
    }
    /* Done before it was stored, or closed by its callback: then this is the second time. */
    groma_job_close(job);
    CHECK(groma_open_handles() == 0);
}

static int32_t waits_in_phase(const groma_progress *progress, void *user) {
    struct behaviour *its = user;
    if (strcmp(progress->phase, its->phase) == 0) {
        __atomic_store_n(&its->in_phase, 1, __ATOMIC_RELEASE);
        pause_ms(20);
    }
    return 0;
}

static void jobs_closed_in_every_state(void) {
    static const char *const phases[] = {"scan", "build"};
    groma_job *none = NULL;
    size_t n;
    int i;
    for (i = 0; i < 10; i++) {
        groma_job_close(start(NULL, NULL)); /* just started */
    }
    for (n = 0; n < 2; n++) {
        struct behaviour its = {&none, NULL, 0, 0};
        groma_job *job;
        its.phase = phases[n];
        job = start(waits_in_phase, &its);
        while (!__atomic_load_n(&its.in_phase, __ATOMIC_ACQUIRE)) {
            pause_ms(1);
        }
        groma_job_close(job);
    }
    {
        groma_job *job = start(NULL, NULL);
        EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
        groma_job_close(job); /* finished */
        job = start(NULL, NULL);
        EXPECT(GROMA_OK, "", groma_job_cancel(job, &error));
        groma_job_close(job); /* cancelled, perhaps at work */
    }
    {
        groma_merge_options options;
        groma_job *job = NULL;
        groma_merge_options_init(&options, sizeof options);
        EXPECT(GROMA_OK, "",
               groma_mesh_store_merge(groma_str_of(in_folder("none")), groma_str_of(in_folder("none.ply")), &options, &job,
                                      &error));
        EXPECT(GROMA_NOT_FOUND, "none", groma_job_wait(job, -1, &error));
        groma_job_close(job); /* failed */
    }
    CHECK(groma_open_handles() == 0);
}

/* Two jobs want the same folder: the second is told who has it. */
static void two_jobs_on_one_folder(void) {
    groma_job *none = NULL, *first, *second;
    struct behaviour its = {&none, "build", 0, 0};
    first = start(waits_in_phase, &its);
    while (!__atomic_load_n(&its.in_phase, __ATOMIC_ACQUIRE)) {
        pause_ms(1);
    }
    second = start(NULL, NULL);
    {
        groma_error error;
        int32_t status = groma_job_wait(second, -1, &error);
        char owner[64];
        snprintf(owner, sizeof owner, "process %ld", (long)getpid());
        CHECK(status == GROMA_OK || (status == GROMA_BUSY && strstr(error.message, owner) != NULL));
    }
    groma_job_close(second);
    EXPECT(GROMA_OK, "", groma_job_wait(first, -1, &error));
    groma_job_close(first);
}

static void *waits(void *job) {
    groma_error error;
    int32_t status = groma_job_wait(job, -1, &error);
    CHECK(status == GROMA_CANCELLED || status == GROMA_OK || status == GROMA_INVALID_ARGUMENT);
    return NULL;
}

static void *polls_and_closes(void *job) {
    groma_progress progress;
    int i;
    progress.struct_size = sizeof progress;
    for (i = 0; i < 100; i++) {
        int32_t status = groma_job_poll(job, &progress, NULL);
        CHECK(status == GROMA_OK || status == GROMA_INVALID_ARGUMENT);
    }
    groma_job_close(job);
    return NULL;
}

static void many_threads(void) {
    int round, i;
    for (round = 0; round < 5; round++) {
        pthread_t threads[THREADS];
        groma_job *job = start(NULL, NULL);
        for (i = 0; i < THREADS; i++) {
            CHECK(pthread_create(&threads[i], NULL, i % 2 == 0 ? waits : polls_and_closes, job) == 0);
        }
        for (i = 0; i < THREADS; i++) {
            CHECK(pthread_join(threads[i], NULL) == 0);
        }
        CHECK(groma_open_handles() == 0);
    }
}

/* What a child may do: its parent's handles are refused, it can open its own, and nothing hangs. */
static int child(groma_job *job, groma_dataset *dataset) {
    groma_progress progress;
    groma_dataset_info info;
    groma_dataset *own = NULL;
    groma_query_result *result = NULL;
    const double centre[3] = {0, 0, 0};
    failures = 0;
    progress.struct_size = sizeof progress;
    info.struct_size = sizeof info;
    CHECK(groma_open_handles() == 0);
    EXPECT(GROMA_INVALID_ARGUMENT, "process that forked", groma_job_wait(job, -1, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "process that forked", groma_job_poll(job, &progress, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "process that forked", groma_dataset_get_info(dataset, &info, &error));
    groma_job_close(job);
    groma_dataset_close(dataset);
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(in_folder("data")), NULL, &own, &error));
    CHECK(own != dataset);
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(own, 7.0f, 0, centre, 50.0, result, &error));
    CHECK(groma_open_handles() == 2);
    groma_query_result_close(result);
    groma_dataset_close(own);
    fflush(stdout);
    return failures == 0 ? 0 : 1;
}

static void forked(void) {
    groma_job *none = NULL, *job;
    groma_dataset *dataset = NULL;
    struct behaviour its = {&none, "build", 0, 0};
    int status = 0, waited;
    pid_t pid;
    groma_build_hash_tables_options options;
    groma_build_hash_tables_options_init(&options, sizeof options);
    options.cell_size = 7.0f;
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(in_folder("data")), &options, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    groma_job_close(job);
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(in_folder("data")), NULL, &dataset, &error));
    /* The job's callback sleeps meanwhile: no lock of the allocator is held by a thread that the child does not have. */
    job = start(waits_in_phase, &its);
    while (!__atomic_load_n(&its.in_phase, __ATOMIC_ACQUIRE)) {
        pause_ms(1);
    }
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        _exit(child(job, dataset));
    }
    for (waited = 0; waited < 60000 && waitpid(pid, &status, WNOHANG) == 0; waited++) {
        pause_ms(1);
    }
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    groma_job_close(job);
    groma_dataset_close(dataset);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        return 2;
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    write_data_set();
    closed_handles();
    callbacks();
    jobs_closed_in_every_state();
    two_jobs_on_one_folder();
    many_threads();
    /* Sanitizers and valgrind have no use for a fork. */
    if (argc == 2) {
        forked();
    }
    CHECK(groma_open_handles() == 0);
    return failures == 0 ? 0 : 1;
}
