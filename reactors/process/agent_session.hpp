/// One run of an agent program: it is told what the user says, what it prints becomes items, and it comes to an end.
/// Shapes: providers::Item as they come; moments of the caller's clock, of which only the distances matter.
/// Errors: a Failure that names the program. After its departure is told, every call fails with FailureKind::ended.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/core/values/orchestration.hpp"
#include "evenfold/providers/claude/control.hpp"
#include "evenfold/providers/detecting_stream.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/reactors/process/child.hpp"

namespace evenfold::reactors::process {

/// How an agent learns what the user says: from an argument that the user gave it, or over standard input, as Claude
/// Code's stream of JSON, which answers and interrupts use as well.
enum class Prompting : std::uint8_t { argument, stream_json };

/// How long an agent is waited for before it is dealt with more firmly.
struct Grace {
    std::chrono::milliseconds interrupt{10000}; // from the interrupt to SIGTERM
    std::chrono::milliseconds terminate{5000};  // from SIGTERM to SIGKILL
    std::chrono::milliseconds close{10000};     // from the end of its input or output to SIGTERM
};

struct Agent {
    Program program;                         // the user's own command line; nothing is added to it
    std::optional<providers::Format> format; // of its output; none: found in its first bytes
    std::optional<Prompting> prompting;      // none: as the command line says (providers::reads_stream_json)
    Grace grace;
};

/// How it went away.
struct Departure {
    Ended how;
    bool in_turn = false;          // its output ended in a turn: the items say so as well, with a fatal error
    std::string words;             // for a person: `claude ended with 127: no such model`
    std::string error_tail;        // the last of its standard error, where that is kept
    providers::SkipCounts skipped; // of its output
};

/// What one look brought.
struct Told {
    std::vector<providers::Item> items;
    std::vector<std::string> remarks; // for a person: what is wrong with the output, what the agent refused
    std::optional<Departure> departure;
};

/// All calls are for one thread. A signal that this thread handles ends the wait of a pump, so a Ctrl-C is seen to by
/// the caller: its handler notes it, and the loop around short pumps calls interrupt, or stop the second time.
class AgentSession {
public:
    /// Starts the agent, as Child does: on a thread that stays.
    [[nodiscard]] static std::expected<AgentSession, Failure> start(const Agent& agent);

    /// Whether it is told what the user says by `send`; otherwise its arguments have said it already.
    [[nodiscard]] bool wants_input() const { return prompting_ == Prompting::stream_json; }

    /// Tells the agent what the user says: a turn begins. Written by this and by later pumps.
    [[nodiscard]] std::expected<void, Failure> send(std::string_view text);

    /// Answers what the agent asked as AwaitingApproval{request_id}. Fails, and changes nothing, where the agent does
    /// not wait for it any more, the decision is no answer to it, or nothing can be written.
    [[nodiscard]] std::expected<void, Failure>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision);

    /// Whether AllowForSession would spare the user a question: claude_control.hpp.
    [[nodiscard]] bool offers_session(const std::string& request_id) const;

    /// Asks the agent to end its turn, by the protocol where it has one, by SIGINT otherwise. Where neither the turn
    /// nor the agent ends within the grace, pump terminates and then kills it. Again: the same, once.
    [[nodiscard]] std::expected<void, Failure> interrupt(Moment now);

    /// Terminates the agent now, and kills it after the grace; kills it the second time.
    [[nodiscard]] std::expected<void, Failure> stop(Moment now);

    /// Nothing more will be said: the agent should end by itself, and is terminated after the grace. For after the end
    /// of a turn: one that goes on is given no more.
    [[nodiscard]] std::expected<void, Failure> close(Moment now);

    /// Does what is due at `now`, then waits for the agent to tell something, at most for `deadline - now`. The
    /// departure comes last, once.
    [[nodiscard]] std::expected<Told, Failure> pump(Moment now, Moment deadline);

    [[nodiscard]] pid_t pid() const { return child_->pid(); }

private:
    enum class Stage : std::uint8_t { at_work, interrupted, closed, terminated, killed };

    AgentSession(std::unique_ptr<Child> child, const Agent& agent, Prompting prompting);

    [[nodiscard]] std::expected<void, Failure> check_alive() const;
    [[nodiscard]] std::expected<void, Failure> check_input() const;
    void terminate(Moment now);
    void firmer(Moment now);
    void take(std::string_view output, Told& told);
    void reply(const providers::ClaudeReply& reply, Told& told);
    void note(std::size_t from, Told& told);
    void finish(Told& told);
    [[nodiscard]] Departure departure(const Ended& ended) const;

    std::unique_ptr<Child> child_;
    Prompting prompting_;
    Grace grace_;
    providers::DetectingStream output_;
    providers::ClaudeControl control_;
    std::string session_ref_;
    std::string interrupt_id_; // of the last interrupt by protocol
    unsigned interrupts_ = 0;
    Stage stage_ = Stage::at_work;
    std::optional<Moment> due_; // when the agent is dealt with more firmly
    bool output_told_ = false;  // that it is no stream
    bool finished_ = false;     // the output
    bool in_turn_ = false;      // when the output ended
    bool departed_ = false;
};

} // namespace evenfold::reactors::process
