#include "evenfold/tests/support/shown.hpp"

#include <fmt/format.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::orchestration::tests {
namespace {

constexpr std::size_t shown_bytes_max = 600; // enough to see a difference, too little to drown it

template <class Value>
std::string written(const Value& value) {
    std::string text = codec::encode(value);
    if (text.size() <= shown_bytes_max) return text;
    const std::size_t size = text.size();
    text.resize(shown_bytes_max);
    return fmt::format("{}... ({} bytes)", text, size);
}

} // namespace

std::string shown(const Command& command) {
    return written(command);
}

std::string shown(const Event& event) {
    return written(event);
}

std::string shown(const Error& error) {
    return written(error);
}

std::string shown(const Effect& effect) {
    return written(effect);
}

std::string shown(std::span<const Event> events) {
    if (events.empty()) return "  (nothing)\n";
    std::string lines;
    for (std::size_t i = 0; i < events.size(); ++i) lines += fmt::format("  {}. {}\n", i + 1, shown(events[i]));
    return lines;
}

} // namespace evenfold::orchestration::tests
