#include <fmt/core.h>
#include <fmt/ranges.h>

#include <chrono>
#include <cstdio>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/json_text.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/refusal.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/reacting/dialogue.hpp"
#include "evenfold/cli/reacting/workspace_session.hpp"
#include "evenfold/cli/recording/input_reader.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/commands/orchestration.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/orchestration/workspace.hpp"
#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

struct RunOptions {
    TargetOptions target;
    std::string format; // empty: detected from the output
    std::optional<std::string> prompt;
    std::uint32_t silence_s = 0; // 0: no limit
    std::uint32_t file_mib_max = file_mib_default;
    bool no_checkpoints = false;
    bool json = false;
    std::vector<std::string> command;
};

using namespace orchestration;
using reactors::process::AgentSession;
using SteadyClock = std::chrono::steady_clock;

constexpr auto poll_interval = std::chrono::milliseconds(50); // of polling for Ctrl-C, typed input and requests
constexpr std::size_t call_width = 120;
constexpr std::size_t prompt_bytes_max = 4 * input_chars_max; // UTF-8

/// One turn of an agent in a thread that this process has claimed.
class AgentRun {
public:
    AgentRun(WorkspaceSession& workspace, const ThreadId& thread, const RunOptions& options)
        : workspace_(workspace),
          thread_(thread),
          options_(options),
          recorder_(workspace.recorder(thread, options.no_checkpoints ? "checkpoints were switched off" : "")) {}

    ExitCode execute(const std::string& prompt) {
        if (auto begun = begin(prompt); !begun) {
            (void)attempt(ForceStopTurn{.turn = turn_, .reason = "given up before the agent was started"}, Actor::user);
            return begun.error();
        }
        if (auto started = start(prompt); !started) return started.error();
        auto worked = work();
        if (!worked) agent_.reset(); // ends the agent, so that it changes no more files
        if (auto ended = end(); !ended) return ended.error();
        workspace_.report_gaps(end_checkpoint_of(turn_), "not in the checkpoint");
        return worked ? report_result() : worked.error();
    }

private:
    using Done = std::expected<void, ExitCode>;

    /// Begins the turn in the journal and takes a checkpoint of the files before it.
    Done begin(const std::string& prompt) {
        const auto asked = workspace_.submit_or_report(StartTurn{.turn = turn_,
                                                                 .thread = thread_,
                                                                 .message = kernel::fresh<MessageId>(),
                                                                 .input = prompt,
                                                                 .on_busy = OnBusy::reject});
        if (!asked) return asked;
        recorder_.continue_turn(turn_);
        if (options_.no_checkpoints) return record({});
        return workspace_.run_outstanding(thread_);
    }

    Done start(const std::string& prompt) {
        const auto folder = workspace_.read([&](const Model& model) { return folder_of(model, thread_); });
        auto session = AgentSession::start({.program = {.command = options_.command,
                                                        .folder = folder.value_or(std::string()),
                                                        .environment = {},
                                                        .errors = reactors::process::ErrorOutput::passed_through},
                                            .format = providers::format_named(options_.format),
                                            .prompting = {},
                                            .grace = {}});
        if (!session) return fail(session.error());
        agent_.emplace(std::move(*session));
        // From now on the agent may change files, so that the turn needs its own end checkpoint.
        auto sent_off = attempt(ConfirmTurnDispatched{.turn = turn_, .provider_turn_ref = {}}, Actor::provider);
        if (!sent_off) return sent_off;
        if (!agent_->wants_input()) return {};
        const auto sent = agent_->send(prompt);
        return sent ? Done() : fail(sent.error());
    }

    /// Ends the turn, because the agent could not be started or written to.
    Done fail(const system::Failure& failure) {
        agent_.reset(); // ends the agent, so that it changes no more files
        auto failed = attempt(FailTurnDispatch{.turn = turn_, .reason = reason_of(failure.what)}, Actor::provider);
        if (!failed) return failed;
        if (auto ended = force_stop(reason_of(failure.what)); !ended) return ended;
        if (auto done = workspace_.run_outstanding(thread_, system::interrupt_count()); !done) return done;
        return std::unexpected(report_error(failure));
    }

    /// Records the agent's output until the agent has ended.
    Done work() {
        while (!exit_) {
            auto pumped = agent_->pump(SteadyClock::now(), SteadyClock::now() + poll_interval);
            if (!pumped) return std::unexpected(report_error(pumped.error()));
            for (const std::string& message : pumped->remarks) report_detail(message);
            exit_ = std::move(pumped->agent_exit);
            if (!pumped->items.empty()) last_output_ = SteadyClock::now();
            if (auto recorded = record(pumped->items); !recorded) return recorded;
            for (const providers::Item& item : pumped->items) show(item);
            if (exit_) break;
            if (auto handled = handle_interrupts(); !handled) return handled;
            if (auto answered = handle_requests(); !answered) return answered;
            if (auto ended = handle_turn_end(); !ended) return ended;
        }
        return {};
    }

    /// Submits a command that may be rejected because another process was faster; ignores the rejection.
    Done attempt(orchestration::Command asked, Actor actor) {
        return workspace_.submit_unless_rejected(std::move(asked), actor);
    }

    static std::string reason_of(const std::string& text) { return std::string(utf8_prefix(text, label_bytes_max)); }

    Done record(std::span<const providers::Item> items) {
        if (const auto saved = recorder_.record(items); !saved)
            return std::unexpected(report_error(saved.error(), Actor::provider));
        return {};
    }

    /// Interrupts the agent on the first Ctrl-C, or after a long silence. Terminates it on each further Ctrl-C.
    Done handle_interrupts() {
        const bool is_silent = options_.silence_s > 0 && is_open() && !was_silent_ &&
                               SteadyClock::now() - last_output_ > std::chrono::seconds(options_.silence_s);
        if (system::interrupt_count() == interrupts_ && !is_silent) return {};
        const bool is_first = interrupts_ == 0 && system::interrupt_count() <= 1 && !was_silent_;
        interrupts_ = system::interrupt_count();
        was_silent_ = was_silent_ || is_silent;
        if (is_open()) {
            const auto asked = is_first
                                   ? attempt(InterruptTurn{turn_}, Actor::user)
                                   : attempt(ForceStopTurn{.turn = turn_, .reason = "stopped by Ctrl-C"}, Actor::user);
            if (!asked) return asked;
        }
        if (is_silent) write_to_stderr(fmt::format("\nevenfold: no output for {} s\n", options_.silence_s));
        write_to_stderr(is_first ? "\nevenfold: interrupting the agent; press Ctrl-C again to terminate it\n"
                                 : "\nevenfold: terminating the agent\n");
        const auto signalled = is_first ? agent_->interrupt(SteadyClock::now()) : agent_->stop(SteadyClock::now());
        if (!signalled) report_detail(signalled.error().what);
        return {};
    }

    /// Asks the user about the agent's pending requests, one by one. Delivers decisions, also those of other processes.
    Done handle_requests() {
        for (const Request& request : requests(RequestState::answered)) {
            const auto given = agent_->answer(request.provider_id, *request.decision);
            const auto done =
                given ? attempt(ConfirmAnswerDelivered{request.id}, Actor::provider)
                      : attempt(FailAnswerDelivery{.request = request.id, .reason = reason_of(given.error().what)},
                                Actor::provider);
            if (!done) return done;
        }
        const auto pending = requests(RequestState::pending);
        const auto is_asked = [&](const Request& request) { return request.id == dialogue_.request_id(); };
        if (dialogue_.is_asking() && std::ranges::none_of(pending, is_asked)) dialogue_.cancel();
        if (!dialogue_.is_asking() && !pending.empty())
            dialogue_.ask(pending.front(), agent_->offers_session(pending.front().provider_id));
        if (!dialogue_.is_asking()) return {};
        const RequestId asked = dialogue_.request_id();
        const auto decision = dialogue_.poll_decision();
        return decision ? attempt(RespondApproval{.request = asked, .decision = *decision}, Actor::user) : Done();
    }

    [[nodiscard]] std::vector<Request> requests(RequestState state) const {
        return workspace_.read([&](const Model& model) {
            std::vector<Request> found;
            const Turn* turn = model->index.find(turn_);
            if (!turn) return found;
            for (const RequestId& id : turn->open_requests.in_order()) {
                const Request* request = model->index.find(id);
                if (request && request->state == state) found.push_back(*request);
            }
            return found;
        });
    }

    /// Continues with the next queued turn once the files of the last one are captured. Without one, closes the input,
    /// because an agent that reads prompts from it would wait for ever.
    Done handle_turn_end() {
        if (is_closed_ || is_open()) return {};
        const auto next = next_turn();
        if (!next || !agent_->wants_input()) {
            is_closed_ = true;
            (void)agent_->close(SteadyClock::now()); // if it has ended, the next pump reports that
            return {};
        }
        turn_ = next->turn;
        if (auto done = workspace_.run_outstanding(thread_, system::interrupt_count()); !done) return done;
        recorder_.continue_turn(turn_);
        last_output_ = SteadyClock::now();
        const auto sent = agent_->send(next->prompt);
        return sent ? Done() : fail(sent.error());
    }

    struct Queued {
        TurnId turn;
        std::string prompt;
    };

    /// Returns the turn of the thread that has begun and that was not sent to the agent yet.
    [[nodiscard]] std::optional<Queued> next_turn() const {
        return workspace_.read([&](const Model& model) -> std::optional<Queued> {
            const Thread* thread = model->index.find(thread_);
            if (!thread || !thread->active || thread->active == turn_) return std::nullopt;
            Queued next{.turn = *thread->active, .prompt = {}};
            const Exchange* exchange = model->transcript.exchanges.find(next.turn);
            if (!exchange || !exchange->input) return next;
            for (const Block& block : exchange->input->blocks) {
                if (const auto* text = std::get_if<Text>(&block)) next.prompt += text->text;
            }
            return next;
        });
    }

    [[nodiscard]] bool is_open() const {
        return workspace_.read([&](const Model& model) {
            const Turn* turn = model->index.find(turn_);
            return turn && !is_terminal(turn->state);
        });
    }

    /// Closes the open turn and captures the files. An open turn that was not interrupted has failed.
    Done end() {
        if (exit_ && is_open() && interrupts_ == 0 && !was_silent_) {
            const std::vector<providers::Item> last{ProviderEvent(
                provider::ProviderError{.code = "agent_ended", .message = exit_->message, .fatal = true})};
            if (auto recorded = record(last); !recorded) return recorded;
        }
        if (const auto saved = recorder_.finish({}); !saved)
            return std::unexpected(report_error(saved.error(), Actor::provider));
        if (auto ended = force_stop("interrupted"); !ended) return ended; // before it printed anything
        while (const auto next = next_turn()) {                           // never sent, so they must not stay pending
            const auto failed = workspace_.submit_or_report(
                FailTurnDispatch{.turn = next->turn, .reason = "the agent had ended"}, Actor::provider);
            if (!failed) return failed;
        }
        return workspace_.run_outstanding(thread_, system::interrupt_count());
    }

    /// Ends the turn if it is open.
    Done force_stop(const std::string& reason) {
        if (!is_open()) return {};
        if (auto stopped = attempt(ForceStopTurn{.turn = turn_, .reason = reason}, Actor::user); !stopped)
            return stopped;
        return options_.no_checkpoints ? record({}) : Done(); // the recorder gives up the checkpoint
    }

    /// Prints output of the agent. Ignores write errors, because readers are optional.
    void show(const providers::Item& item) const {
        const auto* event = options_.json ? nullptr : std::get_if<ProviderEvent>(&item);
        if (!event) return;
        std::string words;
        if (const auto* text = std::get_if<provider::TextDelta>(event); text && !text->parent) words = text->text;
        if (const auto* call = std::get_if<provider::ToolCall>(event))
            words = fmt::format("\n· {} {}\n", call->name, one_line(call->input, call_width));
        write_or_drop(words);
    }

    [[nodiscard]] ExitCode report_result() const {
        const auto turn = workspace_.read([&](const Model& model) {
            const Turn* found = model->index.find(turn_);
            return found ? std::optional(*found) : std::nullopt;
        });
        if (!turn) return report_error("the turn was deleted or reverted by another process");
        const std::string words = exit_ ? exit_->message : std::string();
        if (options_.json) {
            const std::string reason =
                turn->reason ? fmt::format(R"("reason":{},)", to_json_string(*turn->reason)) : "";
            const std::string json = fmt::format(
                R"({{"thread":"{}","turn":"{}","state":"{}","agent":{},{}"first_sequence":{},"last_sequence":{}}})",
                to_text(thread_), to_text(turn_), name_of(turn->state), to_json_string(words), reason,
                recorder_.recorded().first, recorder_.recorded().last);
            print_document(json);
        } else {
            write_to_stdout("\n");
        }
        if (turn->state == TurnState::completed && exit_ && exit_->status.is_success()) return ExitCode::success;
        std::string why = turn->reason ? std::string(turn->reason->view()) : words;
        if (why.find(words) == std::string::npos) why += "; " + words;
        return report_error(fmt::format("the turn is {}: {}", name_of(turn->state), why),
                            "`evenfold transcript` shows the turn; `evenfold revert` restores an earlier checkpoint");
    }

    WorkspaceSession& workspace_;
    ThreadId thread_;
    const RunOptions& options_;
    Recorder recorder_;
    TurnId turn_ = kernel::fresh<TurnId>();
    std::optional<AgentSession> agent_;
    std::optional<reactors::process::AgentExit> exit_;
    Dialogue dialogue_;
    SteadyClock::time_point last_output_ = SteadyClock::now();
    unsigned interrupts_ = 0;
    bool was_silent_ = false;
    bool is_closed_ = false;
};

/// Returns the prompt: the option; else standard input if the agent reads prompts; else the command line.
std::expected<std::string, ExitCode> prompt_of(const RunOptions& options) {
    if (options.prompt) return *options.prompt;
    if (!providers::reads_stream_json(options.command)) return fmt::format("{}", fmt::join(options.command, " "));
    auto input = InputReader::open("");
    if (!input) return std::unexpected(report_error(input.error()));
    auto text = read_whole(*input, prompt_bytes_max);
    if (!text) return std::unexpected(report_error(text.error()));
    while (text->ends_with('\n')) text->pop_back();
    if (!text->empty()) return *text;
    return std::unexpected(report_error("the prompt is empty", "pass it with --prompt, or on standard input"));
}

ExitCode run_agent(const Invocation& invocation, const RunOptions& options) {
    const auto prompt = prompt_of(options);
    if (!prompt) return prompt.error();
    system::ignore_broken_pipes(); // readers of the output may go away
    return invocation.with_journal_of(orchestration_name, JournalAccess::create, [&](journal::Journal& journal) {
        auto workspace = WorkspaceSession::open(journal, invocation, options.file_mib_max);
        if (!workspace) return workspace.error();
        const auto thread = workspace->claim(options.target);
        if (!thread) return thread.error();
        if (const auto recovered = workspace->recover_others(*thread); !recovered) return recovered.error();
        if (const auto done = workspace->run_outstanding(*thread); !done) return done.error();
        return AgentRun(*workspace, *thread, options).execute(*prompt);
    });
}

RunVerb declare_run(OptionSet& set) {
    auto options = std::make_shared<RunOptions>();
    add_target_options(set, options->target);
    set.text("--format NAME", options->format, "The format of the agent's output (default: detected)")
        .one_of(known_formats());
    set.text("--prompt TEXT", options->prompt, "The prompt (default: standard input, or the command line itself)");
    set.number("--silence SECONDS", options->silence_s,
               "Interrupt the agent after so long without output (default: never)")
        .between(1U, 1'000'000U);
    add_max_file_option(set, options->file_mib_max);
    set.flag("--no-checkpoints", options->no_checkpoints, "Take no checkpoints");
    set.flag("--json", options->json, "Print JSON instead of the agent's output");
    set.texts("COMMAND", options->command, "The command line of the agent, after --").required();
    return [options](const Invocation& invocation) { return run_agent(invocation, *options); };
}

} // namespace

const Verb run_verb{
    .name = "run",
    .summary = "Run a coding agent for one turn and record it",
    .details =
        "Takes a checkpoint of the files, starts COMMAND in the thread's directory, records its output, forwards its\n"
        "permission requests to you, and takes a checkpoint at the end. Ctrl-C interrupts the agent; a second Ctrl-C\n"
        "terminates it.\n"
        "\n"
        "  evenfold run -- claude -p 'fix the tests' --output-format stream-json --verbose\n"
        "  evenfold run --prompt 'fix the tests' -- claude -p --input-format stream-json \\\n"
        "      --output-format stream-json --verbose --permission-prompt-tool stdio\n"
        "\n"
        "Only an agent that reads stream-json, as in the second form, can ask for permission and be interrupted\n"
        "without a signal. Decide on standard input: y to allow, s to allow for this session, n REASON to deny.\n"
        "The prompt is read from standard input if the agent reads stream-json and --prompt is absent.\n"
        "With --json: {thread, turn, state, agent, reason, first_sequence, last_sequence}.\n"
        "\n"
        "Exit status: 0 if the turn is completed and the agent exits with 0; 1 otherwise; 3 if the journal failed.",
    .domain = orchestration_name,
    .may_create = true,
    .declare = &declare_run};

} // namespace evenfold::cli
