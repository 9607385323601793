/// The one spelling of a folder's path, without asking a file system.
/// Shape: text in, text out; `.`, doubled and trailing slashes go, `..` takes back the part before it.
/// std::filesystem::path::lexically_normal is not used because it keeps a trailing slash, and because that of libstdc++
/// 12 makes `//` of `///`.
/// Source: POSIX.1-2017, section 4.13, without symbolic links.
#pragma once

#include <string>
#include <string_view>

namespace evenfold {

/// `/home/ada/../ada//abacus/` is `/home/ada/abacus`; the empty path is `.`. Equal folders spelt differently are
/// equal after it.
[[nodiscard]] std::string normalised_path(std::string_view path);

} // namespace evenfold
