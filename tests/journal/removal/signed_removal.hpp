/// Signed journals from which payloads are removed, for tests, and a search for the bytes that are left.
/// Shapes: each payload is a text that occurs nowhere else. Each function fails the test if the journal refuses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/journal/journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/journal/heads/signed_notes.hpp"

namespace evenfold::tests::removal {

using Ranges = std::vector<journal::chain::SequenceRange>;

/// Returns the payload of event `sequence`, of at least `bytes` bytes. It begins with a text that only it has.
[[nodiscard]] std::string payload_of(Sequence sequence, std::size_t bytes = 0);

/// Appends `count` events behind event `head`, in two streams. Each 7th is longer than a page.
void grow(journal::Journal& journal, Sequence head, std::uint64_t count);

/// Appends `unsigned_events` to an empty journal, starts to sign with key 1, and appends `signed_events`.
void grow_and_sign(journal::Journal& journal, std::uint64_t unsigned_events, std::uint64_t signed_events);

[[nodiscard]] std::string origin_of(journal::Journal& journal);

/// Returns a removal of these events that the test key of notes has signed.
[[nodiscard]] journal::PayloadRemoval
removal_of(journal::Journal& journal, const Ranges& ranges, const std::string& reason = "asked by Ada");

using NewTexts = std::map<Sequence, std::string>;

/// Returns a compaction that the test key of notes has signed: the events of `ranges` lose their payloads, or get those
/// of `texts`.
[[nodiscard]] journal::PayloadRemoval
compaction_of(journal::Journal& journal, const Ranges& ranges, const NewTexts& texts);

/// Removes the payloads of these events.
void remove_now(journal::Journal& journal, const Ranges& ranges);

/// Returns the trust in key 1 and in that note.
[[nodiscard]] journal::chain::ChainTrust trust_in(journal::Journal& journal);

/// Returns the report of a verification of the journal.
[[nodiscard]] journal::chain::ChainReport report_of(journal::Journal& journal, const journal::chain::ChainTrust& trust);

/// The payloads in the files of a folder and its folders, as they are when it is made.
class FolderBytes {
public:
    FolderBytes() = default; // without files
    explicit FolderBytes(const std::filesystem::path& folder);

    void add(const std::filesystem::path& path);

    /// Returns how many files have the payload of event `sequence`, or its beginning.
    [[nodiscard]] std::size_t with(Sequence sequence) const;
    /// Returns the number of events up to `last` that occur in a file.
    [[nodiscard]] std::uint64_t events_up_to(Sequence last) const;

private:
    std::map<Sequence, std::size_t> files_; // their number per event
};

} // namespace evenfold::tests::removal
