/// The values of a JSON text as positions in it, so that each value keeps its spelling and nothing is copied.
/// Shape: one JsonNode per value and per key, in the order of the text; a key precedes its value. Reading a text reuses
/// the memory of the last one. The grammar (RFC 8259), the escapes and the UTF-8 of all of it are checked.
/// Written by hand because simdjson's documents keep no spelling, and its on-demand values leave the parts unchecked
/// that nobody reads. It is as fast as simdjson's documents (docs/hand-written.md).
/// Errors: an invalid text has no index. Nothing here throws, except for lack of memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace evenfold::providers {

/// Deeper nesting is refused, because recursive code could exhaust the stack.
inline constexpr std::size_t nesting_max = 512;

/// A value, or the key of a member, in a text of less than 4 GiB. Its first character shows its type.
struct JsonNode {
    std::uint32_t begin;
    std::uint32_t end;     // after its last byte, such as a closing quote or bracket
    std::uint32_t nodes;   // the number of nodes of this value, with those that it contains
    std::uint32_t escaped; // the number of this string among those with escapes, from 1; 0 if it has none
};

/// Memory of more bytes than this is released before the next text.
inline constexpr std::size_t kept_json_bytes_max = 256U << 10;

class JsonIndex {
public:
    /// Indexes `text`, which must outlive its use. A byte order mark may precede the value. Returns false if it is not
    /// one valid JSON value, or has more than `depth_max` nested arrays and objects. Takes linear time.
    [[nodiscard]] bool read(std::string_view text, std::size_t depth_max = nesting_max);

    // The functions below may be called after a successful `read`.

    [[nodiscard]] const JsonNode& node(std::uint32_t at) const { return nodes_[at]; }

    /// Returns the first character of a value or key.
    [[nodiscard]] char first_character(const JsonNode& node) const { return text_[node.begin]; }

    [[nodiscard]] std::string_view spelling(const JsonNode& node) const {
        return {text_.data() + node.begin, node.end - node.begin};
    }

    /// Returns the characters of a string. Replaces the escapes at the first call for a string that has some; the
    /// others are views into the text. Valid until the next `read`.
    [[nodiscard]] std::string_view characters(const JsonNode& node) const {
        const std::string_view inner(text_.data() + node.begin + 1, node.end - node.begin - 2);
        return node.escaped == 0 ? inner : unescaped(node.escaped, inner);
    }

private:
    [[nodiscard]] std::string_view unescaped(std::uint32_t number, std::string_view inner) const;

    std::string_view text_;
    std::vector<char> padded_;          // a copy of the text while it is read, in whole blocks
    std::vector<std::uint64_t> blocks_; // the bits of the quotes, backslashes and control characters of each block
    std::vector<JsonNode> nodes_;       // the first ones are those of the text; the others are not in use
    std::uint32_t escaped_ = 0;         // the number of strings with escapes

    // Characters of strings with escapes, for which `characters` was called. One thread at a time may use an index.
    mutable std::vector<std::string_view> unescaped_; // by number
    mutable std::unique_ptr<char[]> buffer_;          // NOLINT(*-avoid-c-arrays): a vector would fill it with zeros
    mutable std::size_t buffer_size_ = 0;
    mutable std::size_t buffer_used_ = 0;
};

} // namespace evenfold::providers
