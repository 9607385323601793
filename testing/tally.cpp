#include "evenfold/testing/tally.hpp"

#include <fmt/format.h>

#include <variant>

namespace evenfold::testing {

Tally::Tally(const Shape& command) {
    const auto* variant = std::get_if<VariantShape>(&command.kind);
    if (!variant) {
        kinds[command.name];
        return;
    }
    for (const ShapeFunction alternative : variant->alternatives) kinds[alternative().name];
}

void Tally::add(const AnyHistory& history) {
    ++histories;
    for (std::size_t place = 0; place < history.size(); ++place) {
        const auto [command, answer] = history.step(place);
        ++commands;
        Answers& answers = kinds[kind_of(history.domain().command_shape(), command)];
        ++(answer.error ? answers.refused : answer.count == 0 ? answers.nothing : answers.events);
        events += answer.count;
    }
}

std::string_view Tally::kind_of(const Shape& shape, const void* command) {
    const auto* variant = std::get_if<VariantShape>(&shape.kind);
    return variant ? variant->alternatives[variant->index(command)]().name : shape.name;
}

std::vector<std::string_view> Tally::never() const {
    std::vector<std::string_view> names;
    for (const auto& [name, answers] : kinds) {
        if (answers.events == 0) names.push_back(name);
    }
    return names;
}

std::string never_text(const Tally& tally) {
    const auto names = tally.never();
    return tally.histories == 0 || names.empty() ? "" : fmt::format("never had events: {}", fmt::join(names, ", "));
}

std::string to_text(const Tally& tally) {
    std::string text = fmt::format("{} histories, {} commands, {} events\n{:<28}{:>12}{:>12}{:>12}\n", tally.histories,
                                   tally.commands, tally.events, "command", "with events", "without", "refused");
    for (const auto& [name, answers] : tally.kinds)
        text += fmt::format("{:<28}{:>12}{:>12}{:>12}\n", name, answers.events, answers.nothing, answers.refused);
    return text;
}

} // namespace evenfold::testing
