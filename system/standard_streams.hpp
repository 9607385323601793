/// The standard streams of the process, and unbuffered input.
/// Shapes: descriptors 0, 1 and 2. Errors: an errno.
#pragma once

#include <cstddef>
#include <expected>
#include <span>

#include "evenfold/system/descriptor.hpp"

namespace evenfold::system {

enum class StandardStream : int { input = 0, output = 1, error = 2 };

/// Opens each closed standard stream on /dev/null, so that no file that is opened later takes its number and receives
/// the program's output. Call it first in `main`.
void open_closed_streams();

[[nodiscard]] bool is_terminal(StandardStream stream);

/// Discards typed but unread input of the terminal on standard input.
void discard_typed_input();

/// Returns whether a read of standard input returns at once: it has bytes, or has ended.
[[nodiscard]] bool has_input();

/// Blocks until a read of `file` returns at once, at most `timeout_ms`. Returns whether it does.
[[nodiscard]] bool wait_for_input(int file, int timeout_ms);

/// Opens the file `name` for reading, or returns the errno.
[[nodiscard]] std::expected<Descriptor, int> open_to_read(const char* name);

/// Reads at least one byte into `buffer`. Returns how many were read, 0 at the end, or the errno: EINTR when a signal
/// came first.
[[nodiscard]] std::expected<std::size_t, int> read_some(int file, std::span<char> buffer);

} // namespace evenfold::system
