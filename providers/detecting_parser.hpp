/// `DetectingParser`: a StreamParser whose format is named, or detected in its first bytes.
/// Bytes are kept until the format is certain, then read at once. It moves as a value. One thread at a time may use it.
/// Errors: input of no known format makes no items, and `looks_like` describes it for a person.
///
///     providers::DetectingParser stream(std::nullopt);
///     record(stream.feed(bytes));
///     record(stream.finish());
///     if (stream.looks_like()) refuse("this is " + *stream.looks_like());
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/provider.hpp"

namespace evenfold::providers {

class DetectingParser {
public:
    /// Uses `format`. Without one, detects the format from the first bytes.
    explicit DetectingParser(const std::optional<Format>& format);

    /// See StreamParser.
    [[nodiscard]] std::vector<Item> feed(std::string_view bytes);
    [[nodiscard]] std::vector<Item> finish();
    [[nodiscard]] SkipCounts skipped() const;
    [[nodiscard]] KindCounts unmapped() const;

    /// Returns a description of the input once it is certain that its format is unknown. Returns nothing for empty
    /// input.
    [[nodiscard]] const std::optional<std::string>& looks_like() const { return looks_like_; }

    /// Returns whether `looks_like` names another format, rather than describing unknown input.
    [[nodiscard]] bool is_named_format() const { return is_named_; }

private:
    [[nodiscard]] std::vector<Item> detect_format(bool at_end);

    std::unique_ptr<StreamParser> parser_; // null until the format is certain
    std::string beginning_;                // all bytes so far, until the format is certain
    std::size_t detect_again_bytes_ = 0;   // the next attempt waits for as many
    std::optional<std::string> looks_like_;
    bool is_named_ = false;
};

} // namespace evenfold::providers
