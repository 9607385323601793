/// The database files that this process has open, by inode, so that SQLite's locks are not dropped by accident.
/// POSIX drops every lock that a process has on a file when the process closes *any* descriptor of that file. Without
/// its locks, another program assumes that it is the only user, deletes the write-ahead log when it closes, and later
/// commits are lost. So code that reads a database's bytes without SQLite must use `read_start`.
/// Shapes: device and inode, whatever the path. All functions may be called from any thread.
/// Source: https://sqlite.org/howtocorrupt.html, section 2.2; fcntl(2).
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <utility>

namespace evenfold::storage::sqlite {

/// Registers `file` until it is destroyed: one per connection.
class RegisteredFile {
public:
    RegisteredFile() = default;
    explicit RegisteredFile(const std::filesystem::path& file);
    RegisteredFile(RegisteredFile&& other) noexcept : inode_(std::exchange(other.inode_, std::nullopt)) {}
    RegisteredFile& operator=(RegisteredFile&& other) noexcept {
        std::swap(inode_, other.inode_);
        return *this;
    }
    ~RegisteredFile();

private:
    std::optional<std::pair<dev_t, ino_t>> inode_;
};

/// Returns the first `size` bytes of `file`; fewer when it has no more or cannot be read. While a connection to the
/// same file is registered, the descriptor stays open for later calls.
[[nodiscard]] std::string read_start(const std::filesystem::path& file, std::size_t size);

} // namespace evenfold::storage::sqlite
