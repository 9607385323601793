#include "evenfold/tests/journal/removal/erased_file.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "evenfold/journal/removal_check.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr std::size_t longer_than_a_page = 9'000;

std::string mark_of(Sequence sequence) {
    return fmt::format("<payload of event {}>", sequence);
}

} // namespace

std::string payload_of(Sequence sequence, std::size_t bytes) {
    std::string payload = mark_of(sequence);
    while (payload.size() < bytes) payload += mark_of(sequence);
    return payload;
}

void grow(Journal& journal, Sequence head, std::uint64_t count) {
    std::vector<Batch> group;
    for (Sequence sequence = head + 1; sequence <= head + count; ++sequence) {
        Batch batch = contract::batch(sequence, {sequence % 2 == 0 ? "a" : "b"});
        batch.events.front().data = payload_of(sequence, sequence % 7 == 0 ? longer_than_a_page : 0);
        group.push_back(std::move(batch));
    }
    tests::chain::append(journal, group);
}

void create(const std::filesystem::path& file, std::uint64_t unsigned_events, std::uint64_t signed_events) {
    const auto journal = tests::chain::opened(file, {.domain = "plans"});
    grow(*journal, 0, unsigned_events);
    const auto started = journal->signatures()->start_signing(tests::chain::key_of(1), {1});
    REQUIRE_MESSAGE(started, started.error().what);
    grow(*journal, unsigned_events, signed_events);
}

std::string origin_of(Journal& journal) {
    return journal.signatures()->open_chain().value()->start().value().origin;
}

PayloadRemoval removal_of(Journal& journal, const Ranges& ranges, const std::string& reason) {
    const auto tree = journal.signatures()->open_tree();
    REQUIRE(tree);
    const auto leaves = leaves_of(**tree, ranges);
    REQUIRE_MESSAGE(leaves, leaves.error().what);
    const heads::SignedRemoval removal{.origin = origin_of(journal),
                                       .ranges = ranges,
                                       .leaves = *leaves,
                                       .by = "Ada",
                                       .reason = reason,
                                       .time_s = 1'790'000'001};
    const auto note = heads::sign_removal(tests::heads::signing_key(1, removal.origin), removal);
    REQUIRE_MESSAGE(note, note.error().what);
    return {.note = *note, .statement = heads::statement_of(removal)};
}

void remove_now(Journal& journal, const Ranges& ranges) {
    const auto removed = journal.signatures()->remove_payloads(removal_of(journal, ranges));
    REQUIRE_MESSAGE(removed, removed.error().what);
}

journal::chain::ChainTrust trust_in(Journal& journal) {
    journal::chain::ChainTrust trust;
    trust.secrets.push_back(tests::chain::key_of(1));
    trust.read_removal = heads::removal_reader({tests::heads::signing_key(1, origin_of(journal)).verifier()});
    return trust;
}

FolderBytes::FolderBytes(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        std::ifstream file(entry.path(), std::ios::binary);
        files_.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
}

std::size_t FolderBytes::with(Sequence sequence) const {
    const std::string mark = mark_of(sequence);
    return static_cast<std::size_t>(
        std::ranges::count_if(files_, [&](const std::string& bytes) { return bytes.find(mark) != std::string::npos; }));
}

std::uint64_t FolderBytes::events_up_to(Sequence last) const {
    std::uint64_t count = 0;
    for (Sequence sequence = 1; sequence <= last; ++sequence) count += with(sequence) > 0 ? 1 : 0;
    return count;
}

} // namespace evenfold::tests::removal
