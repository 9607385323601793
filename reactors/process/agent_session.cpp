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
using providers::ClaudeMismatch;
using providers::Item;

constexpr std::size_t last_words_bytes_max = 500;
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

/// Returns the last line of `text` that is not blank, cut to `last_words_bytes_max` bytes.
std::string_view last_line(std::string_view text) {
    const std::size_t end = text.find_last_not_of(" \t\r\n");
    if (end == std::string_view::npos) return {};
    text = text.substr(0, end + 1);
    const std::size_t begin = text.find_last_of("\r\n");
    if (begin != std::string_view::npos) text.remove_prefix(begin + 1);
    return orchestration::utf8_prefix(text, last_words_bytes_max);
}

Failure failure_of(ClaudeMismatch mismatch) {
    const bool asked = mismatch.kind == ClaudeMismatch::Kind::not_fitting;
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
                                   .what = fmt::format("{} {}", child_->name(), words_of(*ended)),
                                   .remedy = "start it again"});
}

std::expected<void, Failure> AgentSession::check_input() const {
    if (auto alive = check_alive(); !alive) return alive;
    if (wants_input()) return {};
    return std::unexpected(Failure{.kind = FailureKind::no_input,
                                   .what = fmt::format("{} is told nothing over its standard input", child_->name()),
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
    control_.forget(request_id);
    return {};
}

bool AgentSession::offers_session(const std::string& request_id) const {
    return control_.has_suggestions(request_id);
}

std::expected<void, Failure> AgentSession::interrupt(Moment now) {
    if (auto alive = check_alive(); !alive) return alive;
    if (stage_ != Stage::at_work && stage_ != Stage::closed) return {};
    interrupt_id_ = fmt::format("evenfold-interrupt-{}", ++interrupts_);
    const bool asked = wants_input() && child_->write(providers::claude_interrupt_line(interrupt_id_)).has_value();
    if (!asked) {
        if (auto signalled = child_->interrupt(); !signalled) return signalled;
    }
    stage_ = Stage::interrupted;
    due_ = now + grace_.interrupt;
    return {};
}

std::expected<void, Failure> AgentSession::stop(Moment now) {
    if (auto alive = check_alive(); !alive) return alive;
    if (stage_ != Stage::terminated && stage_ != Stage::killed) {
        terminate(now);
        return {};
    }
    due_.reset();
    stage_ = Stage::killed;
    return child_->kill();
}

std::expected<void, Failure> AgentSession::close(Moment now) {
    if (auto alive = check_alive(); !alive) return alive;
    child_->close_input();
    if (stage_ != Stage::at_work) return {};
    stage_ = Stage::closed;
    due_ = now + grace_.close;
    return {};
}

// A signal fails only if the agent has ended, which the next pump reports.

void AgentSession::terminate(Moment now) {
    static_cast<void>(child_->terminate());
    stage_ = Stage::terminated;
    due_ = now + grace_.terminate;
}

/// Uses the next stronger means: SIGTERM, and after that SIGKILL.
void AgentSession::firmer(Moment now) {
    if (stage_ != Stage::terminated) return terminate(now);
    static_cast<void>(child_->kill());
    stage_ = Stage::killed;
    due_.reset();
}

std::expected<Told, Failure> AgentSession::pump(Moment now, Moment deadline) {
    if (departed_) {
        const auto ended = check_alive();
        return std::unexpected(ended.error());
    }
    if (due_ && now >= *due_) firmer(now);
    if (due_) deadline = std::min(deadline, *due_);
    const auto length =
        deadline > now ? std::min<Moment::duration>(deadline - now, pump_max) : Moment::duration::zero();
    const Heard heard = child_->read(std::chrono::steady_clock::now() + length);
    Told told;
    if (!heard.output.empty()) take(heard.output, told);
    if (heard.output_closed || heard.ended) finish(told);
    // An agent that has closed its output can report nothing more, so it must end.
    if (heard.output_closed) static_cast<void>(close(now));
    if (heard.ended) {
        told.departure = departure(*heard.ended);
        departed_ = true;
    }
    return told;
}

void AgentSession::take(std::string_view output, Told& told) {
    if (wants_input()) {
        const providers::ClaudeHeard heard = control_.feed(output);
        for (const providers::ClaudeReply& each : heard.replies) reply(each, told);
        if (!heard.answer.empty()) {
            if (const auto written = child_->write(heard.answer); !written)
                told.remarks.push_back(written.error().what);
        }
    }
    told.items = output_.feed(output);
    note(0, told);
}

/// Sends the signal if the agent refuses to be interrupted by its protocol.
void AgentSession::reply(const providers::ClaudeReply& reply, Told& told) {
    if (reply.request_id != interrupt_id_ || !reply.error) return;
    told.remarks.push_back(fmt::format("{} refused the interrupt: {}", child_->name(), *reply.error));
    static_cast<void>(child_->interrupt());
}

/// Records the items from `from` on, and output that makes no items.
void AgentSession::note(std::size_t from, Told& told) {
    for (std::size_t at = from; at < told.items.size(); ++at) {
        const Item& item = told.items[at];
        if (const auto* session = std::get_if<providers::SessionStarted>(&item)) session_ref_ = session->session_ref;
        // An agent that speaks the protocol has ended its turn, and waits for the user's next message.
        if (stage_ == Stage::interrupted && child_->takes_input() && ends_turn(item)) {
            stage_ = Stage::at_work;
            due_.reset();
        }
    }
    if (!output_.looks_like() || std::exchange(output_told_, true)) return;
    told.remarks.push_back(
        fmt::format("{} prints what looks like {}, not like a stream that evenfold reads; the formats are {}",
                    child_->name(), *output_.looks_like(), fmt::join(providers::format_names(), ", ")));
}

void AgentSession::finish(Told& told) {
    if (std::exchange(finished_, true)) return;
    const std::size_t before = told.items.size();
    auto last = output_.finish();
    in_turn_ = std::ranges::any_of(last, is_fatal);
    std::ranges::move(last, std::back_inserter(told.items));
    note(before, told);
}

Departure AgentSession::departure(const Ended& ended) const {
    const std::string_view tail = child_->error_tail();
    std::string words = fmt::format("{} {}", child_->name(), words_of(ended));
    if (const std::string_view line = last_line(tail); !line.empty()) words += fmt::format(": {}", line);
    return {.how = ended,
            .in_turn = in_turn_,
            .words = std::move(words),
            .error_tail = std::string(tail),
            .skipped = output_.skipped()};
}

} // namespace evenfold::reactors::process
