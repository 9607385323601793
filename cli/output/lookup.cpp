#include "evenfold/cli/output/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/recording/recording_target.hpp"

namespace evenfold::cli {

using namespace orchestration;

namespace {

/// The entities that a name denotes.
template <class Entity>
struct NamedEntities {
    std::vector<const Entity*> found;
    bool is_name = false; // or else the beginning of their ids
};

/// Returns those of `all` with the name; without any, those whose id begins with at least id_prefix_min characters.
template <class Entity>
NamedEntities<Entity> find_named(std::vector<const Entity*> all, const std::string& name, const auto& name_of) {
    const auto has_name = [&](const Entity* one) { return name_of(*one) == name; };
    const auto has_prefix = [&](const Entity* one) {
        return name.size() >= id_prefix_min && to_text(one->id).starts_with(name);
    };
    const bool is_name = std::ranges::any_of(all, has_name);
    std::erase_if(all, [&](const Entity* one) { return is_name ? !has_name(one) : !has_prefix(one); });
    return {.found = std::move(all), .is_name = is_name};
}

} // namespace

std::expected<const Thread*, std::string> find_thread(const Index& index, const std::string& name) {
    if (const auto id = parse_uuid(name)) {
        if (const Thread* thread = index.find(ThreadId{*id})) return thread;
        const bool deleted = index.retired.contains(*id);
        return std::unexpected(fmt::format("thread {} {}", name, deleted ? "was deleted" : "is not in this journal"));
    }
    const auto [found, is_title] =
        find_named(index.threads.sorted(), name, [](const Thread& one) -> const auto& { return one.title; });
    if (found.size() == 1) return found.front();
    if (found.empty())
        return std::unexpected(
            fmt::format("no thread is named '{}', and no id of a thread begins so", one_line(name, 80)));
    return std::unexpected(fmt::format("the thread name '{}' is ambiguous: use {}", one_line(name, 80),
                                       is_title ? "the id of the thread" : "more characters of the id"));
}

const Thread* find_thread_in(const Index& index, const Project& project, const std::string& title) {
    for (const ThreadId& id : project.threads.in_order()) {
        const Thread* thread = index.find(id);
        if (thread && thread->title == title) return thread;
    }
    return nullptr;
}

std::expected<std::vector<const Thread*>, std::string>
select_threads(const Index& index, const std::string& thread, const std::string& project) {
    std::vector<const Thread*> threads = index.threads.sorted();
    if (!project.empty()) {
        const RootHolder* holder = index.roots.find(project_root(project));
        if (!holder) return std::unexpected(fmt::format("no project is at '{}'", one_line(project, 80)));
        std::erase_if(threads, [&](const Thread* one) { return one->project != holder->project; });
    }
    if (thread.empty()) return threads;
    if (project.empty()) {
        const auto found = find_thread(index, thread);
        if (!found) return std::unexpected(found.error());
        return std::vector{*found};
    }
    std::erase_if(threads, [&](const Thread* one) { return one->title != thread && to_text(one->id) != thread; });
    if (threads.empty()) return std::unexpected(fmt::format("no thread there is named '{}'", one_line(thread, 80)));
    return threads;
}

std::expected<const Checkpoint*, std::string>
find_checkpoint(const Index& index, const std::string& name, const std::string& project) {
    const auto threads = select_threads(index, {}, project);
    if (!threads) return std::unexpected(threads.error());
    const auto fail = [&](std::string_view why) {
        return std::unexpected(fmt::format("checkpoint '{}' {}", one_line(name, 80), why));
    };
    auto all = index.checkpoints.sorted();
    std::erase_if(all, [&](const Checkpoint* one) {
        return !project.empty() && std::ranges::find(*threads, one->thread, &Thread::id) == threads->end();
    });
    const auto [found, is_label] =
        find_named(std::move(all), name, [](const Checkpoint& one) -> const auto& { return one.label; });
    if (found.size() == 1) return found.front();
    if (!found.empty())
        return fail(is_label ? "is ambiguous: use the id" : "is ambiguous: use more characters of the id");
    if (name.size() < id_prefix_min)
        return fail(fmt::format("is not a label, and too short for an abbreviated id: expected at least {} characters",
                                id_prefix_min));
    const auto id = parse_uuid(name);
    return fail(id && index.retired.contains(*id) ? "was removed by a revert or a deletion" : "is not in this journal");
}

std::string short_text(const CheckpointId& id) {
    return to_text(id).substr(0, 13);
}

} // namespace evenfold::cli
