/// The database files that this process has open, by inode. It keeps one descriptor per file, for two purposes.
/// 1. POSIX drops every lock that a process has on a file when the process closes *any* descriptor of that file.
/// Without its locks, another program assumes that it is the only user, deletes the write-ahead log when it closes, and
/// later commits are lost. So the descriptor is closed after the last connection, and code that reads a database's
/// bytes without SQLite must use `read_start`.
/// 2. The descriptor has a shared lock on a byte that the file's name chooses. A process that has opened the same file
/// by another name, such as one from before it was renamed, has locked another byte, and is noticed.
/// Shapes: device and inode, whatever the path. All functions may be called from any thread.
/// Source: https://sqlite.org/howtocorrupt.html, sections 2.2 and 2.5; fcntl(2), open file description locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include "evenfold/system/failure.hpp"
#include "evenfold/system/file_status.hpp"

namespace evenfold::storage::sqlite {

/// Registers a file until it is destroyed: one per connection.
class RegisteredFile {
public:
    RegisteredFile() = default;
    RegisteredFile(RegisteredFile&& other) noexcept : id_(std::exchange(other.id_, std::nullopt)) {}
    RegisteredFile& operator=(RegisteredFile&& other) noexcept {
        std::swap(id_, other.id_);
        return *this;
    }
    ~RegisteredFile();

    /// Registers the existing `file`, a path without links. Fails as busy if the same file is open by another name, in
    /// this process or another.
    [[nodiscard]] static std::expected<RegisteredFile, system::Failure> of(const std::filesystem::path& file);

    /// Returns whether nobody else has the file open: no other process, and no other registration of this process.
    [[nodiscard]] bool is_alone() const;

    /// Fails if processes use the index of the log beside `file`, but none has the file open: they use it for another
    /// database, so that it describes another log. An index that nobody uses is created again by the first connection.
    /// Must be called before the first statement of a connection.
    [[nodiscard]] std::expected<void, system::Failure> check_index(const std::filesystem::path& file) const;

    /// Fails when `file` does not denote the registered file any more.
    [[nodiscard]] std::expected<void, system::Failure> check_name(const std::filesystem::path& file) const;

private:
    explicit RegisteredFile(system::FileId id) : id_(id) {}

    std::optional<system::FileId> id_;
};

/// Creates `file`, which is empty, with permission bits `mode`, whatever the umask. Does nothing if it exists.
[[nodiscard]] std::expected<void, system::Failure> create_file(const std::filesystem::path& file, std::uint32_t mode);

/// Returns the first `size` bytes of `file`; fewer when it has no more or cannot be read. Uses the kept descriptor if
/// the file is registered.
[[nodiscard]] std::string read_start(const std::filesystem::path& file, std::size_t size);

} // namespace evenfold::storage::sqlite
