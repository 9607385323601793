#include "evenfold/tests/laws/naive/differences.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/code.hpp"
#include "evenfold/tests/laws/naive/derived.hpp"
#include "evenfold/tests/laws/naive/expected.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

using Told = std::vector<std::string>;

/// Compares the entities of one kind: reports each expected entity that differs, then each unexpected one.
template <class T>
class Kind {
public:
    Kind(Told& told, std::string_view name, const Table<T>& got) : told_(told), name_(name), got_(got) {}

    void has(const T& expected) {
        ids_.insert(expected.id);
        const T* got = got_.find(expected.id);
        if (!got)
            told_.push_back(fmt::format("{} is missing: {}", name_, testing::code_of(expected)));
        else if (!(expected == *got))
            told_.push_back(
                fmt::format("{} {}\n{}", name_, testing::code_of(expected.id), testing::differences(expected, *got)));
    }

    void has_no_more() {
        for (const T* got : got_.sorted()) {
            if (!ids_.contains(got->id))
                told_.push_back(fmt::format("{} is too many: {}", name_, testing::code_of(*got)));
        }
    }

private:
    Told& told_;
    std::string_view name_;
    const Table<T>& got_;
    std::set<typename Table<T>::Key> ids_;
};

template <class T>
void same(Told& told, std::string_view what, const T& expected, const T& got) {
    if (expected == got) return;
    told.push_back(fmt::format("{}\n{}", what, testing::differences(expected, got)));
}

template <class T>
void same(Told& told, std::string_view what, const auto& id, const T& expected, const T& got) {
    if (!(expected == got)) same(told, fmt::format("{} {}", what, testing::code_of(id)), expected, got);
}

/// Compares the entities of `table` under the ids in `map` with those made from the world.
template <class T, class Map, class Make>
void compare(Told& told, std::string_view name, const Map& map, const Table<T>& table, const Make& make) {
    Kind<T> kind(told, name, table);
    for (const auto& [id, entity] : map) kind.has(make(id, entity));
    kind.has_no_more();
}

void waiting(Told& told, const Derived& all, const Index& index) {
    same(told, "active_turns", all.active_turns, index.active_turns.sorted());
    same(told, "pending_worktrees", all.pending_worktrees, index.pending_worktrees.sorted());
    same(told, "pending_checkpoints", all.pending_checkpoints, index.pending_checkpoints.sorted());
    same(told, "pending_commits", all.pending_commits, index.pending_commits.sorted());
    same(told, "answered_requests", all.answered_requests, index.answered_requests.sorted());
}

void places(Told& told, const World& world, const Derived& all, const Index& index) {
    Kind<RootHolder> roots(told, "root", index.roots);
    compare(told, "project", world.projects, index.projects, [&](const ProjectId& id, const Project& project) {
        roots.has(RootHolder{.id = project.made.root_key, .project = id});
        return expected(id, project, all.projects.at(id));
    });
    roots.has_no_more();
    compare(told, "thread", world.threads, index.threads,
            [&](const ThreadId& id, const Thread& thread) { return expected(id, thread, all.threads.at(id)); });
}

void statuses(Told& told, const World& world, const Derived& all, const Index& index) {
    for (const auto& [id, thread] : world.threads) {
        same(told, "status of the thread", id, std::optional(all.threads.at(id).status), status_of(index, id));
    }
    for (const ThreadId& id : world.deleted_threads) {
        same(told, "status of the thread", id, std::optional(ThreadStatus::deleted), status_of(index, id));
    }
}

void turns(Told& told, const World& world, const Derived& all, const Model& model) {
    Kind<MessageOwner> messages(told, "message", model->index.messages);
    Kind<Exchange> exchanges(told, "exchange", model->transcript.exchanges);
    compare(told, "turn", world.turns, model->index.turns, [&](const TurnId& id, const Turn& turn) {
        messages.has(MessageOwner{.id = turn.input.message, .turn = id});
        if (!turn.reply.empty()) messages.has(MessageOwner{.id = reply_of(id), .turn = id});
        exchanges.has(expected_exchange(id, turn));
        return expected(id, turn, all.turns.at(id));
    });
    messages.has_no_more();
    exchanges.has_no_more();
}

void rest(Told& told, const World& world, const Index& index) {
    const auto make = [](const auto& id, const auto& entity) { return expected(id, entity); };
    compare(told, "request", world.requests, index.requests, make);
    compare(told, "checkpoint", world.checkpoints, index.checkpoints, make);
    compare(told, "revert", world.reverts, index.reverts, make);
    compare(told, "commit", world.commits, index.commits, make);
    Kind<GarbageEntry> garbage(told, "garbage", index.garbage);
    for (const Resource& resource : world.garbage) {
        garbage.has(GarbageEntry{.id = id_of(resource), .resource = resource});
    }
    garbage.has_no_more();
    same(told, "retired", std::vector(world.retired.begin(), world.retired.end()), index.retired.sorted());
}

void derived_of(Told& told, const ProjectId& id, const OfProject& of, const orchestration::Project& got) {
    same(told, "turns at work in the project", id, of.active, got.active.sorted());
}

void derived_of(Told& told, const ThreadId& id, const OfThread& of, const orchestration::Thread& got) {
    same(told, "active turn of the thread", id, of.active, got.active);
    same(told, "queue of the thread", id, of.queue, got.queue.in_order());
    same(told, "pending checkpoints of the thread", id, of.pending_checkpoints, got.pending_checkpoints.in_order());
}

void derived_of(Told& told, const TurnId& id, const OfTurn& of, const orchestration::Turn& got) {
    same(told, "state of the turn", id, of.state, got.state);
    same(told, "open requests of the turn", id, of.open_requests, got.open_requests.in_order());
    same(told, "pending requests of the turn", id, of.pending_requests, got.pending_requests);
    same(told, "running calls of the turn", id, of.running_calls, got.running_calls.in_order());
    same(told, "open block of the turn", id, of.open_block, got.open_block);
}

/// Compares the derived values of each entity that both have. Missing entities are reported elsewhere.
template <class Map>
void derived_of_all(Told& told, const Map& map, const Index& index) {
    for (const auto& [id, of] : map) {
        if (const auto* got = index.find(id)) derived_of(told, id, of, *got);
    }
}

} // namespace

std::vector<std::string> differences(const World& expected, const Model& got) {
    const Derived all = derived(expected);
    Told told;
    places(told, expected, all, got->index);
    turns(told, expected, all, got);
    rest(told, expected, got->index);
    statuses(told, expected, all, got->index);
    waiting(told, all, got->index);
    return told;
}

std::vector<std::string> derived_differences(const World& expected, const Model& got) {
    const Derived all = derived(expected);
    Told told;
    derived_of_all(told, all.projects, got->index);
    derived_of_all(told, all.threads, got->index);
    derived_of_all(told, all.turns, got->index);
    statuses(told, expected, all, got->index);
    waiting(told, all, got->index);
    return told;
}

} // namespace evenfold::orchestration::tests::naive
