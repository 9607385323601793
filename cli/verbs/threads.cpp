#include <fmt/core.h>

#include <nlohmann/json.hpp>

#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/text_table.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

struct ThreadsOptions {
    bool json = false;
};

using namespace orchestration;
using Json = nlohmann::ordered_json;

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

Json json_of_thread(const Index& index, const Project& project, const Thread& thread) {
    return {{"thread", to_text(thread.id)},
            {"title", thread.title},
            {"project", to_text(project.id)},
            {"root", project.root},
            {"folder", directory_of(project, thread)},
            {"status", name_of_status(index, thread)},
            {"turns", thread.turns.size()},
            {"queued", thread.queue.size()},
            {"checkpoints", thread.checkpoints.size()},
            {"cost_usd_micros", cost_of_thread(index, thread)}};
}

ExitCode print_threads(journal::Journal& journal, const ThreadsOptions& options) {
    const auto past = model_at(journal, {});
    if (!past) return past.error();
    const Index& index = past->model->index;
    Json json = Json::array();
    TextTable table({"thread", "status", "turns", "checkpoints", "id", "directory"});
    for (const Project* project : index.projects.sorted()) {
        for (const ThreadId& id : project->threads.in_order()) {
            const Thread* thread = index.find(id);
            if (!thread) continue;
            json.push_back(json_of_thread(index, *project, *thread));
            table.add({thread->title, std::string(name_of_status(index, *thread)), std::to_string(thread->turns.size()),
                       std::to_string(thread->checkpoints.size()), to_text(thread->id),
                       directory_of(*project, *thread)});
        }
    }
    if (options.json)
        fmt::print("{}\n", json.dump(2));
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
    .details = "With --json: an array of {thread, title, project, root, folder, status, turns, queued, checkpoints,\n"
               "cost_usd_micros}.",
    .domain = orchestration_name,
    .declare = &declare_threads};

} // namespace evenfold::cli
