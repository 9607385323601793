/// The command that the verb `submit` reads from JSON text, with its envelope.
/// Shape: a field that is absent from the text is empty; the verb fills it in.
#pragma once

#include <expected>
#include <optional>
#include <string_view>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/events/events.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::cli {

/// A command, and the fields of its envelope that the text has.
struct Asked {
    EVENFOLD_STRUCT(Asked,
        (std::optional<CommandId>, command_id), (std::optional<Actor>, actor), (std::optional<Instant>, at),
        (std::optional<Sequence>, cause), (std::optional<CommandId>, correlation), (orchestration::Command, body));
};

/// Parses `text`: either a bare command or an object with an envelope and a body. Fails if it has any other field.
[[nodiscard]] std::expected<Asked, codec::DecodeError> decode_asked(std::string_view text);

} // namespace evenfold::cli
