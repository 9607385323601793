#include "evenfold/core/decider/orchestration.hpp"

#include "evenfold/core/decider/orchestration/checkpoint.hpp"
#include "evenfold/core/decider/orchestration/git.hpp"
#include "evenfold/core/decider/orchestration/ingestion.hpp"
#include "evenfold/core/decider/orchestration/project.hpp"
#include "evenfold/core/decider/orchestration/thread.hpp"
#include "evenfold/core/decider/orchestration/turn.hpp"

namespace evenfold::orchestration {
namespace {

// Actors that may send a command, as in 6.3. The default is users, agents and the shells that act for them.

enum class AllowedActors : std::uint8_t { people, sessions, reactors, reactors_and_users };

template <class SomeCommand>
inline constexpr AllowedActors allowed_actors = AllowedActors::people;

template <>
inline constexpr AllowedActors allowed_actors<BindSession> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<LoseSession> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<ConfirmTurnDispatched> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<FailTurnDispatch> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<ContinueTurn> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<IngestProviderEvent> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<ConfirmAnswerDelivered> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<FailAnswerDelivery> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<Reconcile> = AllowedActors::sessions;
template <>
inline constexpr AllowedActors allowed_actors<AssignCheckpointRef> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<FailCheckpoint> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<AdvanceRevert> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<CompleteRevert> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<FailRevert> = AllowedActors::reactors_and_users;
template <>
inline constexpr AllowedActors allowed_actors<AssignCommitRef> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<FailCommit> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<AssignWorktree> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<FailWorktree> = AllowedActors::reactors;
template <>
inline constexpr AllowedActors allowed_actors<ReleaseResource> = AllowedActors::reactors;

bool is_permitted(Actor actor, AllowedActors allowed) {
    if (actor == Actor::system) return true;
    switch (allowed) {
    case AllowedActors::people: return actor == Actor::user || actor == Actor::agent;
    case AllowedActors::sessions: return actor == Actor::provider || actor == Actor::reactor;
    case AllowedActors::reactors: return actor == Actor::reactor;
    case AllowedActors::reactors_and_users: return actor == Actor::reactor || actor == Actor::user;
    }
    return false;
}

} // namespace

Decision decide(const Command& command, const Model& model) {
    // Without the call of a visit, because nearly all commands report an event of a provider.
    if (const auto* reported = std::get_if<IngestProviderEvent>(&command)) return on(*reported, model->index);
    return std::visit([&](const auto& alternative) { return on(alternative, model->index); }, command);
}

OptionalError forbid(Actor actor, const Command& command) {
    const AllowedActors allowed =
        std::visit([]<class SomeCommand>(const SomeCommand&) { return allowed_actors<SomeCommand>; }, command);
    if (!is_permitted(actor, allowed)) return rejection::NotPermitted{actor};
    return {};
}

Decision Orchestration::decide(const Command& command, const Model& model) {
    return orchestration::decide(command, model);
}
std::string Orchestration::stream_of(const Event& event, const Model& model) {
    return orchestration::stream_of(event, model);
}
OptionalError Orchestration::forbid(Actor actor, const Command& command) {
    return orchestration::forbid(actor, command);
}
std::vector<Effect> Orchestration::outstanding(const Model& model) {
    return orchestration::outstanding(model);
}

} // namespace evenfold::orchestration
