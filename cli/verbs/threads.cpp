
#include <nlohmann/json.hpp>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/session_refs.hpp"
#include "evenfold/cli/output/text_table.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/compact_text.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

struct ThreadsOptions {
    bool json = false;
};

using namespace orchestration;
using Json = codec::OrderedJson;

std::string_view name_of_status(const Index& index, const Thread& thread) {
    const ThreadStatus status = status_of(index, thread.id).value_or(ThreadStatus::deleted);
    return enumerator_names<ThreadStatus>[static_cast<std::size_t>(status)];
}

std::string directory_of(const Project& project, const Thread& thread) {
    const auto* worktree = std::get_if<Worktree>(&thread.workspace);
    const auto* location = worktree ? assigned(worktree->location) : nullptr;
    return location ? std::string(location->path) : project.root;
}

/// Returns the cost of all turns of the thread in millionths of a US dollar, or null if no turn has one.
Json cost_of_thread(const Index& index, const Thread& thread) {
    std::optional<std::uint64_t> cost;
    for (const TurnId& id : thread.turns.in_order()) {
        const Turn* turn = index.find(id);
        if (turn && turn->usage && turn->usage->cost_usd_micros)
            cost = cost.value_or(0) + *turn->usage->cost_usd_micros;
    }
    return cost ? Json(*cost) : Json(nullptr);
}

std::string json_of_thread(const Index& index, const Project& project, const Thread& thread,
                           const std::optional<std::string>& session) {
    const Json json{{"thread", to_text(thread.id)},
                    {"title", thread.title},
                    {"project", to_text(project.id)},
                    {"root", project.root},
                    {"folder", directory_of(project, thread)},
                    {"status", name_of_status(index, thread)},
                    {"session", session ? Json(*session) : Json(nullptr)},
                    {"turns", thread.turns.size()},
                    {"queued", thread.queue.size()},
                    {"checkpoints", thread.checkpoints.size()},
                    {"cost_usd_micros", cost_of_thread(index, thread)}};
    return codec::compact_text(json);
}

ExitCode print_threads(journal::Journal& journal, const ThreadsOptions& options) {
    const auto past = model_at(journal, {});
    if (!past) return past.error();
    const auto sessions = SessionRefs::read(journal, past->head);
    if (!sessions) return sessions.error();
    const Index& index = past->model->index;
    JsonArrayPrinter array(JsonLayout::indented);
    TextTable table({"thread", "status", "turns", "checkpoints", "id", "session", "directory"});
    for (const Project* project : index.projects.sorted()) {
        for (const ThreadId& id : project->threads.in_order()) {
            const Thread* thread = index.find(id);
            if (!thread) continue;
            const auto session = sessions->of(*thread);
            if (options.json) {
                array.add(json_of_thread(index, *project, *thread, session));
                continue;
            }
            table.add({thread->title, std::string(name_of_status(index, *thread)), std::to_string(thread->turns.size()),
                       std::to_string(thread->checkpoints.size()), to_text(thread->id), session.value_or("-"),
                       directory_of(*project, *thread)});
        }
    }
    if (options.json)
        array.end();
    else
        table.print("no threads yet; `evenfold run` and `evenfold ingest` create one");
    return ExitCode::success;
}

RunVerb declare_threads(OptionSet& set) {
    auto options = std::make_shared<ThreadsOptions>();
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_journal_of(orchestration_name, JournalAccess::read_only,
                                          [&](journal::Journal& journal) { return print_threads(journal, *options); });
    };
}

} // namespace

const Verb threads_verb{
    .name = "threads",
    .summary = "List the threads",
    .details = "With --json: an array of {thread, title, project, root, folder, status, session, turns, queued,\n"
               "checkpoints, cost_usd_micros}.\n"
               "session is the agent's own id of the session that was bound last, also after it has ended.",
    .domain = orchestration_name,
    .declare = &declare_threads};

} // namespace evenfold::cli
