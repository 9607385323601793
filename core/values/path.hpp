/// Normalises and compares the paths of folders without access to the file system.
/// Shape: text in, text out. Removes `.`, doubled and trailing slashes; `..` removes the part before it.
/// std::filesystem::path::lexically_normal is not used because it keeps a trailing slash, and because that of libstdc++
/// 12 makes `//` of `///`.
/// Source: POSIX.1-2017, section 4.13, without symbolic links.
#pragma once

#include <string>
#include <string_view>

namespace evenfold {

/// Returns the normal form: `/home/ada/abacus` for `/home/ada/../ada//abacus/`, and `.` for the empty path. Two paths
/// of one folder have the same normal form, unless they differ in symbolic links.
[[nodiscard]] std::string normalised_path(std::string_view path);

/// Returns whether `path` is `folder` or below it. Both must be normal.
[[nodiscard]] bool is_within(std::string_view path, std::string_view folder);

} // namespace evenfold
