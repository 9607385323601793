#include "evenfold/providers/claude/documents.hpp"

#include <utility>

namespace evenfold::providers {

DocumentReader::DocumentReader(ItemBuffer& items, Callback callback) : items_(items), callback_(std::move(callback)) {}

void DocumentReader::feed(std::string_view bytes) {
    lines_.feed(bytes, [this](const Line& line) { on_line(line); });
}

void DocumentReader::finish() {
    lines_.finish([this](const Line& line) { on_line(line); });
    read_pending_line();
    objects_.finish([this](const LinePart& part) { on_part(part); });
}

void DocumentReader::on_line(const Line& line) {
    std::string_view text = trimmed(line.text);
    if (text.empty() && !line.too_long) return;
    std::string whole;
    if (pending_line_) {
        whole = text;
        join_surrogate_pair(pending_line_->text, whole);
        text = whole;
        read_pending_line();
    }
    if (line.too_long) return items_.warn_unreadable(line.position, too_long_reason);
    if (!ends_in_surrogate_pair(text)) return read(text, line.position);
    pending_line_ = PendingLine{.name = {}, .text = std::string(text), .position = line.position};
}

/// Reads the pending line, if there is one.
void DocumentReader::read_pending_line() {
    if (!pending_line_) return;
    const PendingLine line = *std::exchange(pending_line_, std::nullopt);
    read(line.text, line.position);
}

void DocumentReader::read(std::string_view text, SourcePosition position) {
    // Fast path: nearly every line is one object.
    if (!objects_.is_inside_object() && text.starts_with('{')) {
        if (const auto document = read_document(text)) return callback_(*document, position);
    }
    objects_.feed(text, position, [this](const LinePart& part) { on_part(part); });
}

void DocumentReader::on_part(const LinePart& part) {
    if (part.kind == LinePartKind::noise) return items_.note_noise(part.position, part.text);
    const auto document = part.kind == LinePartKind::object ? read_document(part.text) : std::nullopt;
    if (!document) return items_.warn_unreadable(part.position, "it is not JSON", part.text);
    callback_(*document, part.position);
}

} // namespace evenfold::providers
