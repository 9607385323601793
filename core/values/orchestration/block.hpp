/// The blocks of a message: what was said and done, in order.
/// Text and thinking are their deltas in a row, byte for byte; tool input is JSON text; call ids are the provider's.
/// Tool outputs are no blocks: they come in any order, and stand beside the blocks by call id.
/// Source: the orchestration specification, section 6.2.
#pragma once

#include <variant>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/compact_string.hpp"
#include "evenfold/core/values/optional_indirect.hpp"

namespace evenfold::orchestration {

/// `sealed`: nothing more will be appended. `parent`: the call id under which a subagent said it.
struct Text {
    EVENFOLD_STRUCT(Text,
        (CompactString, text), (bool, sealed), (OptionalIndirect<CompactString>, parent));
    friend bool operator==(const Text&, const Text&) = default;
};

/// `signature` is the provider's, opaque.
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

/// `ref` names content that is kept elsewhere.
struct Attachment {
    EVENFOLD_STRUCT(Attachment, (CompactString, ref));
    friend bool operator==(const Attachment&, const Attachment&) = default;
};

using Block = std::variant<Text, Thinking, ToolUse, Attachment>;

} // namespace evenfold::orchestration
