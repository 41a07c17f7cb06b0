// groma.hpp without exceptions: calls give results.
#include "groma.hpp"

#include <cstdio>
#include <cstring>

int without_exceptions(const char *folder);

int without_exceptions(const char *folder) {
    int failures = 0;
    const auto check = [&](bool ok, int line) {
        if (!ok) {
            ++failures;
            std::printf("line %d of wrapper_results.cpp\n", line);
        }
    };
    const auto none = groma::dataset::open("no such folder");
    check(!none && none.error().status() == GROMA_NOT_FOUND, __LINE__);
    check(!none && std::strstr(none.error().what(), "no such folder") != nullptr, __LINE__);

    const auto data = groma::dataset::open(folder);
    auto result = groma::query_result::create();
    check(data && result, __LINE__);
    if (data && result) {
        const auto answer = data->query_radius(5.0f, 2, {50.0, 2.0, 0.0}, 3.0, *result);
        check(answer && answer->size() == 7, __LINE__);
        const groma::result<void> unloaded = data->unload_all();
        check(static_cast<bool>(unloaded), __LINE__);
    }
    groma::build_hash_tables_options options;
    options.cell_size = 8.0f;
    const auto job = groma::build_hash_tables_from_shards(folder, options, [](const groma_progress &) { return false; });
    check(static_cast<bool>(job), __LINE__);
    if (job) {
        const groma::result<void> end = job->wait();
        check(!end && end.error().status() == GROMA_CANCELLED, __LINE__);
    }
    return failures;
}
