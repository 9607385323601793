#include "evenfold/journal/exchange/export_reader.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::journal::exchange {
namespace {

using system::Failure;
using system::FailureKind;

constexpr std::size_t header_bytes_max = 65'536;

} // namespace

ExportReader::ExportReader(std::filesystem::path file, ExportReaderOptions options)
    : file_(std::move(file)), options_(std::move(options)) {}

Failure ExportReader::damaged(std::uint64_t line, const std::string& what) const {
    return {.kind = FailureKind::damaged,
            .what = file_.string() + ":" + std::to_string(line) + ": " + what,
            .remedy = "copy or export the journal again"};
}

std::expected<LineFile, Failure> ExportReader::open() const {
    return LineFile::open(file_, static_cast<std::size_t>(header_.line_bytes_max));
}

template <class Row>
std::expected<void, Failure> ExportReader::parse(const LineFile& lines, std::string_view line, Row& row) const {
    if (lines.is_too_long())
        return std::unexpected(damaged(lines.position().line, "the line has more bytes than the header states"));
    if (const Parsed parsed = parse_line(line, row); !parsed)
        return std::unexpected(damaged(lines.position().line, parsed.error()));
    return {};
}

std::expected<void, Failure> ExportReader::read_header(LineFile& lines) {
    std::string_view line;
    const auto exists = lines.next(line);
    if (!exists) return std::unexpected(exists.error());
    if (!*exists) return std::unexpected(damaged(1, "the file is empty"));
    if (kind_of(line) != LineKind::header)
        return std::unexpected(Failure{.kind = FailureKind::not_a_journal,
                                       .what = file_.string() + ":1: the file is not an export of a journal",
                                       .remedy = R"(expected a first line that begins with {"header":")" +
                                                 std::string(export_format) + '"'});
    if (lines.is_too_long())
        return std::unexpected(damaged(1, "the header has more than " + std::to_string(header_bytes_max) + " bytes"));
    if (auto parsed = parse(lines, line, header_); !parsed) return parsed;
    if (lines.is_cut()) return std::unexpected(damaged(1, "the file ends within the header"));
    if (auto range = check_range(); !range) return range;
    if (header_.line_bytes_max > options_.line_bytes_max)
        return std::unexpected(Failure{.kind = FailureKind::too_large,
                                       .what = file_.string() + ":1: lines may have " +
                                               std::to_string(header_.line_bytes_max) + " bytes, of " +
                                               std::to_string(options_.line_bytes_max) + " allowed",
                                       .remedy = "allow longer lines if you trust the file"});
    lines.limit_lines(static_cast<std::size_t>(header_.line_bytes_max));
    return {};
}

std::expected<void, Failure> ExportReader::check_range() const {
    const std::string range = std::to_string(header_.first) + " to " + std::to_string(header_.last);
    if (header_.is_part && !options_.accepts_parts)
        return std::unexpected(
            Failure{.kind = FailureKind::unsupported,
                    .what = file_.string() + ": it has only a part of a journal: of the events " + range +
                            (header_.stream ? ", those of the stream '" + *header_.stream + "'" : ""),
                    .remedy = "export the whole journal: `evenfold journal export FILE`"});
    if (!header_.is_part && header_.first != 1)
        return std::unexpected(damaged(1, "the events begin at " + std::to_string(header_.first) + ": expected 1"));
    if (header_.is_part && (header_.first == 0 || header_.first > header_.last))
        return std::unexpected(damaged(1, "the header states no range of events"));
    return {};
}

/// Keeps a line of the first reading if it is one of the few.
std::expected<void, Failure> ExportReader::see_line(const LineFile& lines, std::string_view line, Seen& seen) {
    const std::optional<LineKind> kind = kind_of(line);
    const std::uint64_t number = lines.position().line;
    if (!kind || kind == LineKind::header)
        return std::unexpected(damaged(number, kind ? "a second header" : "the line is of no known kind"));
    if (kind == LineKind::key) return parse(lines, line, start_.keys.emplace_back());
    if (kind == LineKind::removal) return parse(lines, line, start_.removals.emplace_back());
    if (kind == LineKind::event) {
        ++seen.events;
        seen.greatest = std::max(seen.greatest, sequence_of(line).value_or(0));
    }
    if (kind == LineKind::event || !header_.is_part) return {};
    if (kind != LineKind::head) return std::unexpected(damaged(number, "a part of a journal has no receipts alone"));
    if (head_) return std::unexpected(damaged(number, "a second head: a part of a journal has one"));
    return parse(lines, line, head_.emplace());
}

void ExportReader::compare_end(Seen& seen) {
    const auto differs = [&](std::uint64_t line, const std::string& what) {
        if (!mismatch_) mismatch_ = damaged(line, what);
    };
    const auto counts = [&](const char* name, std::uint64_t stated, std::uint64_t counted) {
        if (stated != counted)
            differs(1, "the header states " + std::to_string(stated) + " " + name + ", the file has " +
                           std::to_string(counted));
    };
    if (!header_.is_part) counts("events", header_.last, seen.events);
    counts("keys", header_.keys, start_.keys.size());
    counts("removals", header_.removals, start_.removals.size());
    if (end_.lines != seen.lines)
        differs(seen.lines + 1, "the end states " + std::to_string(end_.lines) + " lines before it, the file has " +
                                    std::to_string(seen.lines));
    const chain::Hash digest = seen.digest.finish();
    if (chain::bytes_of(digest) != end_.digest)
        differs(seen.lines + 1, "the SHA-256 of the lines before is not that of the end: the file was changed");
    if (end_.note.empty() || !options_.read_end) return;
    const EndStatement signed_end = options_.read_end(end_.note);
    if (!signed_end.distrust.empty())
        differs(seen.lines + 1, "the signed end is not valid: " + signed_end.distrust);
    else if (signed_end.origin != header_.origin || signed_end.lines != end_.lines || signed_end.digest != digest)
        differs(seen.lines + 1, "the signed end is that of another export");
}

std::expected<void, Failure> ExportReader::open_positions() {
    for (std::optional<LineFile>* lines : {&events_, &receipts_, &links_, &heads_}) {
        auto opened = open();
        if (!opened) return std::unexpected(std::move(opened.error()));
        *lines = std::move(*opened);
    }
    return {};
}

/// Reads all lines behind the header. Sets the end.
std::expected<void, Failure> ExportReader::read_lines(LineFile& lines, Seen& seen) {
    for (std::string_view line;; ++seen.lines) {
        const auto exists = lines.next(line);
        if (!exists) return std::unexpected(exists.error());
        const std::uint64_t number = lines.position().line;
        if (!*exists) return std::unexpected(damaged(number, "the last line is not an 'end': the file was cut"));
        if (kind_of(line) == LineKind::end) return read_end(lines, line);
        if (auto kept = see_line(lines, line, seen); !kept) return kept;
        if (lines.is_too_long() && !mismatch_)
            mismatch_ = damaged(number, "the line has more bytes than the header states");
        seen.digest.update(line);
        seen.digest.update("\n");
    }
}

std::expected<void, Failure> ExportReader::read_end(LineFile& lines, std::string_view line) {
    if (auto parsed = parse(lines, line, end_); !parsed) return parsed;
    if (lines.is_cut())
        return std::unexpected(damaged(lines.position().line, "the last line has no line break: the file was cut"));
    const auto more = lines.next(line);
    if (!more) return std::unexpected(more.error());
    if (*more) return std::unexpected(damaged(lines.position().line, "a line follows the end"));
    return {};
}

std::expected<chain::ChainStart, Failure> ExportReader::start() {
    auto lines = LineFile::open(file_, std::min(header_bytes_max, options_.line_bytes_max));
    if (!lines) return std::unexpected(std::move(lines.error()));
    if (auto header = read_header(*lines); !header) return std::unexpected(std::move(header.error()));
    Seen seen;
    seen.lines = 1;
    std::string header_bytes; // the header has one text only
    append_line(header_bytes, header_);
    seen.digest.update(header_bytes + "\n");
    if (auto read = read_lines(*lines, seen); !read) return std::unexpected(std::move(read.error()));
    compare_end(seen);
    if (auto opened = open_positions(); !opened) return std::unexpected(std::move(opened.error()));
    if (header_.is_part && !head_) return std::unexpected(damaged(1, "the file has no head, which proves the events"));
    start_.head = head_ ? head_->size : std::max<Sequence>(seen.greatest, seen.events);
    start_.origin = header_.origin;
    start_.domain = header_.domain;
    return start_;
}

/// Reads the next line of a wanted kind. Returns false at the end.
template <class Wanted>
std::expected<bool, Failure>
ExportReader::next_line(std::optional<LineFile>& lines, std::string_view& line, const Wanted& is_wanted) const {
    if (!lines) return false; // `start` has failed
    for (;;) {
        auto exists = lines->next(line);
        if (!exists || !*exists || is_wanted(kind_of(line))) return exists;
    }
}

/// Reads the next event. One that cannot be read, or that belongs to the other kind of export, is `unreadable`.
std::expected<bool, Failure> ExportReader::read_event() {
    std::string_view line;
    const auto exists = next_line(events_, line, [](auto kind) { return kind == LineKind::event; });
    if (!exists || !*exists) return exists;
    auto parsed = parse(*events_, line, event_);
    if (parsed && event_.evidence.has_value() != header_.is_part)
        parsed = std::unexpected(
            damaged(events_->position().line, header_.is_part ? "the event has no proof" : "only a part has proofs"));
    if (!parsed) {
        event_ = {};
        event_.event.unreadable = parsed.error().what;
    }
    return true;
}

std::expected<bool, Failure> ExportReader::next_event(chain::EventRow& row) {
    const auto exists = read_event();
    if (exists && *exists) std::swap(row, event_.event);
    return exists;
}

std::expected<bool, Failure> ExportReader::next_proven(chain::ProvenEventRow& row) {
    if (!header_.is_part) return ChainSource::next_proven(row);
    const auto exists = read_event();
    if (!exists || !*exists) return exists;
    EventEvidence evidence = std::move(event_.evidence).value_or(EventEvidence{});
    row.row = {.event = std::move(event_.event),
               .receipt = std::move(event_.receipt),
               .newest_empty = std::move(evidence.newest_empty)};
    if (row.row.receipt) row.row.receipt->first -= row.row.event.index; // modulo 2^64: checked with the event
    row.stream_previous = std::move(evidence.stream_previous);
    row.proof = std::move(evidence.proof);
    return true;
}

std::expected<bool, Failure> ExportReader::next_receipt(chain::ReceiptRow& row) {
    const auto is_wanted = [](auto kind) { return kind == LineKind::receipt || kind == LineKind::event; };
    for (std::string_view line;;) {
        const auto exists = next_line(receipts_, line, is_wanted);
        if (!exists || !*exists) return exists;
        if (kind_of(line) == LineKind::receipt) {
            if (auto parsed = parse(*receipts_, line, row); !parsed) return std::unexpected(std::move(parsed.error()));
            return true;
        }
        const Sequence sequence = sequence_of(line).value_or(0);
        if (sequence <= receipt_event_) continue; // the line is repeated or moved, which its event shows at its place
        receipt_event_ = sequence;
        if (auto receipt = receipt_of(line)) {
            row = std::move(*receipt);
            return true;
        }
    }
}

template <class Row>
std::expected<bool, Failure> ExportReader::next_row(std::optional<LineFile>& lines, LineKind wanted, Row& row) const {
    std::string_view line;
    const auto exists = next_line(lines, line, [&](auto kind) { return kind == wanted; });
    if (!exists || !*exists) return exists;
    if (auto parsed = parse(*lines, line, row); !parsed) return std::unexpected(std::move(parsed.error()));
    return true;
}

std::expected<bool, Failure> ExportReader::next_empty_receipt(chain::EmptyReceiptRow& row) {
    return next_row(links_, LineKind::empty_receipt, row);
}

std::expected<bool, Failure> ExportReader::next_head(chain::HeadRow& row) {
    return next_row(heads_, LineKind::head, row);
}

std::expected<void, Failure> ExportReader::build_index() {
    found_ = std::nullopt;
    auto opened = open();
    if (!opened) return std::unexpected(std::move(opened.error()));
    found_ = std::move(*opened);
    EventIndex index;
    for (std::string_view line;;) {
        const auto exists = next_line(found_, line, [](auto kind) { return kind == LineKind::event; });
        if (!exists) return std::unexpected(exists.error());
        if (!*exists) break;
        if (const auto event = event_named_by(line)) index.add(event->stream, event->version, found_->position().byte);
        if (index.size_bytes() > options_.index_bytes_max)
            return std::unexpected(Failure{.kind = FailureKind::too_large,
                                           .what = file_.string() + ": the index of the events needs more than " +
                                                   std::to_string(options_.index_bytes_max) + " bytes",
                                           .remedy = "allow a larger index"});
    }
    index.sort();
    index_ = std::move(index);
    return {};
}

std::expected<std::optional<chain::LinkPosition>, Failure>
ExportReader::find(std::string_view stream, StreamVersion version) {
    if (!index_) {
        if (auto built = build_index(); !built) return std::unexpected(std::move(built.error()));
    }
    for (const IndexedEvent& indexed : index_->find(stream, version)) {
        if (auto moved = found_->move_to({.line = 0, .byte = indexed.byte}); !moved)
            return std::unexpected(std::move(moved.error()));
        std::string_view line;
        const auto exists = found_->next(line);
        if (!exists) return std::unexpected(exists.error());
        EventLine found;
        const bool is_read = parse_line(line, found).has_value();
        if (is_read && found.event.stream == stream && found.event.version == version)
            return chain::LinkPosition{.sequence = found.event.sequence, .mac = std::move(found.event.mac)};
    }
    return std::nullopt;
}

} // namespace evenfold::journal::exchange
