/// The names in an open folder, with the status of each.
/// Shapes: sorted so that a folder, whose name gets a slash, stands where its files belong.
/// Errors: Failure naming the file; FailureKind::unreadable for a folder whose names may be listed, but not opened.
/// A name that vanishes meanwhile counts as never present.
#pragma once

#include <sys/stat.h>

#include <expected>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/reactors/git/failure.hpp"

namespace evenfold::git {

struct FolderName {
    std::string text;
    struct stat status{};

    [[nodiscard]] bool is_folder() const { return text.back() == '/'; }
};

struct FolderNames {
    std::vector<FolderName> names; // the wanted ones
    bool is_empty = true;          // no names at all

    /// Returns whether `text` is among the names.
    [[nodiscard]] bool has(std::string_view text) const;
};

/// Lists `folder`; `shown` is its path for messages.
[[nodiscard]] std::expected<FolderNames, Failure>
list_folder(int folder, const std::filesystem::path& shown, const std::function<bool(std::string_view)>& is_wanted);

} // namespace evenfold::git
