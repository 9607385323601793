#include "evenfold/providers/wire/json_index.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "evenfold/core/text/utf8.hpp"
#include "evenfold/providers/wire/json_scan.hpp"

namespace evenfold::providers {

namespace {

constexpr std::string_view text_mark = "\xEF\xBB\xBF"; // a byte order mark
constexpr std::size_t nodes_least = 64;                // room for a short line
constexpr std::uint32_t no_node = std::numeric_limits<std::uint32_t>::max();

/// Fills the nodes of an index. The open arrays and objects are linked by `next`, so that no stack is needed.
class JsonIndexer {
public:
    JsonIndexer(std::vector<JsonNode>& nodes, std::string_view text, std::size_t depth_max)
        : nodes_(nodes), begin_(text.data()), at_(begin_), end_(begin_ + text.size()), depth_left_(depth_max) {
        if (text.starts_with(text_mark)) at_ += text_mark.size();
    }

    bool run() {
        do {
            // A key and a value are read in one place, so that the compiler keeps the state in registers.
            if (size_ == nodes_.size()) nodes_.resize(std::max<std::size_t>(nodes_least, nodes_.size() * 2));
            if (!read_token() || !(is_key_ ? read_colon() : read_until_token())) return false;
        } while (open_ != no_node);
        if (next_token() != '\0' || at_ != end_) return false;
        if (beyond_ascii_ == 0) return true;
        return utf8::is_valid({begin_, static_cast<std::size_t>(end_ - begin_)});
    }

    [[nodiscard]] std::uint32_t escaped() const { return escaped_; }

private:
    /// Returns the first character after blanks, which stays unread; NUL at the end.
    char next_token() {
        // Fast path, because compact texts have no blanks.
        if (at_ != end_ && static_cast<unsigned char>(*at_) > ' ') return *at_;
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) ++at_;
        return at_ == end_ ? '\0' : *at_;
    }

    /// Adds a node that ends at the current position.
    void add(const char* begin, std::uint32_t next, std::uint32_t escaped) {
        nodes_[size_++] = {static_cast<std::uint32_t>(begin - begin_), static_cast<std::uint32_t>(at_ - begin_), next,
                           escaped};
    }

    /// Reads a key, a value up to its end, or an opening bracket.
    bool read_token() {
        const char token = next_token();
        const char* const begin = at_;
        if (token == '"') return read_string();
        if (is_key_) return false;
        switch (token) {
        case '{':
        case '[': return open(token);
        case 't': at_ = skip_word(at_, end_, "true"); break;
        case 'f': at_ = skip_word(at_, end_, "false"); break;
        case 'n': at_ = skip_word(at_, end_, "null"); break;
        default: at_ = skip_number(at_, end_);
        }
        if (at_) add(begin, size_ + 1, 0);
        return at_ != nullptr;
    }

    bool open(char bracket) {
        if (depth_left_-- == 0) return false;
        const char* const begin = at_++;
        add(begin, open_, 0);
        open_ = size_ - 1;
        is_object_ = bracket == '{';
        return true;
    }

    /// Reads closing brackets, and then the comma before the next key or value. Ends after the last bracket.
    bool read_until_token() {
        while (open_ != no_node) {
            JsonNode& open = nodes_[open_];
            const bool is_first = open_ + 1 == size_;
            const char token = next_token();
            if (token == (is_object_ ? '}' : ']')) {
                ++at_;
                open.end = static_cast<std::uint32_t>(at_ - begin_);
                open_ = std::exchange(open.next, size_);
                is_object_ = open_ != no_node && begin_[nodes_[open_].begin] == '{';
                ++depth_left_;
                continue;
            }
            if (!is_first && token != ',') return false;
            if (!is_first) ++at_;
            is_key_ = is_object_;
            return true;
        }
        return true;
    }

    bool read_colon() {
        is_key_ = false;
        if (next_token() != ':') return false;
        ++at_;
        return true;
    }

    bool read_string() {
        const char* const begin = at_;
        bool has_escapes = false;
        at_ = skip_plain(at_ + 1, end_, beyond_ascii_);
        while (at_ != end_ && *at_ == '\\') {
            has_escapes = true;
            at_ = read_escape(at_ + 1, end_).end;
            if (!at_) return false;
            at_ = skip_plain(at_, end_, beyond_ascii_);
        }
        if (at_ == end_ || *at_ != '"') return false;
        ++at_;
        add(begin, size_ + 1, has_escapes ? ++escaped_ : 0);
        return true;
    }

    std::vector<JsonNode>& nodes_;
    std::uint32_t size_ = 0; // the number of nodes in use
    const char* begin_;
    const char* at_;
    const char* end_;
    std::size_t depth_left_;
    std::uint32_t open_ = no_node;   // the innermost open container
    bool is_object_ = false;         // and not an array
    bool is_key_ = false;            // the next string is a key
    std::uint32_t escaped_ = 0;      // the number of strings with escapes
    std::uint64_t beyond_ascii_ = 0; // whether a string has a byte that is not ASCII
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
    JsonIndexer indexer(nodes_, text, depth_max);
    const bool is_valid = indexer.run();
    escaped_ = indexer.escaped();
    return is_valid;
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
        const EscapedCharacter character = read_escape(escape + 1, end);
        to = write_character(to, character.code);
        at = character.end;
    }
    const auto size = static_cast<std::size_t>(to - begin);
    buffer_used_ += size;
    return known = std::string_view(begin, size);
}

} // namespace evenfold::providers
