#include "evenfold/cli/output/refusal.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/refusal_json.hpp"

namespace evenfold::cli {
namespace {

namespace rejection = orchestration::rejection;

constexpr std::string_view elsewhere = "or use another thread with --thread NAME";

/// Returns the explanation of a missing entity that was never created, or that is `gone`.
template <class Id>
Explanation
not_found(std::string_view kind, const Id& id, bool retired, std::string_view gone, std::string_view remedy) {
    return {.what = fmt::format("{} {} {}", kind, to_text(id), retired ? gone : "does not exist"),
            .remedy = std::string(remedy)};
}

Explanation on(const rejection::ProjectNotFound& error) {
    return not_found("project", error.project, error.retired, "was deleted", "`evenfold model` lists the projects");
}
Explanation on(const rejection::ThreadNotFound& error) {
    return not_found("thread", error.thread, error.retired, "was deleted", "`evenfold threads` lists the threads");
}
Explanation on(const rejection::TurnNotFound& error) {
    return not_found("turn", error.turn, error.retired, "was deleted or reverted",
                     "`evenfold transcript --json` lists the turns");
}
Explanation on(const rejection::ApprovalNotFound& error) {
    return not_found("request", error.request, error.retired, "was deleted or reverted",
                     "`evenfold transcript --json` lists the requests under approvals");
}
Explanation on(const rejection::CheckpointNotFound& error) {
    return not_found("checkpoint", error.checkpoint, error.retired, "was deleted or reverted",
                     "`evenfold checkpoints` lists the checkpoints");
}
Explanation on(const rejection::CommitNotFound& error) {
    return not_found("commit", error.commit, error.retired, "was deleted", "`evenfold model --json` lists the commits");
}
Explanation on(const rejection::RevertNotFound& error) {
    return not_found("revert", error.revert, error.retired, "is complete or was deleted",
                     "`evenfold model --json` lists the reverts in progress");
}
Explanation on(const rejection::IdInUse& error) {
    return {.what = fmt::format("the id {} is already used for a {}", to_text(error.id), name_of(error.kind)),
            .remedy = "choose a new id"};
}
Explanation on(const rejection::ProjectPathInUse& error) {
    return {.what = fmt::format("the root is already used by project {}", to_text(error.holder)),
            .remedy = "use that project, or choose another root"};
}
Explanation on(const rejection::ProjectNotEmpty& error) {
    return {.what = fmt::format("the project still has {}", count_of(error.count, "thread")),
            .remedy = "delete its threads first, or set force"};
}
Explanation on(const rejection::ThreadBusy& error) {
    return {.what = fmt::format("the thread is busy: turn {} is active, or waits in its queue", to_text(error.turn)),
            .remedy = fmt::format("wait for the end of the turn, {}", elsewhere)};
}
Explanation on(const rejection::ThreadArchived& error) {
    return {.what = fmt::format("thread {} is archived", to_text(error.thread)),
            .remedy = fmt::format("unarchive it, {}", elsewhere)};
}
Explanation on(const rejection::ThreadNotArchived& error) {
    return {.what = fmt::format("thread {} is not archived", to_text(error.thread)), .remedy = {}};
}
Explanation on(const rejection::RevertInProgress& error) {
    return {.what = fmt::format("the thread is being reverted, by revert {}", to_text(error.revert)),
            .remedy = fmt::format("wait for the end of the revert, {}", elsewhere)};
}
Explanation on(const rejection::TurnNotInState& error) {
    std::vector<std::string_view> needed;
    for (const orchestration::TurnState state : error.need) needed.push_back(name_of(state));
    return {.what = fmt::format("the turn is {}, but the command needs a turn that is {}", name_of(error.have),
                                fmt::join(needed, " or ")),
            .remedy = {}};
}
Explanation on(const rejection::ApprovalNotPending& error) {
    return {.what = fmt::format("the request is {}, and no longer pending", name_of(error.state)), .remedy = {}};
}
Explanation on(const rejection::CheckpointNotReady& error) {
    const std::string id = to_text(error.checkpoint);
    if (error.state == "pending")
        return {.what = fmt::format("checkpoint {} is still pending", id), .remedy = "try again when it is taken"};
    return {.what = fmt::format("checkpoint {} failed: {}", id, one_line(error.state, 200)),
            .remedy = "choose another checkpoint"};
}
Explanation on(const rejection::CheckpointInUse& error) {
    return {.what = fmt::format("the checkpoint has the files at the end of turn {}", to_text(error.turn)),
            .remedy = "it can be released after a revert has removed the turn"};
}
Explanation on(const rejection::CheckpointOfOtherThread& error) {
    return {.what = fmt::format("the checkpoint belongs to another thread, {}", to_text(error.thread)),
            .remedy = "choose a checkpoint of this thread"};
}
Explanation on(const rejection::SlotAlreadyResolved& error) {
    return {.what = fmt::format("the value is already set to '{}'", one_line(error.value, 80)),
            .remedy = "it can be set only once"};
}
Explanation on(const rejection::QueueNotHeld& error) {
    return {.what = fmt::format("the queue of thread {} is not held", to_text(error.thread)), .remedy = {}};
}
Explanation on(const rejection::VersionMismatch& error) {
    return {.what = fmt::format("expected_version is outdated: the thread has version {}", error.have),
            .remedy = "check the changes since then, and submit the command with that version"};
}
Explanation on(const rejection::StaleEpoch& error) {
    return {.what = fmt::format("the epoch is outdated: the thread's latest session has epoch {}", error.have),
            .remedy = {}};
}
Explanation on(const rejection::TurnTerminal& error) {
    return {.what = fmt::format("the turn has already ended: it is {}", name_of(error.state)), .remedy = {}};
}
Explanation on(const rejection::ProviderGap& error) {
    return {.what = fmt::format("expected the provider's event {}, got event {}", error.expected, error.got),
            .remedy = fmt::format("submit the provider's events again, from event {}", error.expected)};
}
Explanation on(const rejection::EmptyField& error) {
    return {.what = fmt::format("{} is empty or nil", error.name), .remedy = "give it a value"};
}
Explanation on(const rejection::TooLarge& error) {
    return {.what = fmt::format("{} is larger than its limit of {}", error.field, error.limit),
            .remedy = "choose a shorter value"};
}
Explanation on(const rejection::InvalidPath& error) {
    return {.what = fmt::format("{} is not a valid path: expected {}", error.field, error.need), .remedy = {}};
}
Explanation on(const rejection::WrongDecisionKind& error) {
    return {.what = fmt::format("the decision does not fit the request: expected {}", error.need), .remedy = {}};
}
Explanation on(const rejection::NotPermitted& error) {
    return {.what = fmt::format("the actor '{}' must not submit this command", name_of(error.actor)),
            .remedy = "docs/orchestration.md lists the permitted actors of each command"};
}

} // namespace

Explanation explain_orchestration(std::string_view refusal_json) {
    const auto error = codec::decode<orchestration::Error>(refusal_json);
    if (!error) return {}; // a refusal by the kernel, not by the domain
    return std::visit([](const auto& reason) { return on(reason); }, error->value);
}

ExitCode report_error(const Refusal& refusal, Actor actor) {
    if (const auto* failure = std::get_if<journal::Failure>(&refusal)) return report_error(*failure);
    if (const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal)) {
        const Explanation explained = std::visit([](const auto& error) { return on(error); }, rejected->error);
        return report_error(explained.what, explained.remedy);
    }
    const Explanation explained = explain_refusal(kernel::to_json<Domain>(refusal, actor));
    return report_error(explained.what, explained.remedy);
}

} // namespace evenfold::cli
