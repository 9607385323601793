#include "evenfold/core/projector/orchestration/compaction.hpp"

#include <algorithm>
#include <concepts>
#include <optional>

#include "evenfold/core/projector/orchestration.hpp"

namespace evenfold::orchestration {
namespace {

template <class T, class... Kinds>
constexpr bool is_one_of = (std::same_as<T, Kinds> || ...);

// Kinds of events.

/// Moves its one entity and nothing that outlives it. (An end clears its turn's place as the active one; so does the
/// turn's removal.)
template <class T>
constexpr bool goes_with_its_entity = is_one_of<T, ThreadUpdated, ThreadArchived, ThreadUnarchived, WorktreeRequested,
                                                WorktreeFailed, QueueHeld, QueueResumed, SessionLost> ||
                                      is_one_of<T, TurnDispatched, TurnInterruptRequested, TurnCompleted, TurnFailed,
                                                TurnInterrupted, ToolCallFinished, NoticeAdded> ||
                                      is_one_of<T, ApprovalAnswered, ApprovalDelivered, ApprovalExpired,
                                                CheckpointFailed, RevertAdvanced, CommitRefAssigned, CommitFailed>;

/// Touches no block of its turn: what is appended after it may as well stand before it.
template <class T>
constexpr bool passes_blocks_by = is_one_of<T, ToolCallFinished, NoticeAdded, UsageRecorded, SeqAdvanced>;

// Ids come into the world once.

std::optional<Uuid> born(const ProjectCreated& event) {
    return event.project.uuid;
}
std::optional<Uuid> born(const ThreadCreated& event) {
    return event.thread.uuid;
}
std::optional<Uuid> born(const MessageAdded& event) {
    return event.message.uuid;
}
std::optional<Uuid> born(const TurnStarted& event) {
    return event.turn.uuid;
}
std::optional<Uuid> born(const ApprovalRequested& event) {
    return event.request.uuid;
}
std::optional<Uuid> born(const CheckpointCreated& event) {
    return event.checkpoint.uuid;
}
std::optional<Uuid> born(const RevertRequested& event) {
    return event.revert.uuid;
}
std::optional<Uuid> born(const CommitRequested& event) {
    return event.commit.uuid;
}
template <class Other>
std::optional<Uuid> born(const Other&) {
    return {};
}

/// The ids that a log has brought into the world so far.
class Births {
public:
    /// Whether what `event` begins never was. A turn is queued first and started then.
    template <class Happened>
    bool take(const Happened& event) {
        const std::optional<Uuid> id = born(event);
        return !id || born_.insert(*id);
    }
    bool take(const TurnQueued& event) { return !born_.contains(event.turn.uuid) && queued_.insert(event.turn.uuid); }

private:
    Set<Uuid> born_;
    Set<Uuid> queued_;
};

/// Where the fold puts what an event says: nowhere without its turn, and in place if in the block that it names.
enum class Landing : std::uint8_t { nowhere, astray, in_place };

template <class Kind>
Landing landing_in(std::uint64_t place, const TurnId& id, const Model& before) {
    const Turn* turn = before->index.find(id);
    if (!turn) return Landing::nowhere;
    const Exchange* exchange = before->transcript.exchanges.find(id);
    const auto* reply = exchange && exchange->reply ? &*exchange->reply : nullptr;
    const std::size_t blocks = reply ? reply->blocks.size() : 0;
    const bool goes_on = turn->open_block && turn->open_block->index == place;
    const bool fits = goes_on ? place < blocks && std::holds_alternative<Kind>(reply->blocks[place]) : place == blocks;
    return fits ? Landing::in_place : Landing::astray;
}

Landing landing_of(const TextAppended& event, const Model& before) {
    return landing_in<Text>(event.block, event.turn, before);
}
Landing landing_of(const ThinkingAppended& event, const Model& before) {
    return landing_in<Thinking>(event.block, event.turn, before);
}
Landing landing_of(const ToolCallStarted& event, const Model& before) {
    return before->index.find(event.turn) ? Landing::astray : Landing::nowhere;
}
template <class Other>
Landing landing_of(const Other&, const Model&) {
    return Landing::nowhere;
}

/// What the log's own fold tells of it.
struct Told {
    Model end;
    std::vector<Landing> landings; // of each event
};

/// Nothing when an id came twice.
std::optional<Told> told_by(std::span<const Event> log) {
    Told told;
    told.landings.reserve(log.size());
    Births births;
    for (const Event& event : log) {
        const bool orderly = std::visit(
            [&](const auto& happened) {
                told.landings.push_back(landing_of(happened, told.end));
                return births.take(happened);
            },
            event);
        if (!orderly) return {};
        told.end = project(std::move(told.end), event);
    }
    return told;
}

// Two appends to one block as one.

bool is_sealed(const TextAppended&) {
    return false;
}
bool is_sealed(const ThinkingAppended& event) {
    return event.signature.has_value(); // it closes its thought
}

void sign(TextAppended&, const TextAppended&) {}
void sign(ThinkingAppended& open, const ThinkingAppended& next) {
    open.signature = next.signature;
}

/// Whether `next` goes on where `open` ends, and was joined to it.
template <class Append>
bool join(Append& open, const Append& next) {
    if (open.block != next.block || open.parent != next.parent) return false;
    if (open.text.size() + next.text.size() > content_bytes_max) return false;
    open.text += next.text;
    open.seq = std::max(open.seq, next.seq);
    sign(open, next);
    return true;
}

// What stays of an event whose entity is gone: its ids, and nothing that anybody wrote.

ThreadCreated emptied(const ThreadCreated& event) {
    const bool in_worktree = std::holds_alternative<NewWorktree>(event.workspace);
    return {.thread = event.thread,
            .project = event.project,
            .title = {},
            .model = {},
            .policy = {},
            .mode = {},
            .workspace = in_worktree ? WorkspaceChoice(NewWorktree{}) : WorkspaceChoice(Root{})};
}

TextAppended emptied(const TextAppended& event) {
    return {.turn = event.turn, .seq = 0, .block = 0, .text = {}, .parent = {}};
}

ThinkingAppended emptied(const ThinkingAppended& event) {
    return {.turn = event.turn, .seq = 0, .block = 0, .text = {}, .signature = {}, .parent = {}};
}

ToolCallStarted emptied(const ToolCallStarted& event) {
    return {.turn = event.turn,
            .seq = 0,
            .block = 0,
            .call_id = {},
            .name = {},
            .input = {},
            .parent = {},
            .run_by_provider = false};
}

ApprovalRequested emptied(const ApprovalRequested& event) {
    return {.request = event.request, .turn = event.turn, .seq = 0, .provider_request = {}, .call_id = {}, .kind = {}};
}

CheckpointCreated emptied(const CheckpointCreated& event) {
    return {.checkpoint = event.checkpoint,
            .thread = event.thread,
            .ordinal = event.ordinal,
            .kind = event.kind,
            .after_turn = event.after_turn,
            .label = {}};
}

CheckpointGitRefAssigned emptied(const CheckpointGitRefAssigned& event) {
    return {.checkpoint = event.checkpoint, .git_ref = event.git_ref, .files = {}};
}

CommitRequested emptied(const CommitRequested& event) {
    return {.commit = event.commit, .thread = event.thread, .message = {}, .checkpoint = event.checkpoint};
}

/// The block that takes more appends: where the log has its one append.
struct OpenAppend {
    TurnId id;
    std::size_t place = 0;
};

/// The log, written anew event by event.
class Rewriting {
public:
    explicit Rewriting(const Model& end) : index_(end->index), exchanges_(end->transcript.exchanges) {}

    void add(const Event& event, Landing landing) {
        landing_ = landing;
        std::visit([&](const auto& happened) { on(happened); }, event);
    }

    [[nodiscard]] std::vector<Event> take() { return std::move(log_); }

private:
    /// What has no case of its own stays as it is, or goes with its entity.
    template <class Other>
    void on(const Other& event) {
        if constexpr (goes_with_its_entity<Other>) {
            if (!lives_what(event)) return;
        }
        keep(event);
    }

    void on(const ThreadCreated& event) { keep_or_empty(event, event.thread); }
    void on(const CommitRequested& event) { keep_or_empty(event, event.commit); }
    void on(const CheckpointCreated& event) { keep_or_empty(event, event.checkpoint); }
    void on(const ApprovalRequested& event) { keep_or_empty(event, event.request); }

    void on(const WorktreeAssigned& event) {
        const WorktreeResource held{.thread = event.thread, .root = {}, .path = event.path, .branch = event.branch};
        if (lives(event.thread) || waits(held)) keep(event);
    }
    void on(const SessionBound& event) {
        const SessionResource held{.thread = event.thread, .epoch = event.epoch, .session_ref = event.session_ref};
        if (lives(event.thread) || waits(held)) keep(event);
    }
    void on(const CheckpointGitRefAssigned& event) {
        const GitRefResource held{.thread = {}, .root = {}, .checkpoint = event.checkpoint, .git_ref = event.git_ref};
        if (lives(event.checkpoint) || waits(held)) keep_or_empty(event, event.checkpoint);
    }
    void on(const ResourceReleased& event) {
        if (waits(event.resource)) keep(event);
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
        if (landing_ == Landing::nowhere) return;
        lives(event.turn) ? keep(event) : reply_once(event);
    }

    template <class Append>
    void append(const Append& event) {
        if (landing_ == Landing::nowhere) return;
        if (!lives(event.turn)) return reply_once(event);
        const OpenAppend* open = open_.find(event.turn);
        auto* appended = open ? std::get_if<Append>(&log_[open->place]) : nullptr;
        if (!appended || !join(*appended, event)) {
            keep(event);
            if (landing_ == Landing::in_place) open_.insert({.id = event.turn, .place = log_.size() - 1});
        }
        if (is_sealed(event)) open_.erase(event.turn);
    }

    /// A turn that is gone: that it had a reply is told once, for the id of the reply.
    template <class Content>
    void reply_once(const Content& event) {
        if (replied_.insert(event.turn)) keep(emptied(event));
    }

    template <class SomeId>
    [[nodiscard]] bool lives(const SomeId& id) const {
        return index_.find(id) != nullptr;
    }

    /// Whether the one entity that `event` names is there at the end.
    template <class Happened>
    [[nodiscard]] bool lives_what(const Happened& event) const {
        if constexpr (requires { event.thread; })
            return lives(event.thread);
        else if constexpr (requires { event.turn; })
            return lives(event.turn);
        else if constexpr (requires { event.request; })
            return lives(event.request);
        else if constexpr (requires { event.checkpoint; })
            return lives(event.checkpoint);
        else if constexpr (requires { event.revert; })
            return lives(event.revert);
        else
            return lives(event.commit);
    }

    /// Whether `resource` is in the garbage at the end.
    [[nodiscard]] bool waits(const Resource& resource) const { return index_.garbage.contains(id_of(resource)); }

    template <class Happened, class SomeId>
    void keep_or_empty(const Happened& event, const SomeId& entity) {
        lives(entity) ? keep(event) : keep(emptied(event));
    }

    template <class Happened>
    void keep(Happened event) {
        if constexpr (requires { event.turn; } && !passes_blocks_by<Happened>) open_.erase(event.turn);
        log_.emplace_back(std::move(event));
    }

    const Index& index_; // at the end
    const Table<Exchange>& exchanges_;
    Landing landing_ = Landing::nowhere; // of the event at hand
    Table<OpenAppend> open_;
    Set<TurnId> replied_;
    std::vector<Event> log_;
};

} // namespace

std::vector<Event> compact(std::span<const Event> log) {
    const std::optional<Told> told = told_by(log);
    if (!told) return {log.begin(), log.end()};
    Rewriting rewriting(told->end);
    for (std::size_t place = 0; place < log.size(); ++place) rewriting.add(log[place], told->landings[place]);
    return rewriting.take();
}

} // namespace evenfold::orchestration
