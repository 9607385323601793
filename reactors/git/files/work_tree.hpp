/// Files put into a folder and taken out of it, without ever following a symbolic link.
/// Shapes: paths relative to the folder, `/` between folders.
/// Errors: Failure naming the file.
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/stat.h>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/store/tree.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

class WorkTree {
public:
    [[nodiscard]] static std::expected<WorkTree, Failure> open(const std::filesystem::path& folder);

    /// The kind of what is at `path` (as st_mode; 0: nothing). What lies behind a link is nothing.
    [[nodiscard]] std::expected<unsigned, Failure> look(const std::string& path);

    /// Whether the file at `path` is that blob in that mode.
    [[nodiscard]] std::expected<bool, Failure> is(const Entry& entry, const std::string& bytes);

    /// Puts a file or link at its path, at once and whole; makes the folders that lack. A file that was there leaves
    /// its permissions to the new one, less or plus the executable bits.
    [[nodiscard]] std::expected<void, Failure> put(const Entry& entry, const std::string& bytes);

    /// Makes the folder, and those above it.
    [[nodiscard]] std::expected<void, Failure> make_folder(const std::string& path);

    /// Takes the file or link away, and then each folder above it that is empty. Whether there was one.
    [[nodiscard]] std::expected<bool, Failure> remove(const std::string& path);

    /// Takes away the folders above `path` that are empty.
    void remove_empty_above(const std::string& path);

    /// Takes away the folder and all below it, if they are nothing but folders; FailureKind::in_the_way if not.
    [[nodiscard]] std::expected<void, Failure> remove_empty(const std::string& path);

    /// Flushes the file system that the folder is in.
    [[nodiscard]] std::expected<void, Failure> sync() const;

private:
    WorkTree(std::filesystem::path folder, system::Descriptor root)
        : folder_(std::move(folder)), root_(std::move(root)) {}

    /// Opens the folder that `path` lies in. An errno if that fails.
    [[nodiscard]] std::expected<int, int> parent_of(const std::string& path, bool make);
    [[nodiscard]] std::unexpected<Failure> broken(const std::string& path, std::string_view operation, int error) const;

    std::filesystem::path folder_;
    system::Descriptor root_;
    std::string last_; // the parent opened last
    system::Descriptor last_folder_;
};

} // namespace evenfold::git
