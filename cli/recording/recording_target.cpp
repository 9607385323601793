#include "evenfold/cli/recording/recording_target.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/core/values/path.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// The names of the project and the thread, normalised.
struct RecordingTarget {
    std::string root;
    std::string thread;
};

RecordingTarget resolve_target(const TargetOptions& options) {
    return {.root = project_root(options.project), .thread = options.thread.empty() ? "main" : options.thread};
}

/// Returns the option whose value is too long for a name, or an empty string.
std::string overlong_option(const RecordingTarget& target) {
    if (target.thread.size() > label_bytes_max) return "--thread";
    return target.root.size() > label_bytes_max ? "--project" : "";
}

Command make_command(Actor actor, orchestration::Command body) {
    return {.command = kernel::fresh<CommandId>(),
            .actor = actor,
            .at = kernel::now(),
            .cause = {},
            .correlation = {},
            .body = std::move(body)};
}

/// Returns the project at the root, created if there is none.
std::expected<ProjectId, Refusal> find_or_create_project(Kernel& kernel, const std::string& root) {
    const auto holder = kernel.read([&](const Model& model, Sequence) -> std::optional<ProjectId> {
        const RootHolder* found = model->index.roots.find(root);
        return found ? std::optional(found->project) : std::nullopt;
    });
    if (holder) return *holder;
    const auto id = kernel::fresh<ProjectId>();
    const std::string name = std::filesystem::path(root).filename().string();
    auto created = kernel.submit(make_command(
        Actor::user,
        CreateProject{.project = id, .title = name.empty() ? root : name, .root = root, .default_model = {}}));
    if (!created) return std::unexpected(std::move(created.error()));
    return id;
}

/// Returns the thread of that name in the project, created if there is none.
std::expected<ThreadId, Refusal>
find_or_create_thread(Kernel& kernel, const ProjectId& project, const std::string& title) {
    const auto found = kernel.read([&](const Model& model, Sequence) -> std::optional<ThreadId> {
        const Project* holder = model->index.find(project);
        const Thread* thread = holder ? find_thread_in(model->index, *holder, title) : nullptr;
        return thread ? std::optional(thread->id) : std::nullopt;
    });
    if (found) return *found;
    const auto id = kernel::fresh<ThreadId>();
    auto created = kernel.submit(make_command(Actor::user, CreateThread{.thread = id,
                                                                        .project = project,
                                                                        .title = title,
                                                                        .model = "as recorded",
                                                                        .policy = Policy::full,
                                                                        .mode = Mode::default_,
                                                                        .workspace = Root{}}));
    if (!created) return std::unexpected(std::move(created.error()));
    return id;
}

std::optional<Command> end_of_session(const Thread& thread) {
    if (!thread.session) return std::nullopt;
    return make_command(
        Actor::system,
        LoseSession{.thread = thread.id, .epoch = thread.session->epoch, .reason = "another stream began"});
}

std::optional<Command> end_of_turn(const Thread& thread) {
    if (!thread.active) return std::nullopt;
    return make_command(Actor::user, ForceStopTurn{.turn = *thread.active, .reason = "another stream began"});
}

/// Returns the reason why the thread cannot accept a turn, or an empty string.
std::string why_not_ready(Kernel& kernel, const ThreadId& id) {
    return kernel.read([&](const Model& model, Sequence) -> std::string {
        const Thread* thread = model->index.find(id);
        if (!thread) return "was deleted";
        if (thread->archived) return "is archived";
        if (thread->revert) return "has an unfinished revert: `evenfold revert --continue` or `--abort` ends it";
        if (!thread->queue.empty()) return "has queued turns";
        return {};
    });
}

} // namespace

std::string project_root(const std::string& folder) {
    std::error_code ignored;
    const std::string named = folder.empty() ? "." : folder;
    const auto absolute = std::filesystem::absolute(named, ignored);
    return normalised_path(ignored ? named : absolute.string());
}

std::optional<ThreadId> find_target_thread(const Index& index, const TargetOptions& options) {
    const RecordingTarget target = resolve_target(options);
    const RootHolder* holder = index.roots.find(target.root);
    const Project* project = holder ? index.find(holder->project) : nullptr;
    const Thread* thread = project ? find_thread_in(index, *project, target.thread) : nullptr;
    return thread ? std::optional(thread->id) : std::nullopt;
}

ExitCode report_other_writer(const std::string& thread, const std::string& root) {
    return report_error(fmt::format("thread '{}' of {} is in use by another evenfold process", thread, root),
                        "wait until it ends, or use another thread with --thread NAME");
}

std::expected<void, Refusal> close_abandoned(Kernel& kernel, const ThreadId& id) {
    for (const auto end_of : {end_of_session, end_of_turn}) {
        const auto command = kernel.read([&](const Model& model, Sequence) {
            const Thread* thread = model->index.find(id);
            return thread ? end_of(*thread) : std::nullopt;
        });
        if (!command) continue;
        if (auto done = kernel.submit(*command); !done) return std::unexpected(std::move(done.error()));
    }
    return {};
}

std::expected<ThreadId, ExitCode> claim_thread(journal::Journal& journal, Kernel& kernel,
                                               const ThreadClaims& thread_claims, const TargetOptions& options) {
    const auto refused = [](const Refusal& refusal) { return std::unexpected(report_error(refusal, Actor::user)); };
    const RecordingTarget target = resolve_target(options);
    if (const std::string option = overlong_option(target); !option.empty()) {
        return std::unexpected(
            report_error(fmt::format("the value of {} is longer than {} bytes", option, label_bytes_max),
                         "choose a shorter name", ExitCode::usage));
    }
    // Holds the journal, so that of two processes starting at once the second finds what the first created.
    const auto hold = journal.hold();
    if (!hold) return refused(hold.error());
    if (const auto now = kernel.catch_up(); !now) return refused(now.error());
    const auto project = find_or_create_project(kernel, target.root);
    if (!project) return refused(project.error());
    const auto thread = find_or_create_thread(kernel, *project, target.thread);
    if (!thread) return refused(thread.error());
    if (!thread_claims.claim(*thread)) {
        return std::unexpected(report_other_writer(target.thread, target.root));
    }
    if (const std::string why = why_not_ready(kernel, *thread); !why.empty()) {
        return std::unexpected(report_error(fmt::format("thread '{}' of {} {}", target.thread, target.root, why),
                                            "use another thread with --thread NAME"));
    }
    return *thread;
}

} // namespace evenfold::cli
