#include "evenfold/testing/coverage.hpp"

#include <fmt/format.h>

#include <variant>

namespace evenfold::testing {

CommandCoverage::CommandCoverage(const Shape& command) {
    const auto* variant = std::get_if<VariantShape>(&command.kind);
    if (!variant) {
        kinds[command.name];
        return;
    }
    for (const ShapeFunction alternative : variant->alternatives) kinds[alternative().name];
}

void CommandCoverage::add(const AnyHistory& history) {
    ++histories;
    for (std::size_t index = 0; index < history.size(); ++index) {
        const auto [command, decision] = history.step(index);
        ++commands;
        KindCoverage& counts = kinds[kind_of(history.domain().command_shape(), command)];
        ++(decision.error ? counts.refused : decision.count == 0 ? counts.nothing : counts.events);
        events += decision.count;
    }
}

std::string_view CommandCoverage::kind_of(const Shape& shape, const void* command) {
    const auto* variant = std::get_if<VariantShape>(&shape.kind);
    return variant ? variant->alternatives[variant->index(command)]().name : shape.name;
}

std::vector<std::string_view> CommandCoverage::kinds_without_events() const {
    std::vector<std::string_view> names;
    for (const auto& [name, counts] : kinds) {
        if (counts.events == 0) names.push_back(name);
    }
    return names;
}

std::string uncovered_text(const CommandCoverage& coverage) {
    const auto names = coverage.kinds_without_events();
    return coverage.histories == 0 || names.empty() ? "" : fmt::format("never had events: {}", fmt::join(names, ", "));
}

std::string to_text(const CommandCoverage& coverage) {
    std::string text =
        fmt::format("{} histories, {} commands, {} events\n{:<28}{:>12}{:>12}{:>12}\n", coverage.histories,
                    coverage.commands, coverage.events, "command", "with events", "without", "refused");
    for (const auto& [name, counts] : coverage.kinds)
        text += fmt::format("{:<28}{:>12}{:>12}{:>12}\n", name, counts.events, counts.nothing, counts.refused);
    return text;
}

} // namespace evenfold::testing
