/// Writes and removes files of a folder without ever following a symbolic link.
/// Shapes: paths relative to the folder, `/` between folders.
/// Errors: Failure naming the file.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/tree.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

/// Passes all bytes of a file to `take`. If it fails, the bytes are not used.
using ByteSource = std::function<std::expected<void, Failure>(const TakeBytes& take)>;

class WorkTree {
public:
    [[nodiscard]] static std::expected<WorkTree, Failure> open(const std::filesystem::path& folder);

    /// Returns the kind of the file at `path` (as st_mode; 0: nothing). A path behind a link counts as nothing.
    [[nodiscard]] std::expected<unsigned, Failure> kind_at(const std::string& path);

    /// Returns whether the file at the entry's path has its bytes and mode.
    [[nodiscard]] std::expected<bool, Failure> has_content(const TreeEntry& entry);

    /// Writes a file or link atomically with the bytes that `source` passes on, and creates missing folders. Keeps the
    /// permissions of a replaced file, except for the executable bits. `mode`, if given, has those of the file instead.
    [[nodiscard]] std::expected<void, Failure>
    replace_file(const TreeEntry& entry, const ByteSource& source, std::optional<unsigned> mode = {});

    /// Creates the folder and its missing parents.
    [[nodiscard]] std::expected<void, Failure> make_folder(const std::string& path);

    /// Removes the file or link. Returns whether there was one.
    [[nodiscard]] std::expected<bool, Failure> remove(const std::string& path);

    /// Removes the folders above `path` that are empty. Call it once per folder, after the last of its files.
    void remove_empty_above(const std::string& path);

    /// Removes the folder and the folders below it. Fails with in_the_way if it contains any file.
    [[nodiscard]] std::expected<void, Failure> remove_empty(const std::string& path);

    /// Flushes the file system that the folder is in.
    [[nodiscard]] std::expected<void, Failure> sync() const;

private:
    WorkTree(std::filesystem::path folder, system::Descriptor root)
        : folder_(std::move(folder)), root_(std::move(root)) {}

    /// Opens the folder of `path`. Fails with an errno.
    [[nodiscard]] std::expected<int, int> parent_of(const std::string& path, bool make);
    [[nodiscard]] std::unexpected<Failure>
    operation_failure(const std::string& path, std::string_view operation, int error) const;

    std::filesystem::path folder_;
    system::Descriptor root_;
    std::string last_; // path of the parent opened last
    system::Descriptor last_folder_;
};

} // namespace evenfold::git
