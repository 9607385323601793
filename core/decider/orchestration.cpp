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

enum class Askers : std::uint8_t { people, sessions, reactors, reactors_and_users };

template <class Ask>
inline constexpr Askers askers_of = Askers::people;

template <>
inline constexpr Askers askers_of<BindSession> = Askers::sessions;
template <>
inline constexpr Askers askers_of<LoseSession> = Askers::sessions;
template <>
inline constexpr Askers askers_of<ConfirmTurnDispatched> = Askers::sessions;
template <>
inline constexpr Askers askers_of<FailTurnDispatch> = Askers::sessions;
template <>
inline constexpr Askers askers_of<IngestProviderEvent> = Askers::sessions;
template <>
inline constexpr Askers askers_of<ConfirmAnswerDelivered> = Askers::sessions;
template <>
inline constexpr Askers askers_of<FailAnswerDelivery> = Askers::sessions;
template <>
inline constexpr Askers askers_of<Reconcile> = Askers::sessions;
template <>
inline constexpr Askers askers_of<AssignCheckpointRef> = Askers::reactors;
template <>
inline constexpr Askers askers_of<FailCheckpoint> = Askers::reactors;
template <>
inline constexpr Askers askers_of<AdvanceRevert> = Askers::reactors;
template <>
inline constexpr Askers askers_of<CompleteRevert> = Askers::reactors;
template <>
inline constexpr Askers askers_of<FailRevert> = Askers::reactors_and_users;
template <>
inline constexpr Askers askers_of<AssignCommitRef> = Askers::reactors;
template <>
inline constexpr Askers askers_of<FailCommit> = Askers::reactors;
template <>
inline constexpr Askers askers_of<AssignWorktree> = Askers::reactors;
template <>
inline constexpr Askers askers_of<FailWorktree> = Askers::reactors;
template <>
inline constexpr Askers askers_of<ReleaseResource> = Askers::reactors;

bool permitted(Actor actor, Askers askers) {
    if (actor == Actor::system) return true;
    switch (askers) {
    case Askers::people: return actor == Actor::user || actor == Actor::agent;
    case Askers::sessions: return actor == Actor::provider || actor == Actor::reactor;
    case Askers::reactors: return actor == Actor::reactor;
    case Askers::reactors_and_users: return actor == Actor::reactor || actor == Actor::user;
    }
    return false;
}

} // namespace

Decision decide(const Command& asked, const Model& model) {
    return std::visit([&](const auto& ask) { return on(ask, model->index); }, asked);
}

OptionalError forbid(Actor actor, const Command& asked) {
    const Askers askers = std::visit([]<class Ask>(const Ask&) { return askers_of<Ask>; }, asked);
    if (!permitted(actor, askers)) return rejection::NotPermitted{actor};
    return {};
}

Decision Orchestration::decide(const Command& asked, const Model& model) {
    return orchestration::decide(asked, model);
}
std::string Orchestration::stream_of(const Event& event, const Model& model) {
    return orchestration::stream_of(event, model);
}
OptionalError Orchestration::forbid(Actor actor, const Command& asked) {
    return orchestration::forbid(actor, asked);
}
std::vector<Effect> Orchestration::outstanding(const Model& model) {
    return orchestration::outstanding(model);
}

} // namespace evenfold::orchestration
