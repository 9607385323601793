#include <fmt/core.h>

#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/session_refs.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

void print_model_thread(const Index& index, const Thread& thread, const SessionRefs& sessions) {
    const ThreadStatus status = status_of(index, thread.id).value_or(ThreadStatus::deleted);
    write_to_stdout("  {} · {} · {}\n    {}, {}\n", one_line(thread.title), to_text(thread.id),
                    enumerator_names<ThreadStatus>[static_cast<std::size_t>(status)],
                    count_of(thread.turns.size(), "turn"), count_of(thread.checkpoints.size(), "checkpoint"));
    if (const auto session = sessions.of(thread)) write_to_stdout("    session {}\n", one_line(*session));
    for (const TurnId& id : thread.turns.in_order()) {
        const Turn* turn = index.find(id);
        if (!turn) continue;
        write_to_stdout("    turn {} · {} · {}, {}\n", turn->ordinal ? std::to_string(*turn->ordinal) : "-",
                        name_of(turn->state), count_of(turn->tool_calls.size(), "tool call"),
                        count_of(turn->open_requests.size(), "open request"));
    }
}

void print_model_summary(const ReplayedModel& past, const SessionRefs& sessions) {
    const Index& index = past.model->index;
    write_to_stdout("after event {}: {}, {}, {}\n", past.head, count_of(index.projects.size(), "project"),
                    count_of(index.threads.size(), "thread"), count_of(index.turns.size(), "turn"));
    for (const Project* project : index.projects.sorted()) {
        write_to_stdout("\n{} · {} · {}\n", one_line(project->title), one_line(project->root), to_text(project->id));
        for (const ThreadId& id : project->threads.in_order()) {
            if (const Thread* thread = index.find(id)) print_model_thread(index, *thread, sessions);
        }
    }
    if (!index.garbage.empty()) write_to_stdout("\n{} to release\n", count_of(index.garbage.size(), "resource"));
    const auto effects = outstanding(past.model);
    if (!effects.empty()) write_to_stdout("\n{} outstanding\n", count_of(effects.size(), "effect"));
}

} // namespace

ExitCode print_orchestration_model(journal::Journal& journal, std::optional<Sequence> at) {
    const auto past = model_at(journal, at);
    if (!past) return past.error();
    const auto sessions = SessionRefs::read(journal, past->head);
    if (!sessions) return sessions.error();
    print_model_summary(*past, *sessions);
    return ExitCode::success;
}

} // namespace evenfold::cli
