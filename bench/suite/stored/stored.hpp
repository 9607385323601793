/// The mix in its stored form: commands, their events, and the batches that a journal takes.
/// Shape: made once per bench and shared by its cases; journals are in a folder on disk that is removed with them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/journal/chain/keys/journal_key.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::bench {

using Command = CommandEnvelope<orchestration::Command>;

/// One accepted command of the mix.
struct Accepted {
    Command command;
    orchestration::DecidedEvents events;
    journal::Batch batch;
};

/// Returns the first accepted commands of the mix, with `events` events or slightly more.
[[nodiscard]] std::vector<Accepted> accepted_of(std::size_t events);

/// Encodes the batch of `one` from its command and events as the kernel does; streams are taken from the batch.
[[nodiscard]] journal::Batch encoded(const Accepted& one);

/// A folder for temporary files, removed with its contents.
class Folder {
public:
    Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder();

    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_ / name; }

private:
    std::filesystem::path folder_;
};

/// Opens a journal at `file` for writing, and creates it if it does not exist. `is_signed` must be the same each time.
[[nodiscard]] std::unique_ptr<journal::Journal> new_journal(const std::filesystem::path& file, bool is_signed = false);

/// Returns the key that signs journals of the suite.
[[nodiscard]] journal::chain::JournalKey suite_key();

/// The time that every event of the mix is stored at, so that two journals have equal rows.
inline constexpr Instant stored_at{1'700'000'000'000};

} // namespace evenfold::bench
