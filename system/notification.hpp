/// Wakes other processes that wait for a file: the writer notifies, waiters watch.
/// Shapes: one inotify descriptor per watch. A waiter must create its watch *before* it reads the data, so that it
/// misses no notification. It must also read from time to time, since a writer may die before it notifies.
/// Source: inotify(7).
///
///     auto watch = FileWatch::on(file);
///     while (nothing_new()) watch->wait(limit); // in one process
///     notify_waiters(file);                     // in another
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>

#include "evenfold/system/descriptor.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// Wakes each process that watches `file`. Changes nothing on the disk. Ignores errors, because waiters also poll.
void notify_waiters(const std::filesystem::path& file);

enum class WakeReason : std::uint8_t { notified, timed_out, interrupted };

/// Not for use by two threads at once.
class FileWatch {
public:
    /// Watches `file`; or its folder, if there is no such file or this user may not read it; or nothing, if this user
    /// may not read the folder either: waits then last until their limit.
    [[nodiscard]] static std::expected<FileWatch, Failure> on(const std::filesystem::path& file);

    /// Discards the notifications so far. Returns false when the watched file was removed or replaced: create another
    /// watch.
    [[nodiscard]] bool drain();

    /// Blocks until a notification, a signal, or `limit`.
    [[nodiscard]] std::expected<WakeReason, Failure> wait(std::chrono::milliseconds limit);

private:
    enum class Watched : std::uint8_t { file, folder };

    FileWatch(const std::filesystem::path& file, Descriptor events, Watched watched)
        : file_(file), events_(std::move(events)), watched_(watched) {}

    /// Reads the pending events. Returns whether one is of the file.
    [[nodiscard]] bool read_events();

    std::filesystem::path file_;
    Descriptor events_;
    Watched watched_;
    bool is_lost_ = false; // the watched file was removed or replaced
};

} // namespace evenfold::system
