// groma.hpp with exceptions: every kind of handle, what callbacks throw, and a translation unit without exceptions
// beside it. The only argument is an empty folder to work in.
#include "groma.hpp"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <stdexcept>

int without_exceptions(const char *folder);

static int failures = 0;

static void check(bool ok, const char *what, int line) {
    if (!ok) {
        ++failures;
        std::printf("line %d: %s\n", line, what);
    }
}

#define CHECK(condition) check((condition), #condition, __LINE__)

template <class Call> static int32_t status_of(Call call) {
    try {
        call();
        return GROMA_OK;
    } catch (const groma::error &error) {
        CHECK(std::strlen(error.what()) > 5);
        return error.status();
    }
}

constexpr int trajectories = 100, steps = 6;

static void write(const std::string &folder) {
    groma::shard_writer_options options;
    CHECK(status_of([&] { groma::shard_writer::create(folder, options); }) == GROMA_INVALID_ARGUMENT);
    options.interval = steps;
    auto writer = groma::shard_writer::create(folder, options);
    std::vector<uint64_t> ids;
    std::vector<float> positions;
    for (int i = 0; i < trajectories; ++i) {
        ids.push_back(static_cast<uint64_t>(i));
        for (int k = 0; k < steps; ++k) {
            positions.insert(positions.end(), {static_cast<float>(i), static_cast<float>(k), 0.0f});
        }
    }
    writer.append(0, ids, positions);
    CHECK(status_of([&] { writer.append(0, ids, std::vector<float>(3)); }) == GROMA_INVALID_ARGUMENT);
    const groma::shard_writer moved = std::move(writer);
    CHECK(moved && !writer);
    moved.finish();
}

static void build(const std::string &folder) {
    groma::build_hash_tables_options options;
    options.cell_size = 5.0f;
    int calls = 0, messages = 0;
    groma::log_to([&](int32_t, std::string_view, std::string_view) { ++messages; }, GROMA_LOG_DEBUG);
    groma::job job = groma::build_hash_tables_from_shards(folder, options, [&](const groma_progress &progress) {
        calls += progress.fraction <= 1.0 ? 1 : 1000;
        return true;
    });
    while (!job.wait_for(std::chrono::milliseconds(1))) {
    }
    groma::log_to({}, GROMA_LOG_OFF);
    CHECK(calls > 0 && calls < 1000 && messages > steps);
    CHECK(job.poll().finished == 1 && job.hash_tables_report().tables == steps);
    CHECK(job.report_json().find("\"tables\":6") != std::string::npos);
    CHECK(status_of([&] { job.merge_report(); }) == GROMA_INVALID_ARGUMENT);

    options.cell_size = 6.0f;
    job = groma::build_hash_tables_from_shards(folder, options, [](const groma_progress &) { return false; });
    CHECK(status_of([&] { job.wait(); }) == GROMA_CANCELLED);

    // What a callback throws stops the job and comes out of wait, not out of the library.
    job = groma::build_hash_tables_from_shards(folder, options,
                                               [](const groma_progress &) -> bool { throw std::runtime_error("mine"); });
    std::string thrown;
    try {
        job.wait();
    } catch (const std::runtime_error &error) {
        thrown = error.what();
    }
    CHECK(thrown == "mine");
    CHECK(status_of([&] { groma::build_hash_tables_from_shards(folder + "/none", options).wait(); }) == GROMA_NOT_FOUND);
}

static void ask(const std::string &folder) {
    const auto data = groma::dataset::open(folder);
    CHECK(data.get_info().trajectories == trajectories && data.table_steps(5.0f).size() == steps);
    CHECK(data.missing_steps(5.0f, 0, steps - 1).empty() && data.missing_steps(7.0f, 0, 1).size() == 2);
    CHECK(data.positions(3, 0, 1) == std::vector<float>({3, 0, 0, 3, 1, 0}));
    CHECK(status_of([&] { data.positions(3, 5, 4); }) == GROMA_INVALID_ARGUMENT);
    CHECK(status_of([&] { data.positions(3, 0, INT32_MAX); }) == GROMA_INVALID_ARGUMENT);

    auto result = groma::query_result::create();
    CHECK(result.get_view().size() == 0);
    std::size_t found = 0;
    for (const groma::trajectory one : data.query_radius(5.0f, 2, {50.0, 2.0, 0.0}, 3.0, result)) {
        CHECK(one.id == 47 + found && one.samples.size() == 1 && one.samples[0].time_step == 2);
        CHECK(one.samples[0].distance == std::fabs(50.0 - static_cast<double>(one.id)));
        ++found;
    }
    CHECK(found == 7 && result.get_view()[0].ids()[6] == 53);
    const auto dual = data.query_dual_radius(5.0f, 2, {50.0, 2.0, 0.0}, 1.0, 3.0, result);
    CHECK(dual.size() == 2 && dual[0].size() == 3 && dual[1].size() == 7);
    CHECK(data.query_time_range(5.0f, 0, 5, {50.0, 0.0, 0.0}, 2.0, result)[2].samples.size() == 3);
    CHECK(data.query_trajectory(5.0f, 0, 5, 10, 1.0, result).size() == 2);
    const std::vector<int32_t> path_steps = {0, 1};
    const std::vector<groma::point> path = {{10.0, 0.0, 0.0}, {10.0, 1.0, 0.0}};
    CHECK(data.query_path(5.0f, path_steps, path, 1.0, result).size() == 3);
    const std::vector<int32_t> steps_with_gap = {0, 2};
    const std::vector<groma::point> path_with_gap = {{10.0, 0.0, 0.0}, {10.0, 2.0, 0.0}};
    const auto around_gap = data.query_path(5.0f, steps_with_gap, path_with_gap, 1.0, result)[0].samples;
    CHECK(around_gap.size() == 3 && std::isinf(around_gap[1].distance) && around_gap[2].distance == 1.0);
    CHECK(data.query_nearest(5.0f, 0, {-4.0, 0.0, 0.0}, 3, result)[0].id == 0);
    std::size_t of_batch = 0;
    for (const groma::answer one : data.query_radius_batch(5.0f, 0, path, 1.5, result)) { of_batch += one.size(); }
    CHECK(of_batch == 6);
    CHECK(status_of([&] { data.query_radius(5.0f, 2, {0.0, 0.0, 0.0}, -1.0, result); }) == GROMA_INVALID_ARGUMENT);
    CHECK(status_of([&] { data.query_radius(9.0f, 2, {0.0, 0.0, 0.0}, 1.0, result); }) == GROMA_NOT_FOUND);

    const groma::job jobs[] = {data.query_radius_async(5.0f, 2, {50.0, 2.0, 0.0}, 3.0),
                               data.query_dual_radius_async(5.0f, 2, {50.0, 2.0, 0.0}, 1.0, 3.0),
                               data.query_time_range_async(5.0f, 0, 5, {50.0, 0.0, 0.0}, 2.0),
                               data.query_trajectory_async(5.0f, 0, 5, 10, 1.0)};
    const std::size_t sizes[] = {7, 3, 5, 2};
    for (int n = 0; n < 4; ++n) {
        jobs[n].wait();
        CHECK(jobs[n].query_view()[0].size() == sizes[n]);
    }
    groma::query query;
    query.cell_size = 5.0f;
    query.first_step = query.last_step = 0;
    query.points = path[0].data();
    query.point_count = path.size();
    query.radius = 1.5;
    const auto values = data.query(query, result);
    CHECK(values.size() == 2 && values[0].size() == 3 && values[0][0].images.size() == 0);
    const groma::job asked = data.query_async(query);
    asked.wait();
    CHECK(asked.query_view().size() == 2);
    data.set_periodic({100.0, 0.0, 0.0});
    const auto periodic = data.query_radius(5.0f, 2, {0.0, 2.0, 0.0}, 1.0, result);
    CHECK(periodic.size() > 2 && periodic[periodic.size() - 1].images[0] == 0xff);
    data.set_not_periodic();
    const groma::job more[] = {data.query_path_async(5.0f, path_steps, path, 1.0),
                               data.query_nearest_async(5.0f, 0, {-4.0, 0.0, 0.0}, 3),
                               data.query_radius_batch_async(5.0f, 0, path, 1.5),
                               data.query_nearest_batch_async(5.0f, 0, path, 3)};
    for (const groma::job &job : more) {
        job.wait();
        CHECK(job.query_view()[0].size() == 3);
    }
    CHECK(data.query_nearest_batch(5.0f, 0, path, 4, result)[1].size() == 4);
    CHECK(data.cell_sizes() == std::vector<float>({5.0f}));
    CHECK(data.get_memory_stats().tables > 0);
    data.unload(5.0f);
    data.unload_all();
    CHECK(data.get_memory_stats().tables == 0);

    const auto table = groma::hash_table::open(folder + "/spatial_hashing/cellsize_5.000/timestep_00002.bin");
    CHECK(table.get_info().samples == trajectories);
    // The box begins 1 before the data: 50 is in the cell of 49 to 53.
    CHECK(table.cell_at({50.0, 2.0, 0.0}).size() == 5 && table.cell(10, 0, 0)[0] == 49);
    CHECK(table.candidates({50.0, 2.0, 0.0}, 3.0).size() >= 7);
    CHECK(groma::cell_of_position({50.0, 2.0, 0.0}, {-1.0, -1.0, -1.0}, 5.0f)[0] == 10);
    CHECK(groma::cell_key({1, 0, 0}) == 1 && groma::cell_key({0, 1, 0}) == 2);
}

static void make_city(const std::string &folder) {
    groma::generate_city_options city;
    city.buildings = 30;
    const groma::rectangle bounds = groma::generate_city(folder, city);
    const std::string footprints = folder + "/footprints.geojson", terrain = folder + "/terrain.tif";
    groma::city_input input;
    input.footprints_file = groma::str(footprints);
    input.terrain_file = groma::str(terrain);
    const groma::city_measures measures = groma::measure_city(input);
    CHECK(measures.bounds == bounds && measures.edge_pieces_per_km2 > 0.0);
    CHECK(groma::calculate_optimal_tile_size(measures, 0.5).tile_size >= 250.0);
    CHECK(!groma::should_use_tiling(measures, 1.0));

    const std::string store_folder = folder + "/tiles";
    groma::build_city_mesh_options options;
    options.tile_size = 250.0;
    uint64_t told = 0;
    const auto job = groma::build_city_mesh_tiled(input, store_folder, options, {},
                                                  [&](std::string_view, uint64_t triangles) { told += triangles; });
    job.wait();
    CHECK(told > 0 && told == job.city_report().triangles);

    const auto store = groma::mesh_store::open(store_folder);
    CHECK(store.get_metadata().find("\"city\"") != std::string::npos && store.total_stats().triangles == told);
    uint64_t listed = 0;
    const auto tiles = store.list_tiles();
    for (const std::string_view name : tiles) {
        const auto tile = store.get_tile(name);
        const groma_mesh_tile_view view = tile.get_view();
        CHECK(groma::faces(view).size() == 3 * groma::markers(view).size());
        CHECK(groma::vertices(view).size() == 3 * view.vertex_count && store.tile_info(name).triangles == view.face_count);
        groma::local_options local;
        local.normals = 1;
        const groma::local_mesh mesh = tile.read_local(local);
        CHECK(mesh.normals.size() == mesh.positions.size() && mesh.markers.size() == view.face_count);
        CHECK(tile.local_size().triangle_count == view.face_count);
        listed += view.face_count;
    }
    CHECK(listed == told);
    const std::array<uint32_t, 1> parts = {GROMA_PART_GROUND};
    const auto reading = store.get_tile_async(tiles[0], parts);
    reading.wait();
    CHECK(reading.take_tile().get_view().face_count > 0);
    CHECK(status_of([&] { reading.take_tile(); }) == GROMA_NOT_FOUND);

    const auto merge = groma::mesh_store_merge(store_folder, folder + "/city.ply");
    merge.wait();
    CHECK(merge.merge_report().triangles == told);
    const auto sound = groma::mesh_store_check(store_folder);
    sound.wait();
    CHECK(sound.check_report().sound == 1);
    const auto exported = groma::mesh_store_export(store_folder, folder + "/glb");
    exported.wait();
    CHECK(exported.exported_tiles() == tiles.size());
}

static void keep_tiles_and_arrays(const std::string &folder) {
    const auto store = groma::mesh_store::create(folder + "/own", "{\"mine\": 1}");
    const std::vector<double> vertices = {0, 0, 0, 1, 0, 0, 0, 1, 0};
    const std::vector<uint32_t> faces = {0, 1, 2};
    store.add_tile("a", vertices, faces);
    store.add_tile("b", vertices, faces, std::vector<int32_t>{7});
    CHECK(status_of([&] { store.add_tile("c", vertices, faces, std::vector<int32_t>(9)); }) == GROMA_INVALID_ARGUMENT);
    CHECK(status_of([&] { store.add_tile("c", std::vector<double>(11), faces); }) == GROMA_INVALID_ARGUMENT);
    CHECK(groma::markers(store.get_tile("b").get_view())[0] == 7);
    store.remove_tile("a");
    CHECK(store.list_tiles().size() == 1);
    store.clear();
    CHECK(store.list_tiles().empty());
    store.remove();

    const std::string path = folder + "/array";
    const std::vector<uint64_t> shape = {3, 4};
    {
        const auto array = groma::mapped_array::create<float>(path, shape);
        const groma::span<float> elements = array.elements<float>();
        CHECK(elements.size() == 12 && array.elements<double>().empty());
        elements[11] = 2.5f;
        array.flush();
    }
    const auto array = groma::mapped_array::open(path, false);
    CHECK(array.data().dimensions == 2 && array.elements<const float>()[11] == 2.5f && array.elements<float>().empty());
}

int main(int argc, char **argv) {
    if (argc != 2) { return 2; }
    const std::string folder = argv[1];
    CHECK(groma::version() == GROMA_VERSION && groma::abi_version() == GROMA_ABI_VERSION);
    CHECK(groma::status_name(GROMA_BUSY) == "busy");
    write(folder + "/data");
    build(folder + "/data");
    ask(folder + "/data");
    make_city(folder + "/city");
    keep_tiles_and_arrays(folder);
    failures += without_exceptions((folder + "/data").c_str());
    std::printf("%d failures\n", failures);
    return failures == 0 ? 0 : 1;
}
