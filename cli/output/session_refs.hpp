/// The provider's sessions of threads and turns, also those that have ended, which the model does not keep.
/// Shape: two maps, from the events SessionBound and TurnDispatched up to a sequence.
/// Cost: reads the payloads of all events, and decodes those two kinds.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "evenfold/cli/exit_code.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::cli {

class SessionRefs {
public:
    /// Reads the events up to `until`. Errors have been printed.
    [[nodiscard]] static std::expected<SessionRefs, ExitCode> read(journal::Journal& journal, Sequence until);

    /// Returns the session that was bound last to `thread`, or nullopt.
    [[nodiscard]] std::optional<std::string> of(const orchestration::Thread& thread) const;
    /// Returns the folder in which the agent worked in the session to which `turn` was sent, or nullopt.
    [[nodiscard]] std::optional<std::string> folder_of(const orchestration::Turn& turn) const;
    /// Returns the session to which `turn` was sent, or nullopt.
    [[nodiscard]] std::optional<std::string> of(const orchestration::Turn& turn) const;

    /// Returns whether `add` needs events of this stored type.
    [[nodiscard]] static bool needs(std::string_view type);

    /// Adds the session or the dispatch that `event` reports. Ignores other events.
    void add(const orchestration::Event& event);

private:
    struct KnownSession {
        std::string ref;
        std::optional<std::string> folder;
    };

    [[nodiscard]] const KnownSession* find(const orchestration::Turn& turn) const;

    std::map<orchestration::ThreadId, std::map<std::uint64_t, KnownSession>> sessions_; // by epoch
    std::map<orchestration::TurnId, std::uint64_t> epochs_;
};

} // namespace evenfold::cli
