#include "evenfold/tests/journal/removal/signed_removal.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <random>
#include <set>
#include <variant>

#include "evenfold/journal/removal_check.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

constexpr std::size_t longer_than_a_page = 9'000;
constexpr std::size_t letters_between_marks = 150; // so that compression would save too little, and is not used
constexpr std::string_view mark = "<payload of event ";

/// Returns the sequence after a mark; nothing if the bytes are another text.
std::optional<Sequence> sequence_at(std::string_view bytes) {
    Sequence sequence = 0;
    const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + bytes.size(), sequence);
    if (error != std::errc() || end == bytes.data() + bytes.size() || *end != '>') return std::nullopt;
    return sequence;
}

} // namespace

std::string payload_of(Sequence sequence, std::size_t bytes) {
    std::mt19937_64 random(sequence);
    std::string payload;
    do {
        payload += fmt::format("{}{}>", mark, sequence);
        for (std::size_t at = 0; payload.size() < bytes && at < letters_between_marks; ++at)
            payload += static_cast<char>('a' + random() % 26);
    } while (payload.size() < bytes);
    return payload;
}

void grow(Journal& journal, Sequence head, std::uint64_t count) {
    std::vector<Batch> group;
    for (Sequence sequence = head + 1; sequence <= head + count; ++sequence) {
        Batch batch = contract::batch(sequence, {sequence % 2 == 0 ? "a" : "b"});
        batch.events.front().data = payload_of(sequence, sequence % 7 == 0 ? longer_than_a_page : 0);
        group.push_back(std::move(batch));
    }
    const auto receipts = journal.append(group, std::nullopt);
    REQUIRE_MESSAGE(receipts, std::get<Failure>(receipts.error()).what);
}

void grow_and_sign(Journal& journal, std::uint64_t unsigned_events, std::uint64_t signed_events) {
    grow(journal, 0, unsigned_events);
    const auto started = journal.signatures()->start_signing(tests::chain::key_of(1), {1});
    REQUIRE_MESSAGE(started, started.error().what);
    grow(journal, unsigned_events, signed_events);
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

PayloadRemoval compaction_of(Journal& journal, const Ranges& ranges, const NewTexts& texts) {
    const auto tree = journal.signatures()->open_tree();
    REQUIRE(tree);
    PayloadRemoval removal;
    heads::CompactionTerms terms{.digests = {.size = journal.head().value(), .before = "0a", .after = "0b"},
                                 .function = "test/1",
                                 .replaced = {}};
    for (const auto& [sequence, text] : texts) {
        removal.replacing.push_back({.data = text, .salt = std::string(16, static_cast<char>('A' + sequence % 26))});
        const auto hash = journal::chain::payload_hash_of(removal.replacing.back().salt, text);
        terms.replaced.push_back({sequence, hash});
    }
    const heads::SignedRemoval statement{.origin = origin_of(journal),
                                         .ranges = ranges,
                                         .leaves = leaves_of(**tree, ranges).value(),
                                         .by = "Ada",
                                         .reason = "space",
                                         .time_s = 1'790'000'001,
                                         .kind = terms};
    removal.note = heads::sign_removal(tests::heads::signing_key(1, statement.origin), statement).value();
    removal.statement = heads::statement_of(statement);
    return removal;
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

journal::chain::ChainReport report_of(Journal& journal, const journal::chain::ChainTrust& trust) {
    const auto source = journal.signatures()->open_chain();
    REQUIRE_MESSAGE(source, source.error().what);
    auto report = verify(**source, trust);
    REQUIRE_MESSAGE(report, report.error().what);
    return *std::move(report);
}

FolderBytes::FolderBytes(const std::filesystem::path& folder) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) add(entry.path());
    }
}

void FolderBytes::add(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    std::set<Sequence> found;
    for (std::size_t at = bytes.find(mark); at != std::string::npos; at = bytes.find(mark, at + 1)) {
        if (const auto sequence = sequence_at(std::string_view(bytes).substr(at + mark.size())))
            found.insert(*sequence);
    }
    for (const Sequence sequence : found) ++files_[sequence];
}

std::size_t FolderBytes::with(Sequence sequence) const {
    const auto found = files_.find(sequence);
    return found == files_.end() ? 0 : found->second;
}

std::uint64_t FolderBytes::events_up_to(Sequence last) const {
    return static_cast<std::uint64_t>(
        std::ranges::count_if(files_, [&](const auto& entry) { return entry.first <= last; }));
}

} // namespace evenfold::tests::removal
