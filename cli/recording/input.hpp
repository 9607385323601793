/// Bytes from a file or from standard input, as they come.
/// Errors: the input that cannot be read, named. An interrupt (SIGINT, SIGTERM) is the end of the input.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace evenfold::cli {

class Input {
public:
    /// Opens `name`; standard input when it is `-` or empty.
    [[nodiscard]] static std::expected<Input, std::string> open(const std::string& name);

    Input(Input&& other) noexcept;
    Input& operator=(Input&&) = delete;
    ~Input();

    /// What has come since the last call, at least one byte; empty at the end.
    [[nodiscard]] std::expected<std::string_view, std::string> more();

    /// What a person calls it.
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    Input(int file, std::string name);

    int file_;
    std::string name_;
    std::string buffer_;
};

/// All that comes until the end; an error when it is longer than `bytes_max`.
[[nodiscard]] std::expected<std::string, std::string> read_whole(Input& input, std::size_t bytes_max);

/// From now on an interrupt ends reading and waiting instead of the program.
void catch_interrupts();

/// Whether an interrupt has come.
[[nodiscard]] bool interrupted();

/// How many have.
[[nodiscard]] unsigned interrupts();

} // namespace evenfold::cli
