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
///         is_running = !heard->agent_exit;
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

#include "evenfold/core/values/orchestration/values.hpp"
#include "evenfold/providers/claude/control.hpp"
#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/reactors/process/child.hpp"

namespace evenfold::reactors::process {

/// How an agent receives the user's messages: in an argument of its command line, or over standard input, as Claude
/// Code's stream of JSON, which also carries decisions and interrupts.
enum class Prompting : std::uint8_t { argument, stream_json };

/// How long to wait before each stronger signal.
struct GracePeriods {
    std::chrono::milliseconds interrupt{10000}; // from the interrupt to SIGTERM
    std::chrono::milliseconds terminate{5000};  // from SIGTERM to SIGKILL
    std::chrono::milliseconds close{10000};     // from the end of its input or output to SIGTERM
};

struct Agent {
    LaunchOptions program;                   // the user's own command line; nothing is added to it
    std::optional<providers::Format> format; // of its output; none: detected in its first bytes
    std::optional<Prompting> prompting;      // none: decided by the command line (providers::reads_stream_json)
    GracePeriods grace;
};

/// How an agent ended.
struct AgentExit {
    ExitStatus status;
    bool in_turn = false;          // its output ended within a turn; the items then also have a fatal error
    std::string message;           // for a person: `claude ended with 127: no such model`
    std::string error_tail;        // the last bytes of its standard error, if that is kept
    providers::SkipCounts skipped; // of its output
};

/// The results of one pump.
struct PumpResult {
    std::vector<providers::Item> items;
    std::vector<std::string> remarks; // for a person: defects of the output, refusals of the agent
    std::optional<AgentExit> agent_exit;
};

/// Not thread-safe. A signal that this thread handles ends the wait of `pump`, so that the caller can react to Ctrl-C.
/// Its signal handler sets a flag, and its loop around `pump` calls `interrupt`, or `stop` the second time.
class AgentSession {
public:
    /// Starts the agent. Call this on a thread that outlives it, because the agent is killed when the thread ends.
    [[nodiscard]] static std::expected<AgentSession, Failure> start(const Agent& agent);

    /// Returns whether the agent receives messages through `send`. Otherwise, its arguments contain them.
    [[nodiscard]] bool wants_input() const { return prompting_ == Prompting::stream_json; }

    /// Queues the user's message, which begins a turn. This call and later pumps write it.
    [[nodiscard]] std::expected<void, Failure> send(std::string_view text);

    /// Sends the decision on the agent's request AwaitingApproval{request_id}. Fails, and changes nothing, if the agent
    /// no longer waits for it, if the decision does not fit it, or if nothing can be written.
    [[nodiscard]] std::expected<void, Failure>
    answer(const std::string& request_id, const orchestration::ApprovalDecision& decision);

    /// Returns whether AllowForSession would avoid a further request to the user; see claude/control.hpp.
    [[nodiscard]] bool offers_session(const std::string& request_id) const;

    /// Asks the agent to end its turn, by its protocol if it has one, otherwise by SIGINT. If neither the turn nor the
    /// agent ends within the grace period, `pump` terminates and then kills it. Meanwhile, further calls do nothing.
    [[nodiscard]] std::expected<void, Failure> interrupt(SteadyTime now);

    /// Sends SIGTERM to the agent, and SIGKILL after the grace period. A second call kills it at once.
    [[nodiscard]] std::expected<void, Failure> stop(SteadyTime now);

    /// Closes the agent's input. If the agent does not end by itself, it is terminated after the grace period. Call
    /// this after the end of a turn, because a running turn gets no more input.
    [[nodiscard]] std::expected<void, Failure> close(SteadyTime now);

    /// Performs the work that is due at `now`, then waits for output, at most for `deadline - now`. The last result has
    /// the agent's exit.
    [[nodiscard]] std::expected<PumpResult, Failure> pump(SteadyTime now, SteadyTime deadline);

    [[nodiscard]] pid_t pid() const { return child_->pid(); }

private:
    enum class StopStage : std::uint8_t { at_work, interrupted, closed, terminated, killed };

    AgentSession(std::unique_ptr<Child> child, const Agent& agent, Prompting prompting);

    [[nodiscard]] std::expected<void, Failure> check_alive() const;
    [[nodiscard]] std::expected<void, Failure> check_input() const;
    void terminate(SteadyTime now);
    void escalate(SteadyTime now);
    void handle_output(std::string_view output, PumpResult& result);
    void handle_reply(const providers::ClaudeReply& reply, PumpResult& result);
    void record_items(std::size_t from, PumpResult& result);
    void finish(PumpResult& result);
    [[nodiscard]] AgentExit agent_exit(const ExitStatus& ended) const;

    std::unique_ptr<Child> child_;
    Prompting prompting_;
    GracePeriods grace_;
    providers::DetectingParser output_;
    providers::ClaudeControl control_;
    std::string session_ref_;
    std::string interrupt_id_; // of the last interrupt by protocol
    unsigned interrupts_ = 0;
    StopStage stage_ = StopStage::at_work;
    std::optional<SteadyTime> due_;   // when to send the next stronger signal
    bool is_format_reported_ = false; // whether a remark about an unsupported format was made
    bool finished_ = false;           // whether the output has ended
    bool in_turn_ = false;            // whether it ended within a turn
    bool is_exit_reported_ = false;
};

} // namespace evenfold::reactors::process
