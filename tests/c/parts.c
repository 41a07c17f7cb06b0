/* Builds a city and hash tables in parts through the C ABI, and walks through the error paths. The only argument is an
 * empty folder to work in. */
#include "check.h"

#define PARTS 3

/* The job by its place: it is there only after the call that gives the status. */
static int32_t wait_for(int32_t status, groma_job **job, groma_error *error) {
    return status == GROMA_OK ? groma_job_wait(*job, -1, error) : status;
}

static int same_files(const char *a, const char *b) {
    FILE *first = fopen(a, "rb"), *second = fopen(b, "rb");
    int same = first != NULL && second != NULL;
    while (same) {
        int byte = fgetc(first);
        same = byte == fgetc(second);
        if (byte == EOF) {
            break;
        }
    }
    if (first != NULL) {
        fclose(first);
    }
    if (second != NULL) {
        fclose(second);
    }
    return same;
}

static void count_tile(groma_str name, uint64_t triangles, void *user) {
    CHECK(name.size > 0);
    *(uint64_t *)user += triangles;
}

static int32_t stop_at_once(const groma_progress *progress, void *user) {
    (void)progress;
    (void)user;
    return 1;
}

static void city_in_parts(void) {
    groma_generate_city_options generate;
    groma_build_city_mesh_options options;
    groma_part_options part;
    groma_part_report report;
    groma_city_report whole, finished;
    groma_city_input input;
    groma_job *job = NULL;
    char footprints[1200], terrain[1200], store[1200];
    uint64_t made = 0, triangles = 0;
    size_t size = 0;
    uint32_t i;

    CHECK(groma_generate_city_options_init(&generate, sizeof generate) == GROMA_OK);
    generate.buildings = 250;
    EXPECT(GROMA_OK, "", groma_generate_city(groma_str_of(in_folder("made")), &generate, NULL, &error));
    snprintf(footprints, sizeof footprints, "%s", in_folder("made/footprints.geojson"));
    snprintf(terrain, sizeof terrain, "%s", in_folder("made/terrain.tif"));
    snprintf(store, sizeof store, "%s", in_folder("parts"));
    CHECK(groma_city_input_init(&input, sizeof input) == GROMA_OK);
    input.footprints_file = groma_str_of(footprints);
    input.terrain_file = groma_str_of(terrain);
    CHECK(groma_build_city_mesh_options_init(&options, sizeof options) == GROMA_OK);
    options.tile_size = 250.0;
    options.threads = 1;
    EXPECT(GROMA_OK, "",
           wait_for(groma_build_city_mesh_tiled(&input, groma_str_of(in_folder("whole")), &options, &job, &error), &job,
                    &error));
    whole.struct_size = sizeof whole;
    EXPECT(GROMA_OK, "", groma_job_city_report(job, &whole, &error));
    report.struct_size = sizeof report;
    EXPECT(GROMA_INVALID_ARGUMENT, "a build of a city mesh", groma_job_part_report(job, &report, &error));
    groma_job_close(job);
    job = NULL;

    CHECK(groma_part_options_init(&part, sizeof part) == GROMA_OK);
    EXPECT(GROMA_NOT_FOUND, "no mesh store",
           wait_for(groma_build_city_mesh_part(groma_str_of(store), 1, PARTS, &part, &job, &error), &job, &error));
    groma_job_close(job);
    job = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "input is NULL",
           groma_plan_city_mesh(NULL, groma_str_of(store), &options, &job, &error));
    EXPECT(GROMA_OK, "",
           wait_for(groma_plan_city_mesh(&input, groma_str_of(store), &options, &job, &error), &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "capacity", groma_job_report_json(job, NULL, 0, &size, &error));
    CHECK(size > 100);
    EXPECT(GROMA_INVALID_ARGUMENT, "a plan of a city mesh", groma_job_city_report(job, &whole, &error));
    groma_job_close(job);
    /* Parts need no inputs. */
    CHECK(remove(footprints) == 0 && remove(terrain) == 0);

    EXPECT(GROMA_INVALID_ARGUMENT, "4/3",
           groma_build_city_mesh_part(groma_str_of(store), 4, PARTS, &part, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "0/3",
           groma_build_city_mesh_part(groma_str_of(store), 0, PARTS, NULL, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL",
           groma_build_city_mesh_part(groma_str_of(store), 1, PARTS, NULL, NULL, &error));
    part.fsync = 2;
    EXPECT(GROMA_INVALID_ARGUMENT, "fsync is 2",
           groma_build_city_mesh_part(groma_str_of(store), 1, PARTS, &part, &job, &error));
    part.fsync = 0;
    part.on_progress = stop_at_once;
    job = NULL;
    EXPECT(GROMA_CANCELLED, "cancelled",
           wait_for(groma_build_city_mesh_part(groma_str_of(store), 1, PARTS, &part, &job, &error), &job, &error));
    groma_job_close(job);
    part.on_progress = NULL;
    part.on_tile = count_tile;
    part.user = &triangles;
    part.threads = 1;
    for (i = PARTS; i >= 1; i--) {
        job = NULL;
        EXPECT(GROMA_BUSY, "run the parts",
               wait_for(groma_finish_city_mesh(groma_str_of(store), NULL, &job, &error), &job, &error));
        groma_job_close(job);
        job = NULL;
        EXPECT(GROMA_OK, "",
               wait_for(groma_build_city_mesh_part(groma_str_of(store), i, PARTS, &part, &job, &error), &job, &error));
        report.struct_size = sizeof report;
        EXPECT(GROMA_OK, "", groma_job_part_report(job, &report, &error));
        CHECK(report.units > 0 && report.failed == 0 && report.is_worth_repeating == 0);
        CHECK(report.made == 0 || report.bytes > 0);
        made += report.units;
        groma_job_close(job);
    }
    CHECK(made == whole.tiles && triangles <= whole.triangles && triangles > 0);
    job = NULL;
    EXPECT(GROMA_OK, "",
           wait_for(groma_finish_city_mesh(groma_str_of(store), &part, &job, &error), &job, &error));
    finished.struct_size = sizeof finished;
    EXPECT(GROMA_OK, "", groma_job_city_report(job, &finished, &error));
    CHECK(finished.kept == whole.tiles && finished.triangles == whole.triangles && finished.bytes == whole.bytes);
    CHECK(finished.footprints == whole.footprints && finished.failed == 0);
    groma_job_close(job);
    CHECK(same_files(in_folder("whole/tile-0_0_1x1.bin"), in_folder("parts/tile-0_0_1x1.bin")));
    CHECK(same_files(in_folder("whole/tile-1_1_1x1.bin"), in_folder("parts/tile-1_1_1x1.bin")));
    CHECK(same_files(in_folder("whole/groma-store.json"), in_folder("parts/groma-store.json")));
}

static void tables_in_parts(void) {
    groma_build_hash_tables_options options;
    groma_shard_writer_options writing;
    groma_shard_writer *writer = NULL;
    groma_hash_tables_report whole, finished;
    groma_part_report report;
    groma_job *job = NULL;
    char data[1200], output[1200];
    uint64_t ids[5] = {1, 2, 3, 4, 5}, shards = 0;
    float positions[5 * 4 * 3];
    int shard, i;

    snprintf(data, sizeof data, "%s", in_folder("data"));
    snprintf(output, sizeof output, "%s", in_folder("tables"));
    CHECK(groma_shard_writer_options_init(&writing, sizeof writing) == GROMA_OK);
    writing.interval = 4;
    EXPECT(GROMA_OK, "", groma_shard_writer_create(groma_str_of(data), &writing, &writer, &error));
    for (shard = 0; shard < 5; shard++) {
        for (i = 0; i < 5 * 4 * 3; i++) {
            positions[i] = (float)((i * 7 + shard * 13) % 50);
        }
        EXPECT(GROMA_OK, "", groma_shard_writer_append(writer, shard * 4, 5, ids, positions, &error));
    }
    EXPECT(GROMA_OK, "", groma_shard_writer_finish(writer, &error));
    groma_shard_writer_close(writer);

    CHECK(groma_build_hash_tables_options_init(&options, sizeof options) == GROMA_OK);
    options.cell_size = 2.0f;
    options.threads = 1;
    whole.struct_size = sizeof whole;
    EXPECT(GROMA_OK, "", groma_build_hash_tables(groma_str_of(data), &options, &whole, &error));
    options.output = groma_str_of(output);
    EXPECT(GROMA_NOT_FOUND, "no plan",
           wait_for(groma_build_hash_tables_part(groma_str_of(data), 1, 2, &options, &job, &error), &job, &error));
    groma_job_close(job);
    EXPECT(GROMA_INVALID_ARGUMENT, "options is NULL",
           groma_plan_hash_tables(groma_str_of(data), NULL, &job, &error));
    job = NULL;
    EXPECT(GROMA_OK, "", wait_for(groma_plan_hash_tables(groma_str_of(data), &options, &job, &error), &job, &error));
    groma_job_close(job);
    EXPECT(GROMA_INVALID_ARGUMENT, "3/2",
           groma_build_hash_tables_part(groma_str_of(data), 3, 2, &options, &job, &error));
    for (i = 2; i >= 1; i--) {
        job = NULL;
        EXPECT(GROMA_BUSY, "run the parts",
               wait_for(groma_finish_hash_tables(groma_str_of(data), &options, &job, &error), &job, &error));
        groma_job_close(job);
        job = NULL;
        EXPECT(GROMA_OK, "",
               wait_for(groma_build_hash_tables_part(groma_str_of(data), (uint32_t)i, 2, &options, &job, &error), &job,
                        &error));
        report.struct_size = sizeof report;
        EXPECT(GROMA_OK, "", groma_job_part_report(job, &report, &error));
        CHECK(report.made == report.units && report.bytes > 0);
        shards += report.units;
        groma_job_close(job);
    }
    CHECK(shards == whole.shards);
    job = NULL;
    EXPECT(GROMA_OK, "", wait_for(groma_finish_hash_tables(groma_str_of(data), &options, &job, &error), &job, &error));
    finished.struct_size = sizeof finished;
    EXPECT(GROMA_OK, "", groma_job_hash_tables_report(job, &finished, &error));
    CHECK(finished.tables == whole.tables && finished.tables_written == 0 && finished.samples == whole.samples);
    groma_job_close(job);
    CHECK(same_files(in_folder("data/spatial_hashing/cellsize_2.000/groma-index.json"),
                     in_folder("tables/spatial_hashing/cellsize_2.000/groma-index.json")));
    CHECK(same_files(in_folder("data/spatial_hashing/cellsize_2.000/timestep_00019.bin"),
                     in_folder("tables/spatial_hashing/cellsize_2.000/timestep_00019.bin")));
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    snprintf(folder, sizeof folder, "%s", argc == 2 ? argv[1] : ".");
    city_in_parts();
    tables_in_parts();
    CHECK(groma_open_handles() == 0);
    return failures != 0;
}
