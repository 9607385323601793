/// Files and folders that survive a loss of power.
/// Shapes: paths; a file is durable when both its bytes and its name in the folder are flushed.
/// Errors: Failure with the path and the operation. Source: fsync(2), rename(2), sync_file_range(2).
///
///     auto written = write_durably("state", "state.new", bytes); // replaces `state` atomically
#pragma once

#include <expected>
#include <filesystem>
#include <initializer_list>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// Flushes the file or folder at `path`.
[[nodiscard]] std::expected<void, Failure> sync_path(const std::filesystem::path& path);

/// Starts to write the open file to the disk, and does not wait. Files that are started together take one commit of the
/// file system's journal when they are flushed.
void start_flush(int file);

/// Flushes the open files; `shown` names them in a failure.
[[nodiscard]] std::expected<void, Failure>
sync_files(std::initializer_list<int> files, const std::filesystem::path& shown);

/// Flushes `path` and each folder above it, up to and including `top`. Paths that do not exist are skipped.
[[nodiscard]] std::expected<void, Failure>
sync_up_to(const std::filesystem::path& path, const std::filesystem::path& top);

/// Creates the missing folders of the path `folder` durably.
[[nodiscard]] std::expected<void, Failure> make_folders(const std::filesystem::path& folder);

/// Replaces the file at `path` by one with `bytes`, atomically and durably: after a failure or a loss of power it has
/// either its old bytes or these. They are first written to `fresh`, a path in the same file system, which is
/// overwritten.
[[nodiscard]] std::expected<void, Failure>
write_durably(const std::filesystem::path& path, const std::filesystem::path& fresh, std::string_view bytes);

/// Returns whether this process may create files in `folder`.
[[nodiscard]] bool may_write_in(const std::filesystem::path& folder);

/// Fails when this process may not write the existing `file`.
[[nodiscard]] std::expected<void, Failure> check_may_write(const std::filesystem::path& file);

/// Fails when this process may not create files in `folder`; the failure names `file`.
[[nodiscard]] std::expected<void, Failure>
check_may_write_in(const std::filesystem::path& folder, const std::filesystem::path& file);

} // namespace evenfold::system
