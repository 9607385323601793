/// What goes from the naive world: entities with all below them; their ids retire, what is held outside is garbage.
/// Each changes nothing when there is no such entity.
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
