/// Removals from the naive world: an entity goes with all its descendants. Their ids retire, and held resources become
/// garbage. Each function changes nothing if there is no such entity.
/// Source: the orchestration specification, sections 6.0 (decision 7) and 6.12.
#pragma once

#include "evenfold/tests/laws/naive/world.hpp"

namespace evenfold::orchestration::tests::naive {

void remove_turn(World& world, const TurnId& id);
void remove_checkpoint(World& world, const CheckpointId& id);
void remove_revert(World& world, const RevertId& id);
void remove_thread(World& world, const ThreadId& id);
void remove_project(World& world, const ProjectId& id);

} // namespace evenfold::orchestration::tests::naive
