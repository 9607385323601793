#include "evenfold/reactors/process/agent_session.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace evenfold::reactors::process {

namespace {

using orchestration::ProviderEvent;
using orchestration::provider::ProviderError;
using orchestration::provider::TurnComplete;
using providers::ClaudeAnswerError;
using providers::Item;

constexpr std::size_t last_line_bytes_max = 500;
constexpr std::chrono::hours pump_max{1};

bool is_fatal(const Item& item) {
    const auto* event = std::get_if<ProviderEvent>(&item);
    const auto* error = event ? std::get_if<ProviderError>(event) : nullptr;
    return error && error->fatal;
}

bool ends_turn(const Item& item) {
    const auto* event = std::get_if<ProviderEvent>(&item);
    return (event && std::holds_alternative<TurnComplete>(*event)) || is_fatal(item);
}

/// Returns the last line of `text` that is not blank, cut to `last_line_bytes_max` bytes.
std::string_view last_line(std::string_view text) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) return {};
    text = text.substr(0, end + 1);
    const std::size_t begin = text.find_last_of("\r\n");
    if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
    return orchestration::utf8_prefix(text, last_line_bytes_max);
}

Failure failure_of(ClaudeAnswerError mismatch) {
    const bool asked = mismatch.kind == providers::ClaudeAnswerErrorKind::not_fitting;
    return {.kind = asked ? FailureKind::not_fitting : FailureKind::not_asked,
            .what = std::move(mismatch.what),
            .remedy = std::move(mismatch.remedy)};
}

} // namespace

std::expected<AgentSession, Failure> AgentSession::start(const Agent& agent) {
    auto child = Child::start(agent.program);
    if (!child) return std::unexpected(std::move(child.error()));
    const Prompting by_command =
        providers::reads_stream_json(agent.program.command) ? Prompting::stream_json : Prompting::argument;
    AgentSession session(*std::move(child), agent, agent.prompting.value_or(by_command));
    // Many agents begin only when their input has ended.
    if (!session.wants_input()) session.child_->close_input();
    return session;
}

AgentSession::AgentSession(std::unique_ptr<Child> child, const Agent& agent, Prompting prompting)
    : child_(std::move(child)), prompting_(prompting), grace_(agent.grace), output_(agent.format) {}

std::expected<void, Failure> AgentSession::check_alive() const {
    const auto& ended = child_->ended();
    if (!ended) return {};
    return std::unexpected(Failure{.kind = FailureKind::ended,
                                   .what = fmt::format("{} {}", child_->name(), describe_exit(*ended)),
                                   .remedy = "start it again"});
}

std::expected<void, Failure> AgentSession::check_input() const {
    if (auto alive = check_alive(); !alive) return alive;
    if (wants_input()) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::no_input,
                .what = fmt::format("{} does not read messages from its standard input", child_->name()),
                .remedy = "start Claude Code with --input-format stream-json"});
}

std::expected<void, Failure> AgentSession::send(std::string_view text) {
    if (auto possible = check_input(); !possible) return possible;
    return child_->write(providers::claude_user_line(text, session_ref_));
}

std::expected<void, Failure>
AgentSession::answer(const std::string& request_id, const orchestration::ApprovalDecision& decision) {
    if (auto possible = check_input(); !possible) return possible;
    auto line = control_.answer(request_id, decision);
    if (!line) return std::unexpected(failure_of(std::move(line.error())));
    if (auto written = child_->write(*line); !written) return written;
    control_.discard(request_id);
    return {};
}

bool AgentSession::offers_session(const std::string& request_id) const {
    return control_.has_suggestions(request_id);
}

std::expected<void, Failure> AgentSession::interrupt(SteadyTime now) {
    if (auto alive = check_alive(); !alive) return alive;
    if (stage_ != StopStage::at_work && stage_ != StopStage::closed) return {};
    interrupt_id_ = fmt::format("evenfold-interrupt-{}", ++interrupts_);
    const bool asked = wants_input() && child_->write(providers::claude_interrupt_line(interrupt_id_)).has_value();
    if (!asked) {
        if (auto signalled = child_->interrupt(); !signalled) return signalled;
    }
    stage_ = StopStage::interrupted;
    due_ = now + grace_.interrupt;
    return {};
}

std::expected<void, Failure> AgentSession::stop(SteadyTime now) {
    if (auto alive = check_alive(); !alive) return alive;
    if (stage_ != StopStage::terminated && stage_ != StopStage::killed) {
        terminate(now);
        return {};
    }
    due_.reset();
    stage_ = StopStage::killed;
    return child_->kill();
}

std::expected<void, Failure> AgentSession::close(SteadyTime now) {
    if (auto alive = check_alive(); !alive) return alive;
    child_->close_input();
    if (stage_ != StopStage::at_work) return {};
    stage_ = StopStage::closed;
    due_ = now + grace_.close;
    return {};
}

// A signal fails only if the agent has ended, which the next pump reports.

void AgentSession::terminate(SteadyTime now) {
    static_cast<void>(child_->terminate());
    stage_ = StopStage::terminated;
    due_ = now + grace_.terminate;
}

/// Sends the next stronger signal: SIGTERM, and after that SIGKILL.
void AgentSession::escalate(SteadyTime now) {
    if (stage_ != StopStage::terminated) return terminate(now);
    static_cast<void>(child_->kill());
    stage_ = StopStage::killed;
    due_.reset();
}

std::expected<PumpResult, Failure> AgentSession::pump(SteadyTime now, SteadyTime deadline) {
    if (is_exit_reported_) {
        const auto ended = check_alive();
        return std::unexpected(ended.error());
    }
    if (due_ && now >= *due_) escalate(now);
    if (due_) deadline = std::min(deadline, *due_);
    const auto length =
        deadline > now ? std::min<SteadyTime::duration>(deadline - now, pump_max) : SteadyTime::duration::zero();
    const ReadResult heard = child_->read(std::chrono::steady_clock::now() + length);
    PumpResult result;
    if (!heard.output.empty()) handle_output(heard.output, result);
    if (heard.output_closed || heard.ended) finish(result);
    // Close its input too, because an agent without output can report nothing more.
    if (heard.output_closed) static_cast<void>(close(now));
    if (heard.ended) {
        result.agent_exit = agent_exit(*heard.ended);
        is_exit_reported_ = true;
    }
    return result;
}

void AgentSession::handle_output(std::string_view output, PumpResult& result) {
    if (wants_input()) {
        const providers::ClaudeFeedResult heard = control_.feed(output);
        for (const providers::ClaudeReply& each : heard.replies) handle_reply(each, result);
        if (!heard.refusals.empty()) {
            if (const auto written = child_->write(heard.refusals); !written)
                result.remarks.push_back(written.error().what);
        }
    }
    result.items = output_.feed(output);
    record_items(0, result);
}

/// Sends SIGINT if the agent refuses an interrupt by its protocol.
void AgentSession::handle_reply(const providers::ClaudeReply& reply, PumpResult& result) {
    if (reply.request_id != interrupt_id_ || !reply.error) return;
    result.remarks.push_back(fmt::format("{} refused the interrupt: {}", child_->name(), *reply.error));
    static_cast<void>(child_->interrupt());
}

/// Updates the state for the items from `from` on, and reports an unsupported format of the output.
void AgentSession::record_items(std::size_t from, PumpResult& result) {
    for (std::size_t at = from; at < result.items.size(); ++at) {
        const Item& item = result.items[at];
        if (const auto* session = std::get_if<providers::SessionStarted>(&item)) session_ref_ = session->session_ref;
        // An agent that supports the protocol now waits for the user's next message.
        if (stage_ == StopStage::interrupted && child_->takes_input() && ends_turn(item)) {
            stage_ = StopStage::at_work;
            due_.reset();
        }
    }
    if (!output_.looks_like() || std::exchange(is_format_reported_, true)) return;
    result.remarks.push_back(
        fmt::format("{} prints output that looks like {}, which evenfold does not read; the supported formats are {}",
                    child_->name(), *output_.looks_like(), fmt::join(providers::format_names(), ", ")));
}

void AgentSession::finish(PumpResult& result) {
    if (std::exchange(finished_, true)) return;
    const std::size_t before = result.items.size();
    auto last = output_.finish();
    in_turn_ = std::ranges::any_of(last, is_fatal);
    std::ranges::move(last, std::back_inserter(result.items));
    record_items(before, result);
}

AgentExit AgentSession::agent_exit(const ExitStatus& ended) const {
    const std::string_view tail = child_->error_tail();
    std::string words = fmt::format("{} {}", child_->name(), describe_exit(ended));
    if (const std::string_view line = last_line(tail); !line.empty()) words += fmt::format(": {}", line);
    return {.status = ended,
            .in_turn = in_turn_,
            .message = std::move(words),
            .error_tail = std::string(tail),
            .skipped = output_.skipped()};
}

} // namespace evenfold::reactors::process
