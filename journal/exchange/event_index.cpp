#include "evenfold/journal/exchange/event_index.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "evenfold/journal/chain/hash.hpp"

namespace evenfold::journal::exchange {
namespace {

/// SHA-256, so that the author of a file cannot choose many events with one hash.
std::uint64_t index_hash(std::string_view stream, StreamVersion version) {
    std::string number;
    chain::append_u64(number, version);
    const chain::Hash hash = chain::hash_of(number, stream);
    std::uint64_t first = 0;
    std::memcpy(&first, hash.data(), sizeof first);
    return first;
}

} // namespace

void EventIndex::add(std::string_view stream, StreamVersion version, std::uint64_t byte) {
    events_.push_back({.hash = index_hash(stream, version), .byte = byte});
}

void EventIndex::sort() {
    std::ranges::sort(events_);
}

std::span<const IndexedEvent> EventIndex::find(std::string_view stream, StreamVersion version) const {
    const auto found = std::ranges::equal_range(events_, index_hash(stream, version), {}, &IndexedEvent::hash);
    return {found.begin(), found.end()};
}

} // namespace evenfold::journal::exchange
