/* Asks a data set through the C ABI: every query against a loop over all positions, from several threads, and every error
 * path. The only argument is an empty folder to work in. */
#include "check.h"

#include <math.h>
#include <pthread.h>

#define TRAJECTORIES 300
#define STEPS 8
#define SHARDS 2
#define ALL_STEPS (STEPS * SHARDS)
#define CELL 5.0f

static float positions[TRAJECTORIES][ALL_STEPS][3];

static uint64_t id_of(int trajectory) {
    return (uint64_t)trajectory * 7 + 3;
}

static double random_unit(void) {
    static uint32_t state = 12345;
    state = state * 1664525u + 1013904223u;
    return (state >> 8) / 16777216.0;
}

static void make_data_set(const char *path) {
    groma_shard_writer_options options;
    groma_shard_writer *writer = NULL;
    int shard, i, k;
    for (i = 0; i < TRAJECTORIES; i++) {
        float at[3];
        for (k = 0; k < 3; k++) {
            at[k] = (float)(random_unit() * 40.0 - 20.0);
        }
        for (k = 0; k < ALL_STEPS; k++) {
            int axis;
            for (axis = 0; axis < 3; axis++) {
                at[axis] += (float)(random_unit() - 0.5);
                positions[i][k][axis] = (i % 5 == 0 && k % 4 == 1) ? NAN : at[axis];
            }
        }
    }
    CHECK(groma_shard_writer_options_init(&options, sizeof options) == GROMA_OK);
    options.interval = STEPS;
    options.coordinate_origin[1] = (double)NAN;
    EXPECT(GROMA_INVALID_ARGUMENT, "coordinate_origin is NaN",
           groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
    options.coordinate_origin[1] = -2.0;
    options.coordinate_origin[2] = 300000.25;
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
    for (shard = 0; shard < SHARDS; shard++) {
        for (i = 0; i < TRAJECTORIES; i++) {
            uint64_t id = id_of(i);
            EXPECT(GROMA_OK, "",
                   groma_shard_writer_append(writer, shard * STEPS, 1, &id, positions[i][shard * STEPS], &error));
        }
    }
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);
}

static double distance(const float *position, const double *centre) {
    double x = position[0] - centre[0], y = position[1] - centre[1], z = position[2] - centre[2];
    return sqrt(x * x + y * y + z * z);
}

/* Checks one query of a view against a loop over everything. */
static void compare(const groma_query_view *view, uint64_t query, int first, int last, const double *centre,
                    double radius) {
    uint64_t n = view->query_offsets[query], end = view->query_offsets[query + 1];
    int i, k;
    for (i = 0; i < TRAJECTORIES; i++) {
        int hits = 0;
        uint64_t sample = n < end ? view->sample_offsets[n] : 0;
        for (k = first; k <= last; k++) {
            if (distance(positions[i][k], centre) <= radius) {
                const groma_sample *s = &view->samples[sample++];
                CHECK(n < end && view->ids[n] == id_of(i));
                CHECK(s->time_step == k && s->distance == distance(positions[i][k], centre));
                CHECK(memcmp(s->position, positions[i][k], sizeof s->position) == 0);
                hits++;
            }
        }
        if (hits > 0) {
            CHECK(sample == view->sample_offsets[n + 1]);
            n++;
        }
    }
    CHECK(n == end);
}

static groma_query_view view_of(const groma_query_result *result) {
    groma_query_view view;
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_query_result_get_view(result, &view, &error));
    return view;
}

static void ask(const groma_dataset *dataset, int rounds) {
    groma_query_result *result = NULL;
    groma_query_view view;
    double centres[70][3];
    int round, i;
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    CHECK(view_of(result).query_count == 0);
    for (round = 0; round < rounds; round++) {
        int step = round % ALL_STEPS;
        int last = step + 3 < ALL_STEPS ? step + 3 : ALL_STEPS - 1;
        double radius = 1.0 + round % 13;
        double centre[3];
        for (i = 0; i < 70; i++) {
            centres[i][0] = (round * 31 + i * 17) % 41 - 20.0;
            centres[i][1] = (round * 13 + i * 7) % 41 - 20.5;
            centres[i][2] = (round * 3 + i * 29) % 41 - 19.75;
        }
        memcpy(centre, centres[0], sizeof centre);
        EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, step, centre, radius, result, &error));
        view = view_of(result);
        CHECK(view.query_count == 1);
        compare(&view, 0, step, step, centre, radius);

        EXPECT(GROMA_OK, "", groma_query_dual_radius(dataset, CELL, step, centre, 2.0, 9.5, result, &error));
        view = view_of(result);
        CHECK(view.query_count == 2);
        compare(&view, 0, step, step, centre, 2.0);
        compare(&view, 1, step, step, centre, 9.5);

        EXPECT(GROMA_OK, "", groma_query_time_range(dataset, CELL, step, last, centre, radius, result, &error));
        view = view_of(result);
        compare(&view, 0, step, last, centre, radius);

        EXPECT(GROMA_OK, "",
               groma_query_radius_batch(dataset, CELL, step, 70, centres[0], radius, result, &error));
        view = view_of(result);
        CHECK(view.query_count == 70);
        for (i = 0; i < 70; i++) {
            compare(&view, (uint64_t)i, step, step, centres[i], radius);
        }

        EXPECT(GROMA_OK, "", groma_query_nearest(dataset, CELL, step, centre, 5, result, &error));
        view = view_of(result);
        CHECK(view.id_count == 5 && view.sample_count == 5);
        for (i = 1; i < 5; i++) {
            CHECK(view.samples[i - 1].distance <= view.samples[i].distance);
        }
    }
    groma_query_result_close(result);
}

/* Checks the answer around trajectory number `around`, all time steps, against a loop over everything. Gives the number of
 * samples that are infinitely far away, since the trajectory has none at their time step. */
static int compare_around(const groma_query_view *view, int around, double radius) {
    uint64_t n = 0, sample = 0;
    int infinite = 0, i, k;
    for (i = 0; i < TRAJECTORIES; i++) {
        double away[ALL_STEPS];
        int first = -1, last = -1;
        for (k = 0; k < ALL_STEPS; k++) {
            double centre[3] = {positions[around][k][0], positions[around][k][1], positions[around][k][2]};
            away[k] = isnan(centre[0]) ? HUGE_VAL : distance(positions[i][k], centre);
            if (i != around && !isnan(positions[i][k][0]) && away[k] <= radius) {
                first = first < 0 ? k : first;
                last = k;
            }
        }
        if (last < 0) {
            continue;
        }
        CHECK(n < view->id_count && view->ids[n++] == id_of(i));
        for (k = first; k <= last; k++) {
            if (!isnan(positions[i][k][0])) {
                const groma_sample *s = &view->samples[sample++];
                CHECK(s->time_step == k && s->distance == away[k]);
                infinite += s->distance == HUGE_VAL;
            }
        }
        CHECK(sample == view->sample_offsets[n]);
    }
    CHECK(n == view->id_count && sample == view->sample_count);
    return infinite;
}

/* An origin that was subtracted stands in the manifest. */
static void tell_the_origin(const char *path) {
    groma_dataset *dataset = NULL;
    groma_dataset_info info;
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    info.struct_size = sizeof info;
    EXPECT(GROMA_OK, "", groma_dataset_get_info(dataset, &info, &error));
    CHECK(info.coordinate_origin[0] == 0.0 && info.coordinate_origin[1] == -2.0);
    CHECK(info.coordinate_origin[2] == 300000.25);
    groma_dataset_close(dataset);
}

static void ask_around_a_trajectory(const groma_dataset *dataset) {
    groma_query_result *by_id = NULL, *by_path = NULL;
    groma_query_view a, b;
    float read[ALL_STEPS][3];
    int32_t steps[ALL_STEPS];
    double path[ALL_STEPS][3];
    uint64_t n;
    int k, axis;
    EXPECT(GROMA_OK, "", groma_query_result_create(&by_id, &error));
    EXPECT(GROMA_OK, "", groma_query_result_create(&by_path, &error));
    EXPECT(GROMA_OK, "", groma_dataset_positions(dataset, id_of(1), 0, ALL_STEPS - 1, read[0], &error));
    CHECK(memcmp(read, positions[1], sizeof read) == 0);
    EXPECT(GROMA_OK, "", groma_dataset_positions(dataset, id_of(5), 1, 1, read[0], &error));
    CHECK(isnan(read[0][0]));
    for (k = 0; k < ALL_STEPS; k++) {
        steps[k] = k;
        for (axis = 0; axis < 3; axis++) {
            path[k][axis] = positions[1][k][axis];
        }
    }
    EXPECT(GROMA_OK, "",
           groma_query_trajectory(dataset, CELL, 0, ALL_STEPS - 1, id_of(1), 6.0, by_id, &error));
    EXPECT(GROMA_OK, "", groma_query_path(dataset, CELL, ALL_STEPS, steps, path[0], 6.0, by_path, &error));
    a = view_of(by_id);
    b = view_of(by_path);
    CHECK(compare_around(&a, 1, 6.0) == 0);
    /* The path is the trajectory's, but it leaves nobody out. */
    CHECK(a.id_count > 3 && b.id_count == a.id_count + 1 && b.sample_count == a.sample_count + ALL_STEPS);
    for (n = 0; n < a.id_count; n++) {
        CHECK(a.ids[n] != id_of(1));
    }
    /* Trajectory 5 has gaps. */
    EXPECT(GROMA_OK, "",
           groma_query_trajectory(dataset, CELL, 0, ALL_STEPS - 1, id_of(5), 6.0, by_id, &error));
    a = view_of(by_id);
    CHECK(compare_around(&a, 5, 6.0) > 0);
    EXPECT(GROMA_NOT_FOUND, "trajectory 999999",
           groma_query_trajectory(dataset, CELL, 0, 3, 999999, 6.0, by_id, &error));
    CHECK(view_of(by_id).query_count == 0);
    steps[3] = 1;
    EXPECT(GROMA_INVALID_ARGUMENT, "1 after 2",
           groma_query_path(dataset, CELL, ALL_STEPS, steps, path[0], 6.0, by_path, &error));
    groma_query_result_close(by_id);
    groma_query_result_close(by_path);
}

/* Waits for a query that was started, and gives its answer. */
static groma_query_view answer_of(const groma_job *job) {
    groma_query_view view;
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    EXPECT(GROMA_OK, "", groma_job_query_view(job, &view, &error));
    return view;
}

#define STARTED 100

/* The same queries in the background; the data set is closed before they have ended. */
static void ask_in_the_background(const char *path) {
    groma_dataset *dataset = NULL;
    groma_job *jobs[STARTED], *range = NULL, *dual = NULL, *around = NULL, *wrong = NULL;
    groma_query_result *result = NULL;
    groma_hash_tables_report report;
    groma_query_view view, expected;
    double centre[3] = {1.0, -2.0, 3.0};
    char json[200];
    size_t size = 0;
    int i;
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    for (i = 0; i < STARTED; i++) {
        EXPECT(GROMA_OK, "",
               groma_query_radius_async(dataset, CELL, i % ALL_STEPS, centre, 0.5 * i, &jobs[i], &error));
    }
    EXPECT(GROMA_OK, "", groma_query_time_range_async(dataset, CELL, 2, 9, centre, 6.0, &range, &error));
    EXPECT(GROMA_OK, "", groma_query_dual_radius_async(dataset, CELL, 3, centre, 2.0, 9.5, &dual, &error));
    EXPECT(GROMA_OK, "",
           groma_query_trajectory_async(dataset, CELL, 0, ALL_STEPS - 1, id_of(1), 6.0, &around, &error));
    EXPECT(GROMA_OK, "", groma_query_radius_async(dataset, 77.0f, 2, centre, 1.0, &wrong, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "centre is NULL",
           groma_query_radius_async(dataset, CELL, 2, NULL, 1.0, &wrong, &error));
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "",
           groma_query_trajectory(dataset, CELL, 0, ALL_STEPS - 1, id_of(1), 6.0, result, &error));
    groma_dataset_close(dataset);

    for (i = 0; i < STARTED; i++) {
        view = answer_of(jobs[i]);
        CHECK(view.query_count == 1);
        compare(&view, 0, i % ALL_STEPS, i % ALL_STEPS, centre, 0.5 * i);
        groma_job_close(jobs[i]);
    }
    view = answer_of(range);
    compare(&view, 0, 2, 9, centre, 6.0);
    EXPECT(GROMA_OK, "", groma_job_report_json(range, json, sizeof json, &size, &error));
    CHECK(strncmp(json, "{\"trajectories\":", 16) == 0);
    report.struct_size = sizeof report;
    EXPECT(GROMA_INVALID_ARGUMENT, "job is a query", groma_job_hash_tables_report(range, &report, &error));
    view = answer_of(dual);
    CHECK(view.query_count == 2);
    compare(&view, 0, 3, 3, centre, 2.0);
    compare(&view, 1, 3, 3, centre, 9.5);
    view = answer_of(around);
    expected = view_of(result);
    CHECK(view.id_count == expected.id_count && view.sample_count == expected.sample_count);
    CHECK(memcmp(view.ids, expected.ids, view.id_count * sizeof *view.ids) == 0);
    CHECK(memcmp(view.samples, expected.samples, view.sample_count * sizeof *view.samples) == 0);
    EXPECT(GROMA_NOT_FOUND, "no table for time step 2", groma_job_wait(wrong, -1, &error));
    EXPECT(GROMA_NOT_FOUND, "no table for time step 2", groma_job_query_view(wrong, &view, &error));
    groma_job_close(range);
    groma_job_close(dual);
    groma_job_close(around);
    groma_job_close(wrong);
    groma_query_result_close(result);

    /* Closed at once: nothing is left at work. */
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    for (i = 0; i < STARTED; i++) {
        EXPECT(GROMA_OK, "", groma_query_time_range_async(dataset, CELL, 0, 15, centre, 9.0, &jobs[i], &error));
    }
    for (i = 0; i < STARTED; i++) {
        groma_job_close(jobs[i]);
    }
    groma_dataset_close(dataset);
}

static void look_at_a_table(const char *path) {
    groma_hash_table *table = NULL;
    groma_hash_table_info info;
    const uint32_t *ids = NULL;
    uint32_t candidates[TRAJECTORIES];
    double centre[3] = {0.0, 0.0, 0.0};
    size_t count = 0, all = 0;
    uint32_t x, y, z;
    EXPECT(GROMA_OK, "", groma_hash_table_open(groma_str_of(path), &table, &error));
    info.struct_size = sizeof info;
    EXPECT(GROMA_OK, "", groma_hash_table_get_info(table, &info, &error));
    CHECK(info.time_step == 3 && info.cell_size == CELL && info.samples == TRAJECTORIES);
    for (x = 0; x < 12; x++) {
        for (y = 0; y < 12; y++) {
            for (z = 0; z < 12; z++) {
                EXPECT(GROMA_OK, "", groma_hash_table_cell(table, x, y, z, &ids, &count, &error));
                all += count;
            }
        }
    }
    CHECK(all == TRAJECTORIES);
    for (x = 0; x < TRAJECTORIES; x++) {
        double at[3], box[3];
        int32_t cell[3];
        const uint32_t *here = NULL;
        uint64_t key = 1;
        size_t n = 0, found = 0;
        int axis;
        for (axis = 0; axis < 3; axis++) {
            at[axis] = positions[x][3][axis];
            box[axis] = info.box_min[axis];
        }
        EXPECT(GROMA_OK, "", groma_hash_table_cell_at(table, at, &here, &n, &error));
        for (z = 0; z < n; z++) {
            found += here[z] == id_of((int)x);
        }
        EXPECT(GROMA_OK, "", groma_cell_of_position(at, box, CELL, cell, &error));
        EXPECT(GROMA_OK, "",
               groma_hash_table_cell(table, (uint32_t)cell[0], (uint32_t)cell[1], (uint32_t)cell[2], &ids, &count, &error));
        CHECK(found == 1 && ids == here && count == n);
        EXPECT(GROMA_OK, "", groma_cell_key(cell, &key, &error));
        CHECK((key & 7) == (uint64_t)((cell[0] & 1) | (cell[1] & 1) << 1 | (cell[2] & 1) << 2));
    }
    {
        double far[3] = {-1e30, 1e30, 0.0}, origin[3] = {0.0, 0.0, 0.0};
        int32_t cell[3];
        uint64_t key = 0;
        EXPECT(GROMA_OK, "", groma_cell_of_position(far, origin, 1.0f, cell, &error));
        CHECK(cell[0] == INT32_MIN && cell[1] == INT32_MAX && cell[2] == 0);
        EXPECT(GROMA_OK, "", groma_cell_key(cell, &key, &error));
        CHECK(key == 0x2492492492492492u);
        far[2] = NAN;
        EXPECT(GROMA_INVALID_ARGUMENT, "position is NaN", groma_cell_of_position(far, origin, 1.0f, cell, &error));
        EXPECT(GROMA_INVALID_ARGUMENT, "cell_size is 0", groma_cell_of_position(far, origin, 0.0f, cell, &error));
        EXPECT(GROMA_INVALID_ARGUMENT, "cell", groma_cell_key(NULL, &key, &error));
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "2097152", groma_hash_table_cell(table, 0, 2097152, 0, &ids, &count, &error));
    EXPECT(GROMA_OK, "", groma_hash_table_candidates(table, centre, 1e9, NULL, 0, &count, &error));
    CHECK(count == TRAJECTORIES);
    EXPECT(GROMA_OK, "",
           groma_hash_table_candidates(table, centre, 8.0, candidates, TRAJECTORIES, &count, &error));
    CHECK(count > 0 && count < TRAJECTORIES);
    EXPECT(GROMA_INVALID_ARGUMENT, "radius is -1",
           groma_hash_table_candidates(table, centre, -1.0, candidates, TRAJECTORIES, &count, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "table is NULL", groma_hash_table_get_info(NULL, &info, &error));
    groma_hash_table_close(table);
    groma_hash_table_close(NULL);
    EXPECT(GROMA_NOT_FOUND, "nowhere.bin", groma_hash_table_open(groma_str_of(in_folder("nowhere.bin")), &table, &error));
}

/* The arrays of a table are its cells, in the file itself. */
static void walk_the_arrays(const char *path) {
    groma_hash_table *table = NULL;
    const groma_hash_table_entry *entries = NULL;
    const uint32_t *ids = NULL, *here = NULL;
    size_t cells = 0, samples = 0, count = 0, n;
    uint32_t next = 0;
    int i;
    EXPECT(GROMA_OK, "", groma_hash_table_open(groma_str_of(path), &table, &error));
    EXPECT(GROMA_OK, "", groma_hash_table_get_arrays(table, &entries, &cells, &ids, &samples, &error));
    CHECK(cells > 10 && cells < TRAJECTORIES && samples == TRAJECTORIES);
    for (n = 0; n < cells; n++) {
        CHECK(entries[n].start == next && entries[n].count > 0 && (n == 0 || entries[n].key > entries[n - 1].key));
        next += entries[n].count;
    }
    CHECK(next == samples);
    for (i = 0; i < TRAJECTORIES; i++) {
        const double at[3] = {positions[i][3][0], positions[i][3][1], positions[i][3][2]};
        EXPECT(GROMA_OK, "", groma_hash_table_cell_at(table, at, &here, &count, &error));
        for (n = 0; n < cells && ids + entries[n].start != here; n++) {
        }
        CHECK(n < cells && entries[n].count == count);
    }
    groma_hash_table_close(table);
}

static size_t read_file(const char *path, char *bytes, size_t capacity) {
    FILE *file = fopen(path, "rb");
    size_t size = file != NULL ? fread(bytes, 1, capacity, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    return size;
}

/* The box of the tables is that of all positions and its margin; a table written from memory with it has the bytes of
 * the one that was built. */
static void write_a_table(const char *path, const char *built) {
    static char expected[1 << 16], written[1 << 16];
    static uint32_t ids[TRAJECTORIES + 1];
    static double samples[TRAJECTORIES + 1][3];
    double least[3] = {1e30, 1e30, 1e30}, greatest[3] = {-1e30, -1e30, -1e30};
    char output[1200], file[1200];
    groma_dataset *dataset = NULL;
    groma_table_bounds bounds;
    uint32_t count = 0;
    size_t size;
    int i, k, axis;
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    bounds.struct_size = sizeof bounds;
    EXPECT(GROMA_OK, "", groma_dataset_get_table_bounds(dataset, CELL, &bounds, &error));
    for (i = 0; i < TRAJECTORIES; i++) {
        for (k = 0; k < ALL_STEPS; k++) {
            for (axis = 0; axis < 3; axis++) {
                const double at = positions[i][k][axis];
                least[axis] = at < least[axis] ? at : least[axis];
                greatest[axis] = at > greatest[axis] ? at : greatest[axis];
            }
        }
    }
    CHECK(bounds.has_margin == 1 && bounds.margin == 1.0);
    for (axis = 0; axis < 3; axis++) {
        CHECK(bounds.box_min[axis] == least[axis] - 1.0 && bounds.box_max[axis] == greatest[axis] + 1.0);
    }
    EXPECT(GROMA_NOT_FOUND, "77", groma_dataset_get_table_bounds(dataset, 77.0f, &bounds, &error));
    groma_dataset_close(dataset);

    for (i = 0; i < TRAJECTORIES; i++) {
        ids[i] = (uint32_t)id_of(i);
        for (axis = 0; axis < 3; axis++) {
            samples[i][axis] = positions[i][3][axis];
        }
    }
    /* One more that is nowhere, and is left out. */
    ids[TRAJECTORIES] = 1;
    samples[TRAJECTORIES][1] = (double)NAN;
    snprintf(output, sizeof output, "%s", in_folder("written"));
    snprintf(file, sizeof file, "%s", in_folder("written/spatial_hashing/cellsize_5.000/timestep_00003.bin"));
    EXPECT(GROMA_OK, "", groma_write_hash_table(groma_str_of(output), CELL, bounds.box_min, bounds.box_max, 3,
                                                TRAJECTORIES + 1, ids, samples[0], &count, &error));
    size = read_file(file, written, sizeof written);
    CHECK(count == TRAJECTORIES && size > 64 && read_file(built, expected, sizeof expected) == size);
    CHECK(memcmp(written, expected, size) == 0);
    EXPECT(GROMA_OK, "", groma_write_hash_table(groma_str_of(output), CELL, bounds.box_min, bounds.box_max, 3, 0, ids,
                                                samples[0], NULL, &error));
    CHECK(read_file(file, written, sizeof written) == 0);
}

static void *ask_in_a_thread(void *dataset) {
    ask(dataset, 10);
    return NULL;
}

static void walk_error_paths(const groma_dataset *dataset) {
    groma_query_result *result = NULL;
    groma_memory_stats stats;
    double centre[3] = {0.0, 0.0, 0.0};
    double nowhere[3] = {0.0, NAN, 0.0};
    int32_t steps[4];
    size_t count = 0;
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "result is NULL", groma_query_radius(dataset, CELL, 0, centre, 1.0, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "dataset is NULL", groma_query_radius(NULL, CELL, 0, centre, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "centre is NULL", groma_query_radius(dataset, CELL, 0, NULL, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "finite", groma_query_radius(dataset, CELL, 0, nowhere, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "radius is -1", groma_query_radius(dataset, CELL, 0, centre, -1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "radius is NaN", groma_query_radius(dataset, CELL, 0, centre, NAN, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "cell_size is 0", groma_query_radius(dataset, 0, 0, centre, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "inner_radius is 3",
           groma_query_dual_radius(dataset, CELL, 0, centre, 3.0, 2.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "outer_radius is -1",
           groma_query_dual_radius(dataset, CELL, 0, centre, 0.0, -1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "last_step is 4",
           groma_query_time_range(dataset, CELL, 5, 4, centre, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "centres is 3 items at NULL",
           groma_query_radius_batch(dataset, CELL, 0, 3, NULL, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "centres is 18446744073709551615 items",
           groma_query_radius_batch(dataset, CELL, 0, SIZE_MAX, centre, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "centres is [0.0, NaN",
           groma_query_radius_batch(dataset, CELL, 0, 1, nowhere, 1.0, result, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "0 to 15", groma_dataset_positions(dataset, 1, 0, 2000000000, (float *)centre, &error));
    EXPECT(GROMA_NOT_FOUND, "no table for time step 2", groma_query_radius(dataset, 77.0f, 2, centre, 1.0, result, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 999, centre, 1.0, result, &error));
    CHECK(view_of(result).id_count == 0);
    EXPECT(GROMA_OK, "", groma_dataset_table_steps(dataset, CELL, steps, 4, &count, &error));
    CHECK(count == ALL_STEPS && steps[3] == 3);
    EXPECT(GROMA_OK, "", groma_dataset_missing_steps(dataset, CELL, 0, 999, steps, 4, &count, &error));
    CHECK(count == 0);
    EXPECT(GROMA_OK, "", groma_dataset_missing_steps(dataset, 77.0f, 9, 999, steps, 4, &count, &error));
    CHECK(count == ALL_STEPS - 9 && steps[0] == 9 && steps[3] == 12);
    EXPECT(GROMA_INVALID_ARGUMENT, "last_step is 2; accepted: a time step not below the first one, 3",
           groma_dataset_missing_steps(dataset, CELL, 3, 2, NULL, 0, &count, &error));
    stats.struct_size = sizeof stats;
    EXPECT(GROMA_OK, "", groma_dataset_get_memory_stats(dataset, &stats, &error));
    CHECK(stats.tables == ALL_STEPS && stats.shards == SHARDS);
    EXPECT(GROMA_INVALID_ARGUMENT, "cell_size is NaN", groma_dataset_unload(dataset, NAN, &error));
    EXPECT(GROMA_OK, "", groma_dataset_unload(dataset, CELL, &error));
    EXPECT(GROMA_OK, "", groma_dataset_unload_all(dataset, &error));
    EXPECT(GROMA_OK, "", groma_dataset_get_memory_stats(dataset, &stats, &error));
    CHECK(stats.tables == 0 && stats.table_bytes == 0);
    groma_query_result_close(result);
    groma_query_result_close(NULL);
}

static void count_gaps(int32_t level, groma_str target, groma_str message, void *user) {
    const char *gap = "time step 9 is asked for; time steps 8 to 15 are in no shard";
    CHECK(level == GROMA_LOG_WARN && target.size >= 5);
    *(int *)user += message.size > strlen(gap) && memcmp(message.data, gap, strlen(gap)) == 0;
}

/* Time steps between two shards have no trajectory in any answer, and a message says once that no shard has them. */
static void ask_between_shards(const char *path) {
    groma_shard_writer_options options;
    groma_dataset_options build;
    groma_shard_writer *writer = NULL;
    groma_dataset *dataset = NULL;
    groma_query_result *result = NULL;
    double centre[3] = {0.0, 0.0, 0.0};
    uint64_t id = 1;
    int told = 0, round;
    CHECK(groma_shard_writer_options_init(&options, sizeof options) == GROMA_OK);
    options.interval = STEPS;
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(path), &options, &writer, &error));
    EXPECT(GROMA_OK, "", groma_shard_writer_append(writer, 0, 1, &id, positions[1][0], &error));
    EXPECT(GROMA_OK, "", groma_shard_writer_append(writer, 2 * STEPS, 1, &id, positions[1][0], &error));
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);

    CHECK(groma_dataset_options_init(&build, sizeof build) == GROMA_OK);
    build.build_missing = 1;
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), &build, &dataset, &error));
    EXPECT(GROMA_OK, "", groma_query_result_create(&result, &error));
    EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 0, centre, 100.0, result, &error));
    EXPECT(GROMA_OK, "", groma_log_to(count_gaps, &told, GROMA_LOG_WARN, &error));
    for (round = 0; round < 3; round++) {
        EXPECT(GROMA_OK, "", groma_query_radius(dataset, CELL, 9, centre, 100.0, result, &error));
        CHECK(view_of(result).query_count == 1 && view_of(result).sample_count == 0);
    }
    EXPECT(GROMA_OK, "", groma_log_to(NULL, NULL, GROMA_LOG_OFF, &error));
    CHECK(told == 1);
    groma_query_result_close(result);
    groma_dataset_close(dataset);
}

int main(int argc, char **argv) {
    groma_dataset_options options;
    groma_dataset *dataset = NULL;
    groma_dataset_info info;
    pthread_t threads[4];
    char path[1200];
    int i;
    if (argc != 2) {
        fprintf(stderr, "usage: %s EMPTY-FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    snprintf(path, sizeof path, "%s", in_folder("data"));
    make_data_set(path);

    EXPECT(GROMA_NOT_FOUND, "no such folder",
           groma_dataset_open(groma_str_of(in_folder("nowhere")), NULL, &dataset, &error));
    CHECK(groma_dataset_options_init(&options, sizeof options) == GROMA_OK);
    options.build_missing = 1;
    options.threads = 2;
    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), &options, &dataset, &error));
    info.struct_size = sizeof info;
    EXPECT(GROMA_OK, "", groma_dataset_get_info(dataset, &info, &error));
    CHECK(info.shards == SHARDS && info.last_step == ALL_STEPS - 1 && info.trajectories == TRAJECTORIES);
    ask(dataset, 3);
    groma_dataset_close(dataset);
    groma_dataset_close(NULL);

    EXPECT(GROMA_OK, "", groma_dataset_open(groma_str_of(path), NULL, &dataset, &error));
    for (i = 0; i < 4; i++) {
        CHECK(pthread_create(&threads[i], NULL, ask_in_a_thread, dataset) == 0);
    }
    for (i = 0; i < 4; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    ask(dataset, ALL_STEPS);
    ask_around_a_trajectory(dataset);
    walk_error_paths(dataset);
    groma_dataset_close(dataset);
    ask_in_the_background(path);
    tell_the_origin(path);
    ask_between_shards(in_folder("gap"));
    look_at_a_table(in_folder("data/spatial_hashing/cellsize_5.000/timestep_00003.bin"));
    walk_the_arrays(in_folder("data/spatial_hashing/cellsize_5.000/timestep_00003.bin"));
    write_a_table(path, in_folder("data/spatial_hashing/cellsize_5.000/timestep_00003.bin"));
    printf("%d failures\n", failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
