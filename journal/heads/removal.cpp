#include "evenfold/journal/heads/removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

using chain::SequenceRange;

constexpr std::string_view removal_line = "evenfold/removal/v1";
constexpr std::string_view erasure_line = "evenfold/erasure/v1";
constexpr std::size_t text_lines = 8; // of a removal; an erasure has three more
constexpr std::size_t digest_digits_max = 128;

std::string to_text(std::span<const SequenceRange> ranges) {
    std::string text;
    for (const SequenceRange& range : ranges) {
        text += fmt::format(" {}", range.first);
        if (range.last != range.first) text += fmt::format("-{}", range.last);
    }
    return text;
}

std::uint64_t count_of(std::span<const SequenceRange> ranges) {
    std::uint64_t count = 0;
    for (const SequenceRange& range : ranges) count += range.last - range.first + 1;
    return count;
}

/// Returns the ranges whose text, with a space before each, is exactly `text`.
std::optional<std::vector<SequenceRange>> ranges_from(std::string_view text) {
    std::vector<SequenceRange> ranges;
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(word.size());
        const std::size_t dash_at = word.find('-');
        const auto first = number_from(word.substr(0, dash_at));
        const auto last = dash_at == std::string_view::npos ? first : number_from(word.substr(dash_at + 1));
        if (!first || !last) return std::nullopt;
        const bool is_single = *first == *last && dash_at == std::string_view::npos;
        const std::uint64_t before = ranges.empty() ? 0 : ranges.back().last;
        const bool is_after = ranges.empty() ? *first > 0 : (*first > before && *first - before > 1);
        if (!is_after || !(is_single || *first < *last)) return std::nullopt;
        ranges.push_back({*first, *last});
    }
    if (!text.empty() || ranges.empty()) return std::nullopt;
    return ranges;
}

std::string text_of(const SignedRemoval& removal) {
    std::string text =
        fmt::format("{}\n{}\nranges{}\ncount {}\nleaves {}\nby {}\nreason {}\ntime {}\n",
                    removal.erasure ? erasure_line : removal_line, removal.origin, to_text(removal.ranges),
                    count_of(removal.ranges), to_base64(chain::bytes_of(removal.leaves)), removal.by, removal.reason,
                    removal.time_s);
    if (removal.erasure)
        text += fmt::format("size {}\nbefore {}\nafter {}\n", removal.erasure->size, removal.erasure->before,
                            removal.erasure->after);
    return text;
}

bool is_digest(std::string_view text) {
    const auto is_digit = [](char one) { return (one >= '0' && one <= '9') || (one >= 'a' && one <= 'f'); };
    return !text.empty() && text.size() <= digest_digits_max && std::ranges::all_of(text, is_digit);
}

/// Takes the next line, and returns the part after `name`, or nullopt if the line has another name.
std::optional<std::string_view> take_field(std::string_view& text, std::string_view name) {
    auto line = take_line(text);
    if (!line || !line->starts_with(name)) return std::nullopt;
    line->remove_prefix(name.size());
    return line;
}

/// Reads the last three lines of an erasure, which names events up to `last`.
std::expected<DigestChange, NoteError> parse_digests(std::string_view& text, Sequence last) {
    const auto size = take_field(text, "size ").and_then(number_from);
    if (!size || *size < last) return malformed(text_lines + 1, "the size is not a number, or before a named event");
    const auto before = take_field(text, "before ");
    if (!before || !is_digest(*before)) return malformed(text_lines + 2, "the digest before is not hexadecimal");
    const auto after = take_field(text, "after ");
    if (!after || !is_digest(*after)) return malformed(text_lines + 3, "the digest after is not hexadecimal");
    return DigestChange{.size = *size, .before = std::string(*before), .after = std::string(*after)};
}

std::expected<SignedRemoval, NoteError> parse_removal(std::string_view text) {
    const auto label = take_line(text);
    if (label != removal_line && label != erasure_line)
        return malformed(1, fmt::format("a removal begins with '{}' or '{}'", removal_line, erasure_line));
    const auto origin = take_line(text);
    if (!origin || !is_signer_name(*origin)) return malformed(2, "the origin is not the name of a signer");
    auto ranges = take_field(text, "ranges").and_then(ranges_from);
    if (!ranges) return malformed(3, "the ranges are not ascending, or not written as '3-5 9'");
    const auto count = take_field(text, "count ").and_then(number_from);
    if (count != count_of(*ranges)) return malformed(4, "the count is not that of the ranges");
    const auto leaves = take_field(text, "leaves ").and_then(hash_from_base64);
    if (!leaves) return malformed(5, "the hash of the leaves is not the base64 of 32 bytes");
    const auto by = take_field(text, "by ");
    if (!by || by->empty()) return malformed(6, "the removal does not name its author");
    const auto reason = take_field(text, "reason ");
    if (!reason || reason->empty()) return malformed(7, "the removal states no reason");
    const auto time = take_field(text, "time ").and_then(number_from);
    if (!time) return malformed(text_lines, "the time is not a decimal number of seconds");
    std::optional<DigestChange> erasure;
    if (label == erasure_line) {
        auto digests = parse_digests(text, ranges->back().last);
        if (!digests) return std::unexpected(std::move(digests.error()));
        erasure = std::move(*digests);
    }
    const std::size_t lines = erasure ? text_lines + 3 : text_lines;
    if (!text.empty())
        return malformed(lines + 1, fmt::format("this removal has {} lines before its signatures", lines));
    return SignedRemoval{.origin = std::string(*origin),
                         .ranges = std::move(*ranges),
                         .leaves = *leaves,
                         .by = std::string(*by),
                         .reason = std::string(*reason),
                         .time_s = *time,
                         .erasure = std::move(erasure)};
}

} // namespace

std::expected<std::string, system::Failure> sign_removal(const SigningKey& key, const SignedRemoval& removal) {
    const auto invalid = [](std::string what) {
        return std::unexpected(system::Failure{.kind = system::FailureKind::invalid,
                                               .what = "the removal cannot be signed: " + std::move(what),
                                               .remedy = "correct the removal; nothing was written"});
    };
    if (removal.origin != key.verifier().name()) return invalid("its origin is not the name of the key");
    const std::string text = text_of(removal);
    if (!is_note_text(text, true)) return invalid("it is not UTF-8 without control characters");
    if (const auto read = parse_removal(text); !read) return invalid(heads::to_text(read.error()));
    auto line = signature_line(key, SignatureType::note, text, 0);
    if (!line) return line;
    std::string note = text + "\n" + *line;
    if (note.size() > note_bytes_max) return invalid(fmt::format("it has more than {} bytes", note_bytes_max));
    return note;
}

std::expected<SignedRemoval, NoteError> read_removal(std::string_view note, std::span<const VerifierKey> trusted) {
    const auto parsed = parse_note(note);
    if (!parsed) return std::unexpected(parsed.error());
    auto removal = parse_removal(parsed->text);
    if (!removal) return removal;
    const auto checked = check_signatures(*parsed, removal->origin, trusted);
    if (!checked) return std::unexpected(checked.error());
    if (!checked->has_note)
        return std::unexpected(NoteError{.kind = NoteErrorKind::missing_signature,
                                         .line = 0,
                                         .what = "the key of '" + removal->origin + "' has made no note signature"});
    return removal;
}

chain::RemovalStatement statement_of(const SignedRemoval& removal) {
    return {.origin = removal.origin, .ranges = removal.ranges, .leaves = removal.leaves, .distrust = {}};
}

chain::RemovalReader removal_reader(std::vector<VerifierKey> trusted) {
    return [trusted = std::move(trusted)](std::string_view note) {
        const auto removal = read_removal(note, trusted);
        if (removal) return statement_of(*removal);
        chain::RemovalStatement statement;
        statement.distrust = heads::to_text(removal.error());
        return statement;
    };
}

} // namespace evenfold::journal::heads
