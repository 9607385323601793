#include "evenfold/tests/faults/judgement.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"

namespace evenfold::tests::faults {

namespace {

using journal::Batch;
using journal::FailureKind;
using journal::Journal;
using journal::Receipt;

constexpr std::uint64_t repeated_steps = 8;

/// Collects the batches that are there in `stored`.
void check_receipts(Judgement& found, Journal& journal, const StepProgress& progress, std::vector<Batch>& stored) {
    Sequence next = 1;
    std::uint64_t missing = 0; // the first step that is not there
    for (std::uint64_t step = 1; step <= progress.attempted + 1; ++step) {
        if (kind_of(step) != StepKind::append) continue;
        Batch made = batch_of(step);
        const auto receipt = journal.receipt(made.command);
        if (!receipt) return found.faults.push_back(receipt.error().what);
        if (!*receipt) {
            if (step <= progress.acknowledged) ++found.lost;
            if (missing == 0) missing = step;
            continue;
        }
        if (missing != 0) found.faults.push_back(fmt::format("step {} is there, but not step {}", step, missing));
        const auto count = static_cast<std::uint32_t>(made.events.size());
        if (**receipt != Receipt{made.command, made.fingerprint, next, count})
            found.faults.push_back(fmt::format("the receipt of step {} is not that of event {}", step, next));
        next += count;
        stored.push_back(std::move(made));
    }
}

void check_events(Judgement& found, Journal& journal, const StepProgress& progress) {
    std::vector<Batch> stored;
    check_receipts(found, journal, progress, stored);
    if (!found.is_good()) return;
    const auto records = read_all(journal);
    if (!records)
        found.faults.push_back(records.error().what);
    else if (*records != journal::contract::expected_records(stored))
        found.faults.emplace_back("the events are not those of the receipts");
}

/// Counts a lost head if the newest one is older than the last acknowledged.
void check_heads(Judgement& found, Journal& journal, std::uint64_t acknowledged) {
    std::uint64_t size = 0;
    std::uint64_t signed_size = 0;
    for (std::uint64_t step = 1; step <= acknowledged; ++step) {
        if (kind_of(step) == StepKind::append) size += batch_of(step).events.size();
        if (kind_of(step) == StepKind::sign_head) signed_size = size;
    }
    const auto head = journal.signatures()->newest_head();
    if (!head) return found.faults.push_back(head.error().what);
    if (signed_size > 0 && (!*head || (*head)->size < signed_size)) ++found.lost;
}

void check(Judgement& found, StepWriter& writer, const TestedStore& store, const StepProgress& progress) {
    check_events(found, writer.journal(), progress);
    if (found.lost > 0) return;
    const std::string integrity = store.integrity ? store.integrity() : "ok";
    if (integrity != "ok") found.faults.push_back(integrity);
    const std::string alarm = alarm_of(writer.journal(), store.is_signed, key_before(progress.attempted + 2));
    if (!alarm.empty()) found.faults.push_back(alarm);
    if (store.is_signed) check_heads(found, writer.journal(), progress.acknowledged);
}

} // namespace

std::string Judgement::text() const {
    std::string text = fmt::format("{} lost", lost);
    for (const std::string& fault : faults) text += "; " + fault;
    return text;
}

std::string alarm_of(Journal& journal, bool is_signed, std::uint64_t keys) {
    if (!is_signed) {
        const auto verified = journal.verify();
        return verified ? "" : verified.error().what;
    }
    for (const chain::VerifyScope scope : {chain::VerifyScope::all, chain::VerifyScope::from_head}) {
        const auto source = journal.signatures()->open_chain();
        if (!source) return source.error().what;
        const auto report = verify(**source, chain::trust_of(keys), scope);
        if (!report) return report.error().what;
        if (!report->ok()) return to_json(*report);
        if (report->signed_events != report->events) return "not all events are signed";
        const auto tree = journal.signatures()->open_tree();
        if (!tree) return tree.error().what;
        const auto root = tree_root(**tree, report->head);
        if (!root) return root.error().what;
        if (*root != report->root) return "the tiles are not those of the events";
    }
    return "";
}

Judgement judge(const TestedStore& store, const StepProgress& progress) {
    Judgement found;
    auto writer = StepWriter::open(store, progress);
    if (!writer) {
        if (writer.error().kind == FailureKind::unsigned_writer)
            ++found.lost; // a change of the key
        else
            found.faults.push_back(writer.error().what);
        return found;
    }
    check(found, *writer, store, progress);
    if (!found.is_good()) return found;
    const std::uint64_t next = progress.acknowledged + 1;
    for (std::uint64_t step = next - std::min(next - 1, repeated_steps); step <= next; ++step) {
        if (const auto done = writer->perform(step); !done) found.faults.push_back(done.error().what);
    }
    check(found, *writer, store, {.acknowledged = next, .attempted = std::max(next, progress.attempted)});
    return found;
}

} // namespace evenfold::tests::faults
