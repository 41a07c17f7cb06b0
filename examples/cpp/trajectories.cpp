// Writes a data set of trajectories, builds its hash tables with progress shown, and asks who is near whom.
//
//     trajectories FOLDER
//
// FOLDER gets the data set; one that is there from an earlier run is used again.
#include <cmath>
#include <cstdio>
#include <exception>
#include <groma.hpp>
#include <limits>
#include <vector>

namespace {

constexpr int trajectories = 1000;
constexpr int interval = 20; // time steps in a shard
constexpr int shards = 3;
constexpr float cell_size = 10.0f;

// Trajectory i goes round a circle of its own; every tenth begins with the second shard.
std::array<float, 3> position(int i, int step) {
    if (i % 10 == 9 && step < interval) {
        constexpr float none = std::numeric_limits<float>::quiet_NaN();
        return {none, none, none};
    }
    const double angle = 0.05 * step + i;
    return {static_cast<float>(i % 40 * 5.0 + 8.0 * std::cos(angle)),
            static_cast<float>(i / 40 * 8.0 + 8.0 * std::sin(angle)), static_cast<float>(i % 7)};
}

void write_data_set(std::string_view folder) {
    groma::shard_writer_options options;
    options.interval = interval;
    options.dataset_name = groma::str("circles");
    const auto writer = groma::shard_writer::create(folder, options);
    for (int shard = 0; shard < shards; ++shard) {
        std::vector<uint64_t> ids;
        std::vector<float> positions;
        for (int i = 0; i < trajectories; ++i) {
            ids.push_back(static_cast<uint64_t>(i) + 1);
            for (int k = 0; k < interval; ++k) {
                const auto p = position(i, shard * interval + k);
                positions.insert(positions.end(), p.begin(), p.end());
            }
        }
        writer.append(shard * interval, ids, positions);
    }
    writer.finish();
}

void build_tables(std::string_view folder) {
    groma::build_hash_tables_options options;
    options.cell_size = cell_size;
    // The callback comes from a thread of the job; false would stop it, and so would an exception.
    const auto job = groma::build_hash_tables_from_shards(folder, options, [](const groma_progress &progress) {
        std::printf("%s: %.0f %%\n", progress.phase, 100.0 * progress.fraction);
        return true;
    });
    job.wait();
    const groma_hash_tables_report report = job.hash_tables_report();
    std::printf("%llu tables of %llu samples\n", static_cast<unsigned long long>(report.tables),
                static_cast<unsigned long long>(report.samples));
}

void print(const groma::answer &answer) {
    for (const groma::trajectory found : answer) {
        const groma_sample &first = found.samples[0];
        std::printf("  trajectory %llu: %zu samples, the first at time step %d, %.2f away\n",
                    static_cast<unsigned long long>(found.id), found.samples.size(), static_cast<int>(first.time_step),
                    first.distance);
    }
}

void ask(std::string_view folder) {
    const auto dataset = groma::dataset::open(folder);
    auto result = groma::query_result::create(); // used again for one query after another
    std::printf("within 5 of (100, 100, 3) at time step 30:\n");
    print(dataset.query_radius(cell_size, 30, {100.0, 100.0, 3.0}, 5.0, result));
    std::printf("within 4 of trajectory 500 at any time:\n");
    print(dataset.query_trajectory(cell_size, 0, 59, 500, 4.0, result));
}

bool is_there(std::string_view folder) {
    try {
        groma::dataset::open(folder);
        return true;
    } catch (const groma::error &error) {
        if (error.status() != GROMA_NOT_FOUND) {
            throw;
        }
        return false;
    }
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    try {
        if (!is_there(argv[1])) {
            write_data_set(argv[1]);
        }
        build_tables(argv[1]);
        ask(argv[1]);
    } catch (const std::exception &error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
