/// An anchor that is a git repository, best one that is pushed elsewhere: each head is a commit.
/// Shapes: the ref `refs/evenfold/heads/NAME`, where NAME is the origin of the journal with escapes; each commit has
/// one file, `head`, and the commit of the head before as its parent. Work tree, index, HEAD and other refs stay.
/// Errors: see anchor.hpp; FailureKind::not_a_repository, and busy if other programs move the ref all the time.
///
///     using namespace reactors::anchors;
///     const auto anchor = open_git_anchor("backup.git", "journal.example/plans");
///     if (!anchor) return anchor.error().what;
///     assert((*anchor)->name() == "git:backup.git");
///     assert(head_ref("journal.example/plans") == "refs/evenfold/heads/journal.example%2fplans");
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "evenfold/reactors/anchors/anchor.hpp"

namespace evenfold::reactors::anchors {

/// Returns the ref with the heads of the journal `origin`. Letters, digits, `-`, `_` and inner points stay; each other
/// byte becomes `%` and two digits. Since a file system limits names, a long one ends in `%%` and its SHA-256 instead.
[[nodiscard]] std::string head_ref(std::string_view origin);

/// Returns the anchor `git:DIR` of the journal `origin`. `folder` is the repository: bare, or with a work tree.
[[nodiscard]] std::expected<std::unique_ptr<Anchor>, Failure>
open_git_anchor(const std::filesystem::path& folder, const std::string& origin);

} // namespace evenfold::reactors::anchors
