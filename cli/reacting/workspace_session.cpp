#include "evenfold/cli/reacting/workspace_session.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <utility>

#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/recording/recording_target.hpp"
#include "evenfold/kernel/generate_id.hpp"
#include "evenfold/kernel/reacting/loop.hpp"
#include "evenfold/kernel/reacting/thread_runtime.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// Returns the thread of the effect, or of the resource that it releases.
std::optional<ThreadId> thread_of_effect(const Effect& effect) {
    return std::visit(
        []<class Due>(const Due& due) -> std::optional<ThreadId> {
            if constexpr (std::is_same_v<Due, Release>)
                return thread_of(due.resource);
            else
                return due.thread;
        },
        effect.body);
}

/// Shows progress on a terminal. Reasons of retries are printed in any case.
class Doing {
public:
    void show(const kernel::LoopEvent& event) {
        using Status = kernel::LoopEvent::Status;
        switch (event.status) {
        case Status::begun: line(fmt::format("{} ...", event.kind)); break;
        case Status::late: line(fmt::format("{} takes long ...", event.kind)); break;
        case Status::failed:
            clear();
            if (event.again) report_detail(fmt::format("{}: {}; trying again", event.kind, printable(event.reason)));
            break;
        case Status::given_up:
        case Status::refused:
            clear();
            report_detail(fmt::format("{} is given up: {}", event.kind, printable(event.reason)));
            break;
        case Status::completed:
        case Status::waiting: clear(); break;
        }
    }

private:
    void line(const std::string& text) {
        if (!is_terminal_) return;
        clear();
        to_terminal(text);
        shown_ = true;
    }
    void clear() {
        if (std::exchange(shown_, false)) to_terminal("\r\x1b[K");
    }

    bool is_terminal_ = system::is_terminal(system::StandardStream::error);
    bool shown_ = false;
};

} // namespace

WorkspaceSession::WorkspaceSession(journal::Journal& journal, const std::string& database,
                                   std::unique_ptr<Kernel> kernel, ThreadClaims thread_claims)
    : journal_(&journal), kernel_(std::move(kernel)), thread_claims_(thread_claims) {
    std::error_code ignored;
    const auto file = std::filesystem::absolute(database, ignored);
    add_git_reactors(reactors_,
                     {.worktrees = std::filesystem::path(file.string() + "-worktrees"), .excluded_file = file});
}

std::expected<WorkspaceSession, Exit> WorkspaceSession::open(journal::Journal& journal, const std::string& database) {
    auto thread_claims = ThreadClaims::open(database);
    if (!thread_claims) return std::unexpected(report_error(thread_claims.error()));
    auto kernel = Kernel::open(journal, &kernel::now);
    if (!kernel) return std::unexpected(report_error(kernel.error()));
    system::catch_interrupts();
    return WorkspaceSession(journal, database, std::move(*kernel), *thread_claims);
}

std::expected<ThreadId, Exit> WorkspaceSession::claim(const TargetOptions& target) {
    // First run the outstanding effects of an earlier process: a thread that is being reverted accepts nothing else.
    if (const auto known = read([&](const Model& model) { return thread_at(model->index, target); })) {
        if (const auto claimed = claim(*known); !claimed) return std::unexpected(claimed.error());
        if (const auto done = run_outstanding(*known); !done) return std::unexpected(done.error());
    }
    return claim_thread(*journal_, *kernel_, thread_claims_, target);
}

std::expected<ThreadId, Exit> WorkspaceSession::claim_to_record(const TargetOptions& target) {
    return claim_thread(*journal_, *kernel_, thread_claims_, target);
}

std::expected<void, Exit> WorkspaceSession::claim(const ThreadId& thread) {
    if (const auto taken = take(thread); !taken) return taken;
    if (!thread_claims_.wait_for_recovery(thread)) return std::unexpected(report_other_writer(thread));
    return {};
}

std::expected<void, Exit> WorkspaceSession::take(const ThreadId& thread) {
    const auto hold = journal_->hold();
    if (!hold) return std::unexpected(report_error(hold.error()));
    if (!thread_claims_.claim(thread)) return std::unexpected(report_other_writer(thread));
    if (const auto now = kernel_->catch_up(); !now) return std::unexpected(report_error(now.error()));
    const auto closed = close_what_is_dead(*kernel_, thread);
    if (!closed) return std::unexpected(report_error(closed.error(), Actor::system));
    return {};
}

Exit WorkspaceSession::report_other_writer(const ThreadId& thread) const {
    const auto [title, root] = read([&](const Model& model) {
        const Thread* found = model->index.find(thread);
        const Project* project = found ? model->index.find(found->project) : nullptr;
        return std::pair(found ? std::string(found->title) : to_text(thread),
                         project ? project->root : std::string("no project"));
    });
    return cli::report_other_writer(title, root);
}

Outcome WorkspaceSession::submit(orchestration::Command asked, Actor actor) {
    return kernel_->submit({.command = kernel::generate_id<CommandId>(),
                            .actor = actor,
                            .at = kernel::now(),
                            .cause = {},
                            .correlation = {},
                            .body = std::move(asked)});
}

std::expected<void, Exit> WorkspaceSession::ask(orchestration::Command asked, Actor actor) {
    const auto outcome = submit(std::move(asked), actor);
    if (!outcome) return std::unexpected(report_error(outcome.error(), actor));
    return {};
}

std::expected<void, Exit> WorkspaceSession::ask_unless_settled(orchestration::Command asked, Actor actor) {
    const auto outcome = submit(std::move(asked), actor);
    if (outcome || std::holds_alternative<kernel::Rejected<Domain>>(outcome.error())) return {};
    return std::unexpected(report_error(outcome.error(), actor));
}

Recorder WorkspaceSession::recorder(const ThreadId& thread, std::string no_checkpoints) {
    return {*journal_, *kernel_, thread, std::move(no_checkpoints)};
}

std::expected<void, Exit> WorkspaceSession::run_outstanding(const ThreadId& thread, unsigned interrupts_before) {
    const auto of_thread = [&](const Effect& effect, const Model& model) {
        const auto of = thread_of_effect(effect);
        const bool is_nobodys = std::holds_alternative<Release>(effect.body) && of && !model->index.find(*of);
        return of == thread || is_nobodys;
    };
    return run_outstanding(of_thread, interrupts_before);
}

std::expected<void, Exit> WorkspaceSession::recover_others(const ThreadId& mine) {
    if (const auto ended = end_what_is_dead(); !ended) return ended;
    const auto left = read([&](const Model& model) {
        std::set<ThreadId> threads;
        const auto folder = folder_of(model, mine);
        for (const Effect& effect : outstanding(model)) {
            const auto* due = std::get_if<CaptureCheckpoint>(&effect.body);
            const bool is_other = due && due->thread != mine;
            if (is_other && folder_of(model, due->thread) == folder) threads.insert(due->thread);
        }
        return threads;
    });
    for (const ThreadId& thread : left) {
        if (!thread_claims_.acquire_recovery(thread)) continue;
        const auto done = run_outstanding(
            [&](const Effect& effect, const Model&) {
                const auto* due = std::get_if<CaptureCheckpoint>(&effect.body);
                return due && due->thread == thread;
            },
            0);
        thread_claims_.release_recovery(thread);
        if (!done) return done;
    }
    return {};
}

/// Holds the journal, so that no other process begins a turn between the read and the commands.
std::expected<void, Exit> WorkspaceSession::end_what_is_dead() {
    const auto hold = journal_->hold();
    if (!hold) return std::unexpected(report_error(hold.error()));
    if (const auto now = kernel_->catch_up(); !now) return std::unexpected(report_error(now.error()));
    const auto uncarried = [&] {
        return read([&](const Model& model) {
            std::vector<TurnId> turns = model->index.active_turns.sorted();
            std::erase_if(turns, [&](const TurnId& id) {
                const Turn* turn = model->index.find(id);
                return !turn || thread_claims_.is_claimed_elsewhere(turn->thread);
            });
            return turns;
        });
    };
    if (uncarried().empty()) return {};
    const auto reconcile = read([&](const Model& model) { return reconciliation(thread_claims_, model); });
    if (const auto done = ask(reconcile, Actor::system); !done) return done;
    for (const TurnId& turn : uncarried()) { // another effect was due before their process could get them
        const auto stopped = ask(ForceStopTurn{.turn = turn, .reason = "its process is gone"});
        if (!stopped) return stopped;
    }
    return {};
}

std::expected<void, Exit>
WorkspaceSession::run_outstanding(const std::function<bool(const Effect&, const Model&)>& mine,
                                  unsigned interrupts_before) {
    kernel::ThreadRuntime runtime(*journal_);
    Doing doing;
    kernel::ReactorLoop<Domain> loop(*kernel_, reactors_, runtime,
                                     {.running_max = 2,
                                      .seed = static_cast<std::uint64_t>(kernel::now().unix_ms),
                                      .filter = mine,
                                      .on_event = [&](const kernel::LoopEvent& event) { doing.show(event); }});
    while (system::interrupt_count() <= interrupts_before) {
        const auto next = loop.step();
        if (loop.is_idle()) return {};
        const auto soon = runtime.elapsed() + kernel::MonotonicTime(100); // wakes up to check for an interrupt
        runtime.wait(next ? std::min(*next, soon) : soon);
    }
    return std::unexpected(report_error("interrupted",
                                        "what was asked for is kept, and is done by the next command that "
                                        "works on this thread"));
}

} // namespace evenfold::cli
