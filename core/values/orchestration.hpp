/// The values that commands, events and models of the orchestration domain share.
/// Shapes: ids of sixteen bytes; enumerations by name on the wire; strings of providers as they came.
/// Source: the orchestration specification, sections 6.2 to 6.4 (docs/orchestration.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/compact_string.hpp"
#include "evenfold/core/values/compact_vector.hpp"
#include "evenfold/core/values/id.hpp"
#include "evenfold/core/values/optional_indirect.hpp"

namespace evenfold::orchestration {

using ProjectId = Id<struct ProjectTag>;
using ThreadId = Id<struct ThreadTag>;
using TurnId = Id<struct TurnTag>;
using MessageId = Id<struct MessageTag>;
using RequestId = Id<struct RequestTag>;
using CheckpointId = Id<struct CheckpointTag>;
using RevertId = Id<struct RevertTag>;
using CommitId = Id<struct CommitTag>;
using ResourceId = Id<struct ResourceTag>;

/// What an agent may do without asking.
enum class Policy : std::uint8_t { approval_required, auto_edit, full };

/// Whether an agent works or only plans. (The wire drops the underscore.)
enum class Mode : std::uint8_t { default_, plan };

enum class Role : std::uint8_t { user, assistant };

/// What StartTurn does when its thread is busy or held.
enum class OnBusy : std::uint8_t { reject, enqueue };

enum class TurnState : std::uint8_t {
    queued,
    starting,
    running,
    awaiting,
    interrupting,
    completed,
    failed,
    interrupted,
    cancelled
};

enum class ToolCallStatus : std::uint8_t { running, succeeded, failed, denied, abandoned };

enum class RequestState : std::uint8_t { pending, answered, delivered, expired };

enum class ExpiryCause : std::uint8_t { turn_ended, session_lost, resolved_elsewhere, undeliverable };

enum class CheckpointKind : std::uint8_t { baseline, turn_end, manual, rescue };

enum class RevertStage : std::uint8_t { requested, rescue_taken, conversation_rolled_back, files_restored };

/// Why a thread with queued turns does not go on by itself.
enum class HoldReason : std::uint8_t { turn_failed, turn_interrupted };

enum class NoticeLevel : std::uint8_t { info, warning, error, protocol };

/// A thread works in its project's root.
struct Root {
    EVENFOLD_STRUCT(Root);
    friend bool operator==(const Root&, const Root&) = default;
};

/// A thread works in a git worktree of its own, made from `base_ref`.
struct NewWorktree {
    EVENFOLD_STRUCT(NewWorktree, (std::string, base_ref), (std::string, name));
    friend bool operator==(const NewWorktree&, const NewWorktree&) = default;
};

using WorkspaceChoice = std::variant<Root, NewWorktree>;

/// Where a worktree ended up.
struct WorktreeLocation {
    EVENFOLD_STRUCT(WorktreeLocation, (CompactString, path), (CompactString, branch));
    friend bool operator==(const WorktreeLocation&, const WorktreeLocation&) = default;
};

/// A git ref and the files that differ from the checkpoint before it.
struct CheckpointRef {
    EVENFOLD_STRUCT(CheckpointRef, (CompactString, git_ref), (CompactVector<CompactString>, files));
    friend bool operator==(const CheckpointRef&, const CheckpointRef&) = default;
};

struct CommitRef {
    EVENFOLD_STRUCT(CommitRef, (std::string, sha), (std::string, branch));
    friend bool operator==(const CommitRef&, const CommitRef&) = default;
};

/// The settings that a turn takes from its thread when it starts, and keeps.
struct TurnSettings {
    EVENFOLD_STRUCT(TurnSettings, (CompactString, model), (Policy, policy), (Mode, mode));
    friend bool operator==(const TurnSettings&, const TurnSettings&) = default;
};

/// Tokens as the provider counts them; cost in millionths of a US dollar when it tells.
struct Usage {
    EVENFOLD_STRUCT(Usage,
        (std::uint64_t, input_tokens),
        (std::uint64_t, output_tokens),
        (std::uint64_t, cache_read_tokens),
        (std::uint64_t, cache_write_tokens),
        (std::optional<std::uint64_t>, cost_usd_micros));
    friend bool operator==(const Usage&, const Usage&) = default;
};

// What an agent may ask of its user.

/// May the tool `name` run? `summary` is what a person should read before answering.
struct ToolApproval {
    EVENFOLD_STRUCT(ToolApproval, (CompactString, name), (CompactString, summary));
    friend bool operator==(const ToolApproval&, const ToolApproval&) = default;
};

struct QuestionItem {
    EVENFOLD_STRUCT(QuestionItem, (std::string, text), (std::vector<std::string>, options));
    friend bool operator==(const QuestionItem&, const QuestionItem&) = default;
};

struct Question {
    EVENFOLD_STRUCT(Question, (std::vector<QuestionItem>, items));
    friend bool operator==(const Question&, const Question&) = default;
};

using RequestKind = std::variant<ToolApproval, Question>;

// What the user may answer.

struct Allow {
    EVENFOLD_STRUCT(Allow);
    friend bool operator==(const Allow&, const Allow&) = default;
};

struct AllowForSession {
    EVENFOLD_STRUCT(AllowForSession);
    friend bool operator==(const AllowForSession&, const AllowForSession&) = default;
};

struct Deny {
    EVENFOLD_STRUCT(Deny, (OptionalIndirect<CompactString>, feedback));
    friend bool operator==(const Deny&, const Deny&) = default;
};

/// One answer for each item of the question, in order.
struct Answer {
    EVENFOLD_STRUCT(Answer, (std::vector<std::string>, answers));
    friend bool operator==(const Answer&, const Answer&) = default;
};

using ApprovalDecision = std::variant<Allow, AllowForSession, Deny, Answer>;

// What an outside party holds for us, and must give back once nothing refers to it. `root` is the project's.

struct GitRefResource {
    EVENFOLD_STRUCT(GitRefResource,
        (ThreadId, thread), (CompactString, root), (CheckpointId, checkpoint), (CompactString, git_ref));
    friend bool operator==(const GitRefResource&, const GitRefResource&) = default;
};

struct WorktreeResource {
    EVENFOLD_STRUCT(WorktreeResource,
        (ThreadId, thread), (CompactString, root), (CompactString, path), (CompactString, branch));
    friend bool operator==(const WorktreeResource&, const WorktreeResource&) = default;
};

struct SessionResource {
    EVENFOLD_STRUCT(SessionResource, (ThreadId, thread), (std::uint64_t, epoch), (CompactString, session_ref));
    friend bool operator==(const SessionResource&, const SessionResource&) = default;
};

using Resource = std::variant<GitRefResource, WorktreeResource, SessionResource>;

/// The thread that held `resource`.
[[nodiscard]] ThreadId thread_of(const Resource& resource);

/// The id under which `resource` waits in the garbage: derived from its owner, so it is stable.
[[nodiscard]] ResourceId id_of(const Resource& resource);

// Limits, in the units of their names.

inline constexpr std::size_t label_bytes_max = 4096;       // titles, roots, models, names, provider ids, reasons
inline constexpr std::size_t input_chars_max = 120'000;    // what a user says in one turn, or in one commit message
inline constexpr std::size_t content_bytes_max = 1U << 20; // one delta, tool input, tool output or list of files
inline constexpr std::size_t question_items_max = 64;      // items of one question, and options of one item

/// The first `limit` bytes of `text`, or up to three less so that no character is cut; never nothing of something.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t limit);

} // namespace evenfold::orchestration
