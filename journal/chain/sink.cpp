#include "evenfold/journal/chain/sink.hpp"

#include <fmt/format.h>

namespace evenfold::journal::chain {
namespace {

system::Failure
other_journal(std::string_view place, std::string_view what, std::string_view theirs, std::string_view ours) {
    return {.kind = system::FailureKind::invalid,
            .what = fmt::format("{}: the rows are of the {} {}, and the journal is of {}", place, what, theirs, ours),
            .remedy = "Import into the journal of that name, or into a new one."};
}

} // namespace

std::expected<void, system::Failure>
check_same_journal(const ChainStart& start, const ChainNames& names, std::string_view place) {
    if (names.origin != start.origin)
        return std::unexpected(other_journal(place, "journal", start.origin, names.origin));
    if (names.domain != start.domain)
        return std::unexpected(other_journal(place, "domain", start.domain, names.domain));
    return {};
}

} // namespace evenfold::journal::chain
