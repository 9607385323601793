#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/search.hpp"
#include "evenfold/tests/laws/small_scope/by_shape.hpp"
#include "evenfold/tests/laws/small_scope/faults.hpp"
#include "evenfold/tests/laws/small_scope/key.hpp"
#include "evenfold/tests/laws/small_scope/search.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

using Moves = std::set<std::string>;

/// The moves that section 6.6 allows a turn, event by event. The closing batch settles the turn's open items before it
/// ends.
const Moves moves_of_turns{"nowhere > queued",         "nowhere > starting",     "queued > starting",
                           "queued > cancelled",       "starting > running",     "starting > interrupting",
                           "starting > failed",        "starting > interrupted", "running > awaiting",
                           "running > interrupting",   "running > completed",    "running > failed",
                           "running > interrupted",    "awaiting > running",     "awaiting > interrupting",
                           "interrupting > completed", "interrupting > failed",  "interrupting > interrupted"};

const Moves moves_of_requests{"nowhere > pending", "pending > answered", "pending > expired", "answered > delivered",
                              "answered > expired"};

/// Returns `moves` without those that remove an entity.
Moves alive(Moves moves) {
    std::erase_if(moves, [](const std::string& move) { return move.ends_with("> nowhere"); });
    return moves;
}

/// Returns `states_max`, unless the environment sets another value.
std::size_t states_within(std::size_t states_max) {
    return testing::number_from_environment("EVENFOLD_STATES", states_max, 1);
}

/// Checks the laws on all states of `scope`, which must be more than `states_min`. Builds that are slow check fewer
/// states, because the environment limits them.
Outcome held(const Scope& scope, std::size_t states_min) {
    Search search;
    search.states_max = states_within(search.states_max);
    const Outcome outcome = explore(scope, search);
    MESSAGE(summary(scope, outcome));
    if (outcome.found) FAIL_CHECK(test_of(*outcome.found));
    if (outcome.states >= search.states_max) return outcome;
    CHECK(outcome.exhausted);
    CHECK(outcome.states > states_min);
    CHECK(outcome.met > 0);
    CHECK(outcome.moved == outcome.asked);
    return outcome;
}

} // namespace

TEST_CASE("small scope: the laws hold in every state of three turns, their requests and reverts") {
    const Outcome outcome = held(queues_and_reverts(), 50'000);
    if (outcome.exhausted) CHECK(alive(outcome.turns) == moves_of_turns);
}

TEST_CASE("small scope: the laws hold in every state of checkpoints, commits and reverts") {
    const Outcome outcome = held(checkpoints_and_commits(), 10'000);
    if (outcome.exhausted) CHECK(outcome.turns.contains("interrupted > running"));
}

TEST_CASE("small scope: the laws hold in every state of two projects, their threads and deletions") {
    held(deletions(), 50'000);
}

TEST_CASE("small scope: the laws hold in every state of two turns that stream") {
    const Outcome outcome = held(streams(), 50'000);
    if (outcome.exhausted) CHECK(alive(outcome.requests) == moves_of_requests);
}

TEST_CASE("small scope: the laws hold in the first states of the whole scope, with every command") {
    Search search;
    constexpr std::size_t enough = 60'000; // for everything except a whole revert
    search.states_max = states_within(enough);
    const Outcome outcome = explore(whole(), search);
    MESSAGE(summary(whole(), outcome));
    CHECK(outcome.asked.all());
    if (search.states_max >= enough) CHECK((outcome.moved | kinds<CompleteRevert>()).all());
    if (outcome.found) FAIL_CHECK(test_of(*outcome.found));
}

TEST_CASE("small scope: a command without hand-written letters has letters of every value in the scope") {
    const Scope scope = whole();
    const Names names(scope);
    const auto letters_of = [&](const Command& asked) { return commands_by_shape(names, asked.index()); };
    const auto cancels = letters_of(CancelQueuedTurn{});
    CHECK(cancels.size() == names.turns.size());
    CHECK(std::ranges::count(cancels, Command(CancelQueuedTurn{names.turns.back()})) == 1);
    const auto deletions = letters_of(DeleteThread{});
    CHECK(deletions.size() == 2 * names.threads.size());
    const auto creations = letters_of(CreateCheckpoint{});
    CHECK(creations.size() == 2 * names.checkpoints.size() * names.threads.size());
    CHECK(std::ranges::count(creations, Command(CreateCheckpoint{.checkpoint = names.checkpoints.front(),
                                                                 .thread = names.threads.back(),
                                                                 .label = "text"})) == 1);
}

TEST_CASE("small scope: every planted fault is found with a short path, on which the correct core breaks no law") {
    for (const Fault& fault : faults()) {
        CAPTURE(fault.name);
        Search search;
        search.core = fault.core;
        const Outcome outcome = explore(fault.scope(), search);
        REQUIRE(outcome.found);
        CAPTURE(test_of(*outcome.found));
        CHECK(outcome.found->violation.starts_with(fault.violation));
        CHECK(outcome.found->path.size() <= fault.path_max);
        const auto& path = outcome.found->path;
        CHECK_SCENARIO(testing::obeys<Core>("small-scope", path, laws_of_small_scopes()));
        CHECK_FALSE(testing::obeys<Core>("small-scope", path, laws_of_small_scopes(fault.core)).holds);
    }
}

TEST_CASE("small scope: a key that omits a fact that a decision depends on is found") {
    Search search;
    search.meeting_every = 1;
    search.key = [](const Names& names, const Scope& scope, const Model& model) {
        Model blind = model;
        for (const ThreadId& id : names.threads) {
            if (Thread* thread = blind->index.threads.find(id)) thread->session.reset();
        }
        return key_of(names, scope, blind);
    };
    const Outcome outcome = explore(queues_and_reverts(), search);
    REQUIRE(outcome.found);
    CHECK(outcome.found->violation.starts_with("the key omits"));
}

// As test_of() writes it, except for the line breaks.
// L28: a gap, an old epoch or an ended turn is accepted
TEST_CASE("small scope: L28") {
    using provider::ToolCall;
    using testing::id;
    CHECK_SCENARIO(testing::obeys<Core>(
        "small-scope",
        {
            CreateProject{.project = {id("70000000-0000-0000-0000-000000000001")},
                          .title = "P",
                          .root = "/a",
                          .default_model = {}},
            CreateThread{.thread = {id("74000000-0000-0000-0000-000000000001")},
                         .project = {id("70000000-0000-0000-0000-000000000001")},
                         .title = "T",
                         .model = "m",
                         .policy = Policy::approval_required,
                         .mode = Mode::default_,
                         .workspace = Root{}},
            BindSession{.thread = {id("74000000-0000-0000-0000-000000000001")},
                        .epoch = 1,
                        .session_ref = "session",
                        .folder = {}},
            StartTurn{.turn = {id("75000000-0000-0000-0000-000000000001")},
                      .thread = {id("74000000-0000-0000-0000-000000000001")},
                      .message = {id("6d000000-0000-0000-0000-000000000001")},
                      .input = "go on",
                      .on_busy = OnBusy::reject},
            IngestProviderEvent{
                .turn = {id("75000000-0000-0000-0000-000000000001")},
                .epoch = 1,
                .seq = 2,
                .event =
                    ToolCall{.call_id = "c1", .name = "shell", .input = "{}", .parent = {}, .run_by_provider = false}},
        },
        laws_of_small_scopes()));
}

} // namespace evenfold::orchestration::tests::small_scope
