#include "evenfold/cli/signing/named_events.hpp"

#include <charconv>
#include <optional>
#include <set>
#include <string_view>

namespace evenfold::cli {
namespace {

constexpr Sequence range_max = 1'000'000;

std::optional<Sequence> sequence_from(std::string_view text) {
    Sequence sequence = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
    if (error != std::errc() || end != text.data() + text.size() || sequence == 0) return std::nullopt;
    return sequence;
}

} // namespace

std::expected<std::vector<Sequence>, std::string> named_events(const std::vector<std::string>& texts) {
    std::set<Sequence> sequences;
    for (const std::string& text : texts) {
        const std::size_t dash = text.find('-');
        const auto first = sequence_from(std::string_view(text).substr(0, dash));
        const auto last = dash == std::string::npos ? first : sequence_from(std::string_view(text).substr(dash + 1));
        if (!first || !last || *last < *first || *last - *first >= range_max) return std::unexpected(text);
        for (Sequence sequence = *first; sequence <= *last; ++sequence) sequences.insert(sequence);
    }
    return std::vector<Sequence>(sequences.begin(), sequences.end());
}

} // namespace evenfold::cli
