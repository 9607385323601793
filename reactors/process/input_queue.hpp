/// A queue of bytes that are written to a program as fast as it reads.
/// Shape: at most `bytes_max` bytes are queued. No call blocks, and a closed pipe raises no signal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::reactors::process {

using system::Descriptor;

/// Equal to the longest line that is read from a program.
inline constexpr std::size_t input_bytes_max = 64U << 20;

class InputQueue {
public:
    explicit InputQueue(Descriptor pipe, std::size_t bytes_max = input_bytes_max);

    /// Queues all of `bytes`, or returns false if there is no space for all.
    [[nodiscard]] bool push(std::string_view bytes);

    /// Writes as much as the pipe accepts. If the reader has closed the pipe, drops the queue and closes it too.
    void flush();

    /// Closes the pipe once all queued bytes are written.
    void close();

    [[nodiscard]] std::size_t waiting() const { return bytes_.size() - written_; }
    [[nodiscard]] bool is_open() const { return pipe_.is_open() && !closing_; }
    [[nodiscard]] int error() const { return error_; } // why the pipe closed early, or 0
    [[nodiscard]] int number() const { return pipe_.number(); }

private:
    Descriptor pipe_;
    std::size_t bytes_max_;
    std::string bytes_;
    std::size_t written_ = 0; // of `bytes_`
    bool closing_ = false;
    int error_ = 0;
};

} // namespace evenfold::reactors::process
