/// `AgentSession`: one run of an agent program. It receives the user's messages, its output becomes items, and it ends.
/// Use it from one thread, which must live as long as the agent. Moments are those of the caller's clock, of which only
/// the differences matter. Destroying the session kills the agent and all that it started.
/// Errors: a Failure that names the program. After `pump` has returned the departure, calls fail as FailureKind::ended.
///
///     auto session = reactors::process::AgentSession::start(agent);
///     if (!session) return report(session.error().what);
///     for (bool is_running = true; is_running;) {
///         const auto heard = session->pump(steady_clock::now(), steady_clock::now() + 100ms);
///         if (!heard) return report(heard.error().what);
///         for (const providers::Item& item : heard->items) record(item);
///         is_running = !heard->departure;
///     }
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

/// How an agent receives the user's messages: in an argument that the user gave it, or over standard input, as Claude
/// Code's stream of JSON, which also carries decisions and interrupts.
enum class Prompting : std::uint8_t { argument, stream_json };

/// Waiting times before an agent is stopped by stronger means.
struct Grace {
    std::chrono::milliseconds interrupt{10000}; // from the interrupt to SIGTERM
    std::chrono::milliseconds terminate{5000};  // from SIGTERM to SIGKILL
    std::chrono::milliseconds close{10000};     // from the end of its input or output to SIGTERM
};

struct Agent {
    Program program;                         // the user's own command line; nothing is added to it
    std::optional<providers::Format> format; // of its output; none: detected in its first bytes
    std::optional<Prompting> prompting;      // none: decided by the command line (providers::reads_stream_json)
    Grace grace;
};

/// The end of an agent.
struct Departure {
    Ended how;
    bool in_turn = false;          // its output ended within a turn; the items then have a fatal error as well
    std::string words;             // for a person: `claude ended with 127: no such model`
    std::string error_tail;        // the end of its standard error, if that is kept
    providers::SkipCounts skipped; // of its output
};

/// The results of one pump.
struct Told {
    std::vector<providers::Item> items;
    std::vector<std::string> remarks; // for a person: defects of the output, refusals of the agent
    std::optional<Departure> departure;
};

/// Not thread-safe. A signal that this thread handles ends the wait of a pump, so the caller can react to Ctrl-C: its
/// handler records it, and the loop around short pumps calls `interrupt`, or `stop` the second time.
class AgentSession {
public:
    /// Starts the agent, as Child does. Call it on a thread that stays, because the agent is killed when that ends.
    [[nodiscard]] static std::expected<AgentSession, Failure> start(const Agent& agent);

    /// Returns whether the agent receives messages through `send`; otherwise its arguments hold them already.
    [[nodiscard]] bool wants_input() const { return prompting_ == Prompting::stream_json; }

    /// Sends the user's message, which begins a turn. This call and later pumps write it.
    [[nodiscard]] std::expected<void, Failure> send(std::string_view text);

    /// Answers the agent's request AwaitingApproval{request_id}. Fails, and changes nothing, if the agent no longer
    /// waits for it, if the decision does not fit it, or if nothing can be written.
    [[nodiscard]] std::expected<void, Failure>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision);

    /// Returns whether AllowForSession would spare the user a further request; see claude/control.hpp.
    [[nodiscard]] bool offers_session(const std::string& request_id) const;

    /// Asks the agent to end its turn, by the protocol if it has one, otherwise by SIGINT. If neither the turn nor the
    /// agent ends within the grace, pump terminates and then kills it. Meanwhile, further calls do nothing.
    [[nodiscard]] std::expected<void, Failure> interrupt(Moment now);

    /// Terminates the agent now, and kills it after the grace. The second call kills it at once.
    [[nodiscard]] std::expected<void, Failure> stop(Moment now);

    /// Closes the agent's input: it should then end by itself, and is terminated after the grace. Call this after the
    /// end of a turn, because a turn that still runs gets no more input.
    [[nodiscard]] std::expected<void, Failure> close(Moment now);

    /// Does the work due at `now`, then waits for output of the agent, at most for `deadline - now`. The departure
    /// comes last, once.
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
    std::optional<Moment> due_; // when to use the next stronger means
    bool output_told_ = false;  // whether it was reported that the output is no stream
    bool finished_ = false;     // the output
    bool in_turn_ = false;      // when the output ended
    bool departed_ = false;
};

} // namespace evenfold::reactors::process
