/// Why work on a repository failed, in words for a person: what broke, where, and the remedy.
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

/// A failure of `kind` with the usual remedy.
[[nodiscard]] Failure failure_of(FailureKind kind, std::string what);

/// Busy: git's lock file `lock` is there. The remedy names it.
[[nodiscard]] Failure failure_of_lock(const std::filesystem::path& lock);

/// What libgit2 said last on this thread about `subject` while at `place`; `code` is what its function returned.
[[nodiscard]] Failure library_failure(std::string_view subject, std::string_view place, int code);

} // namespace evenfold::git
