/// A real repository in a scratch folder, and git itself to ask and to build with.
/// Shapes: paths relative to the work tree; files as a map from path to what is there.
/// Throws when the machine does not play along. The user of these repositories is `Ada <ada@example.org>`.
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
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::git_test {

struct Lying {
    char kind = 'f'; // f a file, x an executable one, l a link, p a pipe
    std::string bytes;
    friend bool operator==(const Lying&, const Lying&) = default;
};
using Files = std::map<std::string, Lying>;

struct Answer {
    int exit = -1;
    std::string out; // and what it complained of
};

/// Runs git in `folder`, away from the settings of whoever runs the tests.
Answer
run_git(const std::filesystem::path& folder, const std::vector<std::string>& arguments, const std::string& input = {});

/// Runs `work` in a process whose user owns nothing: its answer, or nothing where this machine does not permit it.
std::optional<int> as_nobody(const std::function<int()>& work);

/// Sets HOME to a folder with settings for these tests, before libgit2 looks.
void use_own_settings();

class Sandbox {
public:
    /// With `made`, a repository with no commit.
    explicit Sandbox(bool made = true);

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    [[nodiscard]] std::filesystem::path beside(const std::string& name) const { return scratch_ / name; }

    /// What git prints; throws if it fails.
    std::string git(const std::vector<std::string>& arguments) const;
    [[nodiscard]] bool is_healthy() const; // git fsck --strict finds no fault

    void write(const std::string& path, std::string_view bytes, bool executable = false) const;
    void link(const std::string& path, const std::string& target) const;
    void remove(const std::string& path) const;
    [[nodiscard]] std::string read(const std::string& path) const;
    [[nodiscard]] bool has(const std::string& path) const;
    void commit_all(const std::string& message) const;

    /// All that lies there, but for what is below a `.git`; `left_out` says what else to leave out.
    [[nodiscard]] Files files(const std::function<bool(const std::string&)>& left_out = {}) const;

    /// All of the repository that is the user's: every file of `.git` but objects and what is evenfold's.
    [[nodiscard]] Files users() const;

    [[nodiscard]] git::Repository opened() const;

    /// Makes it that of the user of as_nobody.
    void give_away() const;

private:
    journal::ScratchFolder scratch_;
    std::filesystem::path root_;
};

[[nodiscard]] std::string ref_of(const std::string& id);
[[nodiscard]] git::Capture capture_of(const std::string& id, std::optional<std::string> previous = {});

/// Captures; throws if that fails.
git::Checkpoint captured(const Sandbox& box, const std::string& id, std::optional<std::string> previous = {});

/// Restores, with a rescue checkpoint if one is named; throws if that fails.
void restored(const Sandbox& box, const std::string& id, std::optional<std::string> rescue = {});

/// The seed of a test: EVENFOLD_SEED, or `otherwise`; printed where a test fails.
[[nodiscard]] std::uint64_t seed_of(std::uint64_t otherwise);

} // namespace evenfold::git_test
