/// Files that are still there after a loss of power, and the turn to work on one work tree.
/// Shapes: paths of the system; descriptors, -1 for none. A sync covers the bytes and the name.
/// Source: fsync(2), flock(2).
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <stop_token>
#include <string_view>

#include "evenfold/journal/descriptor.hpp"
#include "evenfold/reactors/git/failure.hpp"

namespace evenfold::git {

using journal::Descriptor;

/// Writes all of `bytes`; 0 or an errno.
[[nodiscard]] int write_all(int file, std::string_view bytes);

/// Flushes the file or folder at `path`.
[[nodiscard]] std::expected<void, Failure> sync_path(const std::filesystem::path& path);

/// Flushes `path` and each folder above it, up to and with `top`; those that are gone need none.
[[nodiscard]] std::expected<void, Failure>
sync_up_to(const std::filesystem::path& path, const std::filesystem::path& top);

/// Makes the folders that lack, so that they last.
[[nodiscard]] std::expected<void, Failure> make_folders(const std::filesystem::path& folder);

/// After success `path` holds `bytes` and lasts; before, it holds what it held.
/// They are written as `fresh` first, in the same file system; a file of that name is overwritten.
[[nodiscard]] std::expected<void, Failure>
write_durably(const std::filesystem::path& path, const std::filesystem::path& fresh, std::string_view bytes);

/// The longest that a turn is waited for: another's first capture of a large work tree takes a part of it.
inline constexpr std::chrono::milliseconds turn_wait_max = std::chrono::hours(1);

/// Waits for the turn of `lock`, a file that is made and stays; the turn ends with the descriptor or its process.
/// FailureKind::stopped as soon as that is asked for, busy when the turn is still another's after `wait_max`.
[[nodiscard]] std::expected<Descriptor, Failure> take_turn(const std::filesystem::path& lock,
                                                           const std::stop_token& stop = {},
                                                           std::chrono::milliseconds wait_max = turn_wait_max);

} // namespace evenfold::git
