/// Pipes of two file descriptors, for programs that are talked to.
/// Shape: every descriptor made here is closed on exec, and its number is above those of the standard ones.
#pragma once

#include <expected>

#include "evenfold/journal/descriptor.hpp"

namespace evenfold::reactors::process {

using journal::Descriptor;

/// From now on reads and writes do not wait. False when the system refuses.
[[nodiscard]] bool stop_waiting(const Descriptor& descriptor);

struct Pipe {
    Descriptor read;
    Descriptor write;
};

/// A fresh pipe, or the errno.
[[nodiscard]] std::expected<Pipe, int> make_pipe();

} // namespace evenfold::reactors::process
