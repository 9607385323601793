/// The limit of decide + project: the commands of the mix answered by hand, over the bare model.
/// Shape: a command in; it is checked against the state, its events are made in a vector that is kept, and folded.
/// Errors: a command that the mix does not ask, or that would be refused, ends the program.
#pragma once

#include <vector>

#include "evenfold/bench/suite/bare/fold.hpp"
#include "evenfold/core/commands/orchestration.hpp"

namespace evenfold::bench {

class BareDecider {
public:
    /// Decides and folds. Answers how many events that was.
    std::size_t ask(const orchestration::Command& command);

    [[nodiscard]] orchestration::Model model() const { return model_.model(); }

private:
    void tell(const orchestration::IngestProviderEvent& ask);
    void start(const orchestration::StartTurn& ask);

    BareModel model_;
    Resolved resolved_;
    std::vector<orchestration::Event> events_;
};

} // namespace evenfold::bench
