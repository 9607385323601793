/// Bytes from a file or from standard input, as they arrive.
/// Errors: an input that cannot be read; the message names it. An interrupt ends the input (system/interrupts.hpp).
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::cli {

class InputReader {
public:
    /// Opens the file `name`, or standard input if `name` is `-` or empty.
    [[nodiscard]] static std::expected<InputReader, std::string> open(const std::string& name);

    /// Blocks until more bytes arrive, and returns them. Returns an empty view at the end of the input.
    [[nodiscard]] std::expected<std::string_view, std::string> next_chunk();

    /// Returns whether no bytes arrive for a moment, although the input has not ended.
    [[nodiscard]] bool is_waiting() const;

    /// Returns the name of the input for messages.
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    InputReader(system::Descriptor file, std::string name);

    [[nodiscard]] int descriptor() const;

    system::Descriptor file_; // not open: standard input
    std::string name_;
    std::string buffer_;
};

/// Reads until the end of the input and returns all bytes. Fails if there are more than `bytes_max`.
[[nodiscard]] std::expected<std::string, std::string> read_whole(InputReader& input, std::size_t bytes_max);

} // namespace evenfold::cli
