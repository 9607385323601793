#include "evenfold/journal/chain/verifying/streams.hpp"

#include <utility>

namespace evenfold::journal::chain {

std::expected<std::optional<LinkPosition>, VerifyStop>
StreamTails::find(std::string_view stream, StreamVersion version, Sequence due) {
    auto found = source_->find(stream, version);
    if (!found) return failed(std::move(found.error()));
    if (*found && (*found)->sequence >= due) return std::nullopt;
    return std::move(*found);
}

std::expected<StreamTail, VerifyStop> StreamTails::before(const EventRow& row, Sequence due) {
    const auto known = tails_.find(std::string_view(row.stream));
    if (known != tails_.end()) return known->second;
    if (row.version <= 1) return StreamTail{};
    const auto found = find(row.stream, row.version - 1, due);
    if (!found) return std::unexpected(found.error());
    if (!*found) return StreamTail{};
    return StreamTail{.version = row.version - 1, .mac = hash_from((*found)->mac)};
}

std::expected<bool, VerifyStop> StreamTails::has(const EventRow& row, Sequence due) {
    const auto known = tails_.find(std::string_view(row.stream));
    if (known != tails_.end()) return row.version <= known->second.version && row.version > 0;
    const auto found = find(row.stream, row.version, due);
    if (!found) return std::unexpected(found.error());
    return found->has_value();
}

void StreamTails::set(std::string_view stream, StreamTail tail) {
    const auto known = tails_.find(stream);
    if (known != tails_.end()) {
        known->second = tail;
        return;
    }
    if (tails_.size() >= streams_max_) tails_.clear();
    tails_.emplace(stream, tail);
}

} // namespace evenfold::journal::chain
