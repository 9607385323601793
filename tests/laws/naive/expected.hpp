/// The entities that a model must have, made from a naive world.
/// Shape: each function names all fields of its entity, so that a new field does not compile before it is added here.
/// Source: the orchestration specification, section 6.2.
#pragma once

#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/tests/laws/naive/derived.hpp"
#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

[[nodiscard]] orchestration::Project expected(const ProjectId& id, const Project& project, const OfProject& of);
[[nodiscard]] orchestration::Thread expected(const ThreadId& id, const Thread& thread, const OfThread& of);
[[nodiscard]] orchestration::Turn expected(const TurnId& id, const Turn& turn, const OfTurn& of);
[[nodiscard]] orchestration::Request expected(const RequestId& id, const Request& request);
[[nodiscard]] orchestration::Checkpoint expected(const CheckpointId& id, const Checkpoint& checkpoint);
[[nodiscard]] orchestration::Revert expected(const RevertId& id, const Revert& revert);
[[nodiscard]] orchestration::Commit expected(const CommitId& id, const Commit& commit);

/// Returns that turn's share of the transcript.
[[nodiscard]] Exchange expected_exchange(const TurnId& id, const Turn& turn);

} // namespace evenfold::orchestration::tests::naive
