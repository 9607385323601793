/// How a process sleeps until another one has appended: a watch on the sidecar of a journal.
/// Shapes: one inotify descriptor a watch. Not for use by two threads at once.
/// Source: inotify(7).
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>

#include "evenfold/journal/descriptor.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::journal::sqlite {

enum class Woken : std::uint8_t { rung, timed_out, interrupted };

class Watch {
public:
    /// Watches the sidecar of `journal`, or its folder while there is no sidecar. What changes from now on will ring.
    [[nodiscard]] static std::expected<Watch, Failure> on(const std::filesystem::path& journal);

    /// Forgets what has rung so far. False when the watched file is gone, and the watch with it.
    [[nodiscard]] bool drain();

    [[nodiscard]] std::expected<Woken, Failure> wait(std::chrono::milliseconds at_most);

private:
    Watch(const std::filesystem::path& journal, Descriptor events) : journal_(journal), events_(std::move(events)) {}

    std::filesystem::path journal_;
    Descriptor events_;
};

} // namespace evenfold::journal::sqlite
