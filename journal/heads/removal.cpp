#include "evenfold/journal/heads/removal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "evenfold/journal/heads/text_forms.hpp"

namespace evenfold::journal::heads {
namespace {

using chain::ReplacedPayload;
using chain::SequenceRange;

constexpr std::string_view removal_line = "evenfold/removal/v1";
constexpr std::string_view erasure_line = "evenfold/erasure/v1";
constexpr std::string_view compaction_line = "evenfold/compaction/v1";
constexpr std::size_t text_lines = 8;        // of a removal
constexpr std::size_t erasure_lines = 11;    // with the digests
constexpr std::size_t compaction_lines = 13; // and the function, and the payloads
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

std::string_view label_of(const SignedRemoval& removal) {
    if (std::holds_alternative<CompactionTerms>(removal.kind)) return compaction_line;
    return std::holds_alternative<DigestChange>(removal.kind) ? erasure_line : removal_line;
}

std::string text_of(const DigestChange& digests) {
    return fmt::format("size {}\nbefore {}\nafter {}\n", digests.size, digests.before, digests.after);
}

std::string text_of(const CompactionTerms& terms) {
    std::string text = text_of(terms.digests) + fmt::format("function {}\nreplaced", terms.function);
    for (const ReplacedPayload& payload : terms.replaced)
        text += fmt::format(" {}:{}", payload.sequence, to_base64(chain::bytes_of(payload.payload_hash)));
    return text + '\n';
}

std::string text_of(const SignedRemoval& removal) {
    std::string text =
        fmt::format("{}\n{}\nranges{}\ncount {}\nleaves {}\nby {}\nreason {}\ntime {}\n", label_of(removal),
                    removal.origin, to_text(removal.ranges), count_of(removal.ranges),
                    to_base64(chain::bytes_of(removal.leaves)), removal.by, removal.reason, removal.time_s);
    if (const auto* digests = std::get_if<DigestChange>(&removal.kind)) text += text_of(*digests);
    if (const auto* terms = std::get_if<CompactionTerms>(&removal.kind)) text += text_of(*terms);
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

/// Reads the three lines of the digests, of a removal that names events up to `last`.
std::expected<DigestChange, NoteError> parse_digests(std::string_view& text, Sequence last) {
    const auto size = take_field(text, "size ").and_then(number_from);
    if (!size || *size < last) return malformed(text_lines + 1, "the size is not a number, or before a named event");
    const auto before = take_field(text, "before ");
    if (!before || !is_digest(*before)) return malformed(text_lines + 2, "the digest before is not hexadecimal");
    const auto after = take_field(text, "after ");
    if (!after || !is_digest(*after)) return malformed(text_lines + 3, "the digest after is not hexadecimal");
    return DigestChange{.size = *size, .before = std::string(*before), .after = std::string(*after)};
}

/// Returns the payloads whose text, with a space before each, is exactly `text`, if the removal names all of them.
std::optional<std::vector<ReplacedPayload>> payloads_from(std::string_view text, const SignedRemoval& removal) {
    std::vector<ReplacedPayload> payloads;
    const chain::RemovalStatement named = statement_of(removal);
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
        const std::string_view word = text.substr(0, text.find(' '));
        text.remove_prefix(word.size());
        const std::size_t colon_at = word.find(':');
        if (colon_at == std::string_view::npos) return std::nullopt;
        const auto sequence = number_from(word.substr(0, colon_at));
        const auto hash = hash_from_base64(word.substr(colon_at + 1));
        const Sequence before = payloads.empty() ? 0 : payloads.back().sequence;
        if (!sequence || !hash || *sequence <= before || !named.has(*sequence)) return std::nullopt;
        payloads.push_back({*sequence, *hash});
    }
    if (!text.empty()) return std::nullopt;
    return payloads;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.find(' ') == std::string_view::npos;
}

/// Reads the last five lines of a compaction.
std::expected<CompactionTerms, NoteError> parse_terms(std::string_view& text, const SignedRemoval& removal) {
    auto digests = parse_digests(text, removal.ranges.back().last);
    if (!digests) return std::unexpected(std::move(digests.error()));
    const auto function = take_field(text, "function ");
    if (!function || !is_word(*function)) return malformed(erasure_lines + 1, "the function is not one word");
    const auto list = take_field(text, "replaced");
    if (!list) return malformed(compaction_lines, "the replaced payloads are missing");
    auto replaced = payloads_from(*list, removal);
    if (!replaced)
        return malformed(compaction_lines, "the replaced payloads are not ascending events of the ranges, each with "
                                           "the base64 of 32 bytes");
    return CompactionTerms{
        .digests = std::move(*digests), .function = std::string(*function), .replaced = std::move(*replaced)};
}

/// Reads the eight lines that all removals have.
std::expected<SignedRemoval, NoteError> parse_common(std::string_view& text) {
    const auto label = take_line(text);
    if (label != removal_line && label != erasure_line && label != compaction_line)
        return malformed(
            1, fmt::format("a removal begins with '{}', '{}' or '{}'", removal_line, erasure_line, compaction_line));
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
    return SignedRemoval{.origin = std::string(*origin),
                         .ranges = std::move(*ranges),
                         .leaves = *leaves,
                         .by = std::string(*by),
                         .reason = std::string(*reason),
                         .time_s = *time};
}

std::expected<SignedRemoval, NoteError> parse_removal(std::string_view text) {
    const std::string_view label = text.substr(0, text.find('\n'));
    auto removal = parse_common(text);
    if (!removal) return removal;
    std::size_t lines = text_lines;
    if (label == erasure_line) {
        auto digests = parse_digests(text, removal->ranges.back().last);
        if (!digests) return std::unexpected(std::move(digests.error()));
        removal->kind = std::move(*digests);
        lines = erasure_lines;
    } else if (label == compaction_line) {
        auto terms = parse_terms(text, *removal);
        if (!terms) return std::unexpected(std::move(terms.error()));
        removal->kind = std::move(*terms);
        lines = compaction_lines;
    }
    if (!text.empty())
        return malformed(lines + 1, fmt::format("this removal has {} lines before its signatures", lines));
    return removal;
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
    const auto* terms = std::get_if<CompactionTerms>(&removal.kind);
    return {.origin = removal.origin,
            .ranges = removal.ranges,
            .leaves = removal.leaves,
            .replaced = terms ? terms->replaced : std::vector<ReplacedPayload>(),
            .distrust = {}};
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
