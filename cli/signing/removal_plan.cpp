#include "evenfold/cli/signing/removal_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "evenfold/cli/journals/database_name.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/journal/removal_check.hpp"
#include "evenfold/journal/retention.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/journal/without_payloads.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {

using namespace journal;

std::expected<RemovalPlan, ExitCode>
plan_removal(const ProgramDomain& domain, Journal& journal, std::vector<chain::SequenceRange> ranges) {
    const auto before = domain.entry->model_at(journal, std::numeric_limits<Sequence>::max());
    if (!before) return std::unexpected(report_error(before.error()));
    WithoutPayloads what_stays(journal, ranges);
    const auto after = domain.entry->model_at(what_stays, before->sequence);
    if (!after) return std::unexpected(report_error(after.error()));
    const std::uint64_t count = journal::count_of(ranges);
    return RemovalPlan{.ranges = std::move(ranges),
                       .count = count,
                       .digests = {.size = before->sequence, .before = before->digest, .after = after->digest}};
}

std::expected<std::optional<std::string>, ExitCode> signed_origin(Journal& journal) {
    JournalSignatures* signatures = journal.signatures();
    if (!signatures) return std::nullopt;
    auto start = heads::chain_start(*signatures);
    if (!start) return std::unexpected(report_error(start.error()));
    if (start->keys.empty()) return std::nullopt;
    return std::move(start->origin);
}

std::expected<heads::SigningKey, ExitCode> load_journal_signer(const std::string& origin, const std::string& folder) {
    auto key = heads::load_signing_key(folder);
    if (!key) return std::unexpected(report_error(key.error()));
    if (key->verifier().name() == origin) return std::move(*key);
    return std::unexpected(
        report_error(fmt::format("{}: the signing key is that of the journal '{}', and this one is '{}'", folder,
                                 one_line(key->verifier().name()), one_line(origin)),
                     "name the folder of this journal's signing key"));
}

namespace {

constexpr std::size_t ranges_per_note_max = 20'000; // of up to 42 bytes each

/// Closes the tree again, because an open one reads an older state, whose bytes could not be overwritten.
std::expected<chain::Hash, Failure> read_leaves(Journal& journal, std::span<const chain::SequenceRange> ranges) {
    const auto tree = journal.signatures()->open_tree();
    if (!tree) return std::unexpected(tree.error());
    return leaves_of(**tree, ranges);
}

} // namespace

std::expected<void, Failure> sign_and_remove(Journal& journal, const heads::SigningKey& key,
                                             heads::SignedRemoval removal, std::vector<NewPayload> replacing) {
    const auto leaves = read_leaves(journal, removal.ranges);
    if (!leaves) return std::unexpected(leaves.error());
    removal.leaves = *leaves;
    auto note = heads::sign_removal(key, removal);
    if (!note) return std::unexpected(std::move(note.error()));
    return journal.signatures()->remove_payloads(
        {.note = std::move(*note), .statement = heads::statement_of(removal), .replacing = std::move(replacing)});
}

std::expected<std::uint64_t, ExitCode> remove_payloads(Journal& journal, const heads::SigningKey& key,
                                                       const RemovalPlan& plan, const RemovalAuthor& author,
                                                       RemovalKind kind) {
    heads::SignedRemoval removal{.origin = key.verifier().name(),
                                 .ranges = {},
                                 .by = author.by,
                                 .reason = author.reason,
                                 .time_s = static_cast<std::uint64_t>(kernel::now().unix_ms) / 1000};
    if (kind == RemovalKind::erasure) removal.kind = plan.digests;
    const std::size_t step = kind == RemovalKind::erasure ? plan.ranges.size() : ranges_per_note_max;
    for (std::size_t begin = 0; begin < plan.ranges.size(); begin += step) {
        const auto rest = std::span(plan.ranges).subspan(begin);
        const auto part = rest.first(std::min(step, rest.size()));
        removal.ranges.assign(part.begin(), part.end());
        if (const auto removed = sign_and_remove(journal, key, removal); !removed)
            return std::unexpected(report_error(removed.error()));
    }
    const auto position = journal.position();
    if (!position) return std::unexpected(report_error(position.error()));
    return position->erasures;
}

void print_other_copies(std::string_view database) {
    if (!names_server(database)) return;
    write_to_stdout("the server's write-ahead log, standbys and backups may have these bytes still, until its "
                    "administrator ends them: docs/erasure.md\n");
}

} // namespace evenfold::cli
