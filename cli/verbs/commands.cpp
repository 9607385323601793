#include "evenfold/cli/verbs/commands.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "evenfold/core/commands/orchestration.hpp"

namespace evenfold::cli {
namespace {

std::string description(const Shape& shape);

std::string on(const BooleanShape&) {
    return "true | false";
}
std::string on(const IntegerShape&) {
    return "whole number";
}
std::string on(const NaturalShape&) {
    return "whole number, 0 or more";
}
std::string on(const RealShape&) {
    return "number";
}
std::string on(const TextShape&) {
    return "text";
}
std::string on(const UuidShape&) {
    return "uuid";
}
std::string on(const InstantShape&) {
    return "instant";
}
std::string on(const EnumerationShape& kind) {
    return fmt::format("{}", fmt::join(kind.names, " | "));
}

std::string fields_of(const StructureShape& kind) {
    std::vector<std::string> fields;
    for (const Field& field : kind.fields) {
        const Shape& shape = field.shape();
        const bool optional = std::holds_alternative<OptionalShape>(shape.kind);
        fields.push_back(fmt::format("{}{}: {}", field.name, optional ? "?" : "", description(shape)));
    }
    return fmt::format("{}", fmt::join(fields, ", "));
}

std::string on(const StructureShape& kind) {
    return "{" + fields_of(kind) + "}";
}

std::string on(const VariantShape& kind) {
    std::vector<std::string> alternatives;
    for (const ShapeFunction alternative : kind.alternatives) {
        const Shape& shape = alternative();
        const auto* structure = std::get_if<StructureShape>(&shape.kind);
        const std::string fields = structure ? fields_of(*structure) : std::string();
        alternatives.push_back(fmt::format("{{type: {}{}{}}}", shape.name, fields.empty() ? "" : ", ", fields));
    }
    return fmt::format("{}", fmt::join(alternatives, "\n        | "));
}

std::string on(const OptionalShape& kind) {
    return description(kind.element());
}
std::string on(const SequenceShape& kind) {
    return "[" + description(kind.element()) + ", ...]";
}
std::string on(const BoxShape& kind) {
    return description(kind.content());
}

std::string description(const Shape& shape) {
    return std::visit([](const auto& kind) { return on(kind); }, shape.kind);
}

} // namespace

Exit commands() {
    for (const ShapeFunction command : std::get<VariantShape>(shape_of<orchestration::Command>().kind).alternatives) {
        const Shape& shape = command();
        fmt::print("{}\n", shape.name);
        for (const Field& field : std::get<StructureShape>(shape.kind).fields) {
            const Shape& value = field.shape();
            const bool optional = std::holds_alternative<OptionalShape>(value.kind);
            fmt::print("    {}{}: {}\n", field.name, optional ? "?" : "", description(value));
        }
    }
    return Exit::success;
}

} // namespace evenfold::cli
