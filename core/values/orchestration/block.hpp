/// The blocks of a message, in order: text, thinking, tool calls and attachments.
/// Text and thinking are the concatenation of their deltas; tool input is JSON text; call ids are the provider's.
/// Tool outputs are not blocks, because they arrive in any order. The transcript keeps them by call id.
/// Source: the orchestration specification, section 6.2.
#pragma once

#include <variant>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/reflection/structure.hpp"

namespace evenfold::orchestration {

/// `sealed`: no more text will be appended. `parent`: the call id of the subagent that wrote it.
struct Text {
    EVENFOLD_STRUCT(Text,
        (CompactString, text), (bool, sealed), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const Text&, const Text&) = default;
};

/// `signature` is opaque data of the provider.
struct Thinking {
    EVENFOLD_STRUCT(Thinking,
        (CompactString, text), (OptionalIndirect<CompactString>, signature), (bool, sealed),
        (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const Thinking&, const Thinking&) = default;
};

struct ToolUse {
    EVENFOLD_STRUCT(ToolUse,
        (CompactString, call_id), (CompactString, name), (CompactString, input),
        (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const ToolUse&, const ToolUse&) = default;
};

/// `ref` identifies content that is stored elsewhere.
struct Attachment {
    EVENFOLD_STRUCT(Attachment, (CompactString, ref));
    friend bool operator==(const Attachment&, const Attachment&) = default;
};

using Block = std::variant<Text, Thinking, ToolUse, Attachment>;

} // namespace evenfold::orchestration
