#include "evenfold/providers/wire/split_surrogates.hpp"

#include <utility>

#include "evenfold/providers/wire/json_text.hpp"

namespace evenfold::providers {

namespace {

constexpr std::size_t escape_bytes = 6; // \ud83d

/// Returns whether the text at `at` is a `\u` escape of a surrogate whose second digit is one of `digits`.
bool is_surrogate_escape(std::string_view text, std::size_t at, std::string_view digits) {
    const std::string_view escape = text.substr(at, escape_bytes);
    return escape.size() == escape_bytes && escape.starts_with("\\u") && (escape[2] == 'd' || escape[2] == 'D') &&
           digits.find(escape[3]) != std::string_view::npos;
}

/// Returns whether `text` contains the escape of a surrogate, or characters that look like one.
bool has_surrogate_escape(std::string_view text) {
    for (std::size_t at = text.find('\\'); at != std::string_view::npos; at = text.find('\\', at + 1)) {
        const std::string_view escape = text.substr(at, 3);
        if (escape == "\\ud" || escape == "\\uD") return true;
    }
    return false;
}

/// Returns the string, with its quotes, that the delta of an event adds; empty if there is none.
std::string_view delta_text(std::string_view text) {
    // Fast path, because most lines contain no surrogate.
    if (!has_surrogate_escape(text)) return {};
    const std::string_view inner = member_text(text, "event");
    const std::string_view delta = member_text(inner.empty() ? text : inner, "delta");
    for (const std::string_view key : {"text", "thinking", "partial_json"}) {
        const std::string_view added = member_text(delta, key);
        if (added.starts_with('"')) return added;
    }
    return {};
}

/// Returns whether the delta in `text`, or in its member `event`, ends inside a surrogate pair.
bool ends_in_surrogate_pair(std::string_view text) {
    const std::string_view added = delta_text(text);
    if (added.size() < escape_bytes + 2) return false;
    const std::size_t at = added.size() - 1 - escape_bytes;
    const std::size_t before = added.find_last_not_of('\\', at - 1);
    const bool is_escape = (at - 1 - before) % 2 == 0; // and not an escaped backslash
    return is_escape && is_surrogate_escape(added, at, "89abAB");
}

/// Moves the high surrogate at the end of `first` to `second`, if the delta in `second` begins with the low one.
void join_surrogate_pair(std::string& first, std::string& second) {
    const std::string_view begun = delta_text(first);
    const std::string_view rest = delta_text(second);
    if (!ends_in_surrogate_pair(first) || rest.empty() || !is_surrogate_escape(rest, 1, "cdefCDEF")) return;
    const auto from = static_cast<std::size_t>(begun.data() - first.data()) + begun.size() - 1 - escape_bytes;
    const auto to = static_cast<std::size_t>(rest.data() - second.data()) + 1;
    second.insert(to, first.substr(from, escape_bytes));
    first.erase(from, escape_bytes);
}

} // namespace

std::optional<std::string_view> SurrogateJoiner::feed(std::string_view text, std::string_view name,
                                                      SourcePosition position, const PendingLineCallback& callback) {
    if (pending_) {
        joined_ = text;
        join_surrogate_pair(pending_->text, joined_);
        text = joined_;
        flush(callback);
    }
    if (!ends_in_surrogate_pair(text) || text.find('\n') != std::string_view::npos) return text;
    pending_ = PendingLine{.name = std::string(name), .text = std::string(text), .position = position};
    return std::nullopt;
}

void SurrogateJoiner::flush(const PendingLineCallback& callback) {
    if (!pending_) return;
    const PendingLine line = *std::exchange(pending_, std::nullopt);
    callback(line);
}

} // namespace evenfold::providers
