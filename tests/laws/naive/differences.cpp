#include "evenfold/tests/laws/naive/differences.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/code.hpp"
#include "evenfold/tests/laws/naive/derived.hpp"
#include "evenfold/tests/laws/naive/expected.hpp"

namespace evenfold::orchestration::tests::naive {
namespace {

using DifferenceTexts = std::vector<std::string>;

/// Compares the entities of one kind: reports each expected entity that differs, then each unexpected one.
template <class T>
class EntityComparison {
public:
    EntityComparison(DifferenceTexts& texts, std::string_view name, const Table<T>& got)
        : texts_(texts), name_(name), got_(got) {}

    void expect(const T& expected) {
        ids_.insert(expected.id);
        const T* got = got_.find(expected.id);
        if (!got)
            texts_.push_back(fmt::format("{} is missing: {}", name_, testing::code_of(expected)));
        else if (!(expected == *got))
            texts_.push_back(
                fmt::format("{} {}\n{}", name_, testing::code_of(expected.id), testing::differences(expected, *got)));
    }

    void expect_no_more() {
        for (const T* got : got_.sorted()) {
            if (!ids_.contains(got->id))
                texts_.push_back(fmt::format("{} is unexpected: {}", name_, testing::code_of(*got)));
        }
    }

private:
    DifferenceTexts& texts_;
    std::string_view name_;
    const Table<T>& got_;
    std::set<typename Table<T>::Key> ids_;
};

template <class T>
void same(DifferenceTexts& texts, std::string_view what, const T& expected, const T& got) {
    if (expected == got) return;
    texts.push_back(fmt::format("{}\n{}", what, testing::differences(expected, got)));
}

template <class T>
void same(DifferenceTexts& texts, std::string_view what, const auto& id, const T& expected, const T& got) {
    if (!(expected == got)) same(texts, fmt::format("{} {}", what, testing::code_of(id)), expected, got);
}

/// Compares the entities of `table` under the ids in `map` with those made from the world.
template <class T, class Map, class Make>
void compare(DifferenceTexts& texts, std::string_view name, const Map& map, const Table<T>& table, const Make& make) {
    EntityComparison<T> comparison(texts, name, table);
    for (const auto& [id, entity] : map) comparison.expect(make(id, entity));
    comparison.expect_no_more();
}

void waiting(DifferenceTexts& texts, const Derived& all, const Index& index) {
    same(texts, "active_turns", all.active_turns, index.active_turns.sorted());
    same(texts, "pending_worktrees", all.pending_worktrees, index.pending_worktrees.sorted());
    same(texts, "pending_checkpoints", all.pending_checkpoints, index.pending_checkpoints.sorted());
    same(texts, "pending_commits", all.pending_commits, index.pending_commits.sorted());
    same(texts, "answered_requests", all.answered_requests, index.answered_requests.sorted());
}

void places(DifferenceTexts& texts, const World& world, const Derived& all, const Index& index) {
    EntityComparison<RootHolder> roots(texts, "root", index.roots);
    compare(texts, "project", world.projects, index.projects, [&](const ProjectId& id, const Project& project) {
        roots.expect(RootHolder{.id = project.made.root_key, .project = id});
        return expected(id, project, all.projects.at(id));
    });
    roots.expect_no_more();
    compare(texts, "thread", world.threads, index.threads,
            [&](const ThreadId& id, const Thread& thread) { return expected(id, thread, all.threads.at(id)); });
}

void statuses(DifferenceTexts& texts, const World& world, const Derived& all, const Index& index) {
    for (const auto& [id, thread] : world.threads) {
        same(texts, "status of the thread", id, std::optional(all.threads.at(id).status), status_of(index, id));
    }
    for (const ThreadId& id : world.deleted_threads) {
        same(texts, "status of the thread", id, std::optional(ThreadStatus::deleted), status_of(index, id));
    }
}

void turns(DifferenceTexts& texts, const World& world, const Derived& all, const Model& model) {
    EntityComparison<MessageOwner> messages(texts, "message", model->index.messages);
    EntityComparison<Exchange> exchanges(texts, "exchange", model->transcript.exchanges);
    compare(texts, "turn", world.turns, model->index.turns, [&](const TurnId& id, const Turn& turn) {
        messages.expect(MessageOwner{.id = turn.input.message, .turn = id});
        if (!turn.reply.empty()) messages.expect(MessageOwner{.id = reply_of(id), .turn = id});
        exchanges.expect(expected_exchange(id, turn));
        return expected(id, turn, all.turns.at(id));
    });
    messages.expect_no_more();
    exchanges.expect_no_more();
}

void rest(DifferenceTexts& texts, const World& world, const Index& index) {
    const auto make = [](const auto& id, const auto& entity) { return expected(id, entity); };
    compare(texts, "request", world.requests, index.requests, make);
    compare(texts, "checkpoint", world.checkpoints, index.checkpoints, make);
    compare(texts, "revert", world.reverts, index.reverts, make);
    compare(texts, "commit", world.commits, index.commits, make);
    EntityComparison<GarbageEntry> garbage(texts, "garbage", index.garbage);
    for (const Resource& resource : world.garbage) {
        garbage.expect(GarbageEntry{.id = id_of(resource), .resource = resource});
    }
    garbage.expect_no_more();
    same(texts, "retired", std::vector(world.retired.begin(), world.retired.end()), index.retired.sorted());
}

void derived_of(DifferenceTexts& texts, const ProjectId& id, const OfProject& of, const orchestration::Project& got) {
    same(texts, "turns at work in the project", id, of.active, got.active.sorted());
}

void derived_of(DifferenceTexts& texts, const ThreadId& id, const OfThread& of, const orchestration::Thread& got) {
    same(texts, "active turn of the thread", id, of.active, got.active);
    same(texts, "queue of the thread", id, of.queue, got.queue.in_order());
    same(texts, "pending checkpoints of the thread", id, of.pending_checkpoints, got.pending_checkpoints.in_order());
}

void derived_of(DifferenceTexts& texts, const TurnId& id, const OfTurn& of, const orchestration::Turn& got) {
    same(texts, "state of the turn", id, of.state, got.state);
    same(texts, "open requests of the turn", id, of.open_requests, got.open_requests.in_order());
    same(texts, "pending requests of the turn", id, of.pending_requests, got.pending_requests);
    same(texts, "running calls of the turn", id, of.running_calls, got.running_calls.in_order());
    same(texts, "open block of the turn", id, of.open_block, got.open_block);
}

/// Compares the derived values of each entity that both have. Missing entities are reported elsewhere.
template <class Map>
void derived_of_all(DifferenceTexts& texts, const Map& map, const Index& index) {
    for (const auto& [id, of] : map) {
        if (const auto* got = index.find(id)) derived_of(texts, id, of, *got);
    }
}

} // namespace

std::vector<std::string> differences(const World& expected, const Model& got) {
    const Derived all = derived(expected);
    DifferenceTexts texts;
    places(texts, expected, all, got->index);
    turns(texts, expected, all, got);
    rest(texts, expected, got->index);
    statuses(texts, expected, all, got->index);
    waiting(texts, all, got->index);
    return texts;
}

std::vector<std::string> derived_differences(const World& expected, const Model& got) {
    const Derived all = derived(expected);
    DifferenceTexts texts;
    derived_of_all(texts, all.projects, got->index);
    derived_of_all(texts, all.threads, got->index);
    derived_of_all(texts, all.turns, got->index);
    statuses(texts, expected, all, got->index);
    waiting(texts, all, got->index);
    return texts;
}

} // namespace evenfold::orchestration::tests::naive
