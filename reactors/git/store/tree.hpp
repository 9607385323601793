/// Trees as flat lists of files, which is the form that scans, restores and diffs share.
/// Serialized by hand because libgit2's tree builder writes each tree as a loose object, and new trees go into a pack.
/// Shapes: entries sorted by the bytes of their paths, `/` between folders; folders have no entries.
/// Errors: Failure; a tree with names that no work tree may have is FailureKind::damaged.
#pragma once

#include <compare>
#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "evenfold/reactors/git/store/objects.hpp"

namespace evenfold::git {

enum class FileMode : std::uint32_t { file = 0100644, executable = 0100755, link = 0120000, repository = 0160000 };

struct TreeEntry {
    std::string path;
    FileMode mode = FileMode::file;
    ObjectId id;
    friend bool operator==(const TreeEntry&, const TreeEntry&) = default;
};

/// Adds the trees for `entries`, which must be sorted. Returns the id of the root.
[[nodiscard]] std::expected<ObjectId, Failure> write_trees(std::span<const TreeEntry> entries, Objects& objects);

/// Returns all entries of the tree `root` and the trees below it.
[[nodiscard]] std::expected<std::vector<TreeEntry>, Failure> read_trees(const ObjectId& root, const Objects& objects);

/// Returns the entry of `path`; nullptr if there is none.
[[nodiscard]] const TreeEntry* find(std::span<const TreeEntry> entries, std::string_view path);

/// Finds entries by paths in ascending order. All calls together take linear time.
class AscendingFinder {
public:
    explicit AscendingFinder(std::span<const TreeEntry> entries) : left_(entries) {}

    /// Returns the entry of `path`; nullptr if there is none. Each path must be greater than the one before.
    [[nodiscard]] const TreeEntry* find(std::string_view path);

private:
    std::span<const TreeEntry> left_;
};

/// Returns the entries below `prefix`, which ends with a slash.
[[nodiscard]] std::span<const TreeEntry> below(std::span<const TreeEntry> entries, std::string_view prefix);

/// Returns whether git reserves this name: `.git`, in any form that Windows and macOS read as such.
[[nodiscard]] bool is_reserved(std::string_view name);

} // namespace evenfold::git
