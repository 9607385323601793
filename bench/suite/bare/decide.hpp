/// The limit of decide + project: the commands of the mix decided by hand, over the bare model.
/// Shape: each command is checked against the state; its events are made in a reused vector, and folded.
/// Errors: a command that is not in the mix, or that would be refused, ends the program.
#pragma once

#include <vector>

#include "evenfold/bench/suite/bare/fold.hpp"
#include "evenfold/core/commands/orchestration.hpp"

namespace evenfold::bench {

class BareDecider {
public:
    /// Decides the command and folds its events. Returns the number of events.
    std::size_t submit(const orchestration::Command& command);

    [[nodiscard]] orchestration::Model model() const { return model_.model(); }

private:
    void ingest(const orchestration::IngestProviderEvent& command);
    void start(const orchestration::StartTurn& command);

    BareModel model_;
    IndexResolver resolver_;
    std::vector<orchestration::Event> events_;
};

} // namespace evenfold::bench
