#include <fmt/core.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/lookup.hpp"
#include "evenfold/cli/output/model_at.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/output/transcript_json.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace evenfold::cli {
namespace {

struct TranscriptOptions {
    std::string thread; // id or name; empty: all
    std::optional<Sequence> at;
    bool json = false;
};

using namespace orchestration;

constexpr std::size_t input_width = 160;
constexpr std::size_t output_lines = 12;

/// Writes one turn for a person: the input, and the blocks of the reply in order.
class TurnPrinter {
public:
    TurnPrinter(const Model& model, const Turn& turn) : model_(model), turn_(turn) {}

    void print() const {
        const std::string number = turn_.ordinal ? std::to_string(*turn_.ordinal) : "-";
        const auto state = enumerator_names<TurnState>[static_cast<std::size_t>(turn_.state)];
        write_to_stdout("\n== turn {} · {}{}\n", number, state,
                        turn_.stop_reason ? fmt::format(" · {}", turn_.stop_reason->view()) : "");
        const Exchange* exchange = model_->transcript.exchanges.find(turn_.id);
        if (!exchange) return;
        if (exchange->input) {
            for (const Block& block : exchange->input->blocks) on_user(block);
        }
        if (exchange->reply) {
            for (const Block& block : exchange->reply->blocks) {
                std::visit([&](const auto& said) { on(said, *exchange); }, block);
            }
        }
        print_requests(
            [&](const Request& request) { return !request.tool_call || !has_tool_call(*request.tool_call); });
        for (const NoticeEntry& notice : exchange->notices) {
            const auto level = enumerator_names<NoticeLevel>[static_cast<std::size_t>(notice.level)];
            write_to_stdout("\n[{}] {}\n", level, notice.text);
        }
        if (turn_.reason) write_to_stdout("\n[{}] {}\n", state, *turn_.reason);
        if (turn_.usage) {
            write_to_stdout("\n[usage] {} tokens in, {} out\n", turn_.usage->input_tokens, turn_.usage->output_tokens);
        }
    }

private:
    static void on_user(const Block& block) {
        if (const auto* text = std::get_if<Text>(&block)) write_to_stdout("\n> {}\n", text->text);
    }

    static std::string speaker(const std::optional<std::string>& parent) {
        return parent ? fmt::format("(subagent of {}) ", *parent) : std::string();
    }

    static void on(const Text& text, const Exchange&) { write_to_stdout("\n{}{}\n", speaker(text.parent), text.text); }

    static void on(const Thinking& thinking, const Exchange&) {
        if (!thinking.text.empty()) write_to_stdout("\n{}[thinking] {}\n", speaker(thinking.parent), thinking.text);
    }

    static void on(const Attachment& attachment, const Exchange&) {
        write_to_stdout("\n[attachment] {}\n", attachment.ref);
    }

    void on(const ToolUse& use, const Exchange& exchange) const {
        const ToolCall* call = turn_.tool_calls.find(use.call_id);
        const auto status = call ? enumerator_names<ToolCallStatus>[static_cast<std::size_t>(call->status)] : "";
        write_to_stdout("\n{}[tool {} · {}] {}\n", speaker(use.parent), use.name, status,
                        one_line(use.input, input_width));
        print_requests([&](const Request& request) { return request.tool_call == use.call_id; });
        if (const ToolOutput* output = exchange.outputs.find(use.call_id)) print_beginning(output->output);
    }

    [[nodiscard]] bool has_tool_call(const std::string& call_id) const { return turn_.tool_calls.contains(call_id); }

    void print_requests(const auto& is_here) const {
        for (const RequestId& id : turn_.requests.in_order()) {
            const Request* request = model_->index.find(id);
            if (request && is_here(*request)) print_request(*request);
        }
    }

    static void print_request(const Request& request) {
        const auto state = enumerator_names<RequestState>[static_cast<std::size_t>(request.state)];
        const auto* tool = std::get_if<ToolApproval>(&request.kind);
        write_to_stdout(
            "\n[{} · {}]{}\n", tool ? "approval" : "question", state,
            tool ? " " + one_line(fmt::format("{} {}", tool->name.view(), tool->summary.view()), input_width) : "");
        if (const auto* question = std::get_if<Question>(&request.kind)) {
            for (const QuestionItem& item : question->items) print_item(item);
        }
        if (request.decision) std::visit([](const auto& decision) { on(decision); }, *request.decision);
    }

    static void print_item(const QuestionItem& item) {
        write_to_stdout("    {}\n", item.text);
        for (const std::string& option : item.options) write_to_stdout("      - {}\n", option);
    }

    static void on(const Allow&) { write_to_stdout("    allowed\n"); }
    static void on(const AllowForSession&) { write_to_stdout("    allowed for the session\n"); }
    static void on(const Deny& deny) {
        write_to_stdout("    denied{}\n", deny.feedback ? fmt::format(": {}", deny.feedback->view()) : "");
    }
    static void on(const Answer& answer) {
        for (const std::string& each : answer.answers) write_to_stdout("    answered: {}\n", each);
    }

    /// Prints the first lines of a tool's output, indented.
    static void print_beginning(const std::string& text) {
        std::size_t from = 0;
        for (std::size_t line = 0; from < text.size(); ++line) {
            if (line == output_lines) {
                write_to_stdout("    ... {} more\n", count_of(text.size() - from, "byte"));
                return;
            }
            const std::size_t end = text.find('\n', from);
            write_to_stdout("    {}\n", text.substr(from, end == std::string::npos ? end : end - from));
            from = end == std::string::npos ? text.size() : end + 1;
        }
    }

    const Model& model_;
    const Turn& turn_;
};

/// Returns the threads to show, grouped by project, in order of creation within each.
std::vector<const Thread*> all_threads(const Index& index) {
    std::vector<const Thread*> threads;
    for (const Project* project : index.projects.sorted()) {
        for (const ThreadId& id : project->threads.in_order()) {
            if (const Thread* thread = index.find(id)) threads.push_back(thread);
        }
    }
    return threads;
}

void print_thread(const Model& model, const Thread& thread, const SessionRefs& sessions) {
    const Project* project = model->index.find(thread.project);
    write_to_stdout("# {} · {} · {}\n", one_line(project ? project->root : ""), one_line(thread.title),
                    to_text(thread.id));
    std::optional<std::string> shown;
    for (const TurnId& id : thread.turns.in_order()) {
        const Turn* turn = model->index.find(id);
        if (!turn) continue;
        const auto session = sessions.of(*turn);
        if (session && session != shown) {
            const auto folder = sessions.folder_of(*turn);
            write_to_stdout("\nsession {}{}\n", one_line(*session), folder ? " in " + one_line(*folder) : "");
        }
        if (session) shown = session;
        TurnPrinter(model, *turn).print();
    }
    write_to_stdout("\n");
}

ExitCode print_text(journal::Journal& journal, const ReplayedModel& past, const std::vector<const Thread*>& threads) {
    const auto sessions = SessionRefs::read(journal, past.head);
    if (!sessions) return sessions.error();
    for (const Thread* thread : threads) print_thread(past.model, *thread, *sessions);
    return ExitCode::success;
}

ExitCode print_json(journal::Journal& journal, const ReplayedModel& past, const std::vector<const Thread*>& threads) {
    auto history = read_history(journal, past.head);
    if (!history) return report_error(history.error());
    JsonArrayPrinter turns(JsonLayout::indented);
    for (const Thread* thread : threads) {
        for (const TurnId& id : thread->turns.in_order()) {
            if (const Turn* turn = past.model->index.find(id))
                turns.add(to_json(past.model, *turn, history->sessions, history->times[id]));
        }
    }
    turns.end();
    return ExitCode::success;
}

ExitCode print_transcript(journal::Journal& journal, const TranscriptOptions& options) {
    const auto past = model_at(journal, options.at);
    if (!past) return past.error();
    const Model& model = past->model;
    std::vector<const Thread*> threads = all_threads(model->index);
    if (!options.thread.empty()) {
        const auto found = find_thread(model->index, options.thread);
        if (!found) return report_error(found.error(), "`evenfold threads` lists the threads");
        threads = {*found};
    }
    if (past->removed_events > 0)
        write_to_stderr(fmt::format("{} without payloads, which were removed: their text is not shown\n",
                                    count_of(past->removed_events, "event")));
    return options.json ? print_json(journal, *past, threads) : print_text(journal, *past, threads);
}

RunVerb declare_transcript(OptionSet& set) {
    auto options = std::make_shared<TranscriptOptions>();
    set.text("--thread NAME", options->thread, "Only this thread, by name or id (default: all)");
    set.number("--at EVENT", options->at, "The state after this event (default: the last event)").at_least(0);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_journal_of(orchestration_name, JournalAccess::read_only, [&](journal::Journal& journal) {
            return print_transcript(journal, *options);
        });
    };
}

} // namespace

const Verb transcript_verb{
    .name = "transcript",
    .summary = "Show the conversation: messages, replies, tool calls, approvals",
    .details =
        "With --json: an array of turns {thread, turn, session, folder, ordinal, state, model, started_at_ms, "
        "ended_at_ms, input,\n"
        "text, thinking, blocks, messages, tool_calls, approvals, usage, stop_reason, error, notices}. session is the\n"
        "agent's own id of the session to which the turn was sent, and folder the folder in which it worked. text and "
        "thinking are those of the main agent; "
        "blocks\n"
        "has text, thinking and tool calls in order, with those of subagents.",
    .domain = orchestration_name,
    .declare = &declare_transcript};

} // namespace evenfold::cli
