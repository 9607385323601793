/// Bytes from a file or from standard input, as they come.
/// Errors: the input that cannot be read, named. An interrupt ends the input; see system/interrupts.hpp.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::cli {

class Input {
public:
    /// Opens `name`; standard input when it is `-` or empty.
    [[nodiscard]] static std::expected<Input, std::string> open(const std::string& name);

    /// What has come since the last call, at least one byte; empty at the end.
    [[nodiscard]] std::expected<std::string_view, std::string> more();

    /// What a person calls it.
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    Input(system::Descriptor file, std::string name);

    system::Descriptor file_; // none: standard input
    std::string name_;
    std::string buffer_;
};

/// All that comes until the end; an error when it is longer than `bytes_max`.
[[nodiscard]] std::expected<std::string, std::string> read_whole(Input& input, std::size_t bytes_max);

} // namespace evenfold::cli
