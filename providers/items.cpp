#include "evenfold/providers/items.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/core/values/sha256.hpp"

namespace evenfold::providers {

using orchestration::NoticeLevel;
using orchestration::ProviderEvent;
using orchestration::provider::Notice;
using orchestration::provider::ProviderError;
using orchestration::provider::TurnComplete;

namespace {

constexpr std::size_t preserved_bytes_max = 64U << 10; // of a notice

/// Returns `text`, or its beginning with the size and the hash of all of it.
std::string preserved(std::string_view text) {
    if (text.size() <= preserved_bytes_max) return std::string(text);
    return fmt::format("{} ... (all of it: {} bytes, sha256 {})", orchestration::utf8_prefix(text, preserved_bytes_max),
                       text.size(), sha256_hex(text));
}

} // namespace

void ItemBuffer::add(TurnComplete end) {
    if (end.outcome != orchestration::provider::TurnOutcome::paused) flush_warnings();
    items_.emplace_back(std::in_place_type<ProviderEvent>, std::move(end));
}

void ItemBuffer::add(ProviderError error) {
    if (error.fatal) flush_warnings();
    items_.emplace_back(std::in_place_type<ProviderEvent>, std::move(error));
}

void ItemBuffer::count_broken_turn() {
    ++skipped_.broken_turns;
}

void ItemBuffer::keep_unknown(std::string_view kind, std::string_view text) {
    ++skipped_.unknown_events;
    ++unmapped_[std::string(kind)];
    items_.emplace_back(
        Notice{.level = NoticeLevel::info, .text = fmt::format("unknown {}: {}", kind, preserved(text))});
}

void ItemBuffer::keep(std::string_view kind, std::string_view text, std::string_view id) {
    if (text.empty()) return;
    ++unmapped_[std::string(kind)];
    items_.emplace_back(Notice{.level = NoticeLevel::info,
                               .text = fmt::format("{}{}{}: {}", kind, id.empty() ? "" : " ", id, preserved(text))});
}

void ItemBuffer::count_progress(std::string_view kind) {
    ++unmapped_[std::string(kind)];
}

void ItemBuffer::warn_unreadable(SourcePosition position, std::string_view why, std::string_view text) {
    ++skipped_.unreadable_lines;
    if (is_suppressed()) return;
    add_warning(fmt::format("line {} (byte {}) was skipped: {}{}{}", position.line, position.offset, why,
                            text.empty() ? "" : ": ", preserved(text)));
}

void ItemBuffer::warn_repaired(SourcePosition position) {
    ++skipped_.repaired_lines;
    if (is_suppressed()) return;
    add_warning(
        fmt::format("line {} (byte {}) contains characters that JSON forbids; bytes that are not UTF-8 became U+FFFD",
                    position.line, position.offset));
}

void ItemBuffer::note_noise(SourcePosition position, std::string_view text) {
    if (position.line != std::exchange(noise_line_, position.line)) ++skipped_.noise_lines;
    if (text.empty() || is_suppressed()) return;
    add_limited(NoticeLevel::info, fmt::format("line {} (byte {}) contains text outside of the stream: {}",
                                               position.line, position.offset, preserved(text)));
}

/// Counts a warning that is one too many. Returns whether it is.
bool ItemBuffer::is_suppressed() {
    if (warnings_ < warnings_max) return false;
    ++suppressed_;
    return true;
}

void ItemBuffer::add_limited(NoticeLevel level, std::string_view text) {
    ++warnings_;
    items_.emplace_back(Notice{.level = level, .text = text});
}

void ItemBuffer::flush_warnings() {
    if (suppressed_ > 0) {
        items_.emplace_back(Notice{.level = NoticeLevel::warning,
                                   .text = fmt::format("{} more lines were skipped or repaired", suppressed_)});
    }
    warnings_ = 0;
    suppressed_ = 0;
}

std::span<const Item> ItemBuffer::after(std::size_t count) const {
    return std::span(items_).subspan(count);
}

std::size_t ItemBuffer::size() const {
    return items_.size();
}

const KindCounts& ItemBuffer::unmapped() const {
    return unmapped_;
}

const SkipCounts& ItemBuffer::skipped() const {
    return skipped_;
}

std::vector<Item> ItemBuffer::take() {
    // The next chunk of a stream has about as many items.
    std::vector<Item> next;
    next.reserve(items_.size());
    return std::exchange(items_, std::move(next));
}

} // namespace evenfold::providers
