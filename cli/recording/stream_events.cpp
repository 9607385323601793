#include "evenfold/cli/recording/stream_events.hpp"

#include <utility>

namespace evenfold::cli {

using namespace orchestration;

const provider::TurnComplete* pause_in(const ProviderEvent& event) {
    const auto* done = std::get_if<provider::TurnComplete>(&event);
    return done && done->outcome == provider::TurnOutcome::paused ? done : nullptr;
}

bool ends_turn(const ProviderEvent& event) {
    const auto* error = std::get_if<provider::ProviderError>(&event);
    const bool is_complete = std::holds_alternative<provider::TurnComplete>(event) && !pause_in(event);
    return is_complete || (error && error->fatal);
}

/// Returns whether the event begins a turn: output or a tool call of the main thread, or an event that ends a turn.
bool begins_turn(const ProviderEvent& event) {
    if (const auto* text = std::get_if<provider::TextDelta>(&event)) return !text->parent;
    if (const auto* thought = std::get_if<provider::ThinkingDelta>(&event)) return !thought->parent;
    if (const auto* call = std::get_if<provider::ToolCall>(&event)) return !call->parent;
    if (const auto* message = std::get_if<provider::MessageStarted>(&event)) return !message->parent;
    return ends_turn(event) || pause_in(event);
}

namespace {

const OptionalIndirect<CompactString>* parent_of(const ProviderEvent& event) {
    if (const auto* delta = std::get_if<provider::TextDelta>(&event)) return &delta->parent;
    const auto* thought = std::get_if<provider::ThinkingDelta>(&event);
    return thought ? &thought->parent : nullptr;
}

} // namespace

void complete_message(ProviderEvent& event) {
    auto* error = std::get_if<provider::ProviderError>(&event);
    if (error && error->message.empty()) std::swap(error->code, error->message);
}

InlineText* extensible_text(ProviderEvent& event) {
    if (auto* delta = std::get_if<provider::TextDelta>(&event)) return &delta->text;
    auto* thought = std::get_if<provider::ThinkingDelta>(&event);
    return thought && !thought->signature ? &thought->text : nullptr;
}

bool append(ProviderEvent& before, ProviderEvent& more, std::size_t bytes_max) {
    InlineText* text = extensible_text(before);
    const InlineText* end = extensible_text(more);
    const bool is_one = text && end && before.index() == more.index() && *parent_of(before) == *parent_of(more);
    if (!is_one || text->size() + end->size() > bytes_max) return false;
    *text += end->view();
    return true;
}

} // namespace evenfold::cli
