#include "evenfold/cli/reacting/dialogue.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// Returns the option of the item with the number `line`, or `line` itself.
std::string resolve_option(const QuestionItem& item, const std::string& line) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    const bool is_number = error == std::errc() && end == line.data() + line.size();
    return is_number && number >= 1 && number <= item.options.size() ? item.options[number - 1] : line;
}

/// Returns `text` with each line but the first indented, so that no line of it looks like one of the dialogue.
std::string indented(std::string_view text) {
    std::string lines;
    for (const char at : text) {
        lines += at;
        if (at == '\n') lines += "    ";
    }
    return lines;
}

} // namespace

void Dialogue::ask(const Request& request, bool offers_session) {
    request_ = request;
    offers_session_ = offers_session;
    answers_.clear();
    if (system::is_terminal(system::StandardStream::input)) { // earlier input was typed for something else
        partial_input_.clear();
        system::discard_typed_input();
    }
    print_prompt();
}

void Dialogue::print_prompt() const {
    if (const auto* tool = std::get_if<ToolApproval>(&request_->kind)) {
        write_to_stderr(fmt::format("\n{} wants to run: {}\n[y] allow{}  [n REASON] deny > ", one_line(tool->name),
                                    indented(tool->summary), offers_session_ ? "  [s] allow for this session" : ""));
        return;
    }
    const QuestionItem& item = std::get<Question>(request_->kind).items[answers_.size()];
    write_to_stderr(fmt::format("\n{}\n", indented(item.text)));
    for (std::size_t option = 0; option < item.options.size(); ++option)
        write_to_stderr(fmt::format("  [{}] {}\n", option + 1, indented(item.options[option])));
    write_to_stderr("> ");
}

std::optional<ApprovalDecision> Dialogue::poll_decision() {
    if (!request_) return std::nullopt;
    while (const auto text = next_line()) {
        if (auto decision = parse_line(*text)) {
            request_.reset();
            return decision;
        }
        print_prompt();
    }
    if (!at_end_) return std::nullopt;
    request_.reset();
    return Deny{"standard input ended before the request was decided"};
}

std::optional<ApprovalDecision> Dialogue::parse_line(const std::string& line) {
    if (const auto* question = std::get_if<Question>(&request_->kind)) {
        if (line.empty()) return std::nullopt;
        answers_.push_back(resolve_option(question->items[answers_.size()], line));
        if (answers_.size() < question->items.size()) return std::nullopt;
        return Answer{std::exchange(answers_, {})};
    }
    const std::string word = line.substr(0, line.find(' '));
    const std::string rest = word.size() < line.size() ? line.substr(word.size() + 1) : std::string();
    if (word == "y" || word == "yes") return Allow{};
    if ((word == "s" || word == "session") && offers_session_) return AllowForSession{};
    if (word == "n" || word == "no") return Deny{rest.empty() ? std::nullopt : std::optional(rest)};
    return std::nullopt;
}

/// Returns the next complete line without blocking, or nothing.
std::optional<std::string> Dialogue::next_line() {
    std::size_t end = partial_input_.find('\n');
    while (end == std::string::npos && !at_end_ && system::has_input()) {
        std::array<char, 4096> bytes{};
        const std::size_t count = system::read_some(static_cast<int>(system::StandardStream::input), bytes).value_or(0);
        if (count == 0) at_end_ = true;
        partial_input_.append(bytes.data(), count);
        end = partial_input_.find('\n');
    }
    if (end == std::string::npos) return std::nullopt;
    std::string text = partial_input_.substr(0, end);
    partial_input_.erase(0, end + 1);
    return text;
}

} // namespace evenfold::cli
