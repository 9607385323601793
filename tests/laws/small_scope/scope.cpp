#include "evenfold/tests/laws/small_scope/scope.hpp"

#include "evenfold/tests/support/asks.hpp"

namespace evenfold::orchestration::tests::small_scope {
namespace {

template <class SomeId>
std::vector<SomeId> first(unsigned count) {
    std::vector<SomeId> all;
    for (unsigned number = 1; number <= count; ++number) all.push_back(id<SomeId>(number));
    return all;
}

ProviderEvent settled_with_a_decision(const std::string& request) {
    return provider::ApprovalResolved{.request_id = request, .decision = Allow{}};
}

} // namespace

Names::Names(const Scope& scope)
    : projects(first<ProjectId>(scope.projects)),
      threads(first<ThreadId>(scope.threads)),
      turns(first<TurnId>(scope.turns)),
      commits(first<CommitId>(scope.commits)) {
    for (const ThreadId& thread : threads) checkpoints.push_back(baseline_of(thread));
    for (const TurnId& turn : turns) {
        checkpoints.push_back(end_of(turn));
        for (const std::string& request : scope.requests) requests.push_back(request_of(turn, request));
    }
    for (const CheckpointId& manual : first<CheckpointId>(scope.checkpoints)) checkpoints.push_back(manual);
}

Scope queues_and_reverts() {
    return {.name = "queues and reverts",
            .projects = 1,
            .threads = 1,
            .turns = 3,
            .checkpoints = 0,
            .commits = 0,
            .roots = {"/a"},
            .workspaces = {Root{}},
            .requests = {"r1"},
            .calls = {},
            .provider_events = {completes(), errs(), asks("r1")},
            .decisions = {Allow{}},
            .without = kinds<UpdateProject, DeleteProject, DeleteThread, ContinueTurn>()};
}

Scope checkpoints_and_commits() {
    return {.name = "checkpoints and commits",
            .projects = 1,
            .threads = 1,
            .turns = 2,
            .checkpoints = 1,
            .commits = 1,
            .roots = {"/a"},
            .workspaces = {Root{}},
            .requests = {},
            .calls = {},
            .provider_events = {completes()},
            .decisions = {},
            .without = kinds<UpdateProject, DeleteProject, UpdateThread, DeleteThread, LoseSession>()};
}

Scope deletions() {
    return {.name = "deletions",
            .projects = 2,
            .threads = 2,
            .turns = 2,
            .checkpoints = 0,
            .commits = 0,
            .roots = {"/a", "/b"},
            .workspaces = {Root{}, NewWorktree{.base_ref = "main", .name = "w"}},
            .requests = {},
            .calls = {},
            .provider_events = {completes()},
            .decisions = {},
            .without = kinds<UpdateThread, ArchiveThread, UnarchiveThread, InterruptTurn, FailTurnDispatch,
                             ContinueTurn, ConfirmTurnDispatched, LoseSession, FailWorktree, FailCheckpoint,
                             RevertToCheckpoint, AdvanceRevert, CompleteRevert, FailRevert, ReleaseCheckpoint>()};
}

Scope streams() {
    return {.name = "streams",
            .projects = 1,
            .threads = 1,
            .turns = 2,
            .checkpoints = 0,
            .commits = 0,
            .roots = {"/a"},
            .workspaces = {Root{}},
            .requests = {"r1", "r2"},
            .calls = {"c1"},
            .provider_events = {says("a"), thinks("b"), calls("c1"), returns("c1"), asks("r1", "c1"),
                                asks("r2", {}, a_question()), resolved("r1"), settled_with_a_decision("r1"),
                                provider::UsageReport{tokens(1)},
                                provider::Notice{.level = NoticeLevel::info, .text = "n"}, completes(), stops(),
                                errs()},
            .decisions = {Allow{}, Answer{{"this"}}},
            .without = kinds<UpdateProject, DeleteProject, UpdateThread, DeleteThread, ArchiveThread, UnarchiveThread,
                             FailCheckpoint, RevertToCheckpoint, AdvanceRevert, CompleteRevert, FailRevert,
                             ReleaseResource, ReleaseCheckpoint, ContinueTurn>()};
}

Scope whole() {
    Scope scope = streams();
    scope.name = "whole";
    scope.projects = 2;
    scope.threads = 2;
    scope.turns = 3;
    scope.checkpoints = 2;
    scope.commits = 1;
    scope.roots = {"/a", "/b"};
    scope.workspaces = {Root{}, NewWorktree{.base_ref = "main", .name = "w"}};
    scope.without = {};
    return scope;
}

} // namespace evenfold::orchestration::tests::small_scope
