/// Asks the user the questions of an agent on standard error and reads the answers from standard input, by line.
/// Shape: one request at a time. Never blocks. After the end of the input, requests are denied with that as the reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration/turn.hpp"

namespace evenfold::cli {

class Dialogue {
public:
    /// Prints `request` to the user. `offers_session` offers an approval for the whole session.
    void ask(const orchestration::Request& request, bool offers_session);

    [[nodiscard]] bool is_asking() const { return request_.has_value(); }
    [[nodiscard]] const orchestration::RequestId& request_id() const { return request_->id; }

    /// Reads the input that is available. Returns the decision once it is complete, and ends the request. Never blocks.
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> poll_decision();

    /// Drops the request, because it was decided elsewhere or is no longer pending.
    void cancel() { request_.reset(); }

private:
    [[nodiscard]] std::optional<std::string> next_line();
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> parse_line(const std::string& line);
    void print_prompt() const;

    std::optional<orchestration::Request> request_;
    bool offers_session_ = false;
    std::vector<std::string> answers_; // to the items of a question, so far
    std::string partial_input_;        // the current line, not yet complete
    bool at_end_ = false;              // the input has ended
};

} // namespace evenfold::cli
