/// Decides which files git ignores, by the rules of the user, of the repository, and of each folder of the path.
/// Shapes: paths relative to the work tree, `/` between folders.
/// Written by hand because libgit2 1.5 decides some paths differently from git: with `a/**` in .gitignore and `!/a` in
/// a/.gitignore, git keeps a/a and libgit2 ignores it, so that a checkpoint would miss a file. It is also 10 times as
/// fast (docs/hand-written.md).
/// Source: gitignore(5).
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/files/pattern.hpp"

struct git_repository;

namespace evenfold::git {

/// A stack of rules: those of a deeper folder precede those above it. Callers do not ask about files in an ignored
/// folder, because no rule can include those again.
class IgnoreRules {
public:
    explicit IgnoreRules(bool any_case) : any_case_(any_case) {}

    /// Adds the rules in `text` for the files below `folder` ("" or with a slash at its end).
    void push(std::string folder, std::string_view text);
    void pop() { files_.pop_back(); }

    /// Returns whether `path`, whose folders are not ignored, is ignored.
    [[nodiscard]] bool ignores(std::string_view path, bool is_folder) const;

    /// Returns whether the file at `path` or one of its folders is ignored.
    [[nodiscard]] bool ignores_path_or_parent(std::string_view path) const;

private:
    struct IgnoreFile {
        std::string folder;
        std::vector<Pattern> patterns;
    };

    bool any_case_;
    std::vector<IgnoreFile> files_;
};

/// Returns the rules of the user (core.excludesFile) and of the repository (info/exclude).
[[nodiscard]] std::expected<IgnoreRules, Failure> rules_of(git_repository* repository);

} // namespace evenfold::git
