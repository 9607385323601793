#include "evenfold/tests/faults/numbered_steps.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "evenfold/journal/chain/tree/frontier.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Batch;
using journal::Failure;
using journal::FailureKind;
using journal::Journal;

constexpr std::uint64_t head_interval = 6;
constexpr std::uint64_t key_interval = 13;
constexpr std::size_t leaves_at_once = 128; // as TreeHashes permits

std::expected<void, Failure> append_batch(Journal& journal, const Batch& batch) {
    const auto receipts = journal.append({&batch, 1}, std::nullopt);
    if (receipts) return {};
    if (const auto* failure = std::get_if<Failure>(&receipts.error())) return std::unexpected(*failure);
    return std::unexpected(Failure{.kind = FailureKind::inconsistent, .what = "the batch was refused", .remedy = {}});
}

std::expected<chain::TreeFrontier, Failure> frontier_of(journal::JournalTree& tree) {
    chain::TreeFrontier frontier;
    std::array<chain::Hash, leaves_at_once> leaves{};
    for (std::uint64_t first = 0; first < tree.size();) {
        const std::uint64_t left = tree.size() - first;
        const std::span<chain::Hash> read(leaves.data(), left < leaves_at_once ? 1 : leaves_at_once);
        if (auto done = tree.read(0, first, read); !done) return std::unexpected(done.error());
        for (const chain::Hash& leaf : read) frontier.append(leaf);
        first += read.size();
    }
    return frontier;
}

} // namespace

StepKind kind_of(std::uint64_t step) {
    if (step % key_interval == 0) return StepKind::change_key;
    return step % head_interval == 0 ? StepKind::sign_head : StepKind::append;
}

Batch batch_of(std::uint64_t step) {
    std::vector<std::string> streams;
    for (std::uint64_t event = 0; event < step % 4; ++event) streams.push_back((step + event) % 3 == 0 ? "a" : "b");
    return journal::contract::batch(step, streams);
}

std::uint64_t key_before(std::uint64_t step) {
    return 1 + (step - 1) / key_interval;
}

TestedStore sqlite_store(const std::filesystem::path& file, bool is_signed) {
    return {.open =
                [file, is_signed](std::uint64_t key) {
                    const journal::SqliteOptions options =
                        is_signed ? chain::signed_with(key) : journal::SqliteOptions{.domain = "plans"};
                    return journal::open_sqlite_journal(file, journal::Access::create, options);
                },
            .is_signed = is_signed,
            .integrity = [file] { return chain::text_in(file, "PRAGMA integrity_check"); }};
}

std::expected<StepWriter, Failure> StepWriter::open(const TestedStore& store, const StepProgress& progress) {
    const std::uint64_t last = key_before(progress.attempted + 2);
    for (std::uint64_t key = key_before(progress.acknowledged + 1);; ++key) {
        auto journal = store.open(key);
        if (journal) return StepWriter(std::move(*journal), key, store.is_signed);
        if (journal.error().kind != FailureKind::unsigned_writer || key >= last)
            return std::unexpected(std::move(journal.error()));
    }
}

std::expected<void, Failure> StepWriter::perform(std::uint64_t step) {
    const StepKind kind = kind_of(step);
    if (kind == StepKind::append) return append_batch(*journal_, batch_of(step));
    if (!is_signed_) return {};
    if (kind == StepKind::sign_head) return sign_current_head(*journal_);
    const std::uint64_t next = key_before(step + 1);
    if (key_ >= next) return {};
    auto changed = journal_->signatures()->change_key(chain::key_of(next), {static_cast<std::int64_t>(step)});
    if (changed) key_ = next;
    return changed;
}

std::expected<void, Failure> sign_current_head(Journal& journal) {
    const auto source = journal.signatures()->open_chain();
    if (!source) return std::unexpected(source.error());
    const auto start = (*source)->start();
    if (!start) return std::unexpected(start.error());
    const auto tree = journal.signatures()->open_tree();
    if (!tree) return std::unexpected(tree.error());
    const auto frontier = frontier_of(**tree);
    if (!frontier) return std::unexpected(frontier.error());
    chain::HeadRow head{.size = frontier->size(),
                        .root = std::string(chain::bytes_of(frontier->root())),
                        .frontier = {},
                        .note = chain::head_note(start->origin, {frontier->size(), frontier->root()})};
    for (const chain::Hash& hash : frontier->hashes()) head.frontier += chain::bytes_of(hash);
    return journal.signatures()->add_head(head, {});
}

} // namespace evenfold::tests::faults
