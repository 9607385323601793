/// The last verified event of each stream, in bounded memory.
/// Shapes: a table that is emptied when it has too many streams; a stream that is missing is looked up in the source,
/// among the events that the pass has verified before.
#pragma once

#include <cstddef>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"

namespace evenfold::journal::chain {

struct StreamTail {
    StreamVersion version = 0;
    std::optional<Hash> mac; // absent: there is no event, or it is not signed
};

class StreamTails {
public:
    /// The source must outlive it.
    explicit StreamTails(ChainSource& source, std::size_t streams_max = 65'536)
        : source_(&source), streams_max_(streams_max) {}

    /// Returns the last event of the row's stream, if the row has the next version; else some other version.
    [[nodiscard]] std::expected<StreamTail, VerifyStop> before(const EventRow& row, Sequence due);

    /// Returns whether an event before `due` has the row's stream and version.
    [[nodiscard]] std::expected<bool, VerifyStop> has(const EventRow& row, Sequence due);

    void set(std::string_view stream, StreamTail tail);

private:
    [[nodiscard]] std::expected<std::optional<LinkPosition>, VerifyStop>
    find(std::string_view stream, StreamVersion version, Sequence due);
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
    };

    ChainSource* source_;
    std::size_t streams_max_;
    std::unordered_map<std::string, StreamTail, TextHash, std::equal_to<>> tails_;
};

} // namespace evenfold::journal::chain
