/// The values that commands, events and models of the orchestration domain share.
/// Shapes: ids of sixteen bytes; enumerations are stored by name; strings of providers are stored unchanged.
/// Source: the orchestration specification, sections 6.2 to 6.4 (docs/orchestration.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/id.hpp"

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

/// The permissions of an agent: which actions need no approval.
enum class Policy : std::uint8_t { approval_required, auto_edit, full };

/// Whether an agent works or only plans. The stored name has no trailing underscore.
enum class Mode : std::uint8_t { default_, plan };

enum class Role : std::uint8_t { user, assistant };

/// The reaction of StartTurn to a thread that is busy or held.
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

/// The reason for which a thread does not start its queued turns automatically.
enum class HoldReason : std::uint8_t { turn_failed, turn_interrupted };

enum class NoticeLevel : std::uint8_t { info, warning, error, protocol };

/// A thread works in its project's root.
struct Root {
    EVENFOLD_STRUCT(Root);
    friend bool operator==(const Root&, const Root&) = default;
};

/// A thread works in its own git worktree, created from `base_ref`.
struct NewWorktree {
    EVENFOLD_STRUCT(NewWorktree, (CompactString, base_ref), (CompactString, name));
    friend bool operator==(const NewWorktree&, const NewWorktree&) = default;
};

using WorkspaceChoice = std::variant<Root, NewWorktree>;

/// The location of a worktree that has been created.
struct WorktreeLocation {
    EVENFOLD_STRUCT(WorktreeLocation, (CompactString, path), (CompactString, branch));
    friend bool operator==(const WorktreeLocation&, const WorktreeLocation&) = default;
};

/// A git ref, and the files that differ from the previous checkpoint.
struct CheckpointRef {
    EVENFOLD_STRUCT(CheckpointRef, (CompactString, git_ref), (CompactVector<CompactString>, files));
    friend bool operator==(const CheckpointRef&, const CheckpointRef&) = default;
};

struct CommitRef {
    EVENFOLD_STRUCT(CommitRef, (std::string, sha), (std::string, branch));
    friend bool operator==(const CommitRef&, const CommitRef&) = default;
};

/// The settings that a turn copies from its thread when it starts. They do not change afterwards.
struct TurnSettings {
    EVENFOLD_STRUCT(TurnSettings, (CompactString, model), (Policy, policy), (Mode, mode));
    friend bool operator==(const TurnSettings&, const TurnSettings&) = default;
};

/// Tokens as counted by the provider; the cost, if it reports one, in millionths of a US dollar.
struct Usage {
    EVENFOLD_STRUCT(Usage,
        (std::uint64_t, input_tokens),
        (std::uint64_t, output_tokens),
        (std::uint64_t, cache_read_tokens),
        (std::uint64_t, cache_write_tokens),
        (std::optional<std::uint64_t>, cost_usd_micros));
    friend bool operator==(const Usage&, const Usage&) = default;
};

// Requests of an agent to its user.

/// Asks whether the tool `name` may run. A person should read `summary` before deciding.
struct ToolApproval {
    EVENFOLD_STRUCT(ToolApproval, (CompactString, name), (CompactString, summary));
    friend bool operator==(const ToolApproval&, const ToolApproval&) = default;
};

struct QuestionItem {
    EVENFOLD_STRUCT(QuestionItem, (std::string, text), (std::vector<std::string>, options));
    friend bool operator==(const QuestionItem&, const QuestionItem&) = default;
};

struct Question {
    EVENFOLD_STRUCT(Question, (CompactVector<QuestionItem>, items));
    friend bool operator==(const Question&, const Question&) = default;
};

using RequestKind = std::variant<ToolApproval, Question>;

// Decisions of the user.

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

// Resources that an outside party must release once no entity refers to them. `root` is the project's.

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

/// Returns the thread that held `resource`.
[[nodiscard]] ThreadId thread_of(const Resource& resource);

/// Returns the id of `resource` in the garbage. It is derived from the owner, so that it is stable.
[[nodiscard]] ResourceId id_of(const Resource& resource);

// Limits, in the units of their names.

inline constexpr std::size_t label_bytes_max = 4096;       // titles, roots, models, names, provider ids, reasons
inline constexpr std::size_t input_chars_max = 120'000;    // the input of one turn, or one commit message
inline constexpr std::size_t content_bytes_max = 1U << 20; // one delta, tool input, tool output or list of files
inline constexpr std::size_t question_items_max = 64;      // items of one question, and options of one item

/// Returns the first `limit` bytes of `text`, or up to three fewer so that no character is cut. Text that is not empty
/// never becomes empty.
[[nodiscard]] std::string_view utf8_prefix(std::string_view text, std::size_t limit);

} // namespace evenfold::orchestration
