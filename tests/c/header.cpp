// The header is valid C++17, and its calls link from C++.
#include "groma.h"
// Whoever includes it again gets nothing twice.
#include "groma.h"

#include <string_view>
#include <type_traits>

static_assert(std::is_standard_layout_v<groma_build_hash_tables_options>);
static_assert(std::is_trivially_copyable_v<groma_hash_tables_report>);
static_assert(sizeof(groma_error) == 512);

int main() {
    const groma_str version = groma_version();
    groma_build_hash_tables_options options;
    const bool filled = groma_build_hash_tables_options_init(&options, sizeof options) == GROMA_OK;
    return std::string_view(version.data, version.size) == GROMA_VERSION && filled ? 0 : 1;
}
