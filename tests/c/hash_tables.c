/* Uses the C ABI as a C99 program does: writes a data set, builds its tables, cancels another build, and walks through
 * every error path. The only argument is an empty folder to work in. */
#include "check.h"

#define TRAJECTORIES 200
#define STEPS 10
#define SHARDS 4

static long file_size(const char *path) {
    long size = -1;
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        if (fseek(file, 0, SEEK_END) == 0) {
            size = ftell(file);
        }
        fclose(file);
    }
    return size;
}

static void versions_and_names(void) {
    groma_str version = groma_version();
    CHECK(version.size == strlen(GROMA_VERSION) && memcmp(version.data, GROMA_VERSION, version.size) == 0);
    CHECK(groma_abi_version() == GROMA_ABI_VERSION);
    CHECK(strcmp(groma_status_name(GROMA_DISK_FULL).data, "disk full") == 0);
    CHECK(strcmp(groma_status_name(12345).data, "unknown status") == 0);
}

struct log_counts {
    int batches;
    int steps;
    int other;
};

static void count_messages(int32_t level, groma_str target, groma_str message, void *user) {
    struct log_counts *counts = user;
    const char *batch = "Processing batch ";
    const char *step = "Timestep ";
    CHECK(target.size >= 5 && memcmp(target.data, "groma", 5) == 0);
    if (level == GROMA_LOG_INFO && message.size > strlen(batch) && memcmp(message.data, batch, strlen(batch)) == 0) {
        counts->batches++;
    } else if (level == GROMA_LOG_DEBUG && message.size > strlen(step) &&
               memcmp(message.data, step, strlen(step)) == 0) {
        counts->steps++;
    } else {
        counts->other++;
    }
}

static void write_data_set(const char *path) {
    static uint64_t ids[TRAJECTORIES];
    static float positions[TRAJECTORIES * STEPS * 3];
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    int shard, i;

    CHECK(groma_shard_writer_options_init(&options, sizeof options) == GROMA_OK);
    EXPECT(GROMA_INVALID_ARGUMENT, "interval", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
    CHECK(writer == NULL);
    options.interval = STEPS;
    options.dataset_name = groma_str_of("from C");
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));

    /* What has nothing to finish yet goes on. */
    EXPECT(GROMA_INVALID_ARGUMENT, "number of shards is 0", groma_shard_writer_finish(writer, &error));
    for (shard = 0; shard < SHARDS; shard++) {
        for (i = 0; i < TRAJECTORIES; i++) {
            int k;
            ids[i] = (uint64_t)i + 1;
            for (k = 0; k < STEPS; k++) {
                float *p = &positions[(i * STEPS + k) * 3];
                p[0] = (float)(i % 20) * 4.0f + (float)k * 0.1f;
                p[1] = (float)(i / 20) * 4.0f;
                p[2] = (float)shard;
            }
        }
        EXPECT(GROMA_OK, "",
               groma_shard_writer_append(writer, shard * STEPS, TRAJECTORIES / 2, ids, positions, &error));
        EXPECT(GROMA_OK, "",
               groma_shard_writer_append(writer, shard * STEPS, TRAJECTORIES / 2, ids + TRAJECTORIES / 2,
                                         positions + TRAJECTORIES / 2 * STEPS * 3, &error));
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "first_step is 35",
           groma_shard_writer_append(writer, 35, TRAJECTORIES, ids, positions, &error));
    /* A refused time step changes nothing: the shard at work goes on. */
    EXPECT(GROMA_INVALID_ARGUMENT, "first_step is 2147483640",
           groma_shard_writer_append(writer, 2147483640, 1, ids, positions, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "first_step is 0",
           groma_shard_writer_append(writer, 0, 1, ids, positions, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "NULL", groma_shard_writer_append(writer, 40, 1, NULL, positions, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "count", groma_shard_writer_append(writer, 40, UINT64_MAX, ids, positions, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "writer is NULL", groma_shard_writer_append(NULL, 40, 1, ids, positions, &error));
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "finished", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);
    groma_shard_writer_close(NULL);
    CHECK(file_size(in_folder("data/dataset-meta.bin")) == 92);
    CHECK(file_size(in_folder("data/dataset-trajmeta.bin")) == 40 * TRAJECTORIES);
    CHECK(file_size(in_folder("data/shard-30.bin")) == 32 + TRAJECTORIES * (16 + 12 * STEPS));
    EXPECT(GROMA_INVALID_ARGUMENT, "shard-0.bin", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
}

static int32_t count_calls(const groma_progress *progress, void *user) {
    CHECK(progress->struct_size == sizeof *progress);
    CHECK(progress->fraction >= 0.0 && progress->fraction <= 1.0);
    ++*(int *)user;
    return 0;
}

static groma_build_hash_tables_options defaults(void) {
    groma_build_hash_tables_options options;
    CHECK(groma_build_hash_tables_options_init(&options, sizeof options) == GROMA_OK);
    CHECK(options.struct_size == sizeof options && options.batch_size == 3 && options.margin == 1.0);
    options.cell_size = 2.0f;
    return options;
}

static void build_tables(const char *path) {
    groma_build_hash_tables_options options = defaults();
    struct log_counts counts = {0, 0, 0};
    groma_hash_tables_report report;
    groma_progress progress;
    groma_job *job = NULL;
    char json[8192];
    size_t size = 0;
    int calls = 0;

    EXPECT(GROMA_OK, "", groma_log_to(count_messages, &counts, GROMA_LOG_DEBUG, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "max_level", groma_log_to(count_messages, &counts, 17, &error));
    options.threads = 1;
    options.on_progress = count_calls;
    options.user = &calls;
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(path), &options, &job, &error));
    for (;;) {
        groma_error error;
        int32_t status = groma_job_wait(job, 1, &error);
        progress.struct_size = sizeof progress;
        EXPECT(GROMA_OK, "", groma_job_poll(job, &progress, &error));
        if (status != GROMA_TIMEOUT) {
            expect_at(GROMA_OK, "", status, &error, __LINE__);
            break;
        }
    }
    CHECK(progress.finished == 1 && progress.fraction == 1.0);
    CHECK(calls > 0);
    EXPECT(GROMA_OK, "", groma_log_to(NULL, NULL, GROMA_LOG_OFF, &error));
    CHECK(counts.batches == 2 && counts.steps == SHARDS * STEPS);

    report.struct_size = sizeof report;
    EXPECT(GROMA_OK, "", groma_job_hash_tables_report(job, &report, &error));
    CHECK(report.tables == SHARDS * STEPS && report.samples == SHARDS * STEPS * TRAJECTORIES);
    CHECK(report.box_min[2] == -1.0 && report.box_max[2] == (double)SHARDS);
    report.struct_size = 3;
    EXPECT(GROMA_INVALID_ARGUMENT, "struct_size", groma_job_hash_tables_report(job, &report, &error));

    EXPECT(GROMA_INVALID_ARGUMENT, "capacity", groma_job_report_json(job, NULL, 0, &size, &error));
    CHECK(size > 100 && size < sizeof json);
    EXPECT(GROMA_OK, "", groma_job_report_json(job, json, sizeof json, &size, &error));
    CHECK(strlen(json) + 1 == size && strstr(json, "\"tables\":40") != NULL);
    groma_job_close(job);
    CHECK(file_size(in_folder("data/spatial_hashing/cellsize_2.000/timestep_00039.bin")) > 64);
}

static int32_t stop_at_once(const groma_progress *progress, void *user) {
    (void)progress;
    (void)user;
    return 1;
}

static int32_t run(const char *path, const groma_build_hash_tables_options *options, groma_error *error) {
    groma_job *job = NULL;
    int32_t status = groma_build_hash_tables_from_shards(groma_str_of(path), options, &job, error);
    if (status == GROMA_OK) {
        status = groma_job_wait(job, -1, error);
        groma_job_close(job);
    } else {
        CHECK(job == NULL);
    }
    return status;
}

static void cancel_builds(const char *path) {
    groma_build_hash_tables_options options = defaults();
    groma_job *job = NULL;

    options.cell_size = 3.0f;
    options.on_progress = stop_at_once;
    EXPECT(GROMA_CANCELLED, "cancelled", run(path, &options, &error));
    CHECK(file_size(in_folder("data/spatial_hashing/cellsize_3.000/groma-index.json")) < 0);

    options.on_progress = NULL;
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(path), &options, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_cancel(job, &error));
    {
        groma_error error;
        int32_t status = groma_job_wait(job, -1, &error);
        /* A build as small as this may be done before it notices. */
        CHECK(status == GROMA_CANCELLED || status == GROMA_OK);
    }
    groma_job_close(job);

    /* Closing a job that runs cancels it. */
    job = NULL;
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(path), &options, &job, &error));
    groma_job_close(job);
    groma_job_close(NULL);

    options.resume = 1;
    EXPECT(GROMA_OK, "", run(path, &options, &error));
    CHECK(file_size(in_folder("data/spatial_hashing/cellsize_3.000/groma-index.json")) > 0);
}

/* What the error paths need: a job that stays inside its callback until told to go on. */
struct gate {
    const char *path;
    int busy_seen;
};

static int32_t try_the_same_folder(const groma_progress *progress, void *user) {
    struct gate *gate = user;
    (void)progress;
    if (!gate->busy_seen) {
        groma_build_hash_tables_options options = defaults();
        options.cell_size = 4.0f;
        gate->busy_seen = 1;
        EXPECT(GROMA_BUSY, "held by another job of this same process", run(gate->path, &options, &error));
    }
    return 0;
}

static void walk_error_paths(const char *path) {
    groma_build_hash_tables_options options = defaults();
    groma_build_hash_tables_options bad;
    struct gate gate = {NULL, 0};
    struct {
        groma_build_hash_tables_options known;
        uint64_t later;
    } newer;
    groma_job *job = NULL;
    groma_str text;
    FILE *file;

    /* Arguments. */
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL",
           groma_build_hash_tables_from_shards(groma_str_of(path), &options, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "options is NULL",
           groma_build_hash_tables_from_shards(groma_str_of(path), NULL, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "folder is empty",
           groma_build_hash_tables_from_shards(groma_str_of(NULL), &options, &job, &error));
    text.data = "a\0b";
    text.size = 3;
    EXPECT(GROMA_INVALID_ARGUMENT, "NUL", groma_build_hash_tables_from_shards(text, &options, &job, &error));
    text = groma_str_of("\xff\xfe");
    EXPECT(GROMA_INVALID_ARGUMENT, "UTF-8", groma_build_hash_tables_from_shards(text, &options, &job, &error));
    text.data = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "NULL", groma_build_hash_tables_from_shards(text, &options, &job, &error));
    CHECK(groma_build_hash_tables_from_shards(text, &options, &job, NULL) == GROMA_INVALID_ARGUMENT);
    CHECK(groma_build_hash_tables_options_init(NULL, sizeof options) == GROMA_INVALID_ARGUMENT);
    CHECK(groma_build_hash_tables_options_init(&bad, 8) == GROMA_INVALID_ARGUMENT);
    bad = options, bad.struct_size = 8;
    EXPECT(GROMA_INVALID_ARGUMENT, "struct_size is 8", run(path, &bad, &error));
    bad = options, bad.struct_size = 4097;
    EXPECT(GROMA_INVALID_ARGUMENT, "struct_size is 4097; accepted: sizeof what options points to", run(path, &bad, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, " to 4096, as its _init function sets it", run(path, &bad, &error));
    bad = options, bad.cell_size = 0.0f;
    EXPECT(GROMA_INVALID_ARGUMENT, "cell_size is 0", run(path, &bad, &error));
    bad = options, bad.margin = -1.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "margin is -1", run(path, &bad, &error));
    bad = options, bad.use_box = 1, bad.box_min[1] = 2.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "box is 2 to 0 on axis y", run(path, &bad, &error));
    bad = options, bad.use_box = 1;
    EXPECT(GROMA_INVALID_ARGUMENT, "box is a point", run(path, &bad, &error));
    bad = options, bad.on_bad_shard = 2;
    EXPECT(GROMA_INVALID_ARGUMENT, "on_bad_shard is 2", run(path, &bad, &error));
    bad = options, bad.wide_ids = -1;
    EXPECT(GROMA_INVALID_ARGUMENT, "wide_ids is -1", run(path, &bad, &error));
    bad = options, bad.batch_size = 0;
    EXPECT(GROMA_INVALID_ARGUMENT, "batch_size is 0", run(path, &bad, &error));
    bad = options, bad.threads = 5000;
    EXPECT(GROMA_INVALID_ARGUMENT, "threads is 5000", run(path, &bad, &error));
    bad = options, bad.first_step = 50, bad.last_step = 60;
    EXPECT(GROMA_INVALID_ARGUMENT, "0 to 39", run(path, &bad, &error));
    bad = options, bad.memory_limit = 1000;
    EXPECT(GROMA_MEMORY_LIMIT, "bytes are needed (memory_limit", run(path, &bad, &error));

    /* A struct from a newer header: fine as long as what this version does not know is zero. */
    CHECK(groma_build_hash_tables_options_init(&newer.known, sizeof newer) == GROMA_OK);
    CHECK(newer.known.struct_size == sizeof newer && newer.later == 0);
    newer.known.cell_size = 2.0f;
    EXPECT(GROMA_OK, "", run(path, &newer.known, &error));
    newer.later = 1;
    EXPECT(GROMA_UNSUPPORTED, "does not know", run(path, &newer.known, &error));

    /* Data. */
    EXPECT(GROMA_NOT_FOUND, "no such folder", run(in_folder("nowhere"), &options, &error));
    EXPECT(GROMA_NOT_FOUND, "no shard", run(folder, &options, &error));
    gate.path = path;
    bad = options, bad.cell_size = 4.0f, bad.on_progress = try_the_same_folder, bad.user = &gate;
    EXPECT(GROMA_OK, "", run(path, &bad, &error));
    CHECK(gate.busy_seen);

    file = fopen(in_folder("data/shard-40.bin"), "wb");
    CHECK(file != NULL && fwrite("TDDB but no more", 1, 16, file) == 16 && fclose(file) == 0);
    EXPECT(GROMA_BAD_FORMAT, "shard-40.bin", run(path, &options, &error));
    bad = options, bad.on_bad_shard = GROMA_BAD_SHARD_SKIP;
    EXPECT(GROMA_OK, "", run(path, &bad, &error));
    CHECK(remove(in_folder("data/shard-40.bin")) == 0);

    /* Handles. */
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL", groma_job_wait(NULL, 0, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL", groma_job_poll(NULL, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL", groma_job_cancel(NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL", groma_job_hash_tables_report(NULL, NULL, &error));
    EXPECT(GROMA_OK, "", groma_build_hash_tables_from_shards(groma_str_of(path), &options, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "progress is NULL", groma_job_poll(job, NULL, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, 0, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "report is NULL", groma_job_hash_tables_report(job, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "size is NULL", groma_job_report_json(job, NULL, 0, NULL, &error));
    groma_job_close(job);
}

int main(int argc, char **argv) {
    const char *path;
    if (argc != 2) {
        fprintf(stderr, "usage: %s EMPTY-FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    path = in_folder("data");
    {
        static char kept[1200];
        snprintf(kept, sizeof kept, "%s", path);
        path = kept;
    }
    versions_and_names();
    write_data_set(path);
    build_tables(path);
    cancel_builds(path);
    walk_error_paths(path);
    printf("%d failures\n", failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
