/// The status of a file: its identity, its owner, and the number of its names.
/// Shape: device and inode identify a file, whatever its name. Errors: an errno. Source: statx(2).
///
///     const auto status = status_of("journal.db", Links::keep);
///     if (status && status->links > 1) ... // another name reaches the same bytes
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>

namespace evenfold::system {

/// The identity of a file while it exists.
struct FileId {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    friend auto operator<=>(const FileId&, const FileId&) = default;
};

enum class FileType : std::uint8_t { regular, folder, link, other };

struct FileStatus {
    FileId id;
    FileType type = FileType::other;
    bool is_mount = false; // something is mounted at this name; a mounted file is reached by two names
    std::uint64_t links = 0;
    std::uint32_t owner = 0; // user id
    std::uint32_t group = 0;
    std::uint32_t mode = 0; // permission bits, 0 to 0777
    std::uint64_t bytes = 0;
    std::int64_t modified_ns = 0; // of the content, nanoseconds since 1970
    std::int64_t changed_ns = 0;  // of the content or the status
    friend bool operator==(const FileStatus&, const FileStatus&) = default;
};

/// Whether a symbolic link at the end of a path is followed or is itself the file.
enum class Links : std::uint8_t { keep, follow };

[[nodiscard]] std::expected<FileStatus, int> status_of(const std::filesystem::path& path, Links links);

/// Returns the status of an open file.
[[nodiscard]] std::expected<FileStatus, int> status_of(int file);

/// Returns the effective user id of this process.
[[nodiscard]] std::uint32_t user_id();

} // namespace evenfold::system
