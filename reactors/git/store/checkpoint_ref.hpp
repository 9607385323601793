/// The refs that are evenfold's own, each written and removed so that it lasts.
/// Shapes: `refs/evenfold/...`, a file below the common git directory until git packs it.
/// Errors: Failure; FailureKind::invalid for any other ref.
#pragma once

#include <expected>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"

namespace evenfold::git {

/// Whether `ref` is one of ours and a name that git takes.
[[nodiscard]] std::expected<void, Failure> check_ref(const std::string& ref);

/// Writes it without a lock file, which a killed process would leave behind: nobody else writes these refs, and the
/// caller holds the lock. Overwrites what is there.
[[nodiscard]] std::expected<void, Failure>
write_ref(const Repository& repository, const std::string& ref, const ObjectId& id);

/// Flushes a ref that is there.
[[nodiscard]] std::expected<void, Failure> sync_ref(const Repository& repository, const std::string& ref);

[[nodiscard]] std::expected<void, Failure>
delete_ref(const Repository& repository, git_repository* handle, const std::string& ref);

} // namespace evenfold::git
