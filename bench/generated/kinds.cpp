#include "evenfold/bench/generated/kinds.hpp"

#include <fmt/format.h>

namespace evenfold::bench {

std::string rare_kinds_warning(const std::vector<std::string>& kinds, std::size_t least) {
    if (kinds.empty()) return {};
    return fmt::format("the generated log has fewer than {} events of these kinds: {}", least, fmt::join(kinds, ", "));
}

std::string missing_kinds_warning(const std::vector<std::string>& kinds) {
    if (kinds.empty()) return {};
    return fmt::format("not compared, because the log has no such events: {}", fmt::join(kinds, ", "));
}

} // namespace evenfold::bench
