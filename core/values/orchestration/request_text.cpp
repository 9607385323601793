#include "evenfold/core/values/orchestration/request_text.hpp"

#include <fmt/format.h>

namespace evenfold::orchestration {
namespace {

/// Cuts `text` to `bytes_left` bytes, and subtracts its size from them.
template <class Text>
void cut_to(std::size_t& bytes_left, Text& text) {
    if (text.size() > bytes_left) text = Text(utf8_prefix(text, bytes_left));
    bytes_left -= text.size();
}

} // namespace

RequestKind within_limits(RequestKind kind) {
    std::size_t bytes_left = content_bytes_max;
    if (auto* tool = std::get_if<ToolApproval>(&kind)) {
        std::size_t label_bytes_left = label_bytes_max;
        cut_to(label_bytes_left, tool->name);
        cut_to(bytes_left, tool->summary);
    } else if (auto* question = std::get_if<Question>(&kind)) {
        while (question->items.size() > question_items_max) question->items.pop_back();
        for (QuestionItem& item : question->items) {
            cut_to(bytes_left, item.text);
            if (item.options.size() > question_items_max) item.options.resize(question_items_max);
            for (std::string& option : item.options) cut_to(bytes_left, option);
        }
    }
    return kind;
}

std::string text_of(const RequestKind& kind) {
    if (const auto* tool = std::get_if<ToolApproval>(&kind))
        return fmt::format("{}\n{}", tool->name.view(), tool->summary.view());
    std::string text;
    for (const QuestionItem& item : std::get<Question>(kind).items) {
        text += item.text + '\n';
        for (const std::string& option : item.options) text += option + '\n';
    }
    return text;
}

std::string user_text_of(const ApprovalDecision& decision) {
    if (const auto* deny = std::get_if<Deny>(&decision)) return deny->feedback.value_or("");
    std::string words;
    if (const auto* answer = std::get_if<Answer>(&decision)) {
        for (const std::string& one : answer->answers) words += one + '\n';
    }
    return words;
}

} // namespace evenfold::orchestration
