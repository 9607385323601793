/// A real repository in a scratch directory, and git itself to inspect and build it.
/// Shapes: paths are relative to the work tree; files are a map from path to kind and bytes.
/// Throws if the machine does not permit an operation. The user of these repositories is `Ada <ada@example.org>`.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/checkpoint.hpp"
#include "evenfold/reactors/git/commit.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::git_test {

struct FileContent {
    char kind = 'f'; // f a file, x an executable file, l a link, p any other file, such as a pipe
    std::string bytes;
    friend bool operator==(const FileContent&, const FileContent&) = default;
};
using Files = std::map<std::string, FileContent>;

struct CommandResult {
    int exit = -1;
    std::string out; // standard output and standard error
};

/// Runs git in `folder`, without the git settings of the user who runs the tests.
CommandResult
run_git(const std::filesystem::path& folder, const std::vector<std::string>& arguments, const std::string& input = {});

/// Runs `work` in a process of a user without rights. Returns its result, or nothing if the machine forbids it.
std::optional<int> as_nobody(const std::function<int()>& work);

/// Sets HOME to a directory with settings for these tests, before libgit2 reads it.
void use_own_settings();

class Sandbox {
public:
    /// If `made`, creates a repository without a commit.
    explicit Sandbox(bool made = true);

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] std::filesystem::path beside(const std::string& name) const { return scratch_ / name; }

    /// Runs git and returns its output; throws if it fails.
    std::string git(const std::vector<std::string>& arguments) const;
    [[nodiscard]] bool is_healthy() const; // git fsck --strict finds no errors

    void write(const std::string& path, std::string_view bytes, bool executable = false) const;
    void link(const std::string& path, const std::string& target) const;
    void remove(const std::string& path) const;
    [[nodiscard]] std::string read(const std::string& path) const;
    [[nodiscard]] bool has(const std::string& path) const;
    void commit_all(const std::string& message) const;
    /// Adds the repository of `module` as a submodule, without a commit.
    void add_submodule(const Sandbox& module, const std::string& path) const;

    /// Returns all files of the work tree, except those below a `.git` and those for which `left_out` returns true.
    [[nodiscard]] Files files(const std::function<bool(const std::string&)>& left_out = {}) const;

    /// Returns the user's part of the repository: every file of `.git` except objects and evenfold's own files.
    [[nodiscard]] Files users() const;

    [[nodiscard]] git::Repository opened() const;

    /// Makes the work tree accessible to the user of `as_nobody`; if run as root, also makes that user the owner.
    void give_away() const;

private:
    journal::ScratchFolder scratch_;
    std::filesystem::path root_;
};

[[nodiscard]] std::string ref_of(const std::string& id);
[[nodiscard]] git::CaptureOptions capture_of(const std::string& id, std::optional<std::string> previous = {});

/// Takes a checkpoint; throws if that fails.
git::CheckpointCommit captured(const Sandbox& box, const std::string& id, std::optional<std::string> previous = {});

/// Restores a checkpoint, and takes a rescue checkpoint if one is named; throws if that fails.
void restored(const Sandbox& box, const std::string& id, std::optional<std::string> rescue = {});

[[nodiscard]] git::CommitFiles commit_of(const std::string& id, std::optional<std::string> checkpoint = {});

/// Commits the current files, or a checkpoint if one is named; throws if that fails.
git::CommitResult committed(const Sandbox& box, const std::string& id, std::optional<std::string> checkpoint = {});

/// Returns the seed of a test: EVENFOLD_SEED if it is set, `otherwise` if not.
[[nodiscard]] std::uint64_t seed_of(std::uint64_t otherwise);

} // namespace evenfold::git_test
