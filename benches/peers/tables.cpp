// A plain implementation of the tables, to measure beside: the documented algorithm with the standard library alone, as
// the plugin that groma replaces has it. A hash map of cells for each time step, one lock per sample, a batch of three
// shards at a time. Its files are those of groma, byte for byte.
//
// c++ -O3 -march=native -std=c++17 -pthread tables.cpp -o tables
// ./tables DATASET CELL_SIZE OUTPUT THREADS

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace {

struct Shard {
    int first_step = 0;
    std::int32_t steps = 0, entries = 0;
    std::vector<char> bytes;

    std::size_t entry_size() const { return 16 + 12 * std::size_t(steps); }
    const char* entry(std::size_t n) const { return bytes.data() + 32 + n * entry_size(); }

    std::uint64_t id(std::size_t n) const { return at<std::uint64_t>(entry(n)); }
    bool has_samples(std::size_t n) const { return at<std::int32_t>(entry(n) + 12) != 0; }
    const float* position(std::size_t n, std::int32_t step) const {
        return reinterpret_cast<const float*>(entry(n) + 16 + 12 * std::size_t(step));
    }

    template <class T> static T at(const char* from) {
        T value;
        std::memcpy(&value, from, sizeof value);
        return value;
    }
};

Shard read(const std::filesystem::path& path) {
    Shard shard;
    shard.first_step = std::stoi(path.stem().string().substr(6));
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    shard.bytes.resize(file.tellg());
    file.seekg(0).read(shard.bytes.data(), shard.bytes.size());
    if (!file || shard.bytes.size() < 32) throw std::runtime_error("cannot read " + path.string());
    shard.steps = Shard::at<std::int32_t>(shard.bytes.data() + 12);
    shard.entries = Shard::at<std::int32_t>(shard.bytes.data() + 16);
    return shard;
}

bool is_missing(const float* p) { return std::isnan(p[0]) || std::isnan(p[1]) || std::isnan(p[2]); }

/// Calls `work` with 0, 1 ... count - 1 on so many threads.
void in_parallel(int threads, std::size_t count, const std::function<void(std::size_t)>& work) {
    std::atomic<std::size_t> next{0};
    std::vector<std::thread> pool;
    for (int n = 0; n < threads; ++n) {
        pool.emplace_back([&] {
            for (std::size_t i; (i = next++) < count;) work(i);
        });
    }
    for (auto& thread : pool) thread.join();
}

std::uint64_t spread(std::uint64_t value) {
    value &= 0x1fffff;
    value = (value | value << 32) & 0x1f00000000ffff;
    value = (value | value << 16) & 0x1f0000ff0000ff;
    value = (value | value << 8) & 0x100f00f00f00f00f;
    value = (value | value << 4) & 0x10c30c30c30c30c3;
    return (value | value << 2) & 0x1249249249249249;
}

struct Box {
    double min[3], max[3];
};

struct Step {
    std::mutex lock;
    std::unordered_map<std::uint64_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> cells;
};

void write(const std::filesystem::path& path, Step& step, std::uint32_t number, float cell_size, const Box& box) {
    std::vector<std::uint64_t> keys;
    for (const auto& cell : step.cells) keys.push_back(cell.first);
    std::sort(keys.begin(), keys.end());
    std::vector<char> table;
    const auto put = [&](const auto& value) {
        const char* bytes = reinterpret_cast<const char*>(&value);
        table.insert(table.end(), bytes, bytes + sizeof value);
    };
    std::uint32_t samples = 0;
    for (const auto key : keys) samples += std::uint32_t(step.cells[key].size());
    put(std::uint32_t(0x54534854)), put(std::uint32_t(1)), put(number), put(cell_size);
    for (const double v : box.min) put(float(v));
    for (const double v : box.max) put(float(v));
    put(std::uint32_t(keys.size())), put(samples);
    table.resize(64);
    std::uint32_t start = 0;
    for (const auto key : keys) {
        auto& ids = step.cells[key];
        // Threads brought them in any order.
        std::sort(ids.begin(), ids.end());
        put(key), put(start), put(std::uint32_t(ids.size()));
        start += std::uint32_t(ids.size());
    }
    for (const auto key : keys) {
        for (const auto& id : step.cells[key]) put(id.second);
    }
    std::ofstream file(path, std::ios::binary);
    if (!file.write(table.data(), table.size())) throw std::runtime_error("cannot write " + path.string());
}

void run(const std::filesystem::path& data, float cell_size, const std::filesystem::path& output, int threads) {
    std::vector<std::pair<int, std::filesystem::path>> shards;
    for (const auto& file : std::filesystem::directory_iterator(data)) {
        const auto name = file.path().filename().string();
        if (name.rfind("shard-", 0) == 0) shards.emplace_back(std::stoi(name.substr(6)), file.path());
    }
    std::sort(shards.begin(), shards.end());

    Box box;
    std::fill(box.min, box.min + 3, INFINITY), std::fill(box.max, box.max + 3, -INFINITY);
    std::mutex lock;
    in_parallel(threads, shards.size(), [&](std::size_t n) {
        const Shard shard = read(shards[n].second);
        Box own;
        std::fill(own.min, own.min + 3, INFINITY), std::fill(own.max, own.max + 3, -INFINITY);
        for (std::int32_t entry = 0; entry < shard.entries; ++entry) {
            for (std::int32_t step = 0; step < shard.steps; ++step) {
                const float* p = shard.position(entry, step);
                if (is_missing(p)) continue;
                for (int d = 0; d < 3; ++d) {
                    own.min[d] = std::min(own.min[d], double(p[d])), own.max[d] = std::max(own.max[d], double(p[d]));
                }
            }
        }
        const std::lock_guard<std::mutex> guard(lock);
        for (int d = 0; d < 3; ++d) {
            box.min[d] = std::min(box.min[d], own.min[d]), box.max[d] = std::max(box.max[d], own.max[d]);
        }
    });
    for (int d = 0; d < 3; ++d) box.min[d] -= 1.0, box.max[d] += 1.0;

    char name[64];
    std::snprintf(name, sizeof name, "cellsize_%.3f", double(cell_size));
    const auto folder = output / "spatial_hashing" / name;
    std::filesystem::create_directories(folder);
    for (std::size_t first = 0; first < shards.size(); first += 3) {
        std::vector<Shard> batch;
        for (std::size_t n = first; n < std::min(first + 3, shards.size()); ++n) batch.push_back(read(shards[n].second));
        std::vector<std::pair<const Shard*, std::int32_t>> entries;
        std::vector<std::unique_ptr<Step>> steps;
        std::vector<int> numbers;
        std::vector<std::size_t> first_of;
        for (const auto& shard : batch) {
            first_of.push_back(steps.size());
            for (std::int32_t step = 0; step < shard.steps; ++step) {
                steps.push_back(std::make_unique<Step>());
                numbers.push_back(shard.first_step + step);
            }
            for (std::int32_t entry = 0; entry < shard.entries; ++entry) entries.emplace_back(&shard, entry);
        }
        in_parallel(threads, entries.size(), [&](std::size_t n) {
            const auto [shard, entry] = entries[n];
            if (!shard->has_samples(entry)) return;
            for (std::int32_t k = 0; k < shard->steps; ++k) {
                const float* p = shard->position(entry, k);
                if (is_missing(p)) continue;
                std::uint64_t key = 0;
                for (int d = 0; d < 3; ++d) {
                    const double cell = std::floor((double(p[d]) - box.min[d]) / double(cell_size));
                    key |= spread(std::uint64_t(std::clamp(cell, 0.0, 2097151.0))) << d;
                }
                Step& step = *steps[first_of[shard - batch.data()] + k];
                const std::lock_guard<std::mutex> guard(step.lock);
                step.cells[key].emplace_back(entry, std::uint32_t(shard->id(entry)));
            }
        });
        in_parallel(threads, steps.size(), [&](std::size_t n) {
            if (steps[n]->cells.empty()) return;
            char name[64];
            std::snprintf(name, sizeof name, "timestep_%05u.bin", unsigned(numbers[n]));
            write(folder / name, *steps[n], std::uint32_t(numbers[n]), cell_size, box);
        });
    }
}

}  // namespace

int main(int count, char** arguments) try {
    if (count != 5) throw std::runtime_error("usage: tables DATASET CELL_SIZE OUTPUT THREADS");
    run(arguments[1], std::stof(arguments[2]), arguments[3], std::stoi(arguments[4]));
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0) std::cout << "{\"process_peak_bytes\": " << std::stoull(line.substr(6)) * 1024 << "}\n";
    }
} catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 1;
}
