#include "evenfold/providers/wire/json_index.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <utility>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/providers/wire/json_scan.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view text_mark = "\xEF\xBB\xBF"; // a byte order mark
constexpr std::size_t nodes_least = 64;                // room for a short line

/// Fills the nodes of an index from a padded text. The open arrays and objects are linked, so that no stack is needed.
/// The functions in the loop are inlined, so that the state stays in registers.
class JsonIndexer {
public:
    JsonIndexer(std::vector<JsonNode>& nodes, const char* padded, const std::uint64_t* blocks, std::size_t depth_max)
        : nodes_(nodes),
          free_(nodes.data()),
          end_(free_ + nodes.size()),
          begin_(padded),
          at_(padded),
          block_(padded),
          blocks_(blocks),
          bits_(*blocks),
          depth_left_(depth_max) {
        if (std::strncmp(padded, text_mark.data(), text_mark.size()) == 0) at_ += text_mark.size();
    }

    /// Returns the position after the value; null if it is not valid.
    const char* run() {
        for (;;) {
            if (end_ - free_ < 2) grow();
            skip_blanks();
            if (*at_ == '"') {
                if (!read_string()) return nullptr;
            } else if (*at_ == '{' || *at_ == '[') {
                if (!open()) return nullptr;
                skip_blanks();
                if (*at_ != closing_bracket_) {
                    if (closing_bracket_ == '}' && !read_key()) return nullptr;
                    continue;
                }
            } else if (!read_scalar()) {
                return nullptr;
            }
            for (;; close()) {
                skip_blanks();
                if (!open_) return at_;
                if (*at_ == ',') break;
                if (*at_ != closing_bracket_) return nullptr;
            }
            ++at_;
            if (closing_bracket_ == '}' && !read_key()) return nullptr;
        }
    }

    [[nodiscard]] std::uint32_t escaped() const { return escaped_; }

private:
    void grow() {
        const std::ptrdiff_t used = free_ - nodes_.data();
        const std::ptrdiff_t open = open_ ? open_ - nodes_.data() : 0;
        nodes_.resize(std::max<std::size_t>(nodes_least, nodes_.size() * 2));
        free_ = nodes_.data() + used;
        end_ = nodes_.data() + nodes_.size();
        if (open_) open_ = nodes_.data() + open;
    }

    [[gnu::always_inline]] void skip_blanks() {
        while (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r') ++at_;
    }

    /// Adds a node that ends at the current position.
    [[gnu::always_inline]] void add(const char* begin, std::uint32_t escaped) {
        *free_++ = {static_cast<std::uint32_t>(begin - begin_), static_cast<std::uint32_t>(at_ - begin_), 1, escaped};
    }

    bool open() {
        if (depth_left_-- == 0) return false;
        const char* const begin = at_++;
        closing_bracket_ = *begin == '{' ? '}' : ']';
        add(begin, 0);
        JsonNode* const node = free_ - 1;
        node->nodes = open_ ? static_cast<std::uint32_t>(node - open_) : 0; // to the enclosing one, until it is closed
        open_ = node;
        return true;
    }

    void close() {
        ++at_;
        ++depth_left_;
        JsonNode* const node = open_;
        open_ = node->nodes == 0 ? nullptr : node - node->nodes;
        node->end = static_cast<std::uint32_t>(at_ - begin_);
        node->nodes = static_cast<std::uint32_t>(free_ - node);
        if (open_) closing_bracket_ = begin_[open_->begin] == '{' ? '}' : ']';
    }

    bool read_scalar() {
        const char* const begin = at_;
        switch (*at_) {
        case 't': at_ = skip_word(at_, "true"); break;
        case 'f': at_ = skip_word(at_, "false"); break;
        case 'n': at_ = skip_word(at_, "null"); break;
        default: at_ = skip_number(at_);
        }
        if (at_) add(begin, 0);
        return at_ != nullptr;
    }

    [[gnu::always_inline]] bool read_key() {
        skip_blanks();
        if (*at_ != '"' || !read_string()) return false;
        skip_blanks();
        return *at_++ == ':';
    }

    /// Returns the position of the next quote, backslash or control character. The NUL after the text is the last.
    [[gnu::always_inline]] const char* next_special() {
        for (; bits_ == 0; block_ += json_block_bytes) bits_ = *++blocks_;
        const char* const found = block_ + std::countr_zero(bits_);
        bits_ &= bits_ - 1;
        return found;
    }

    [[gnu::always_inline]] bool read_string() {
        const char* const begin = at_;
        while (next_special() < begin) {} // blanks
        const char* special = next_special();
        std::uint32_t escaped = 0;
        if (*special != '"') {
            special = skip_escapes(special);
            if (!special) return false;
            escaped = ++escaped_;
        }
        at_ = special + 1;
        add(begin, escaped);
        return true;
    }

    /// Returns the closing quote of a string whose first special character is at `special`; null if it is not valid.
    const char* skip_escapes(const char* special) {
        while (*special == '\\') {
            const char* const end = read_escape(special + 1).end;
            if (!end) return nullptr;
            do special = next_special(); // may be a part of the escape
            while (special < end);
        }
        return *special == '"' ? special : nullptr;
    }

    std::vector<JsonNode>& nodes_;
    JsonNode* free_; // the first node that is not in use
    JsonNode* end_;
    JsonNode* open_ = nullptr; // the innermost open container
    const char* begin_;
    const char* at_;
    const char* block_;           // the block of the last special character
    const std::uint64_t* blocks_; // the bits of its special characters, and of the blocks after it
    std::uint64_t bits_;          // of its special characters that `next_special` has not returned
    std::size_t depth_left_;
    char closing_bracket_ = '\0'; // of the innermost open container
    std::uint32_t escaped_ = 0;   // the number of strings with escapes
};

} // namespace

bool JsonIndex::read(std::string_view text, std::size_t depth_max) {
    text_ = text;
    if (nodes_.capacity() * sizeof(JsonNode) > kept_json_bytes_max) nodes_ = {};
    if (unescaped_.capacity() * sizeof(std::string_view) > kept_json_bytes_max) unescaped_ = {};
    if (buffer_size_ > kept_json_bytes_max) {
        buffer_.reset();
        buffer_size_ = 0;
    }
    unescaped_.clear();
    buffer_used_ = 0;
    const std::size_t blocks = text.size() / json_block_bytes + 1; // at least one NUL follows the text
    if (blocks_.size() < blocks) {
        blocks_.resize(blocks);
        padded_.resize(blocks * json_block_bytes);
    }
    char* const padded = padded_.data();
    if (!text.empty()) std::memcpy(padded, text.data(), text.size());
    std::memset(padded + text.size(), 0, blocks * json_block_bytes - text.size());
    std::uint64_t beyond_ascii = 0;
    for (std::size_t at = 0; at < blocks; ++at)
        blocks_[at] = special_bits(padded + at * json_block_bytes, beyond_ascii);
    JsonIndexer indexer(nodes_, padded, blocks_.data(), depth_max);
    const bool is_whole = indexer.run() == padded + text.size();
    escaped_ = indexer.escaped();
    if (padded_.size() > kept_json_bytes_max) {
        padded_ = {};
        blocks_ = {};
    }
    return is_whole && (beyond_ascii == 0 || utf8::is_valid(text));
}

std::string_view JsonIndex::unescaped(std::uint32_t number, std::string_view inner) const {
    if (unescaped_.empty()) {
        unescaped_.resize(std::size_t{escaped_} + 1);
        if (buffer_size_ < text_.size()) {
            buffer_ = std::make_unique_for_overwrite<char[]>(text_.size()); // NOLINT(*-avoid-c-arrays)
            buffer_size_ = text_.size();
        }
    }
    std::string_view& known = unescaped_[number];
    if (known.data()) return known;
    // An escape is longer than its character, so that all strings of the text fit into the buffer.
    char* const begin = buffer_.get() + buffer_used_;
    char* to = begin;
    const char* const end = inner.data() + inner.size();
    for (const char* at = inner.data(); at != end;) {
        const auto rest = static_cast<std::size_t>(end - at);
        const auto* escape = static_cast<const char*>(std::memchr(at, '\\', rest));
        const std::size_t plain = escape ? static_cast<std::size_t>(escape - at) : rest;
        std::memcpy(to, at, plain);
        to += plain;
        if (!escape) break;
        const EscapedCharacter character = read_escape(escape + 1);
        to = write_character(to, character.code);
        at = character.end;
    }
    const auto size = static_cast<std::size_t>(to - begin);
    buffer_used_ += size;
    return known = std::string_view(begin, size);
}

} // namespace evenfold::providers
