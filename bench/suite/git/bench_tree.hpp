/// A work tree of generated text files in a repository of its own, changed by evenfold's functions or by git.
/// Shapes: files are numbered, a hundred per folder; a file's bytes depend only on its number and version.
/// Errors: an operation that fails ends the program, because nothing can be measured then.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/reactors/git/repository.hpp"

namespace evenfold::bench {

/// A run of numbered files.
struct FileRange {
    std::size_t first = 0;
    std::size_t count = 0;
};

class BenchTree {
public:
    /// Writes `files` files and, if `is_committed`, commits them.
    explicit BenchTree(std::size_t files, bool is_committed = true);

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }

    /// Writes the files at `version`. Folders from `folder` on are numbered.
    void write(const FileRange& range, std::size_t version) const;

    /// Runs git, whose output must be empty.
    void git(std::vector<std::string> words) const;

    /// Takes the checkpoint `id`, since the checkpoint `previous` if it is not empty.
    void capture(const std::string& id, const std::string& previous) const;

    /// Restores the checkpoint `id`; the checkpoint `rescue` has the present files.
    void restore(const std::string& id, const std::string& rescue) const;

    /// Returns a digest of the paths, kinds and bytes of all files.
    [[nodiscard]] std::string digest() const;

private:
    Folder scratch_;
    std::filesystem::path root_;
    git::Repository repository_;
};

/// Writes all that is waiting to the disk, so that a measured flush writes only what the measured work wrote.
void flush_disk();

} // namespace evenfold::bench
