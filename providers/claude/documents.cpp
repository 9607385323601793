#include "evenfold/providers/claude/documents.hpp"

#include <utility>

namespace evenfold::providers {

DocumentReader::DocumentReader(ItemBuffer& items, Callback callback) : items_(items), callback_(std::move(callback)) {}

void DocumentReader::feed(std::string_view bytes) {
    lines_.feed(bytes, [this](const Line& line) { on_line(line); });
}

void DocumentReader::finish() {
    lines_.finish([this](const Line& line) { on_line(line); });
    joiner_.flush([this](const PendingLine& pending) { read(pending.text, pending.position); });
    objects_.finish([this](const LinePart& part) { on_part(part); });
}

void DocumentReader::on_line(const Line& line) {
    const std::string_view text = trimmed(line.text);
    if (text.empty() && !line.too_long) return;
    // Fast path: nearly every line is one undamaged object.
    if (!joiner_.is_waiting() && !objects_.is_inside_object() && text.starts_with('{')) {
        if (const auto document = reader_.read_undamaged(text)) return callback_(*document, line.position);
    }
    const auto read_pending = [this](const PendingLine& pending) { read(pending.text, pending.position); };
    if (line.too_long) {
        joiner_.flush(read_pending);
        return items_.warn_unreadable(line.position, too_long_reason);
    }
    if (const auto ready = joiner_.feed(text, {}, line.position, read_pending)) read(*ready, line.position);
}

void DocumentReader::read(std::string_view text, SourcePosition position) {
    if (!objects_.is_inside_object() && text.starts_with('{')) {
        if (const auto document = reader_.read(text)) return callback_(*document, position);
    }
    objects_.feed(text, position, [this](const LinePart& part) { on_part(part); });
}

void DocumentReader::on_part(const LinePart& part) {
    if (part.kind == LinePartKind::noise) return items_.note_noise(part.position, part.text);
    const auto document = part.kind == LinePartKind::object ? reader_.read(part.text) : std::nullopt;
    if (!document) return items_.warn_unreadable(part.position, "it is not JSON", part.text);
    callback_(*document, part.position);
}

} // namespace evenfold::providers
