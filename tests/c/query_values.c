/* Queries as values, of every kind, at once and in the background, in periodic space and not; lists of what a data set
 * has; a build that waits; a data set that is written over. The only argument is an empty folder to work in. */
#include "check.h"

#include <math.h>

#define CELL 2.0f
#define EXTENT 10.0

/* One trajectory on each side of the border of a box of 10, and one in the middle. */
static const float places[3][3] = {{0.25f, 5.0f, 5.0f}, {9.75f, 5.0f, 5.0f}, {5.0f, 5.0f, 5.0f}};

static void make_data_set(const char *path, int periodic) {
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    uint64_t id;
    CHECK(groma_shard_writer_options_init(&options, sizeof options) == GROMA_OK);
    options.interval = 1;
    if (periodic) {
        options.periodic_extent[0] = EXTENT;
        EXPECT(GROMA_INVALID_ARGUMENT, "folder",
               groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
        options.overwrite = 1;
    }
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
    for (id = 1; id <= 3; id++) {
        EXPECT(GROMA_OK, "", groma_shard_writer_append(writer, 0, 1, &id, places[id - 1], &error));
    }
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);
}

static void build_and_wait(const char *path) {
    groma_build_hash_tables_options options;
    groma_hash_tables_report report;
    CHECK(groma_build_hash_tables_options_init(&options, sizeof options) == GROMA_OK);
    report.struct_size = sizeof report;
    EXPECT(GROMA_INVALID_ARGUMENT, "cell_size",
           groma_build_hash_tables(groma_str_of(path), &options, &report, &error));
    options.cell_size = CELL;
    EXPECT(GROMA_NOT_FOUND, "no such folder",
           groma_build_hash_tables(groma_str_of(in_folder("nowhere")), &options, NULL, &error));
    EXPECT(GROMA_OK, "", groma_build_hash_tables(groma_str_of(path), &options, &report, &error));
    CHECK(report.tables == 1 && report.samples == 3);
}

/* Asks at once and in the background, and compares both. */
static groma_query_view answer(const groma_dataset *dataset, const groma_query *query, groma_query_result *result) {
    groma_query_view now, later;
    groma_job *job = NULL;
    now.struct_size = later.struct_size = sizeof now;
    EXPECT(GROMA_OK, "", groma_dataset_query(dataset, query, result, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &now, &error));
    EXPECT(GROMA_OK, "", groma_dataset_query_async(dataset, query, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    EXPECT(GROMA_OK, "", groma_job_query_view(job, &later, &error));
    CHECK(now.query_count == later.query_count && now.id_count == later.id_count);
    CHECK(memcmp(now.ids, later.ids, now.id_count * sizeof *now.ids) == 0);
    CHECK(memcmp(now.samples, later.samples, now.sample_count * sizeof *now.samples) == 0);
    CHECK((now.images == NULL) == (later.images == NULL));
    groma_job_close(job);
    return now;
}

static void ask_every_kind(const groma_dataset *dataset) {
    const double points[2][3] = {{0.25, 5.0, 5.0}, {5.0, 5.0, 5.0}};
    const int32_t steps[2] = {0, 0};
    const uint64_t ids[2] = {1, 3};
    groma_query_result *result = NULL;
    groma_query_view view;
    groma_query query;
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    CHECK(groma_query_init(&query, sizeof query) == GROMA_OK);
    query.cell_size = CELL;
    query.points = points[0];
    query.point_count = 2;
    query.radius = 1.0;
    view = answer(dataset, &query, result);
    CHECK(view.query_count == 2 && view.id_count == 2 && view.ids[0] == 1 && view.ids[1] == 3);
    CHECK(view.images == NULL);

    query.periodicity = GROMA_PERIODIC_EXTENT;
    query.periodic_extent[0] = EXTENT;
    view = answer(dataset, &query, result);
    CHECK(view.id_count == 3 && view.ids[1] == 2 && view.samples[1].distance == 0.5);
    CHECK(view.images != NULL && view.images[0] == 0 && view.images[1] == 0xff);
    CHECK(view.samples[1].position[0] == 9.75f);
    query.unwrapped = 1;
    view = answer(dataset, &query, result);
    CHECK(view.samples[1].position[0] == -0.25f);

    query.kind = GROMA_QUERY_DUAL_RADIUS;
    query.inner_radius = 0.1;
    view = answer(dataset, &query, result);
    CHECK(view.query_count == 4 && view.query_offsets[1] == 1 && view.query_offsets[2] == 3);

    query.kind = GROMA_QUERY_NEAREST;
    query.nearest_count = 2;
    view = answer(dataset, &query, result);
    CHECK(view.query_count == 2 && view.id_count == 4 && view.ids[0] == 1 && view.ids[1] == 2 && view.ids[2] == 3);

    query.kind = GROMA_QUERY_TRAJECTORY;
    query.ids = ids;
    query.id_count = 2;
    view = answer(dataset, &query, result);
    CHECK(view.query_count == 2 && view.id_count == 1 && view.ids[0] == 2);

    query.kind = GROMA_QUERY_PATH;
    query.path_steps = steps;
    query.use_leave_out = 1;
    query.leave_out = 3;
    view = answer(dataset, &query, result);
    CHECK(view.query_count == 1 && view.id_count == 2 && view.ids[0] == 1 && view.ids[1] == 2);

    query.kind = 5;
    EXPECT(GROMA_INVALID_ARGUMENT, "kind is 5", groma_dataset_query(dataset, &query, result, &error));
    query.kind = GROMA_QUERY_RADIUS;
    query.periodicity = 3;
    EXPECT(GROMA_INVALID_ARGUMENT, "periodicity", groma_dataset_query(dataset, &query, result, &error));
    query.periodicity = GROMA_PERIODIC_EXTENT;
    query.periodic_extent[1] = -1.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "periodic_extent", groma_dataset_query(dataset, &query, result, &error));
    query.points = NULL;
    query.periodic_extent[1] = 0.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "points", groma_dataset_query(dataset, &query, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "query is NULL", groma_dataset_query(dataset, NULL, result, &error));
    groma_query_result_close(result);
}

/* An error in the background names the parameter as the header does. */
static void refuse_in_the_background(const groma_dataset *dataset) {
    const double points[2][3] = {{0.25, 5.0, 5.0}, {0.25, 5.0, 5.0}};
    const int32_t steps[2] = {1, 0};
    groma_query query;
    groma_job *job = NULL;
    groma_query_init(&query, sizeof query);
    query.cell_size = CELL;
    query.kind = GROMA_QUERY_PATH;
    query.points = points[0];
    query.path_steps = steps;
    query.point_count = 2;
    query.radius = 1.0;
    EXPECT(GROMA_OK, "", groma_dataset_query_async(dataset, &query, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "path_steps is", groma_job_wait(job, -1, &error));
    groma_job_close(job);
}

/* Every named kind in the background. */
static void ask_named_kinds(const groma_dataset *dataset) {
    const double points[2][3] = {{0.25, 5.0, 5.0}, {5.0, 5.0, 5.0}};
    const int32_t steps[1] = {0};
    const uint64_t found[4] = {1, 2, 4, 2};
    groma_query_result *result = NULL;
    groma_job *jobs[4] = {NULL, NULL, NULL, NULL};
    groma_query_view view;
    int i;
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_query_path_async(dataset, CELL, 1, steps, points[0], 1.0, &jobs[0], &error));
    EXPECT(GROMA_OK, "", groma_query_nearest_async(dataset, CELL, 0, points[0], 2, &jobs[1], &error));
    EXPECT(GROMA_OK, "", groma_query_nearest_batch_async(dataset, CELL, 0, 2, points[0], 2, &jobs[2], &error));
    EXPECT(GROMA_OK, "", groma_query_radius_batch_async(dataset, CELL, 0, 2, points[0], 1.0, &jobs[3], &error));
    for (i = 0; i < 4; i++) {
        EXPECT(GROMA_OK, "", groma_job_wait(jobs[i], -1, &error));
        EXPECT(GROMA_OK, "", groma_job_query_view(jobs[i], &view, &error));
        CHECK(view.id_count == found[i]);
        groma_job_close(jobs[i]);
    }
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "", groma_query_nearest_batch(dataset, CELL, 0, 2, points[0], 1, result, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &view, &error));
    CHECK(view.query_count == 2 && view.id_count == 2 && view.ids[0] == 1 && view.ids[1] == 3);
    groma_query_result_close(result);
}

/* What holds for all queries of a data set: by a call, and by its manifest. */
static void ask_across_the_border(const groma_dataset *dataset, int periodic) {
    const double centre[3] = {0.25, 5.0, 5.0}, extent[3] = {0.0, 0.0, 3.0}, none[3] = {0.0, 0.0, 0.0}, wrong[3] = {1.0, -1.0, 0.0};
    groma_query_result *result = NULL;
    groma_dataset_info info;
    groma_query_view view;
    info.struct_size = sizeof info;
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 0, centre, 1.0, result, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &view, &error));
    CHECK(view.id_count == (periodic ? 2 : 1));
    EXPECT(GROMA_OK, "", groma_dataset_get_info(dataset, &info, &error));
    CHECK(info.periodic_extent[0] == (periodic ? EXTENT : 0.0));
    EXPECT(GROMA_INVALID_ARGUMENT, "extent", groma_dataset_set_periodic(dataset, wrong, NULL, &error));
    EXPECT(GROMA_OK, "", groma_dataset_set_periodic(dataset, none, NULL, &error));
    EXPECT(GROMA_OK, "", groma_dataset_get_info(dataset, &info, &error));
    CHECK(info.periodic_extent[0] == 0.0);
    EXPECT(GROMA_OK, "", groma_dataset_set_periodic(dataset, extent, centre, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 0, centre, 3.0, result, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &view, &error));
    CHECK(view.id_count == 1 && view.sample_count == 3 && view.images[0] == 0xff0000 && view.images[2] == 0x010000);
    EXPECT(GROMA_OK, "", groma_dataset_get_info(dataset, &info, &error));
    CHECK(info.periodic_extent[2] == 3.0 && info.periodic_origin[0] == 0.25);
    EXPECT(GROMA_OK, "", groma_dataset_set_periodic(dataset, NULL, NULL, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 0, centre, 3.0, result, &error));
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &view, &error));
    CHECK(view.sample_count == 1 && view.images == NULL);
    groma_query_result_close(result);
}

static void look_at_lists_and_memory(const groma_dataset *dataset) {
    groma_memory_stats stats;
    float sizes[2] = {0.0f, 0.0f};
    int32_t steps[2] = {-1, -1};
    size_t count = 0;
    EXPECT(GROMA_OK, "", groma_dataset_cell_sizes(dataset, NULL, 0, &count, &error));
    CHECK(count == 1);
    EXPECT(GROMA_OK, "", groma_dataset_cell_sizes(dataset, sizes, 2, &count, &error));
    CHECK(count == 1 && sizes[0] == CELL && sizes[1] == 0.0f);
    EXPECT(GROMA_OK, "", groma_dataset_table_steps(dataset, CELL, steps, 2, &count, &error));
    CHECK(count == 1 && steps[0] == 0);
    stats.struct_size = sizeof stats;
    EXPECT(GROMA_OK, "", groma_dataset_get_memory_stats(dataset, &stats, &error));
    CHECK(stats.cached_steps == 1 && stats.cached_bytes > 0 && stats.cached_bytes < 1000);
}

int main(int argc, char **argv) {
    groma_dataset *dataset = NULL;
    char path[1200];
    if (argc != 2) {
        fprintf(stderr, "usage: %s EMPTY-FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    snprintf(path, sizeof path, "%s", in_folder("data"));
    make_data_set(path, 0);
    build_and_wait(path);
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    ask_across_the_border(dataset, 0);
    ask_every_kind(dataset);
    refuse_in_the_background(dataset);
    ask_named_kinds(dataset);
    look_at_lists_and_memory(dataset);
    groma_dataset_close(dataset);

    make_data_set(path, 1);
    build_and_wait(path);
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    ask_across_the_border(dataset, 1);
    groma_dataset_close(dataset);
    printf("%d failures\n", failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
