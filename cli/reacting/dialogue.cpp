#include "evenfold/cli/reacting/dialogue.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace orchestration;

/// Returns the option of the item with the number `line`, or `line` itself.
std::string chosen(const QuestionItem& item, const std::string& line) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    const bool is_number = error == std::errc() && end == line.data() + line.size();
    return is_number && number >= 1 && number <= item.options.size() ? item.options[number - 1] : line;
}

} // namespace

void Dialogue::ask(const Request& request, bool offers_session) {
    asked_ = request;
    offers_session_ = offers_session;
    answers_.clear();
    if (system::is_terminal(system::Stream::input)) { // earlier input was typed for something else
        typed_.clear();
        system::discard_typed_input();
    }
    put();
}

void Dialogue::put() const {
    if (const auto* tool = std::get_if<ToolApproval>(&asked_->kind)) {
        write_to_stderr(fmt::format("\n{} wants to run: {}\n[y] allow{}  [n REASON] deny > ", printable(tool->name),
                                    printable(tool->summary), offers_session_ ? "  [s] allow for this session" : ""));
        return;
    }
    const QuestionItem& item = std::get<Question>(asked_->kind).items.at(answers_.size());
    write_to_stderr(fmt::format("\n{}\n", printable(item.text)));
    for (std::size_t option = 0; option < item.options.size(); ++option)
        write_to_stderr(fmt::format("  [{}] {}\n", option + 1, printable(item.options[option])));
    write_to_stderr("> ");
}

std::optional<ApprovalDecision> Dialogue::answered() {
    if (!asked_) return std::nullopt;
    while (const auto text = line()) {
        if (auto decision = decided(*text)) {
            asked_.reset();
            return decision;
        }
        put();
    }
    if (!is_over_) return std::nullopt;
    asked_.reset();
    return Deny{"nobody is there to be asked"};
}

std::optional<ApprovalDecision> Dialogue::decided(const std::string& line) {
    if (const auto* question = std::get_if<Question>(&asked_->kind)) {
        if (line.empty()) return std::nullopt;
        answers_.push_back(chosen(question->items.at(answers_.size()), line));
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
std::optional<std::string> Dialogue::line() {
    std::size_t end = typed_.find('\n');
    while (end == std::string::npos && !is_over_ && system::has_input()) {
        std::array<char, 4096> bytes{};
        const std::size_t count = system::read_some(static_cast<int>(system::Stream::input), bytes).value_or(0);
        if (count == 0) is_over_ = true;
        typed_.append(bytes.data(), count);
        end = typed_.find('\n');
    }
    if (end == std::string::npos) return std::nullopt;
    std::string text = typed_.substr(0, end);
    typed_.erase(0, end + 1);
    return text;
}

} // namespace evenfold::cli
