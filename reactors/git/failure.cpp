#include "evenfold/reactors/git/failure.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <git2.h>
#include <utility>

namespace evenfold::git {

namespace {

FailureKind kind_of_library(int code, std::string_view message) {
    const auto says = [&](std::string_view words) { return message.find(words) != std::string_view::npos; };
    switch (code) {
    case GIT_ENOTFOUND: return FailureKind::not_found;
    case GIT_EEXISTS: return FailureKind::exists;
    case GIT_EBAREREPO: return FailureKind::bare;
    case GIT_EOWNER: return FailureKind::foreign_owner;
    case GIT_EINVALIDSPEC: return FailureKind::invalid;
    case GIT_ELOCKED:
    case GIT_EMODIFIED: return FailureKind::busy;
    case GIT_EUNMERGED:
    case GIT_ECONFLICT: return FailureKind::unfinished;
    default: break;
    }
    if (says("Permission denied") || says("Read-only file system")) return FailureKind::read_only;
    if (says("No space left") || says("quota")) return FailureKind::full;
    if (says("unsupported")) return FailureKind::unsupported;
    return FailureKind::damaged;
}

/// Returns the lock file that libgit2 says it could not make; empty if the message names none.
std::string_view lock_file_in(std::string_view words) {
    const std::size_t end = words.find(".lock'");
    const std::size_t begin = words.find('\'');
    if (end == std::string_view::npos || begin == std::string_view::npos) return {};
    return words.substr(begin + 1, end + 4 - begin);
}

/// Returns the remedy for a feature of the repository that libgit2 lacks, named by the message; empty if none is known.
std::string_view remedy_of_unsupported(std::string_view words) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> remedies{{
        {"'link'", "Run `git config core.splitIndex false` and `git update-index --no-split-index`, then try again."},
        {"'sdir'", "Run `git sparse-checkout reapply --no-sparse-index`, then try again."},
        {"objectformat", "Work without checkpoints, or convert the repository from SHA-256: `git fast-export --all` "
                         "there, `git fast-import` in a new one."},
        {"refstorage", "Run `git refs migrate --ref-format=files` (git 2.46 or later), then try again."},
    }};
    const auto found = std::ranges::find_if(
        remedies, [&](const auto& remedy) { return words.find(remedy.first) != std::string_view::npos; });
    return found == remedies.end() ? std::string_view() : found->second;
}

std::string remedy_of(FailureKind kind) {
    switch (kind) {
    case FailureKind::not_found: return "Check the name; it may have been moved or removed.";
    case FailureKind::not_a_repository: return "Run `git init` in the folder, or work without checkpoints.";
    case FailureKind::bare: return "Name a work tree of the repository; `git worktree add` creates one.";
    case FailureKind::foreign_owner:
        return "If you trust the repository, run `git config --global --add safe.directory FOLDER`.";
    case FailureKind::unsupported: return "Use git itself for this repository, or turn the feature off in it.";
    case FailureKind::invalid: return "Use another name.";
    case FailureKind::read_only: return "Grant write access to it, then try again.";
    case FailureKind::unreadable: return "Grant read access to it, or add it to .gitignore, then try again.";
    case FailureKind::full: return "Free space, then try again; no stored data is lost.";
    case FailureKind::busy: return "Let the other program finish, then try again.";
    case FailureKind::stopped: return "Try again; nothing was changed.";
    case FailureKind::damaged: return "Run `git fsck` there, repair the objects that it reports, then try again.";
    case FailureKind::in_the_way: return "Move it away, then try again.";
    case FailureKind::no_identity: return "Run `git config --global user.name NAME` and `user.email ADDRESS`.";
    case FailureKind::nothing_to_commit: return "Change something first.";
    case FailureKind::unfinished: return "Finish or abort it (`git status` shows how), then try again.";
    case FailureKind::exists: return "Use another name.";
    case FailureKind::unsaved: return "Commit the work or move it away, then try again.";
    default: return "Check the disk and the system's log, then try again.";
    }
}

std::string remedy_of_lock(std::string_view lock) {
    return fmt::format("If git is running there, wait until it finishes. Otherwise git was killed: remove {}.", lock);
}

} // namespace

Failure library_failure(std::string_view subject, std::string_view operation, int code) {
    const git_error* error = git_error_last();
    const std::string_view words = error && error->message ? error->message : "no reason given";
    const FailureKind kind = kind_of_library(code, words);
    const std::string_view lock = kind == FailureKind::busy ? lock_file_in(words) : std::string_view();
    const std::string_view other = kind == FailureKind::unsupported ? remedy_of_unsupported(words) : std::string_view();
    return {.kind = kind,
            .what = fmt::format("{}: {}: {} (libgit2 {})", subject, operation, words, code),
            .remedy = !lock.empty()    ? remedy_of_lock(lock)
                      : !other.empty() ? std::string(other)
                                       : remedy_of(kind)};
}

Failure failure_of(FailureKind kind, std::string what) {
    return {.kind = kind, .what = std::move(what), .remedy = remedy_of(kind)};
}

Failure failure_of_lock(const std::filesystem::path& lock) {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: git is running there, or was killed", lock.string()),
            .remedy = remedy_of_lock(lock.string())};
}

} // namespace evenfold::git
