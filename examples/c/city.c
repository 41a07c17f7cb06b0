/* Makes a small city from nothing, builds its mesh tile by tile, lists the tiles, and reads one as an engine would.
 *
 *     city FOLDER
 *
 * FOLDER gets the footprints, the terrain and the tiles. A second run finds all tiles there. */
#include <groma.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static char footprints[1000], terrain[1000], tiles[1000];

/* Called on a thread of the job. */
static int32_t show_progress(const groma_progress *progress, void *user) {
    int *last = user;
    const int percent = (int)(100.0 * progress->fraction);
    if (percent >= *last + 25) {
        *last = percent;
        printf("%s: %d %%\n", progress->phase, percent);
    }
    return 0; /* another number would stop the job */
}

static int32_t build(const char *folder, groma_error *error) {
    groma_generate_city_options city;
    groma_city_input input;
    groma_build_city_mesh_options options;
    groma_city_report report;
    groma_job *job = NULL;
    int32_t status;
    int last = 0;

    groma_generate_city_options_init(&city, sizeof city);
    city.buildings = 200;
    status = groma_generate_city(groma_str_of(folder), &city, NULL, error);
    if (status != GROMA_OK) {
        return status;
    }
    groma_city_input_init(&input, sizeof input);
    input.footprints_file = groma_str_of(footprints);
    input.terrain_file = groma_str_of(terrain);
    groma_build_city_mesh_options_init(&options, sizeof options);
    options.tile_size = 250.0;
    options.on_progress = show_progress;
    options.user = &last;
    status = groma_build_city_mesh_tiled(&input, groma_str_of(tiles), &options, &job, error);
    if (status == GROMA_OK) {
        status = groma_job_wait(job, -1, error);
    }
    report.struct_size = sizeof report;
    if (status == GROMA_OK) {
        status = groma_job_city_report(job, &report, error);
    }
    if (status == GROMA_OK) {
        printf("%" PRIu64 " buildings, %" PRIu64 " triangles\n", report.buildings, report.triangles);
    }
    groma_job_close(job);
    return status;
}

/* Walls and roofs in Unreal's axes and unit, in single precision around an origin. */
static int32_t read_buildings(const groma_mesh_store *store, groma_str name, groma_error *error) {
    groma_mesh_tile *tile = NULL;
    groma_local_options options;
    groma_local_buffers buffers;
    groma_local_size size;
    int32_t status = groma_mesh_store_get_tile(store, name, &tile, error);

    groma_local_options_init(&options, sizeof options);
    options.frame = GROMA_FRAME_UNREAL;
    options.parts = GROMA_PART_WALL + GROMA_PART_ROOF;
    groma_local_buffers_init(&buffers, sizeof buffers);
    size.struct_size = sizeof size;
    if (status == GROMA_OK) {
        status = groma_mesh_tile_local_size(tile, &options, &size, error);
    }
    if (status == GROMA_OK) {
        buffers.vertex_capacity = size.vertex_count;
        buffers.triangle_capacity = size.triangle_count;
        buffers.positions = malloc(3 * size.vertex_count * sizeof(float));
        buffers.indices = malloc(3 * size.triangle_count * sizeof(uint32_t));
        status = groma_mesh_tile_read_local(tile, &options, &buffers, error);
    }
    if (status == GROMA_OK) {
        printf("the buildings of %s: %" PRIu64 " triangles around (%.0f, %.0f, %.0f)\n", name.data, size.triangle_count,
               size.origin[0], size.origin[1], size.origin[2]);
    }
    free(buffers.positions);
    free(buffers.indices);
    groma_mesh_tile_close(tile);
    return status;
}

static int32_t list(groma_error *error) {
    groma_mesh_store *store = NULL;
    groma_tile_list *list = NULL;
    const groma_str *names = NULL;
    size_t count = 0, i;
    int32_t status = groma_mesh_store_open(groma_str_of(tiles), &store, error);

    if (status == GROMA_OK) {
        status = groma_mesh_store_list_tiles(store, &list, error);
    }
    if (status == GROMA_OK) {
        status = groma_tile_list_get_names(list, &names, &count, error);
    }
    for (i = 0; status == GROMA_OK && i < count; i++) {
        groma_tile_info info;
        info.struct_size = sizeof info;
        status = groma_mesh_store_tile_info(store, names[i], &info, error);
        if (status == GROMA_OK) {
            printf("tile %s: %" PRIu64 " triangles, %.0f to %.0f m high\n", names[i].data, info.triangles,
                   info.bounds[2], info.bounds[5]);
        }
    }
    if (status == GROMA_OK && count > 0) {
        status = read_buildings(store, names[0], error);
    }
    groma_tile_list_close(list);
    groma_mesh_store_close(store);
    return status;
}

int main(int argc, char **argv) {
    groma_error error;
    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    snprintf(footprints, sizeof footprints, "%s/footprints.geojson", argv[1]);
    snprintf(terrain, sizeof terrain, "%s/terrain.tif", argv[1]);
    snprintf(tiles, sizeof tiles, "%s/tiles", argv[1]);
    if (build(argv[1], &error) != GROMA_OK || list(&error) != GROMA_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    return 0;
}
