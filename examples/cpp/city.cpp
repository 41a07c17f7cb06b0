// Makes a small city from nothing, builds its mesh tile by tile, lists the tiles, and reads one as an engine would.
//
//     city FOLDER
//
// FOLDER gets the footprints, the terrain and the tiles. A second run finds all tiles there.
#include <cstdio>
#include <exception>
#include <groma.hpp>
#include <string>

namespace {

unsigned long long number(uint64_t value) { return value; }

void build(const std::string &folder) {
    groma::generate_city_options city;
    city.buildings = 200;
    groma::generate_city(folder, city);

    const std::string footprints = folder + "/footprints.geojson", terrain = folder + "/terrain.tif";
    groma::city_input input;
    input.footprints_file = groma::str(footprints);
    input.terrain_file = groma::str(terrain);
    groma::build_city_mesh_options options;
    options.tile_size = 250.0;
    int last = 0;
    const auto progress = [&](const groma_progress &progress) {
        const int percent = static_cast<int>(100.0 * progress.fraction);
        if (percent >= last + 25) {
            last = percent;
            std::printf("%s: %d %%\n", progress.phase, percent);
        }
        return true;
    };
    const auto job = groma::build_city_mesh_tiled(input, folder + "/tiles", options, progress);
    job.wait();
    const groma_city_report report = job.city_report();
    std::printf("%llu buildings, %llu triangles\n", number(report.buildings), number(report.triangles));
}

void list(const std::string &folder) {
    const auto store = groma::mesh_store::open(folder + "/tiles");
    const auto tiles = store.list_tiles();
    for (const std::string_view name : tiles) {
        const groma_tile_info info = store.tile_info(name);
        std::printf("tile %s: %llu triangles, %.0f to %.0f m high\n", name.data(), number(info.triangles),
                    info.bounds[2], info.bounds[5]);
    }
    // Walls and roofs in Unreal's axes and unit, in single precision around an origin.
    groma::local_options options;
    options.frame = GROMA_FRAME_UNREAL;
    options.parts = GROMA_PART_WALL + GROMA_PART_ROOF;
    const groma::local_mesh mesh = store.get_tile(tiles[0]).read_local(options);
    std::printf("the buildings of %s: %zu triangles around (%.0f, %.0f, %.0f)\n", tiles[0].data(),
                mesh.indices.size() / 3, mesh.origin[0], mesh.origin[1], mesh.origin[2]);
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    try {
        build(argv[1]);
        list(argv[1]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
