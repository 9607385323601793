#include "evenfold/cli/signing/compacted_copy.hpp"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/head_signing.hpp"
#include "evenfold/journal/retention.hpp"
#include "evenfold/kernel/any_kernel.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/system/durable.hpp"
#include "evenfold/system/own_file.hpp"
#include "evenfold/system/random.hpp"

namespace evenfold::cli {

namespace {

using namespace journal;
using std::filesystem::path;
using Changes = std::span<const kernel::PlannedPayload>;

constexpr std::size_t range_bytes_max = 42;    // in a note
constexpr std::size_t replaced_bytes_max = 66; // the same
constexpr std::size_t list_bytes_max = 900'000;

/// Verifies the journal with the trust in `key`, without its secrets.
std::expected<void, Failure> check_signed(Journal& journal, const heads::SigningKey& key) {
    chain::ChainTrust trust;
    trust.public_only = true;
    trust.read_head = heads::head_reader({key.verifier()});
    trust.read_removal = heads::removal_reader({key.verifier()});
    const auto source = journal.signatures()->open_chain();
    if (!source) return std::unexpected(source.error());
    const auto report = chain::verify(**source, trust);
    if (!report) return std::unexpected(report.error());
    if (report->ok()) return {};
    return std::unexpected(
        Failure{.kind = FailureKind::damaged,
                .what = fmt::format("event {} is not as it was signed ({}): {}", report->broken->broken_at,
                                    chain::name_of(report->broken->reason), report->broken->detail),
                .remedy = "Find the cause with `evenfold verify`; nothing was written."});
}

std::expected<void, Failure> copy_rows(const CopyOrder& order, const chain::ChainStart& names, const path& file) {
    const auto copy = order.invocation.open_copy(file, Access::create, names);
    if (!copy) return std::unexpected(copy.error());
    const auto rows = order.journal.signatures()->open_chain();
    if (!rows) return std::unexpected(rows.error());
    const auto sink = (*copy)->signatures()->open_sink(kernel::now());
    if (!sink) return std::unexpected(sink.error());
    const auto done = exchange::import_rows(**rows, **sink);
    return done ? std::expected<void, Failure>() : std::unexpected(done.error());
}

/// Returns the first of the changes, as many as one note can have.
Changes first_of(Changes changes) {
    std::size_t bytes = 0;
    std::size_t count = 0;
    for (; count < changes.size() && bytes < list_bytes_max; ++count) {
        const bool continues = count > 0 && changes[count].sequence == changes[count - 1].sequence + 1;
        bytes += (continues ? 0 : range_bytes_max) + (changes[count].data ? replaced_bytes_max : 0);
    }
    return changes.first(count);
}

/// Returns the new payloads among the changes, and states their hashes in `terms`.
std::expected<std::vector<NewPayload>, Failure> payloads_of(Changes changes, heads::CompactionTerms& terms) {
    std::vector<NewPayload> payloads;
    for (const kernel::PlannedPayload& change : changes) {
        if (!change.data) continue;
        NewPayload payload{.data = *change.data, .salt = std::string(chain::salt_bytes, '\0')};
        if (auto filled = system::fill_random(payload.salt); !filled) return std::unexpected(filled.error());
        terms.replaced.push_back({change.sequence, chain::payload_hash_of(payload.salt, payload.data)});
        payloads.push_back(std::move(payload));
    }
    return payloads;
}

/// Signs the removal of some of the planned changes, and makes it.
std::expected<void, Failure> remove_some(Journal& copy, const CopyOrder& order, Changes changes) {
    const kernel::CompactionPlan& plan = order.plan;
    heads::CompactionTerms terms{
        .digests = {.size = plan.head, .before = plan.digest_before, .after = plan.digest_after},
        .function = plan.function,
        .replaced = {}};
    auto payloads = payloads_of(changes, terms);
    if (!payloads) return std::unexpected(std::move(payloads.error()));
    std::vector<Sequence> named;
    for (const kernel::PlannedPayload& change : changes) named.push_back(change.sequence);
    return sign_and_remove(copy, order.key,
                           {.origin = order.key.verifier().name(),
                            .ranges = ranges_of(named),
                            .by = order.author.by,
                            .reason = order.author.reason,
                            .time_s = static_cast<std::uint64_t>(kernel::now().unix_ms) / 1000,
                            .kind = std::move(terms)},
                           std::move(*payloads));
}

/// Compacts the copy, and checks that its events give the model of the plan.
std::expected<void, Failure> compact_copy(const CopyOrder& order, const chain::ChainStart& names, const path& file) {
    const auto copy = order.invocation.open_copy(file, Access::add_heads, names);
    if (!copy) return std::unexpected(copy.error());
    for (Changes rest = order.plan.changes; !rest.empty();) {
        const Changes part = first_of(rest);
        if (auto removed = remove_some(**copy, order, part); !removed) return removed;
        rest = rest.subspan(part.size());
    }
    const auto model = order.domain.entry->model_at(**copy, order.plan.head);
    if (!model) return std::unexpected(model.error());
    if (model->digest == order.plan.digest_after) return {};
    return std::unexpected(Failure{
        .kind = FailureKind::defect,
        .what = fmt::format("the compacted events give the model {}, not {}", model->digest, order.plan.digest_after),
        .remedy = "Report this as a defect of evenfold; nothing was written."});
}

/// Gives the finished file its name, unless there is another one.
std::expected<void, Failure> name_file(const path& finished, const path& into) {
    std::error_code error;
    std::filesystem::create_hard_link(finished, into, error); // a rename would replace a file
    if (error) return std::unexpected(system::failure_of(into, "create", error.value()));
    std::filesystem::remove_all(finished.parent_path(), error);
    return system::sync_path(std::filesystem::absolute(into).parent_path());
}

} // namespace

std::expected<void, Failure> create_compacted_copy(const CopyOrder& order, const path& into) {
    std::error_code error;
    if (std::filesystem::exists(std::filesystem::symlink_status(into, error)))
        return std::unexpected(Failure{.kind = FailureKind::exists,
                                       .what = fmt::format("{}: the file exists already", into.string()),
                                       .remedy = "Name a file that does not exist; nothing was written."});
    if (auto checked = check_signed(order.journal, order.key); !checked) return checked;
    const auto names = heads::chain_start(*order.journal.signatures());
    if (!names) return std::unexpected(names.error());
    const path folder = into.string() + "-unfinished";
    std::filesystem::remove_all(folder, error); // of an earlier attempt
    if (auto made = system::make_folder(folder, 0700); !made) return made;
    const path file = folder / "journal.db";
    if (auto copied = copy_rows(order, *names, file); !copied) return copied;
    if (auto compacted = compact_copy(order, *names, file); !compacted) return compacted;
    return name_file(file, into);
}

} // namespace evenfold::cli
