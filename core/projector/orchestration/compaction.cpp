#include "evenfold/core/projector/orchestration/compaction.hpp"

#include <algorithm>
#include <concepts>
#include <optional>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {
namespace {

template <class T, class... Types>
constexpr bool is_one_of = (std::same_as<T, Types> || ...);

// Classes of events.

/// Whether an event changes only its one entity, so that nothing depends on it once the entity is removed. The end of a
/// turn is one, although it clears the thread's active turn, because removing the turn clears that too.
template <class T>
constexpr bool affects_only_its_entity =
    is_one_of<T, ThreadUpdated, ThreadArchived, ThreadUnarchived, WorktreeRequested, WorktreeFailed, QueueHeld,
              QueueResumed, SessionLost> ||
    is_one_of<T, AssistantMessageStarted, AssistantMessageDiscarded, TurnDispatched, TurnInterruptRequested,
              TurnCompleted, TurnFailed, TurnInterrupted, ToolCallFinished, NoticeAdded> ||
    is_one_of<T, ApprovalAnswered, ApprovalDelivered, ApprovalExpired, CheckpointFailed, RevertAdvanced,
              CommitRefAssigned, CommitFailed>;

/// Whether an event touches no block of its turn, so that an append after it may move before it.
template <class T>
constexpr bool leaves_blocks_alone = is_one_of<T, ToolCallFinished, NoticeAdded, UsageRecorded, SeqAdvanced>;

// Each id is created once.

std::optional<Uuid> created_id(const ProjectCreated& event) {
    return event.project.uuid;
}
std::optional<Uuid> created_id(const ThreadCreated& event) {
    return event.thread.uuid;
}
std::optional<Uuid> created_id(const MessageAdded& event) {
    return event.message.uuid;
}
std::optional<Uuid> created_id(const TurnStarted& event) {
    return event.turn.uuid;
}
std::optional<Uuid> created_id(const ApprovalRequested& event) {
    return event.request.uuid;
}
std::optional<Uuid> created_id(const CheckpointCreated& event) {
    return event.checkpoint.uuid;
}
std::optional<Uuid> created_id(const RevertRequested& event) {
    return event.revert.uuid;
}
std::optional<Uuid> created_id(const CommitRequested& event) {
    return event.commit.uuid;
}
template <class Other>
std::optional<Uuid> created_id(const Other&) {
    return {};
}

/// The ids that a log has created so far.
class CreatedIds {
public:
    /// Returns whether the id that `event` creates is new. A turn may be queued first and started later.
    template <class SomeEvent>
    bool add(const SomeEvent& event) {
        const std::optional<Uuid> id = created_id(event);
        return !id || created_.insert(*id);
    }
    bool add(const TurnQueued& event) { return !created_.contains(event.turn.uuid) && queued_.insert(event.turn.uuid); }

private:
    Set<Uuid> created_;
    Set<Uuid> queued_;
};

/// The block to which the fold appends an event's content: none if its turn does not exist, in index if it is the block
/// that the event names, otherwise misplaced.
enum class AppendTarget : std::uint8_t { none, misplaced, in_place };

template <class BlockType>
AppendTarget append_target_in(std::uint64_t block, const TurnId& id, const Model& before) {
    const Turn* turn = before->index.find(id);
    if (!turn) return AppendTarget::none;
    const Exchange* exchange = before->transcript.exchanges.find(id);
    const auto* reply = exchange && exchange->reply ? &*exchange->reply : nullptr;
    const std::size_t blocks = reply ? reply->blocks.size() : 0;
    const bool continues = turn->open_block && turn->open_block->index == block;
    const bool fits =
        continues ? block < blocks && std::holds_alternative<BlockType>(reply->blocks[block]) : block == blocks;
    return fits ? AppendTarget::in_place : AppendTarget::misplaced;
}

AppendTarget append_target_of(const TextAppended& event, const Model& before) {
    return append_target_in<Text>(event.block, event.turn, before);
}
AppendTarget append_target_of(const ThinkingAppended& event, const Model& before) {
    return append_target_in<Thinking>(event.block, event.turn, before);
}
AppendTarget append_target_of(const ToolCallStarted& event, const Model& before) {
    return before->index.find(event.turn) ? AppendTarget::misplaced : AppendTarget::none;
}
template <class Other>
AppendTarget append_target_of(const Other&, const Model&) {
    return AppendTarget::none;
}

/// The result of folding the log.
struct FoldedLog {
    Model end;
    std::vector<AppendTarget> targets; // one per event
};

/// Returns nullopt if an id was created twice.
std::optional<FoldedLog> fold_log(std::span<const Event> log) {
    FoldedLog folded;
    folded.targets.reserve(log.size());
    CreatedIds created;
    for (const Event& event : log) {
        const bool is_new = std::visit(
            [&](const auto& alternative) {
                folded.targets.push_back(append_target_of(alternative, folded.end));
                return created.add(alternative);
            },
            event);
        if (!is_new) return {};
        folded.end = project(std::move(folded.end), event);
    }
    return folded;
}

// Joining two appends to one block.

bool is_sealed(const TextAppended&) {
    return false;
}
bool is_sealed(const ThinkingAppended& event) {
    return event.signature.has_value(); // a signature ends the thinking block
}

void sign(TextAppended&, const TextAppended&) {}
void sign(ThinkingAppended& open, const ThinkingAppended& next) {
    open.signature = next.signature;
}

/// Joins `next` to `open` if it continues the same block within the limit. Returns whether it did.
template <class Append>
bool join(Append& open, const Append& next) {
    if (open.block != next.block || open.parent != next.parent) return false;
    if (open.text.size() + next.text.size() > content_bytes_max) return false;
    open.text += next.text;
    open.seq = std::max(open.seq, next.seq);
    sign(open, next);
    return true;
}

// The remains of events whose entity was removed: ids and numbers, without content.

ThreadCreated without_content(const ThreadCreated& event) {
    const bool in_worktree = std::holds_alternative<NewWorktree>(event.workspace);
    return {.thread = event.thread,
            .project = event.project,
            .title = {},
            .model = {},
            .policy = {},
            .mode = {},
            .workspace = in_worktree ? WorkspaceChoice(NewWorktree{}) : WorkspaceChoice(Root{})};
}

TextAppended without_content(const TextAppended& event) {
    return {.turn = event.turn, .seq = 0, .block = 0, .text = {}, .parent = {}};
}

ThinkingAppended without_content(const ThinkingAppended& event) {
    return {.turn = event.turn, .seq = 0, .block = 0, .text = {}, .signature = {}, .parent = {}};
}

ToolCallStarted without_content(const ToolCallStarted& event) {
    return {.turn = event.turn,
            .seq = 0,
            .block = 0,
            .call_id = {},
            .name = {},
            .input = {},
            .parent = {},
            .run_by_provider = false};
}

ApprovalRequested without_content(const ApprovalRequested& event) {
    return {.request = event.request, .turn = event.turn, .seq = 0, .provider_request = {}, .call_id = {}, .kind = {}};
}

CheckpointCreated without_content(const CheckpointCreated& event) {
    return {.checkpoint = event.checkpoint,
            .thread = event.thread,
            .ordinal = event.ordinal,
            .kind = event.kind,
            .after_turn = event.after_turn,
            .label = {}};
}

CheckpointGitRefAssigned without_content(const CheckpointGitRefAssigned& event) {
    return {.checkpoint = event.checkpoint, .git_ref = event.git_ref, .files = {}};
}

CommitRequested without_content(const CommitRequested& event) {
    return {.commit = event.commit, .thread = event.thread, .message = {}, .checkpoint = event.checkpoint};
}

/// The open block of a turn: the index of its append in the rewritten log.
struct OpenAppend {
    TurnId id;
    std::size_t index = 0;
};

/// Writes the compacted log, event by event, each in the place of the event that it comes from.
class LogRewriter {
public:
    explicit LogRewriter(const Model& end) : index_(end->index), exchanges_(end->transcript.exchanges) {}

    void add(const Event& event, AppendTarget target) {
        target_ = target;
        log_.emplace_back();
        std::visit([&](const auto& alternative) { on(alternative); }, event);
    }

    [[nodiscard]] std::vector<std::optional<Event>> take() { return std::move(log_); }

private:
    /// Keeps an event without an overload of its own, unless only its removed entity depends on it.
    template <class Other>
    void on(const Other& event) {
        if constexpr (affects_only_its_entity<Other>) {
            if (!entity_exists(event)) return;
        }
        keep(event);
    }

    void on(const ThreadCreated& event) { keep_or_strip(event, event.thread); }
    void on(const CommitRequested& event) { keep_or_strip(event, event.commit); }
    void on(const CheckpointCreated& event) { keep_or_strip(event, event.checkpoint); }
    void on(const ApprovalRequested& event) { keep_or_strip(event, event.request); }

    void on(const WorktreeAssigned& event) {
        const WorktreeResource resource{.thread = event.thread, .root = {}, .path = event.path, .branch = event.branch};
        if (exists(event.thread) || is_garbage(resource)) keep(event);
    }
    void on(const SessionBound& event) {
        const SessionResource resource{.thread = event.thread, .epoch = event.epoch, .session_ref = event.session_ref};
        if (exists(event.thread) || is_garbage(resource)) keep(event);
    }
    void on(const CheckpointGitRefAssigned& event) {
        const GitRefResource resource{
            .thread = {}, .root = {}, .checkpoint = event.checkpoint, .git_ref = event.git_ref};
        if (exists(event.checkpoint) || is_garbage(resource)) keep_or_strip(event, event.checkpoint);
    }
    void on(const ResourceReleased& event) {
        if (is_garbage(event.resource)) keep(event);
    }

    void on(const MessageAdded& event) {
        if (index_.messages.contains(event.message) || exchanges_.contains(event.turn)) keep(event);
    }

    void on(const UsageRecorded& event) {
        const Turn* turn = index_.find(event.turn);
        if (turn && (event.seq >= turn->last_seq || event.usage == turn->usage)) keep(event);
    }
    void on(const SeqAdvanced& event) {
        const Turn* turn = index_.find(event.turn);
        if (turn && event.seq >= turn->last_seq) keep(event);
    }

    void on(const TextAppended& event) { append(event); }
    void on(const ThinkingAppended& event) { append(event); }
    void on(const ToolCallStarted& event) {
        if (target_ == AppendTarget::none) return;
        exists(event.turn) ? keep(event) : keep_reply_once(event);
    }

    template <class Append>
    void append(const Append& event) {
        if (target_ == AppendTarget::none) return;
        if (!exists(event.turn)) return keep_reply_once(event);
        const OpenAppend* open = open_.find(event.turn);
        auto* appended = open ? std::get_if<Append>(&*log_[open->index]) : nullptr;
        if (!appended || !join(*appended, event)) {
            keep(event);
            if (target_ == AppendTarget::in_place) open_.insert({.id = event.turn, .index = log_.size() - 1});
        }
        if (is_sealed(event)) open_.erase(event.turn);
    }

    /// Keeps one event of the reply of a removed turn, because it retires the reply's id.
    template <class Content>
    void keep_reply_once(const Content& event) {
        if (replied_.insert(event.turn)) keep(without_content(event));
    }

    template <class SomeId>
    [[nodiscard]] bool exists(const SomeId& id) const {
        return index_.find(id) != nullptr;
    }

    /// Returns whether the one entity of `event` exists at the end.
    template <class SomeEvent>
    [[nodiscard]] bool entity_exists(const SomeEvent& event) const {
        if constexpr (requires { event.thread; })
            return exists(event.thread);
        else if constexpr (requires { event.turn; })
            return exists(event.turn);
        else if constexpr (requires { event.request; })
            return exists(event.request);
        else if constexpr (requires { event.checkpoint; })
            return exists(event.checkpoint);
        else if constexpr (requires { event.revert; })
            return exists(event.revert);
        else
            return exists(event.commit);
    }

    /// Returns whether `resource` is in the garbage at the end.
    [[nodiscard]] bool is_garbage(const Resource& resource) const { return index_.garbage.contains(id_of(resource)); }

    template <class SomeEvent, class SomeId>
    void keep_or_strip(const SomeEvent& event, const SomeId& entity) {
        exists(entity) ? keep(event) : keep(without_content(event));
    }

    template <class SomeEvent>
    void keep(SomeEvent event) {
        if constexpr (requires { event.turn; } && !leaves_blocks_alone<SomeEvent>) open_.erase(event.turn);
        log_.back() = std::move(event);
    }

    const Index& index_; // at the end
    const Table<Exchange>& exchanges_;
    AppendTarget target_ = AppendTarget::none; // of the current event
    Table<OpenAppend> open_;
    Set<TurnId> replied_;
    std::vector<std::optional<Event>> log_; // one place per event so far
};

} // namespace

std::vector<std::optional<Event>> compact_in_place(std::span<const Event> log) {
    const std::optional<FoldedLog> folded = fold_log(log);
    if (!folded) return {log.begin(), log.end()};
    LogRewriter rewriter(folded->end);
    for (std::size_t index = 0; index < log.size(); ++index) rewriter.add(log[index], folded->targets[index]);
    return rewriter.take();
}

std::vector<Event> compact(std::span<const Event> log) {
    std::vector<Event> compacted;
    for (std::optional<Event>& event : compact_in_place(log))
        if (event) compacted.push_back(std::move(*event));
    return compacted;
}

Model kept_by_compaction(Model model) {
    for (const Thread* thread : model->index.threads.sorted()) model->index.threads.find(thread->id)->version = 0;
    return model;
}

} // namespace evenfold::orchestration
