/// Caches the status of a folder's files when they were last read, so that only changed files are read again.
/// Shapes: a private file in the git directory with a checksum over its bytes; an incomplete one counts as empty.
/// libgit2's index could store the same, but takes 2.6 times as long per file, truncates sizes and times to 32 bits,
/// and has no field for the ref that keeps the objects alive (docs/hand-written.md).
/// Source: "racy git" in gitformat-index(5): a file that changed just before it was checked must be read again.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <vector>

#include "evenfold/reactors/git/store/object_id.hpp"

namespace evenfold::git {

/// The properties that change when a file changes. Times are of the file system's clock.
struct FileStatus {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::uint64_t size = 0;
    std::int64_t changed_s = 0; // ctime: no program can set it
    std::int64_t changed_ns = 0;
    std::int64_t modified_s = 0;
    std::int64_t modified_ns = 0;
    std::uint64_t mode = 0;
    friend bool operator==(const FileStatus&, const FileStatus&) = default;
};

[[nodiscard]] FileStatus file_status_of(const struct stat& status);

class StatCache {
public:
    /// Reads the entries of `file`, if it is valid. `now` is the time of the file system when the scan begins.
    StatCache(const std::filesystem::path& file, const struct timespec& now);

    /// Returns the ref captured last. While it names `commit()`, all cached objects exist.
    [[nodiscard]] const std::string& ref() const { return ref_; }
    [[nodiscard]] const std::string& commit() const { return commit_; }

    /// Returns the id of the file `path` if its status is unchanged. Calls must pass paths in ascending order.
    [[nodiscard]] std::optional<ObjectId> find_unchanged(std::string_view path, const FileStatus& status);

    /// Stores the id for the next scan, unless the file may have changed while it was checked.
    void store(std::string_view path, const FileStatus& status, const ObjectId& id);

    /// Writes the stored entries. A failure only makes the next scan slower, so it is not reported.
    void save(const std::string& ref, const std::string& commit) const;

private:
    struct CachedFile {
        FileStatus status;
        ObjectId id;
        std::string_view path;
    };
    void read();

    std::filesystem::path file_;
    struct timespec now_;
    std::string bytes_;
    std::string ref_;
    std::string commit_;
    std::vector<CachedFile> known_;
    std::size_t next_ = 0;
    std::string kept_;
};

} // namespace evenfold::git
