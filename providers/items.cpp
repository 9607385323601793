#include "evenfold/providers/items.hpp"

#include <fmt/format.h>

#include <utility>

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::provider::Notice;

void Items::add(Item item) {
    items_.push_back(std::move(item));
}

void Items::pass_over() {
    ++passed_.unknown_events;
}

void Items::unreadable(Place place, std::string_view why) {
    ++passed_.unreadable_lines;
    add(Notice{.level = NoticeLevel::warning,
               .text = fmt::format("line {} (byte {}) was passed over: {}", place.line, place.offset, why)});
}

void Items::repaired(Place place) {
    ++passed_.repaired_lines;
    add(Notice{.level = NoticeLevel::warning,
               .text = fmt::format("line {} (byte {}) held damaged characters; they were replaced", place.line,
                                   place.offset)});
}

std::span<const Item> Items::after(std::size_t count) const {
    return std::span(items_).subspan(count);
}

std::size_t Items::size() const {
    return items_.size();
}

const Passed& Items::passed() const {
    return passed_;
}

std::vector<Item> Items::take() {
    return std::exchange(items_, {});
}

} // namespace evenfold::providers
