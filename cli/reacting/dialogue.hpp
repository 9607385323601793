/// Asks the user the questions of an agent on standard error and reads the answers from standard input, by line.
/// Shapes: one request at a time; nothing blocks. After the end of the input, requests are denied with that reason.
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

    [[nodiscard]] bool is_asking() const { return asked_.has_value(); }
    [[nodiscard]] const orchestration::RequestId& asked() const { return asked_->id; }

    /// Returns the user's decision once it is complete, and then forgets the request. Never blocks.
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> answered();

    /// Forgets the request, because it was decided elsewhere or is no longer pending.
    void forget() { asked_.reset(); }

private:
    [[nodiscard]] std::optional<std::string> line();
    [[nodiscard]] std::optional<orchestration::ApprovalDecision> decided(const std::string& line);
    void put() const;

    std::optional<orchestration::Request> asked_;
    bool offers_session_ = false;
    std::vector<std::string> answers_; // to the items of a question, so far
    std::string typed_;                // the current line, incomplete
    bool is_over_ = false;             // the input has ended
};

} // namespace evenfold::cli
