/// The result of one check of a verification: nothing, or the reason to stop.
/// Shapes: a `ChainBreak` ends the pass with a report, a `Failure` without one.
#pragma once

#include <expected>
#include <string>
#include <utility>
#include <variant>

#include "evenfold/journal/chain/report.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::chain {

using VerifyStop = std::variant<ChainBreak, system::Failure>;
using Checked = std::expected<void, VerifyStop>;

/// Returns the stop at `broken_at`.
[[nodiscard]] inline std::unexpected<VerifyStop> broken(BreakReason reason, Sequence broken_at, std::string detail) {
    return std::unexpected<VerifyStop>(
        ChainBreak{.reason = reason, .broken_at = broken_at, .stream = {}, .version = 0, .detail = std::move(detail)});
}

[[nodiscard]] inline std::unexpected<VerifyStop> failed(system::Failure failure) {
    return std::unexpected<VerifyStop>(std::move(failure));
}

/// One row ahead of the pass.
template <class Row>
struct RowAhead {
    Row row;
    bool is_loaded = false; // the row was read, or there is none
    bool exists = false;

    /// Reads the next row with `next`, unless one waits. Returns whether there is one.
    template <class Next>
    [[nodiscard]] std::expected<bool, VerifyStop> load(const Next& next) {
        if (is_loaded) return exists;
        auto read = next(row);
        if (!read) return failed(std::move(read.error()));
        is_loaded = true;
        exists = *read;
        return exists;
    }
    void pass() { is_loaded = false; }
};

} // namespace evenfold::journal::chain
