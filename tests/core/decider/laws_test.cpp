#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <map>
#include <set>

#include "evenfold/tests/support/invariants.hpp"
#include "evenfold/tests/support/law.hpp"
#include "evenfold/tests/support/random_commands.hpp"
#include "evenfold/tests/support/shown.hpp"
#include "evenfold/tests/support/stories.hpp"

namespace evenfold::orchestration::tests {
namespace {

using evenfold::tests::law;

constexpr int commands_max = 300; // a case; about half as many on average
constexpr std::size_t steps_between_futures = 10;

using Resources = std::map<Uuid, int>;

/// What outside parties have been told to hold, counted where it stands now: live or garbage.
Resources held(const Index& index) {
    Resources found;
    const auto add = [&](const Resource& resource) { ++found[id_of(resource).uuid]; };
    for (const Thread* thread : index.threads.sorted()) {
        if (const auto* worktree = std::get_if<Worktree>(&thread->workspace)) {
            if (const auto* place = assigned(worktree->location))
                add(WorktreeResource{.thread = thread->id, .root = "", .path = place->path, .branch = place->branch});
        }
        if (thread->session)
            add(SessionResource{.thread = thread->id, .epoch = thread->session->epoch, .session_ref = ""});
    }
    for (const Checkpoint* checkpoint : index.checkpoints.sorted()) {
        if (const auto* ref = assigned(checkpoint->ref))
            add(GitRefResource{
                .thread = checkpoint->thread, .root = "", .checkpoint = checkpoint->id, .git_ref = ref->git_ref});
    }
    for (const GarbageEntry* entry : index.garbage.sorted()) ++found[entry->id.uuid];
    return found;
}

/// L30: each resource stands in exactly one place, and leaves only by its release or, a session, by its loss.
void conserve(const Model& before, const Model& after, const Events& events) {
    std::set<Uuid> let_go;
    for (const Event& event : events) {
        if (const auto* released = std::get_if<ResourceReleased>(&event)) let_go.insert(id_of(released->resource).uuid);
        if (const auto* lost = std::get_if<SessionLost>(&event))
            let_go.insert(id_of(SessionResource{.thread = lost->thread, .epoch = lost->epoch, .session_ref = ""}).uuid);
    }
    const Resources now = held(*after.index);
    for (const auto& [id, places] : now) law(places == 1);
    for (const auto& [id, places] : held(*before.index)) law(now.contains(id) || let_go.contains(id));
}

Model after(Model model, const Command& asked) {
    const Decision decision = decide(asked, model);
    law(decision.has_value(), decision ? "" : shown(asked) + " was refused");
    return fold(std::move(model), *decision);
}

/// L20: people alone bring every thread to rest, and every project can go.
void people_can_end_it(const Model& reached) {
    Model model = reached;
    for (const Thread* thread : reached.index->threads.sorted()) {
        if (thread->revert) model = after(std::move(model), FailRevert{.revert = *thread->revert, .reason = "stop"});
        for (int left = 20; model.index->find(thread->id)->active; --left) {
            law(left > 0);
            const TurnId active = *model.index->find(thread->id)->active;
            model = after(std::move(model), ForceStopTurn{.turn = active, .reason = "stop"});
        }
        const auto queue = model.index->find(thread->id)->queue.in_order();
        if (!queue.empty()) {
            const Model resumed = after(model, ResumeQueue{thread->id});
            law(resumed.index->find(thread->id)->active == queue.front());
        }
        for (const TurnId& turn : queue) model = after(std::move(model), CancelQueuedTurn{turn});
        const Thread* resting = model.index->find(thread->id);
        law(!resting->active && resting->queue.empty() && !resting->hold && !resting->revert);
    }
    for (const Project* project : reached.index->projects.sorted())
        model = after(std::move(model), DeleteProject{.project = project->id, .force = true});
    law(model.index->threads.empty() && model.index->turns.empty() && model.index->checkpoints.empty());
}

/// L22: after a restart nothing waits for a process that is gone, and saying it twice says nothing new.
void reconcile(const Model& reached) {
    std::vector<LiveSession> live;
    for (const Thread* thread : reached.index->threads.sorted())
        live.push_back(
            {.thread = thread->id, .epoch = thread->session ? thread->session->epoch : thread->last_epoch + 1});
    law(decide(Reconcile{live}, reached)->empty());
    const Model once = after(reached, Reconcile{{}});
    for (const Effect& effect : outstanding(once)) law(effect.effect_class == EffectClass::replayable);
    for (const Request* request : once.index->requests.sorted())
        law(request->state != RequestState::pending && request->state != RequestState::answered);
    law(decide(Reconcile{{}}, once)->empty());
}

/// L28: content of an old epoch or of an ended turn changes nothing; the next seq is taken, whatever it carries.
void ingestion_is_total(const Model& model, const ProviderEvent& told) {
    for (const Turn* turn : model.index->turns.sorted()) {
        const Thread* thread = model.index->find(turn->thread);
        const std::uint64_t epoch = thread->session ? thread->session->epoch : 0;
        const auto ask = [&](std::uint64_t of) {
            return decide(IngestProviderEvent{.turn = turn->id, .epoch = of, .seq = turn->last_seq + 1, .event = told},
                          model);
        };
        const bool live = is_active(turn->state) && thread->session;
        law(ask(epoch).has_value() == live);
        law(!ask(epoch + 1).has_value());
        if (!live) continue;
        const Model next = fold(model, *ask(epoch));
        law(next.index->find(turn->id)->last_seq == turn->last_seq + 1);
    }
}

/// L32: nothing begins in a thread that goes back.
void reverting_threads_rest(const Model& model) {
    for (const Revert* revert : model.index->reverts.sorted()) {
        const ThreadId& thread = revert->thread;
        const std::vector<Command> asked{
            StartTurn{.turn = id<TurnId>(900),
                      .thread = thread,
                      .message = id<MessageId>(900),
                      .input = "go",
                      .on_busy = OnBusy::enqueue},
            CreateCheckpoint{.checkpoint = id<CheckpointId>(900), .thread = thread, .label = {}}, ArchiveThread{thread},
            RequestCommit{.commit = id<CommitId>(900), .thread = thread, .message = "m", .checkpoint = {}},
            RevertToCheckpoint{.revert = id<RevertId>(900), .thread = thread, .checkpoint = revert->target}};
        for (const Command& command : asked) law(!decide(command, model).has_value());
    }
}

/// L33: what is outstanding follows from the model alone, each with an id of its own.
void effects_are_a_function(const Model& model, const Model& rebuilt) {
    const std::vector<Effect> effects = outstanding(model);
    law(effects == outstanding(rebuilt));
    std::set<Uuid> ids;
    for (const Effect& effect : effects) ids.insert(effect.id.uuid);
    law(ids.size() == effects.size());
}

/// L29: nothing below a deleted parent answers any more.
void the_deleted_is_gone(const Model& before, const Model& after) {
    for (const Thread* thread : before.index->threads.sorted()) {
        if (after.index->find(thread->id)) continue;
        for (const TurnId& turn : thread->turns.in_order()) {
            law(!after.index->find(turn) && !after.transcript->exchanges.contains(turn));
            law(after.index->retired.contains(turn.uuid));
        }
        law(decide(
                UpdateThread{
                    .thread = thread->id, .title = "t", .model = {}, .policy = {}, .mode = {}, .expected_version = {}},
                after) ==
            Decision(std::unexpected<Error>(rejection::ThreadNotFound{.thread = thread->id, .retired = true})));
    }
}

void check_step(const Model& before, const Model& now, const Command& asked, const Events& events) {
    Violations found = violations(now);
    const Violations steps = violations(before, now);
    found.insert(found.end(), steps.begin(), steps.end());
    law(found.empty(), found.empty() ? "" : found.front() + " after " + shown(asked));
    conserve(before, now, events);
    the_deleted_is_gone(before, now);
}

/// Follows the commands that `draws` stand for, and looks at every model on the way.
void follow(const std::vector<std::uint32_t>& draws) {
    Model model;
    Events log;
    for (std::size_t step = 0; step < draws.size(); ++step) {
        const Command asked = random_command(draws[step], model);
        const Model before = model;
        const Decision decision = decide(asked, model);
        law(decision == decide(asked, before));
        law(model == before);
        if (!decision) continue;
        model = fold(std::move(model), *decision);
        log.insert(log.end(), decision->begin(), decision->end());
        check_step(before, model, asked, *decision);
        if (step % steps_between_futures != 0) continue;
        people_can_end_it(model);
        reconcile(model);
        ingestion_is_total(model, random_provider_event(draws[step]));
        reverting_threads_rest(model);
    }
    const Model rebuilt = fold(Model{}, log);
    law(rebuilt == model);
    effects_are_a_function(model, rebuilt);
}

} // namespace

TEST_CASE("orchestration laws: L1, L2, L10 to L23, L28 to L30, L32 and L33 hold on every path, and the log in one go "
          "folds to the model of its batches.") {
    CHECK(rc::check("random histories",
                    [] { follow(*rc::gen::resize(commands_max, rc::gen::arbitrary<std::vector<std::uint32_t>>())); }));
}

TEST_CASE("orchestration laws: random histories reach what they are to test.") {
    std::set<std::size_t> told;
    std::set<std::size_t> asked;
    for (std::uint32_t seed = 1; seed <= 100; ++seed) {
        Model model;
        for (std::uint32_t step = 0; step < 300; ++step) {
            const Command command = random_command(seed * 1000 + step, model);
            const Decision decision = decide(command, model);
            if (!decision) continue;
            if (!decision->empty()) asked.insert(command.index());
            for (const Event& event : *decision) told.insert(event.index());
            model = fold(std::move(model), *decision);
        }
    }
    for (std::size_t command = 0; command < std::variant_size_v<Command>; ++command) {
        CAPTURE(command);
        CHECK(asked.contains(command));
    }
    for (std::size_t event = 0; event + 1 < std::variant_size_v<Event>; ++event) { // all but Unknown
        CAPTURE(event);
        CHECK(told.contains(event));
    }
}

} // namespace evenfold::orchestration::tests
