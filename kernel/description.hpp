/// The commands, events and errors of a domain, described from their reflected shapes.
/// Shapes: text for a person, one command per paragraph, and JSON for programs. See DomainEntry in any_kernel.hpp.
#pragma once

#include <string>
#include <string_view>

#include "evenfold/core/reflection/shape.hpp"

namespace evenfold::kernel {

/// Returns the alternatives of `command` as text: a name per line, and below it one indented `name: type` per field.
[[nodiscard]] std::string describe_commands(const Shape& command);

/// Returns a value of that shape as JSON that the codec decodes. Optional fields are left out. Numbers, texts and ids
/// are examples of their kind.
[[nodiscard]] std::string example_json(const Shape& shape);

/// Returns the description of a whole domain as one JSON object.
[[nodiscard]] std::string
description_json(std::string_view domain, const Shape& command, const Shape& event, const Shape& error);

} // namespace evenfold::kernel
