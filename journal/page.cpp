#include "evenfold/journal/page.hpp"

#include <algorithm>

namespace evenfold::journal {

namespace {

constexpr std::size_t kept_bytes = 4096; // a record with a larger payload does not keep the memory of it

} // namespace

EventPage::EventPage(PageLimits limits)
    : limits_{.events = std::max<std::size_t>(limits.events, 1), .bytes = std::max<std::size_t>(limits.bytes, 1)} {}

void EventPage::clear() {
    record_count_ = 0;
    record_bytes_ = 0;
    payloads_.clear();
    if (bytes_.capacity() > 4 * limits_.bytes) bytes_ = {}; // one huge payload must not keep its memory for ever
    bytes_.clear();
}

bool EventPage::is_full() const {
    const std::size_t of_last = record_count_ == 0 ? 0 : records_[record_count_ - 1].data.size();
    return size() >= limits_.events || record_bytes_ + of_last + bytes_.size() >= limits_.bytes;
}

Record& EventPage::add_record() {
    if (record_count_ > 0) record_bytes_ += records_[record_count_ - 1].data.size();
    if (record_count_ == records_.size()) records_.emplace_back();
    Record& record = records_[record_count_++];
    record.removed = false;
    if (record.data.capacity() > kept_bytes) record.data = std::string();
    return record;
}

void EventPage::add(const Payload& payload) {
    const std::size_t type_begin = bytes_.size();
    const std::size_t data_begin = type_begin + payload.type.size();
    reserve(data_begin + payload.data.size());
    bytes_.insert(bytes_.end(), payload.type.begin(), payload.type.end());
    bytes_.insert(bytes_.end(), payload.data.begin(), payload.data.end());
    payloads_.push_back({.sequence = payload.sequence,
                         .type = {bytes_.data() + type_begin, payload.type.size()},
                         .type_version = payload.type_version,
                         .data = {bytes_.data() + data_begin, payload.data.size()},
                         .removed = payload.removed});
}

/// Reserves `bytes` bytes in total. When they move, the views are updated.
void EventPage::reserve(std::size_t bytes) {
    if (bytes <= bytes_.capacity()) return;
    constexpr std::size_t least = 4096;
    bytes_.reserve(std::max({bytes, 2 * bytes_.capacity(), least}));
    const char* at = bytes_.data();
    for (Payload& payload : payloads_) {
        payload.type = {at, payload.type.size()};
        payload.data = {at + payload.type.size(), payload.data.size()};
        at += payload.type.size() + payload.data.size();
    }
}

} // namespace evenfold::journal
