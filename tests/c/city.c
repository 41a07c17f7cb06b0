/* Builds cities through the C ABI, from memory and from files; reads, merges and checks their tiles; fills a store of its own;
 * and walks through the error paths. The only argument is an empty folder to work in. */
#include "check.h"

#include <math.h>

#define COLS 80
#define ROWS 70
#define CELL 5.0
#define WEST 320000.0
#define NORTH 6400350.0
#define HOUSES 30

/* A city in memory: rows of houses, the first with a courtyard, the second of two parts, the third a platform. */
struct city {
    float terrain[ROWS * COLS];
    double heights[HOUSES];
    int32_t lods[HOUSES];
    groma_str ids[HOUSES];
    char names[HOUSES][16];
    uint64_t polygon_offsets[HOUSES + 1];
    uint64_t ring_offsets[HOUSES + 2];
    uint64_t vertex_offsets[HOUSES + 3];
    double vertices[4 * (HOUSES + 2)][2];
    groma_footprints footprints;
    groma_raster raster;
    groma_city_input input;
};

static double ground(double x, double y) {
    return 20.0 + 0.01 * (x - WEST) + 0.02 * (y - (NORTH - ROWS * CELL));
}

static void add_ring(struct city *city, uint64_t *rings, double x, double y, double edge) {
    double *v = city->vertices[4 * *rings];
    const double corners[8] = {x, y, x + edge, y, x + edge, y + edge, x, y + edge};
    memcpy(v, corners, sizeof corners);
    ++*rings;
    city->vertex_offsets[*rings] = 4 * *rings;
}

static void make_city(struct city *city) {
    uint64_t polygons = 0, rings = 0;
    int row, col, house;
    memset(city, 0, sizeof *city);
    for (row = 0; row < ROWS; row++) {
        for (col = 0; col < COLS; col++) {
            city->terrain[row * COLS + col] = (float)ground(WEST + (col + 0.5) * CELL, NORTH - (row + 0.5) * CELL);
        }
    }
    for (house = 0; house < HOUSES; house++) {
        double x = WEST + 30.0 + 60.0 * (house % 6), y = NORTH - 320.0 + 60.0 * (house / 6);
        city->heights[house] = ground(x, y) + 8.0 + house;
        city->lods[house] = house == 2 ? GROMA_LOD0 : GROMA_LOD_OF_MESH;
        snprintf(city->names[house], sizeof city->names[house], "house %d", house);
        city->ids[house] = groma_str_of(city->names[house]);
        add_ring(city, &rings, x, y, house == 0 ? 30.0 : 20.0);
        if (house == 0) {
            add_ring(city, &rings, x + 10.0, y + 10.0, 10.0);
        }
        city->ring_offsets[++polygons] = rings;
        if (house == 1) {
            add_ring(city, &rings, x + 25.0, y + 25.0, 10.0);
            city->ring_offsets[++polygons] = rings;
        }
        city->polygon_offsets[house + 1] = polygons;
    }
    CHECK(groma_footprints_init(&city->footprints, sizeof city->footprints) == GROMA_OK);
    city->footprints.count = HOUSES;
    city->footprints.heights = city->heights;
    city->footprints.lods = city->lods;
    city->footprints.ids = city->ids;
    city->footprints.polygon_offsets = city->polygon_offsets;
    city->footprints.polygon_count = polygons;
    city->footprints.ring_offsets = city->ring_offsets;
    city->footprints.ring_count = rings;
    city->footprints.vertex_offsets = city->vertex_offsets;
    city->footprints.vertex_count = 4 * rings;
    city->footprints.vertices = city->vertices[0];
    CHECK(groma_raster_init(&city->raster, sizeof city->raster) == GROMA_OK);
    city->raster.cols = COLS;
    city->raster.rows = ROWS;
    city->raster.west = WEST;
    city->raster.north = NORTH;
    city->raster.cell_width = city->raster.cell_height = CELL;
    city->raster.values = city->terrain;
    CHECK(groma_city_input_init(&city->input, sizeof city->input) == GROMA_OK);
    city->input.footprints = &city->footprints;
    city->input.terrain = &city->raster;
}

static groma_build_city_mesh_options defaults(void) {
    groma_build_city_mesh_options options;
    CHECK(groma_build_city_mesh_options_init(&options, sizeof options) == GROMA_OK);
    CHECK(options.struct_size == sizeof options && options.lod == GROMA_LOD1 && options.max_mesh_size == 10.0);
    options.tile_size = 250.0;
    options.threads = 2;
    return options;
}

struct told {
    int progress;
    int tiles;
    uint64_t triangles;
    char store[1200];
};

static int32_t on_progress(const groma_progress *progress, void *user) {
    struct told *told = user;
    CHECK(progress->fraction >= 0.0 && progress->fraction <= 1.0);
    told->progress++;
    return 0;
}

/* A tile can be read as soon as it is told of. */
static void on_tile(groma_str name, uint64_t triangles, void *user) {
    struct told *told = user;
    groma_mesh_store *store = NULL;
    groma_tile_info info;
    told->tiles++;
    told->triangles += triangles;
    info.struct_size = sizeof info;
    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(told->store), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_tile_info(store, name, &info, &error));
    CHECK(info.triangles == triangles && info.is_city == 1 && info.building_count > 0);
    groma_mesh_store_close(store);
}

static int32_t finish(int32_t status, groma_job *job, groma_error *error) {
    if (status == GROMA_OK) {
        status = groma_job_wait(job, -1, error);
        groma_job_close(job);
    } else {
        CHECK(job == NULL);
    }
    return status;
}

static int32_t build(const groma_city_input *input, const groma_build_city_mesh_options *options, groma_error *error) {
    groma_job *job = NULL;
    int32_t status = groma_build_city_mesh_tiled(input, groma_str_of(in_folder("other")), options, &job, error);
    return finish(status, job, error);
}

static groma_city_report build_from_memory(const char *path) {
    struct city *city = malloc(sizeof *city);
    groma_build_city_mesh_options options = defaults();
    struct told told = {0, 0, 0, ""};
    groma_city_report report;
    groma_hash_tables_report other;
    groma_job *job = NULL;
    static char json[65536];
    size_t size = 0;
    int32_t status;

    make_city(city);
    snprintf(told.store, sizeof told.store, "%s", path);
    options.on_progress = on_progress;
    options.on_tile = on_tile;
    options.user = &told;
    EXPECT(GROMA_OK, "", groma_build_city_mesh_tiled(&city->input, groma_str_of(path), &options, &job, &error));
    /* What was given in memory has been copied. */
    memset(city, 0x7f, sizeof *city);
    free(city);
    do {
        groma_error error;
        groma_progress progress;
        status = groma_job_wait(job, 5, &error);
        progress.struct_size = sizeof progress;
        CHECK(groma_job_poll(job, &progress, &error) == GROMA_OK);
        if (status != GROMA_TIMEOUT) {
            expect_at(GROMA_OK, "", status, &error, __LINE__);
        }
    } while (status == GROMA_TIMEOUT);

    report.struct_size = sizeof report;
    EXPECT(GROMA_OK, "", groma_job_city_report(job, &report, &error));
    CHECK(report.footprints == HOUSES && report.buildings >= HOUSES && report.outside == 0 && report.failed == 0);
    CHECK(report.tiles == 4 && report.built == 4 && report.kept == 0 && report.threads == 2);
    CHECK(report.triangles == report.ground + report.ground_beside_buildings + report.walls + report.roofs);
    CHECK(report.min_angle > 20.0 && report.under_20 == 0 && report.walls_upside_down == 0);
    CHECK(report.bounds[0] == WEST && report.bounds[3] == NORTH && report.peak_buffer_bytes > 0);
    CHECK(told.tiles == 4 && told.triangles == report.triangles && told.progress > 0);
    other.struct_size = sizeof other;
    EXPECT(GROMA_INVALID_ARGUMENT, "job is a build of a city mesh; accepted: a build of hash tables",
           groma_job_hash_tables_report(job, &other, &error));
    EXPECT(GROMA_OK, "", groma_job_report_json(job, json, sizeof json, &size, &error));
    CHECK(strlen(json) + 1 == size && strstr(json, "\"tiles\":4") != NULL);
    groma_job_close(job);
    return report;
}

static void read_tile(const groma_mesh_tile *tile, const groma_mesh_tile_view *view, int32_t frame, uint64_t *triangles) {
    const uint32_t parts[4] = {GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF, GROMA_PART_OTHER};
    uint64_t sum = 0;
    int part;
    for (part = 0; part < 4; part++) {
        groma_local_options options;
        groma_local_buffers buffers;
        groma_local_size size;
        uint64_t t;
        CHECK(groma_local_options_init(&options, sizeof options) == GROMA_OK);
        CHECK(groma_local_buffers_init(&buffers, sizeof buffers) == GROMA_OK);
        options.frame = frame;
        options.parts = parts[part];
        options.normals = 1;
        size.struct_size = sizeof size;
        EXPECT(GROMA_OK, "", groma_mesh_tile_local_size(tile, &options, &size, &error));
        sum += size.triangle_count;
        triangles[part] += size.triangle_count;
        if (size.triangle_count == 0) {
            continue;
        }
        EXPECT(GROMA_INVALID_ARGUMENT, "vertex_capacity is 0",
               groma_mesh_tile_read_local(tile, &options, &buffers, &error));
        buffers.vertex_capacity = size.vertex_count;
        EXPECT(GROMA_INVALID_ARGUMENT, "triangle_capacity is 0",
               groma_mesh_tile_read_local(tile, &options, &buffers, &error));
        buffers.triangle_capacity = size.triangle_count;
        EXPECT(GROMA_INVALID_ARGUMENT, "positions is NULL",
               groma_mesh_tile_read_local(tile, &options, &buffers, &error));
        buffers.positions = malloc(12 * size.vertex_count);
        buffers.normals = malloc(12 * size.vertex_count);
        buffers.indices = malloc(12 * size.triangle_count);
        buffers.markers = malloc(4 * size.triangle_count);
        EXPECT(GROMA_OK, "", groma_mesh_tile_read_local(tile, &options, &buffers, &error));
        for (t = 0; t < size.triangle_count; t++) {
            const uint32_t *face = &buffers.indices[3 * t];
            const float *a, *b, *c, *n;
            double u[3], v[3], up, length;
            int32_t marker = buffers.markers[t];
            int d;
            CHECK(face[0] < size.vertex_count && face[1] < size.vertex_count && face[2] < size.vertex_count);
            CHECK(part == 0 ? marker < 0
                            : marker / (int32_t)view->building_count == (part == 1 ? 0 : 1));
            a = &buffers.positions[3 * face[0]];
            b = &buffers.positions[3 * face[1]];
            c = &buffers.positions[3 * face[2]];
            n = &buffers.normals[3 * face[0]];
            length = n[0] * n[0] + n[1] * n[1] + n[2] * n[2];
            CHECK(fabs(length - 1.0) < 1e-5);
            for (d = 0; d < 3; d++) {
                u[d] = b[d] - a[d];
                v[d] = c[d] - a[d];
            }
            up = u[0] * v[1] - u[1] * v[0];
            if (part == 1) {
                CHECK(fabs(n[2]) < 1e-5);
            } else {
                /* Upwards, and counter-clockwise in the right-handed frame, clockwise in Unreal's. */
                CHECK(n[2] > 0.9f && (frame == GROMA_FRAME_SOURCE ? up > 0.0 : up < 0.0));
            }
        }
        if (part == 0) {
            /* The first vertex of the first ground triangle is where the mapped tile says. */
            double scale = frame == GROMA_FRAME_SOURCE ? 1.0 : 0.01;
            double mirror = frame == GROMA_FRAME_SOURCE ? 1.0 : -1.0;
            const float *p = &buffers.positions[3 * buffers.indices[0]];
            const double *q;
            uint64_t first = 0;
            while (view->markers[first] >= 0) {
                first++;
            }
            q = &view->vertices[3 * (uint64_t)view->faces[3 * first]];
            CHECK(fabs(size.origin[0] + scale * p[0] - q[0]) < 1e-4);
            CHECK(fabs(size.origin[1] + mirror * scale * p[1] - q[1]) < 1e-4);
            CHECK(fabs(size.origin[2] + scale * p[2] - q[2]) < 1e-4);
        }
        free(buffers.positions);
        free(buffers.normals);
        free(buffers.indices);
        free(buffers.markers);
    }
    CHECK(sum == view->face_count);
}

/* A tile opened by a job is the same; what the job has read is copied out once the store is closed. */
static void read_tile_in_the_background(const char *path, groma_str name, uint64_t *triangles) {
    const uint32_t parts[3] = {GROMA_PART_GROUND, GROMA_PART_WALL, GROMA_PART_ROOF}, none[1] = {0};
    groma_mesh_store *store = NULL;
    groma_mesh_tile *tile = NULL;
    groma_mesh_tile_view view;
    groma_merge_report report;
    groma_local_options options;
    groma_job *job = NULL, *missing = NULL;
    CHECK(groma_local_options_init(&options, sizeof options) == GROMA_OK);
    options.frame = GROMA_FRAME_UNREAL;
    options.normals = 1;
    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "parts is 0",
           groma_mesh_store_get_tile_async(store, name, &options, none, 1, &job, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_get_tile_async(store, name, &options, parts, 3, &job, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_get_tile_async(store, groma_str_of("x"), &options, parts, 3, &missing, &error));
    groma_mesh_store_close(store);
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    report.struct_size = sizeof report;
    EXPECT(GROMA_INVALID_ARGUMENT, "reading a tile", groma_job_merge_report(job, &report, &error));
    EXPECT(GROMA_OK, "", groma_job_take_tile(job, &tile, &error));
    groma_job_close(job);
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_mesh_tile_get_view(tile, &view, &error));
    read_tile(tile, &view, GROMA_FRAME_UNREAL, triangles);
    groma_mesh_tile_close(tile);
    EXPECT(GROMA_NOT_FOUND, "no such tile", groma_job_wait(missing, -1, &error));
    EXPECT(GROMA_NOT_FOUND, "no such tile", groma_job_take_tile(missing, &tile, &error));
    groma_job_close(missing);

    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_get_tile_async(store, name, NULL, NULL, 0, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    EXPECT(GROMA_OK, "", groma_job_take_tile(job, &tile, &error));
    groma_mesh_tile_close(tile);
    EXPECT(GROMA_NOT_FOUND, "taken", groma_job_take_tile(job, &tile, &error));
    groma_job_close(job);
    groma_mesh_store_close(store);
}

static void read_store(const char *path, const groma_city_report *report) {
    groma_mesh_store *store = NULL;
    groma_tile_list *list = NULL;
    groma_mesh_tile *tile = NULL;
    groma_mesh_tile_view view;
    groma_store_stats stats;
    groma_tile_info info;
    const groma_str *names = NULL;
    uint64_t source[4] = {0, 0, 0, 0}, unreal[4] = {0, 0, 0, 0}, background[4] = {0, 0, 0, 0};
    size_t count = 0, n, size = 0;
    char json[8192];

    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    stats.struct_size = sizeof stats;
    EXPECT(GROMA_OK, "", groma_mesh_store_total_stats(store, &stats, &error));
    CHECK(stats.tiles == 4 && stats.missing_tiles == 0 && stats.is_city == 1);
    CHECK(stats.triangles == report->triangles && stats.building_count == report->buildings);
    EXPECT(GROMA_OK, "", groma_mesh_store_get_metadata(store, json, sizeof json, &size, &error));
    CHECK(strstr(json, "\"max_mesh_size\":10") != NULL);

    EXPECT(GROMA_OK, "", groma_mesh_store_list_tiles(store, &list, &error));
    EXPECT(GROMA_OK, "", groma_tile_list_get_names(list, &names, &count, &error));
    CHECK(count == 4);
    for (n = 0; n < count; n++) {
        CHECK(strlen(names[n].data) == names[n].size);
        info.struct_size = sizeof info;
        EXPECT(GROMA_OK, "", groma_mesh_store_tile_info(store, names[n], &info, &error));
        EXPECT(GROMA_OK, "", groma_mesh_store_get_tile(store, names[n], &tile, &error));
        view.struct_size = sizeof view;
        EXPECT(GROMA_OK, "", groma_mesh_tile_get_view(tile, &view, &error));
        CHECK(view.face_count == info.triangles && view.vertex_count == info.vertices);
        CHECK(view.own_vertex_count <= view.vertex_count && view.building_count == stats.building_count);
        read_tile(tile, &view, GROMA_FRAME_SOURCE, source);
        read_tile(tile, &view, GROMA_FRAME_UNREAL, unreal);
        groma_mesh_tile_close(tile);
        read_tile_in_the_background(path, names[n], background);
    }
    groma_tile_list_close(list);
    CHECK(memcmp(source, unreal, sizeof source) == 0 && memcmp(source, background, sizeof source) == 0);
    CHECK(source[0] == report->ground + report->ground_beside_buildings && source[1] == report->walls);
    CHECK(source[2] == report->roofs && source[3] == 0);

    tile = NULL;
    EXPECT(GROMA_NOT_FOUND, "no such tile", groma_mesh_store_get_tile(store, groma_str_of("x"), &tile, &error));
    EXPECT(GROMA_NOT_FOUND, "no tile x", groma_mesh_store_tile_info(store, groma_str_of("x"), &info, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "../x", groma_mesh_store_get_tile(store, groma_str_of("../x"), &tile, &error));
    EXPECT(GROMA_UNSUPPORTED, "building it",
           groma_mesh_store_add_tile(store, groma_str_of("x"), NULL, 0, NULL, 0, NULL, &error));
    CHECK(tile == NULL);
    groma_mesh_store_close(store);
}

/* What a store records of its buildings: each part of a house that stands apart is one. */
static void buildings_of(const char *path, const groma_city_report *report) {
    static int seen[HOUSES];
    struct city *city = malloc(sizeof *city);
    groma_mesh_store *store = NULL;
    groma_building building;
    char names[64];
    size_t size = 0;
    uint32_t number;
    int house;
    make_city(city);
    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    building.struct_size = sizeof building;
    for (number = 0; number < report->buildings; number++) {
        EXPECT(GROMA_OK, "",
               groma_mesh_store_get_building(store, number, &building, names, sizeof names, &size, &error));
        CHECK(size == strlen(names) + 1 && sscanf(names, "house %d", &house) == 1 && house >= 0 && house < HOUSES);
        seen[house]++;
        CHECK(building.lod == (house == 2 ? GROMA_LOD0 : GROMA_LOD1));
        CHECK(house == 2 || fabs(building.roof - city->heights[house]) < 1e-6);
        CHECK(building.platform > 19.0 && building.platform <= building.roof);
        CHECK(building.members == 1 && building.parts == 1);
    }
    for (house = 0; house < HOUSES; house++) {
        CHECK(seen[house] == (house == 1 ? 2 : 1));
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "number is",
           groma_mesh_store_get_building(store, number, &building, names, sizeof names, &size, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "capacity is 2",
           groma_mesh_store_get_building(store, 0, &building, names, 2, &size, &error));
    CHECK(size > 2);
    groma_mesh_store_close(store);
    free(city);
}

/* The levels of detail: a store that is read as the city's own. */
static void levels_of(const char *path) {
    groma_levels_options options;
    groma_levels_report report;
    groma_tile_level level, child;
    groma_tile_info info;
    groma_mesh_store *store = NULL, *levels = NULL;
    groma_tile_list *list = NULL;
    const groma_str *names = NULL;
    groma_job *job = NULL;
    size_t count = 0, i;
    uint32_t j;
    uint64_t triangles = 0;
    int roots = 0;

    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    EXPECT(GROMA_NOT_FOUND, "no levels of detail", groma_mesh_store_open_levels(store, &levels, &error));
    CHECK(groma_levels_options_init(&options, sizeof options) == GROMA_OK);
    CHECK(options.levels == GROMA_LEVELS_AUTO);
    options.levels = 5;
    EXPECT(GROMA_INVALID_ARGUMENT, "levels is 5",
           groma_mesh_store_build_levels(groma_str_of(path), &options, &job, &error));
    options.levels = GROMA_LEVELS_AUTO;
    EXPECT(GROMA_OK, "", groma_mesh_store_build_levels(groma_str_of(path), &options, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    report.struct_size = sizeof report;
    EXPECT(GROMA_OK, "", groma_job_levels_report(job, &report, &error));
    CHECK(report.levels >= 1 && report.tiles == report.made && report.bytes > 0);
    groma_job_close(job);

    EXPECT(GROMA_OK, "", groma_mesh_store_open_levels(store, &levels, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_list_tiles(levels, &list, &error));
    EXPECT(GROMA_OK, "", groma_tile_list_get_names(list, &names, &count, &error));
    CHECK(count == report.tiles);
    for (i = 0; i < count; i++) {
        level.struct_size = child.struct_size = sizeof level;
        info.struct_size = sizeof info;
        EXPECT(GROMA_OK, "", groma_mesh_store_tile_level(levels, names[i], &level, &error));
        EXPECT(GROMA_OK, "", groma_mesh_store_tile_info(levels, names[i], &info, &error));
        triangles += info.triangles;
        roots += level.parent[0] == 0;
        CHECK((level.level == 0) == (level.child_count == 0) && (level.level == 0) == (level.geometric_error == 0.0));
        for (j = 0; j < level.child_count; j++) {
            EXPECT(GROMA_OK, "",
                   groma_mesh_store_tile_level(levels, groma_str_of(level.children[j]), &child, &error));
            CHECK(strcmp(child.parent, names[i].data) == 0 && child.level + 1 == level.level);
            CHECK(child.geometric_error < level.geometric_error);
        }
        CHECK(level.child_count == 4 || level.children[level.child_count][0] == 0);
    }
    CHECK(roots == 1 && triangles == report.triangles);
    EXPECT(GROMA_NOT_FOUND, "no tile 9_9_9",
           groma_mesh_store_tile_level(levels, groma_str_of("9_9_9"), &level, &error));
    groma_tile_list_close(list);
    groma_mesh_store_close(levels);
    EXPECT(GROMA_OK, "", groma_mesh_store_list_tiles(store, &list, &error));
    EXPECT(GROMA_OK, "", groma_tile_list_get_names(list, &names, &count, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_tile_level(store, names[0], &level, &error));
    CHECK(level.level == 0 && level.child_count == 0 && level.parent[0] == 0);
    groma_tile_list_close(list);
    groma_mesh_store_close(store);
}

static void merge_and_check(const char *path, const groma_city_report *report) {
    groma_merge_options merge;
    groma_check_options options;
    groma_merge_report merged;
    groma_check_report found;
    groma_city_report other;
    groma_job *job = NULL;
    char header[400], expected[100];
    static char json[65536];
    size_t size = 0;
    FILE *file;

    CHECK(groma_merge_options_init(&merge, sizeof merge) == GROMA_OK);
    EXPECT(GROMA_OK, "", groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("city.ply")), &merge, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    merged.struct_size = sizeof merged;
    EXPECT(GROMA_OK, "", groma_job_merge_report(job, &merged, &error));
    CHECK(merged.tiles == 4 && merged.missing_tiles == 0 && merged.triangles == report->triangles);
    CHECK(merged.vertices < report->vertices);
    groma_job_close(job);
    file = fopen(in_folder("city.ply"), "rb");
    CHECK(file != NULL);
    if (file != NULL) {
        size_t read = fread(header, 1, sizeof header - 1, file);
        header[read] = '\0';
        fclose(file);
        snprintf(expected, sizeof expected, "element face %llu\n", (unsigned long long)report->triangles);
        CHECK(strstr(header, expected) != NULL);
    }

    job = NULL;
    CHECK(groma_check_options_init(&options, sizeof options) == GROMA_OK);
    EXPECT(GROMA_OK, "", groma_mesh_store_check(groma_str_of(path), &options, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    found.struct_size = sizeof found;
    EXPECT(GROMA_OK, "", groma_job_check_report(job, &found, &error));
    CHECK(found.sound == 1 && found.covers_domain == 1 && found.t_junctions_complete == 1);
    CHECK(found.triangles == report->triangles && found.vertices == merged.vertices);
    CHECK(found.open_inner_edges == 0 && found.open_border_edges > 0 && found.crowded_edges == 0);
    CHECK(found.plausible == 1 && found.too_high == 0 && found.below_ground == 0 && found.ground_steps == 0);
    CHECK(found.lowest_roof_height > 0 && found.lowest_roof_height <= found.highest_roof_height && found.highest_roof_height < 1000);
    CHECK(found.lowest_ground <= found.highest_ground && found.area_kept > 0.9 && found.area_kept < 1.1);
    EXPECT(GROMA_OK, "", groma_job_report_json(job, json, sizeof json, &size, &error));
    CHECK(strstr(json, "\"sound\":true") != NULL && strstr(json, "\"plan_area\":") != NULL);
    other.struct_size = sizeof other;
    EXPECT(GROMA_INVALID_ARGUMENT, "job is a check", groma_job_city_report(job, &other, &error));
    groma_job_close(job);

    {
        groma_merge_options as;
        CHECK(groma_merge_options_init(&as, sizeof as) == GROMA_OK);
        CHECK(as.markers == GROMA_MARKERS_FACES && as.groups == GROMA_GROUPS_PARTS);
        as.groups = GROMA_GROUPS_MARKERS;
        EXPECT(GROMA_OK, "",
               groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("city.obj")), &as, &job, &error));
        EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
        groma_job_close(job);
        as.markers = GROMA_MARKERS_NONE;
        EXPECT(GROMA_OK, "",
               groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("city.stl")), &as, &job, &error));
        EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
        merged.struct_size = sizeof merged;
        EXPECT(GROMA_OK, "", groma_job_merge_report(job, &merged, &error));
        CHECK(merged.triangles == report->triangles && merged.rounding >= 0.0 && merged.rounding < 0.001);
        groma_job_close(job);
        as.markers = 2;
        EXPECT(GROMA_INVALID_ARGUMENT, "markers is 2",
               groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("x.ply")), &as, &job, &error));
        as.markers = GROMA_MARKERS_FACES;
        as.groups = -1;
        EXPECT(GROMA_INVALID_ARGUMENT, "groups is -1",
               groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("x.obj")), &as, &job, &error));
    }

    job = NULL;
    EXPECT(GROMA_OK, "",
           groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("city.dxf")), NULL, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "city.dxf", groma_job_wait(job, -1, &error));
    groma_job_close(job);
    {
        groma_export_options export_options;
        uint64_t tiles = 0;
        CHECK(groma_export_options_init(&export_options, sizeof export_options) == GROMA_OK);
        EXPECT(GROMA_OK, "",
               groma_mesh_store_export(groma_str_of(path), groma_str_of(in_folder("glb")), &export_options, &job, &error));
        EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
        EXPECT(GROMA_OK, "", groma_job_exported_tiles(job, &tiles, &error));
        EXPECT(GROMA_INVALID_ARGUMENT, "job is an export", groma_job_merge_report(job, &merged, &error));
        CHECK(tiles == 4);
        groma_job_close(job);
        job = NULL;
        export_options.format = 2;
        EXPECT(GROMA_INVALID_ARGUMENT, "format is 2",
               groma_mesh_store_export(groma_str_of(path), groma_str_of("x"), &export_options, &job, &error));
    }
    levels_of(path);
    merge.snap_distance = -1.0;
    job = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "snap_distance is -1",
           groma_mesh_store_merge(groma_str_of(path), groma_str_of("city.ply"), &merge, &job, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_check(groma_str_of(folder), NULL, &job, &error));
    EXPECT(GROMA_NOT_FOUND, "no mesh store here", groma_job_wait(job, -1, &error));
    groma_job_close(job);
}

/* A store of our own: a tetrahedron. */
static void own_store(const char *path) {
    const double vertices[4][3] = {{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    const uint32_t faces[4][3] = {{0, 2, 1}, {0, 1, 3}, {1, 2, 3}, {2, 0, 3}};
    const uint32_t wrong[1][3] = {{0, 1, 4}};
    const int32_t markers[4] = {7, 7, 8, 9};
    const double far[3] = {0, NAN, 0};
    groma_mesh_store *store = NULL;
    groma_tile_list *list = NULL;
    groma_mesh_tile *tile = NULL;
    groma_mesh_tile_view view;
    groma_merge_report merged;
    groma_store_stats stats;
    groma_local_size size;
    groma_job *job = NULL;
    const groma_str *names;
    size_t count = 9;

    EXPECT(GROMA_INVALID_ARGUMENT, "metadata",
           groma_mesh_store_create(groma_str_of(path), groma_str_of("{"), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_create(groma_str_of(path), groma_str_of("{\"by\": \"us\"}"), &store, &error));
    EXPECT(GROMA_OK, "",
           groma_mesh_store_add_tile(store, groma_str_of("a"), vertices[0], 4, faces[0], 4, markers, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_add_tile(store, groma_str_of("b"), vertices[0], 4, faces[0], 4, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "vertices under 4",
           groma_mesh_store_add_tile(store, groma_str_of("c"), vertices[0], 4, wrong[0], 1, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "finite",
           groma_mesh_store_add_tile(store, groma_str_of("c"), far, 1, NULL, 0, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "an array of that many items",
           groma_mesh_store_add_tile(store, groma_str_of("c"), NULL, 1, NULL, 0, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "a c",
           groma_mesh_store_add_tile(store, groma_str_of("a c"), vertices[0], 4, faces[0], 4, NULL, &error));

    EXPECT(GROMA_OK, "", groma_mesh_store_get_tile(store, groma_str_of("a"), &tile, &error));
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_mesh_tile_get_view(tile, &view, &error));
    CHECK(view.vertex_count == 4 && view.own_vertex_count == 4 && view.face_count == 4 && view.building_count == 0);
    CHECK(memcmp(view.vertices, vertices, sizeof vertices) == 0 && memcmp(view.faces, faces, sizeof faces) == 0);
    CHECK(memcmp(view.markers, markers, sizeof markers) == 0);
    size.struct_size = sizeof size;
    EXPECT(GROMA_OK, "", groma_mesh_tile_local_size(tile, NULL, &size, &error));
    CHECK(size.vertex_count == 4 && size.triangle_count == 4);
    groma_mesh_tile_close(tile);
    EXPECT(GROMA_OK, "", groma_mesh_store_get_tile(store, groma_str_of("b"), &tile, &error));
    EXPECT(GROMA_OK, "", groma_mesh_tile_get_view(tile, &view, &error));
    CHECK(view.markers[0] == GROMA_NO_MARKER);
    groma_mesh_tile_close(tile);

    /* Two tiles with the same triangles become one surface. */
    EXPECT(GROMA_OK, "",
           groma_mesh_store_merge(groma_str_of(path), groma_str_of(in_folder("own.obj")), NULL, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    merged.struct_size = sizeof merged;
    EXPECT(GROMA_OK, "", groma_job_merge_report(job, &merged, &error));
    CHECK(merged.tiles == 2 && merged.vertices == 4 && merged.triangles == 4);
    CHECK(merged.welded == 4 && merged.duplicates_removed == 4 && merged.collapsed_removed == 0);
    groma_job_close(job);

    EXPECT(GROMA_OK, "", groma_mesh_store_remove_tile(store, groma_str_of("b"), &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_check(groma_str_of(path), NULL, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    groma_job_close(job);
    EXPECT(GROMA_OK, "", groma_mesh_store_clear(store, &error));
    stats.struct_size = sizeof stats;
    EXPECT(GROMA_OK, "", groma_mesh_store_total_stats(store, &stats, &error));
    CHECK(stats.tiles == 0 && stats.is_city == 0 && stats.bounds[3] == 0.0);
    EXPECT(GROMA_OK, "", groma_mesh_store_list_tiles(store, &list, &error));
    EXPECT(GROMA_OK, "", groma_tile_list_get_names(list, &names, &count, &error));
    CHECK(count == 0);
    groma_tile_list_close(list);
    groma_mesh_store_close(store);
    store = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "without a store",
           groma_mesh_store_create(groma_str_of(path), groma_str_of(""), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(path), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_delete(store, &error));
    groma_mesh_store_close(store);
    store = NULL;
    EXPECT(GROMA_NOT_FOUND, "no mesh store here", groma_mesh_store_open(groma_str_of(path), &store, &error));
    CHECK(store == NULL);
}

static void build_from_files(void) {
    groma_build_city_mesh_options options = defaults();
    groma_tile_size_estimate estimate;
    groma_generate_city_options city;
    groma_city_report report;
    groma_city_input input;
    groma_job *job = NULL;
    groma_mesh_store *store = NULL;
    char crs[64];
    size_t size = 0;
    double bounds[4], measured[4], density = 0.0;
    char footprints[1200], terrain[1200];
    int32_t tiling = -1;
    int run;

    CHECK(groma_generate_city_options_init(&city, sizeof city) == GROMA_OK && city.buildings == 1000);
    city.buildings = 40;
    city.hostile = 1;
    EXPECT(GROMA_OK, "", groma_generate_city(groma_str_of(in_folder("made")), &city, bounds, &error));
    city.buildings = 0;
    EXPECT(GROMA_INVALID_ARGUMENT, "buildings is 0", groma_generate_city(groma_str_of(folder), &city, NULL, &error));

    CHECK(groma_city_input_init(&input, sizeof input) == GROMA_OK);
    snprintf(footprints, sizeof footprints, "%s", in_folder("made/footprints.geojson"));
    snprintf(terrain, sizeof terrain, "%s", in_folder("made/terrain.tif"));
    input.footprints_file = groma_str_of(footprints);
    input.terrain_file = groma_str_of(terrain);
    EXPECT(GROMA_OK, "", groma_measure_city(&input, &options, measured, &density, &error));
    CHECK(memcmp(measured, bounds, sizeof bounds) == 0 && density > 100.0);
    estimate.struct_size = sizeof estimate;
    EXPECT(GROMA_OK, "", groma_calculate_optimal_tile_size(bounds, density, 0.8, &options, &estimate, &error));
    CHECK(estimate.tile_size >= 250.0 && estimate.tiles >= 1 && estimate.triangles > 0);
    EXPECT(GROMA_OK, "", groma_should_use_tiling(bounds, density, 0.8, NULL, &tiling, &error));
    CHECK(tiling == 0);
    EXPECT(GROMA_INVALID_ARGUMENT, "memory_fraction is 0",
           groma_should_use_tiling(bounds, density, 0.0, NULL, &tiling, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "bounds is NULL",
           groma_calculate_optimal_tile_size(NULL, density, 0.8, NULL, &estimate, &error));

    for (run = 0; run < 2; run++) {
        job = NULL;
        EXPECT(GROMA_OK, "",
               groma_build_city_mesh_tiled(&input, groma_str_of(in_folder("made/store")), &options, &job, &error));
        EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
        report.struct_size = sizeof report;
        EXPECT(GROMA_OK, "", groma_job_city_report(job, &report, &error));
        CHECK(report.footprints == 40 && report.buildings > 0 && report.failed == 0);
        /* The second run keeps what the first has made. */
        CHECK(run == 0 ? report.built == report.tiles : report.kept == report.tiles && report.built == 0);
        groma_job_close(job);
    }
    EXPECT(GROMA_OK, "", groma_mesh_store_open(groma_str_of(in_folder("made/store")), &store, &error));
    EXPECT(GROMA_OK, "", groma_mesh_store_get_crs(store, crs, sizeof crs, &size, &error));
    CHECK(strcmp(crs, "EPSG:3006") == 0 && size == strlen(crs) + 1);
    groma_mesh_store_close(store);

    input.height_property = groma_str_of("storeys");
    EXPECT(GROMA_INVALID_ARGUMENT, "storeys", build(&input, &options, &error));
    input.height_property = groma_str_of("height");
    input.height_reference = 3;
    EXPECT(GROMA_INVALID_ARGUMENT, "height_reference is 3", build(&input, &options, &error));
    input.height_reference = GROMA_HEIGHT_ABOVE_GROUND;
    options.use_bounds = 1;
    memcpy(options.bounds, bounds, sizeof bounds);
    options.bounds[0] += 1e6;
    options.bounds[2] += 1e6;
    EXPECT(GROMA_INVALID_ARGUMENT, "reference system", build(&input, &options, &error));
    options.use_bounds = 0;
    snprintf(terrain, sizeof terrain, "%s", in_folder("nowhere.tif"));
    input.terrain_file = groma_str_of(terrain);
    EXPECT(GROMA_NOT_FOUND, "nowhere.tif", build(&input, &options, &error));
}

static int32_t stop_at_once(const groma_progress *progress, void *user) {
    (void)progress;
    (void)user;
    return 1;
}

static void walk_error_paths(void) {
    struct city *city = malloc(sizeof *city);
    groma_build_city_mesh_options options = defaults(), bad;
    groma_city_input input;
    groma_city_report report;
    groma_job *job = NULL;
    uint64_t offset;

    make_city(city);
    input = city->input;
    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL",
           groma_build_city_mesh_tiled(&input, groma_str_of(folder), &options, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "folder is empty",
           groma_build_city_mesh_tiled(&input, groma_str_of(""), &options, &job, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "input is NULL", build(NULL, &options, &error));
    CHECK(groma_build_city_mesh_options_init(&bad, 4) == GROMA_INVALID_ARGUMENT);
    bad = options, bad.struct_size = 12;
    EXPECT(GROMA_INVALID_ARGUMENT, "struct_size is 12", build(&input, &bad, &error));
    bad = options, bad.replace = 2;
    EXPECT(GROMA_INVALID_ARGUMENT, "replace is 2", build(&input, &bad, &error));
    bad = options, bad.lod = 2;
    EXPECT(GROMA_INVALID_ARGUMENT, "lod is 2", build(&input, &bad, &error));
    bad = options, bad.min_mesh_angle = 45.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "min_mesh_angle is 45", build(&input, &bad, &error));
    /* What is wrong with the options is the call's status, not the job's. */
    bad = options, bad.tile_size = 0.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "tile_size is 0",
           groma_build_city_mesh_tiled(&input, groma_str_of(folder), &bad, &job, &error));
    bad = options, bad.tile_overlap = -1.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "tile_overlap is -1",
           groma_build_city_mesh_tiled(&input, groma_str_of(folder), &bad, &job, &error));
    bad = options, bad.use_bounds = 1, bad.bounds[0] = 5.0, bad.bounds[2] = 4.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "bounds",
           groma_build_city_mesh_tiled(&input, groma_str_of(folder), &bad, &job, &error));
    bad = options, bad.sort_triangles = 2;
    EXPECT(GROMA_INVALID_ARGUMENT, "sort_triangles is 2", build(&input, &bad, &error));
    bad = options, bad.threads = 5000;
    EXPECT(GROMA_INVALID_ARGUMENT, "5000", build(&input, &bad, &error));
    bad = options, bad.on_progress = stop_at_once;
    EXPECT(GROMA_CANCELLED, "cancelled", build(&input, &bad, &error));

    input.footprints = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "footprints is missing", build(&input, &options, &error));
    input.footprints = &city->footprints;
    input.footprints_file = groma_str_of("x.geojson");
    EXPECT(GROMA_INVALID_ARGUMENT, "footprints is given twice", build(&input, &options, &error));
    input.footprints_file = groma_str_of("");
    input.use_default_height = 1;
    EXPECT(GROMA_INVALID_ARGUMENT, "use_default_height is 1", build(&input, &options, &error));
    input.use_default_height = 0;
    input.id_property = groma_str_of("name");
    EXPECT(GROMA_INVALID_ARGUMENT, "id_property is set", build(&input, &options, &error));
    input.id_property = groma_str_of("");
    input.terrain = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "terrain is missing", build(&input, &options, &error));
    input.terrain = &city->raster;
    input.struct_size = 5000;
    EXPECT(GROMA_INVALID_ARGUMENT, "struct_size is 5000", build(&input, &options, &error));
    input.struct_size = sizeof input;

    offset = city->vertex_offsets[3];
    city->vertex_offsets[3] = 1000;
    EXPECT(GROMA_INVALID_ARGUMENT, "vertex_offsets is 16 after 1000", build(&input, &options, &error));
    city->vertex_offsets[3] = offset;
    city->footprints.vertex_count += 4;
    EXPECT(GROMA_INVALID_ARGUMENT, "vertex_offsets is 0 to", build(&input, &options, &error));
    city->footprints.vertex_count -= 4;
    city->footprints.polygon_offsets = NULL;
    EXPECT(GROMA_INVALID_ARGUMENT, "polygon_offsets is NULL", build(&input, &options, &error));
    city->footprints.polygon_offsets = city->polygon_offsets;
    city->footprints.count = UINT64_MAX;
    EXPECT(GROMA_INVALID_ARGUMENT, "count", build(&input, &options, &error));
    city->footprints.count = HOUSES;
    city->lods[4] = 3;
    EXPECT(GROMA_INVALID_ARGUMENT, "lods is 3", build(&input, &options, &error));
    city->lods[4] = GROMA_LOD1;
    city->raster.rows = UINT64_MAX;
    EXPECT(GROMA_INVALID_ARGUMENT, "cols x rows", build(&input, &options, &error));
    city->raster.rows = ROWS;
    city->raster.cell_width = 0.0;
    EXPECT(GROMA_INVALID_ARGUMENT, "pixels of 0", build(&input, &options, &error));
    city->raster.cell_width = CELL;

    EXPECT(GROMA_INVALID_ARGUMENT, "job is NULL", groma_job_city_report(NULL, &report, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "store is NULL", groma_mesh_store_clear(NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "tile is NULL", groma_mesh_tile_get_view(NULL, NULL, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "list is NULL", groma_tile_list_get_names(NULL, NULL, NULL, &error));
    groma_mesh_store_close(NULL);
    groma_mesh_tile_close(NULL);
    groma_tile_list_close(NULL);
    free(city);
}

static void mapped_arrays(const char *path) {
    const uint64_t shape[2] = {100, 3}, none[1] = {UINT64_MAX};
    groma_mapped_array *mapped = NULL;
    groma_mapped_array_view view;
    view.struct_size = sizeof view;
    EXPECT(GROMA_OK, "", groma_mapped_array_create(groma_str_of(path), GROMA_ELEMENT_F64, shape, 2, &mapped, &error));
    EXPECT(GROMA_OK, "", groma_mapped_array_data(mapped, &view, &error));
    CHECK(view.element_type == GROMA_ELEMENT_F64 && view.writable == 1 && view.dimensions == 2 && view.count == 300);
    CHECK(view.shape[0] == 100 && view.shape[1] == 3 && view.shape[2] == 1 && (uintptr_t)view.data % 64 == 0);
    ((double *)view.data)[3 * 42] = 1.5;
    EXPECT(GROMA_OK, "", groma_mapped_array_flush(mapped, &error));
    groma_mapped_array_close(mapped);
    EXPECT(GROMA_OK, "", groma_mapped_array_open(groma_str_of(path), 0, &mapped, &error));
    EXPECT(GROMA_OK, "", groma_mapped_array_data(mapped, &view, &error));
    CHECK(view.writable == 0 && ((const double *)view.data)[3 * 42] == 1.5 && ((const double *)view.data)[0] == 0.0);
#ifndef _WIN32
    /* Of a file that somebody makes shorter zeros are read, and the next call says so. */
    fclose(fopen(path, "wb"));
    CHECK(((const double *)view.data)[299] == 0.0);
    EXPECT(GROMA_IO, "became shorter", groma_mapped_array_data(mapped, &view, &error));
#endif
    groma_mapped_array_close(mapped);
    groma_mapped_array_close(NULL);
    mapped = NULL;
    {
        /* A file of somebody else's stays. */
        FILE *notes = fopen(in_folder("notes.txt"), "wb");
        fputs("not an array", notes);
        fclose(notes);
        EXPECT(GROMA_INVALID_ARGUMENT, "no mapped array",
               groma_mapped_array_create(groma_str_of(in_folder("notes.txt")), GROMA_ELEMENT_U8, shape, 2, &mapped,
                                         &error));
        CHECK(mapped == NULL);
        notes = fopen(in_folder("notes.txt"), "rb");
        CHECK(fgetc(notes) == 'n');
        fclose(notes);
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "element_type is 8",
           groma_mapped_array_create(groma_str_of(path), 8, shape, 2, &mapped, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "shape",
           groma_mapped_array_create(groma_str_of(path), GROMA_ELEMENT_U8, none, 1, &mapped, &error));
    EXPECT(GROMA_INVALID_ARGUMENT, "shape",
           groma_mapped_array_create(groma_str_of(path), GROMA_ELEMENT_U8, NULL, 0, &mapped, &error));
    EXPECT(GROMA_NOT_FOUND, "nowhere", groma_mapped_array_open(groma_str_of(in_folder("nowhere")), 0, &mapped, &error));
    CHECK(mapped == NULL);
}

static void heights_that_are_none(void) {
    struct city *city = malloc(sizeof *city);
    groma_build_city_mesh_options options = defaults();
    groma_city_report report;
    groma_job *job = NULL;
    int house;

    make_city(city);
    city->heights[3] = NAN;
    city->heights[4] = -9999.0;
    EXPECT(GROMA_OK, "",
           groma_build_city_mesh_tiled(&city->input, groma_str_of(in_folder("heights")), &options, &job, &error));
    EXPECT(GROMA_OK, "", groma_job_wait(job, -1, &error));
    report.struct_size = sizeof report;
    EXPECT(GROMA_OK, "", groma_job_city_report(job, &report, &error));
    CHECK(report.footprints == HOUSES && report.no_height == 2);
    CHECK(report.unknown_heights == 1 && report.impossible_heights == 1 && report.unreadable_heights == 0);
    groma_job_close(job);

    for (house = 0; house < HOUSES; house++) {
        city->heights[house] = NAN;
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "the number of buildings is 0, left out were 30", build(&city->input, &options, &error));
    /* As heights above the ground, which they are not: no building has them. */
    city->footprints.height_reference = GROMA_HEIGHT_ABOVE_GROUND;
    for (house = 0; house < HOUSES; house++) {
        city->heights[house] = house % 2 == 0 ? 0.0 : 901.0;
    }
    EXPECT(GROMA_INVALID_ARGUMENT, "30 without a usable height", build(&city->input, &options, &error));
    free(city);
}

int main(int argc, char **argv) {
    char path[1200];
    groma_city_report report;
    if (argc != 2) {
        fprintf(stderr, "usage: %s EMPTY-FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(folder, sizeof folder, "%s", argv[1]);
    snprintf(path, sizeof path, "%s", in_folder("store"));
    report = build_from_memory(path);
    read_store(path, &report);
    buildings_of(path, &report);
    merge_and_check(path, &report);
    snprintf(path, sizeof path, "%s", in_folder("own"));
    own_store(path);
    build_from_files();
    snprintf(path, sizeof path, "%s", in_folder("array"));
    mapped_arrays(path);
    heights_that_are_none();
    walk_error_paths();
    printf("%d failures\n", failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
