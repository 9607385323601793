/// The refs below `refs/evenfold/`, written and removed durably.
/// Shapes: `refs/evenfold/...`, a file below the common git directory until git packs it.
/// Errors: Failure; FailureKind::invalid for any other ref.
#pragma once

#include <expected>
#include <string>

#include "evenfold/reactors/git/failure.hpp"
#include "evenfold/reactors/git/repository.hpp"
#include "evenfold/reactors/git/store/handle.hpp"
#include "evenfold/system/descriptor.hpp"

namespace evenfold::git {

/// Fails unless `ref` is below `refs/evenfold/` and a valid name for git.
[[nodiscard]] std::expected<void, Failure> check_ref(const std::string& ref);

/// Writes the content of a ref to a temporary file and starts to flush it. The caller must hold the lock. The ref does
/// not change yet, because its objects may not be durable: while they are flushed, so is this file.
[[nodiscard]] std::expected<system::Descriptor, Failure> prepare_ref(const Repository& repository, const ObjectId& id);

/// Makes the file that `prepare_ref` returned the ref `ref`, whose objects must be durable. Replaces an existing ref.
/// Uses no lock file, because a killed process would leave one behind. This is safe since no other program writes these
/// refs, and the caller holds the lock.
[[nodiscard]] std::expected<void, Failure>
publish_ref(const Repository& repository, const std::string& ref, const system::Descriptor& prepared);

/// Flushes an existing ref.
[[nodiscard]] std::expected<void, Failure> sync_ref(const Repository& repository, const std::string& ref);

[[nodiscard]] std::expected<void, Failure>
delete_ref(const Repository& repository, git_repository* handle, const std::string& ref);

} // namespace evenfold::git
