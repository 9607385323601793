/// Reads a file of a bounded size at once.
/// Errors: a Failure with the path; FailureKind::too_large if the file has more bytes than the caller accepts.
///
///     const auto text = read_whole_file("policy", 1'000'000);
#pragma once

#include <cstddef>
#include <expected>
#include <filesystem>
#include <string>

#include "evenfold/system/failure.hpp"

namespace evenfold::system {

/// Returns the bytes of the file `path`, which may also be a pipe.
[[nodiscard]] std::expected<std::string, Failure>
read_whole_file(const std::filesystem::path& path, std::size_t bytes_max);

} // namespace evenfold::system
