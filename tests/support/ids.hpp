/// Ids that a person can read: one number each, and never equal for two kinds of entity.
/// Shape: `70000000-0000-0000-0000-000000000001` is the first project; the first byte names the kind.
#pragma once

#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration::tests {

template <class SomeId>
inline constexpr char letter_of = '?';
template <>
inline constexpr char letter_of<ProjectId> = 'p';
template <>
inline constexpr char letter_of<ThreadId> = 't';
template <>
inline constexpr char letter_of<TurnId> = 'u';
template <>
inline constexpr char letter_of<MessageId> = 'm';
template <>
inline constexpr char letter_of<RequestId> = 'r';
template <>
inline constexpr char letter_of<CheckpointId> = 'c';
template <>
inline constexpr char letter_of<RevertId> = 'v';
template <>
inline constexpr char letter_of<CommitId> = 'g';

/// Returns the `number`-th id of its kind.
template <class SomeId>
[[nodiscard]] SomeId id(unsigned number) {
    static_assert(letter_of<SomeId> != '?');
    SomeId made{};
    made.uuid.bytes[0] = static_cast<std::uint8_t>(letter_of<SomeId>);
    made.uuid.bytes[14] = static_cast<std::uint8_t>(number >> 8U);
    made.uuid.bytes[15] = static_cast<std::uint8_t>(number);
    return made;
}

inline const ProjectId the_project = id<ProjectId>(1);
inline const ProjectId other_project = id<ProjectId>(2);
inline const ThreadId the_thread = id<ThreadId>(1);
inline const ThreadId other_thread = id<ThreadId>(2);
inline const TurnId first_turn = id<TurnId>(1);
inline const TurnId second_turn = id<TurnId>(2);
inline const TurnId third_turn = id<TurnId>(3);
inline const MessageId first_message = id<MessageId>(1);
inline const MessageId second_message = id<MessageId>(2);
inline const MessageId third_message = id<MessageId>(3);
inline const CheckpointId manual_checkpoint = id<CheckpointId>(1);
inline const RevertId the_revert = id<RevertId>(1);
inline const CommitId the_commit = id<CommitId>(1);

// Ids that the decider derives.

[[nodiscard]] inline CheckpointId baseline_of(const ThreadId& thread) {
    return derive<CheckpointTag>(thread, "baseline");
}
[[nodiscard]] inline CheckpointId end_of(const TurnId& turn) {
    return derive<CheckpointTag>(turn, "end");
}
[[nodiscard]] inline MessageId reply_id(const TurnId& turn) {
    return derive<MessageTag>(turn, "assistant");
}
[[nodiscard]] inline RequestId request_of(const TurnId& turn, std::string_view provider_id = "r1") {
    return derive<RequestTag>(turn, "request", provider_id);
}

} // namespace evenfold::orchestration::tests
