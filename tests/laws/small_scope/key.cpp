#include "evenfold/tests/laws/small_scope/key.hpp"

#include <cstring>
#include <optional>

namespace evenfold::orchestration::tests::small_scope {
namespace {

/// Writes facts of one model, one byte each.
class KeyWriter {
public:
    KeyWriter(const Names& names, const Scope& scope, const Model& model)
        : names_(names), scope_(scope), index_(model->index) {}

    std::string all() {
        bytes_.reserve(160);
        for (const ProjectId& id : names_.projects) entity(index_.projects.find(id), id.uuid);
        for (const ThreadId& id : names_.threads) entity(index_.threads.find(id), id.uuid);
        for (const TurnId& id : names_.turns) entity(index_.turns.find(id), id.uuid);
        for (const RequestId& id : names_.requests) entity(index_.requests.find(id), {});
        for (const CheckpointId& id : names_.checkpoints)
            entity(index_.checkpoints.find(id), is_derived(id.uuid) ? Uuid{} : id.uuid);
        for (const CommitId& id : names_.commits) entity(index_.commits.find(id), id.uuid);
        garbage();
        return std::move(bytes_);
    }

private:
    static constexpr std::size_t ended = 0xff;

    void put(std::size_t fact) { bytes_.push_back(static_cast<char>(fact)); }

    /// Writes that the entity is absent, gone for ever, or present with its facts. With the nil id, gone counts as
    /// absent: no command brings an id that the decider derives, and no turn has a second end.
    template <class Entity>
    void entity(const Entity* found, const Uuid& id) {
        if (!found) return put(index_.retired.contains(id) ? 1 : 0);
        put(2);
        facts(*found);
    }

    template <class SomeId>
    void one(const std::vector<SomeId>& all, const std::optional<SomeId>& id) {
        put(id ? number_of(all, *id) : 0);
    }
    template <class SomeId>
    void list(const std::vector<SomeId>& all, const OrderedSet<SomeId>& listed) {
        put(listed.size());
        for (const SomeId& id : listed.in_order()) put(number_of(all, id));
    }

    void facts(const Project& project) { put(number_of(scope_.roots, project.root)); }

    void facts(const Thread& thread) {
        put(number_of(names_.projects, thread.project));
        const auto* worktree = std::get_if<Worktree>(&thread.workspace);
        put(worktree ? 1 + worktree->location.index() : 0);
        put(thread.archived ? 1 : 0);
        put(thread.turns_started > 0 ? 1 : 0);
        put(thread.hold ? 1 : 0);
        put(thread.session ? 1 : 0);
        one(names_.turns, thread.active);
        list(names_.turns, thread.turns);
        list(names_.turns, thread.queue);
        list(names_.checkpoints, thread.checkpoints);
        const Revert* revert = thread.revert ? index_.find(*thread.revert) : nullptr;
        put(revert ? 1 + static_cast<std::size_t>(revert->stage) : 0);
        if (revert) put(number_of(names_.checkpoints, revert->target));
    }

    void facts(const Turn& turn) {
        put(number_of(names_.threads, turn.thread));
        if (is_terminal(turn.state) && !may_continue(turn)) return put(ended);
        const bool is_over = is_terminal(turn.state); // how it ended makes no difference to its continuation
        put(is_over ? static_cast<std::size_t>(TurnState::interrupted) : static_cast<std::size_t>(turn.state));
        put(turn.dispatched ? 1 : 0);
        put(turn.open_block ? 1 + static_cast<std::size_t>(turn.open_block->kind) : 0);
        put(turn.provider_ref.index());
        for (const std::string& call : scope_.calls) {
            const ToolCall* found = turn.tool_calls.find(call);
            put(found ? 1 + (found->status == ToolCallStatus::running ? 1 : 0) : 0);
        }
    }

    /// Returns whether a letter may continue the turn, which has ended.
    [[nodiscard]] bool may_continue(const Turn& turn) const {
        const Thread* thread = index_.find(turn.thread);
        return !scope_.without.test(Command(ContinueTurn{}).index()) && thread &&
               turn.ordinal == thread->turns_started && thread->turns.back() == turn.id && turn.dispatched;
    }

    void facts(const Request& request) {
        put(static_cast<std::size_t>(request.state));
        put(request.expiry == ExpiryCause::undeliverable ? 1 : 0);
        if (request.state != RequestState::pending && request.state != RequestState::answered) return;
        put(request.kind.index());
        put(request.tool_call ? number_of(scope_.calls, std::string(*request.tool_call)) : 0);
        put(request.decision ? number_of(scope_.decisions, *request.decision) : 0);
    }

    void facts(const Checkpoint& checkpoint) {
        put(number_of(names_.threads, checkpoint.thread));
        put(checkpoint.ref.index());
        one(names_.turns, checkpoint.after_turn);
    }

    void facts(const Commit& commit) {
        put(number_of(names_.threads, commit.thread));
        put(commit.ref.index());
    }

    /// Writes the owners of the garbage: at most one resource per kind and owner.
    void garbage() {
        std::string held(2 * names_.threads.size() + names_.checkpoints.size() + 1, '\0');
        for (const GarbageEntry* entry : index_.garbage.sorted()) {
            const auto* ref = std::get_if<GitRefResource>(&entry->resource);
            const std::size_t owner = ref ? 2 * names_.threads.size() + number_of(names_.checkpoints, ref->checkpoint)
                                          : number_of(names_.threads, thread_of(entry->resource)) +
                                                (entry->resource.index() == 1 ? names_.threads.size() : 0);
            held[owner] = '\1';
        }
        bytes_ += held;
    }

    const Names& names_;
    const Scope& scope_;
    const Index& index_;
    std::string bytes_;
};

std::uint64_t mixed(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
}

} // namespace

std::string key_of(const Names& names, const Scope& scope, const Model& model) {
    return KeyWriter(names, scope, model).all();
}

Hash hash_of(std::string_view key) {
    Hash hash{.high = key.size(), .low = ~key.size()};
    while (!key.empty()) {
        std::uint64_t word = 0;
        const std::size_t taken = std::min(key.size(), sizeof word);
        std::memcpy(&word, key.data(), taken);
        key.remove_prefix(taken);
        hash.high = mixed(hash.high + word) + 0x9e3779b97f4a7c15U;
        hash.low = mixed(hash.low ^ word) + hash.high;
    }
    return hash;
}

} // namespace evenfold::orchestration::tests::small_scope
