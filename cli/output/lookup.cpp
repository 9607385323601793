#include "evenfold/cli/output/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {

using namespace orchestration;

std::expected<const Thread*, std::string> find_thread(const Index& index, const std::string& name) {
    if (const auto id = parse_uuid(name)) {
        if (const Thread* thread = index.find(ThreadId{*id})) return thread;
        const bool deleted = index.retired.contains(*id);
        return std::unexpected(fmt::format("thread {} {}", name, deleted ? "was deleted" : "is not in this journal"));
    }
    const Thread* found = nullptr;
    for (const Thread* thread : index.threads.sorted()) {
        if (thread->title != name) continue;
        if (found)
            return std::unexpected(fmt::format("several threads are called '{}': give the id", one_line(name, 80)));
        found = thread;
    }
    if (found) return found;
    return std::unexpected(fmt::format("no thread is called '{}'", one_line(name, 80)));
}

const Thread* find_thread_in(const Index& index, const Project& project, const std::string& title) {
    for (const ThreadId& id : project.threads.in_order()) {
        const Thread* thread = index.find(id);
        if (thread && thread->title == title) return thread;
    }
    return nullptr;
}

std::expected<const Checkpoint*, std::string> find_checkpoint(const Index& index, const std::string& name) {
    const auto no = [&](std::string_view why) {
        return std::unexpected(fmt::format("checkpoint '{}' {}", one_line(name, 80), why));
    };
    const auto all = index.checkpoints.sorted();
    const auto labelled = [&](const Checkpoint* one) { return one->label == name; };
    const auto begins = [&](const Checkpoint* one) { return to_text(one->id).starts_with(name); };
    const bool has_label = std::ranges::any_of(all, labelled);
    if (!has_label && name.size() < id_beginning_min)
        return no(
            fmt::format("is no label, and as the beginning of an id shorter than {} characters", id_beginning_min));
    const Checkpoint* found = nullptr;
    for (const Checkpoint* checkpoint : all) {
        if (!(has_label ? labelled(checkpoint) : begins(checkpoint))) continue;
        if (found) return no(has_label ? "could be several: give the id" : "could be several: give more of its id");
        found = checkpoint;
    }
    if (found) return found;
    const auto id = parse_uuid(name);
    return no(id && index.retired.contains(*id) ? "is gone: a revert or a deletion took it" : "is not in this journal");
}

std::string short_text(const CheckpointId& id) {
    return to_text(id).substr(0, 13);
}

} // namespace evenfold::cli
