/* Writes a data set of trajectories, builds its hash tables with progress shown, and asks who is near whom.
 *
 *     trajectories FOLDER
 *
 * FOLDER gets the data set; one that is there from an earlier run is used again. */
#include <groma.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define TRAJECTORIES 1000
#define INTERVAL 20 /* time steps in a shard */
#define SHARDS 3
#define CELL_SIZE 10.0f

/* Trajectory i goes round a circle of its own; every tenth begins with the second shard. */
static void position(int i, int step, float *to) {
    const double angle = 0.05 * step + i;
    to[0] = (float)(i % 40 * 5.0 + 8.0 * cos(angle));
    to[1] = (float)(i / 40 * 8.0 + 8.0 * sin(angle));
    to[2] = (float)(i % 7);
    if (i % 10 == 9 && step < INTERVAL) {
        to[0] = to[1] = to[2] = NAN; /* no sample */
    }
}

static int32_t write_data_set(const char *folder, groma_error *error) {
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    uint64_t *ids = malloc(TRAJECTORIES * sizeof *ids);
    float *positions = malloc(sizeof(float) * 3 * INTERVAL * TRAJECTORIES);
    int32_t status;
    int shard, i, k;

    groma_shard_writer_options_init(&options, sizeof options);
    options.interval = INTERVAL;
    options.dataset_name = groma_str_of("circles");
    status = groma_shard_writer_create(groma_str_of(folder), &options, &writer, error);
    for (shard = 0; status == GROMA_OK && shard < SHARDS; shard++) {
        for (i = 0; i < TRAJECTORIES; i++) {
            ids[i] = (uint64_t)i + 1;
            for (k = 0; k < INTERVAL; k++) {
                position(i, shard * INTERVAL + k, &positions[3 * (i * INTERVAL + k)]);
            }
        }
        status = groma_shard_writer_append(writer, shard * INTERVAL, TRAJECTORIES, ids, positions, error);
    }
    if (status == GROMA_OK) {
        status = groma_shard_writer_finish(writer, error);
    }
    groma_shard_writer_close(writer);
    free(positions);
    free(ids);
    return status;
}

static int32_t build_tables(const char *folder, groma_error *error) {
    groma_build_hash_tables_options options;
    groma_hash_tables_report report;
    groma_job *job = NULL;
    int32_t status;

    groma_build_hash_tables_options_init(&options, sizeof options);
    options.cell_size = CELL_SIZE;
    status = groma_build_hash_tables_from_shards(groma_str_of(folder), &options, &job, error);
    if (status == GROMA_OK) {
        /* The job has threads of its own; a program with a main loop would poll here and go on. */
        while ((status = groma_job_wait(job, 50, error)) == GROMA_TIMEOUT) {
            groma_progress progress;
            progress.struct_size = sizeof progress;
            groma_job_poll(job, &progress, NULL);
            printf("%s: %.0f %%\n", progress.phase, 100.0 * progress.fraction);
        }
    }
    report.struct_size = sizeof report;
    if (status == GROMA_OK) {
        status = groma_job_hash_tables_report(job, &report, error);
    }
    if (status == GROMA_OK) {
        printf("%" PRIu64 " tables of %" PRIu64 " samples\n", report.tables, report.samples);
    }
    groma_job_close(job);
    return status;
}

static void print_answer(const groma_query_view *view) {
    uint64_t i;
    for (i = 0; i < view->id_count; i++) {
        const groma_sample *samples = view->samples + view->sample_offsets[i];
        const uint64_t count = view->sample_offsets[i + 1] - view->sample_offsets[i];
        printf("  trajectory %" PRIu64 ": %" PRIu64 " samples, the first at time step %" PRId32 ", %.2f away\n",
               view->ids[i], count, samples[0].time_step, samples[0].distance);
    }
}

static int32_t ask(const char *folder, groma_error *error) {
    const double centre[3] = {100.0, 100.0, 3.0};
    groma_dataset *dataset = NULL;
    groma_query_result *result = NULL;
    groma_query_view view;
    int32_t status = groma_dataset_open(groma_str_of(folder), NULL, &dataset, error);

    view.struct_size = sizeof view;
    if (status == GROMA_OK) {
        status = groma_query_result_create(&result, error);
    }
    if (status == GROMA_OK) {
        status = groma_query_radius(dataset, CELL_SIZE, 30, centre, 5.0, result, error);
    }
    if (status == GROMA_OK && (status = groma_query_result_get_view(result, &view, error)) == GROMA_OK) {
        printf("within 5 of (100, 100, 3) at time step 30:\n");
        print_answer(&view);
    }
    /* The result is used again; the view of the answer before has ended. */
    if (status == GROMA_OK) {
        status = groma_query_trajectory(dataset, CELL_SIZE, 0, 59, 500, 4.0, result, error);
    }
    if (status == GROMA_OK && (status = groma_query_result_get_view(result, &view, error)) == GROMA_OK) {
        printf("within 4 of trajectory 500 at any time:\n");
        print_answer(&view);
    }
    groma_query_result_close(result);
    groma_dataset_close(dataset);
    return status;
}

int main(int argc, char **argv) {
    groma_dataset *dataset = NULL;
    groma_error error;
    int32_t status;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    status = groma_dataset_open(groma_str_of(argv[1]), NULL, &dataset, &error);
    groma_dataset_close(dataset);
    if (status == GROMA_NOT_FOUND) {
        status = write_data_set(argv[1], &error);
    }
    if (status == GROMA_OK) {
        status = build_tables(argv[1], &error);
    }
    if (status == GROMA_OK) {
        status = ask(argv[1], &error);
    }
    if (status != GROMA_OK) {
        fprintf(stderr, "%s\n", error.message);
    }
    return status == GROMA_OK ? 0 : 1;
}
