/// What an agent asks of its user, asked on standard error and answered on standard input, line by line.
/// Shapes: one request at a time; nothing waits. Where the input has ended, what is asked is denied, with that reason.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "evenfold/core/projector/orchestration/turn.hpp"

namespace evenfold::cli {

class Dialogue {
public:
    /// Puts `request` to the user; `offers_session` says whether the agent would not ask again.
    void ask(const orchestration::Request& request, bool offers_session);

    [[nodiscard]] bool is_asking() const { return asked_.has_value(); }
    [[nodiscard]] const orchestration::RequestId& asked() const { return asked_->id; }

    /// The user's decision, once there is one: then nothing is asked any more.
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> answered();

    /// Somebody else has answered, or nobody needs to know any more.
    void forget() { asked_.reset(); }

private:
    [[nodiscard]] std::optional<std::string> line();
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> decided(const std::string& line);
    void put() const;

    std::optional<orchestration::Request> asked_;
    bool offers_session_ = false;
    std::vector<std::string> answers_; // to the items of a question, so far
    std::string typed_;                // without its end of line yet
    bool is_over_ = false;             // the input
};

} // namespace evenfold::cli
