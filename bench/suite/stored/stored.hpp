/// The mix as it is stored: commands, the events they were answered with, and the batches that a journal takes.
/// Shape: made once for a bench and shared by its cases; journals lie in a folder on the disk that goes with them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/journal/journal.hpp"

namespace evenfold::bench {

using Command = CommandEnvelope<orchestration::Command>;

/// One accepted command of the mix.
struct Accepted {
    Command command;
    std::vector<orchestration::Event> events;
    journal::Batch batch;
};

/// The first of the mix, with `events` events or a few more.
[[nodiscard]] std::vector<Accepted> accepted_of(std::size_t events);

/// The batch of `one`, made from its command and events as the kernel makes it; streams are taken from the batch.
[[nodiscard]] journal::Batch encoded(const Accepted& one);

/// A folder beside the program's temporary files, removed with all in it.
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

/// An empty journal at `file`, open to write.
[[nodiscard]] std::unique_ptr<journal::Journal> new_journal(const std::filesystem::path& file);

/// The clock that gives every event of the mix the same time, so that two journals have equal rows.
inline constexpr Instant stored_at{1'700'000'000'000};

} // namespace evenfold::bench
