/// Failures of operations on a repository, with text for a person: the defect, its location, and the remedy.
/// Errors: values; nothing is thrown across this library's functions.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "evenfold/system/failure.hpp"

namespace evenfold::git {

using system::Failure;
using system::failure_of;
using system::FailureKind;

/// Returns a failure of `kind` with the usual remedy.
[[nodiscard]] Failure failure_of(FailureKind kind, std::string what);

/// Returns the failure of kind busy for an existing lock file of git. The remedy names the file.
[[nodiscard]] Failure failure_of_lock(const std::filesystem::path& lock);

/// Returns a failure with libgit2's last error on this thread. `operation` is the operation that failed on `subject`;
/// `code` is the return value of libgit2's function.
[[nodiscard]] Failure library_failure(std::string_view subject, std::string_view operation, int code);

} // namespace evenfold::git
