#include <fmt/format.h>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/new_file.hpp"
#include "evenfold/cli/signing/trust.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/entry.hpp"
#include "evenfold/journal/exchange/event_evidence.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"
#include "evenfold/journal/heads/event_proof.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/system/whole_file.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct ProofOptions {
    std::uint64_t sequence = 0;
    std::string check; // the file of a proof
    std::string event; // the file of the event's line
    std::vector<std::string> signers;
};

/// Returns the failure that the event cannot be read where the journal has it.
Failure missing_event(Sequence sequence) {
    return {.kind = FailureKind::damaged,
            .what = fmt::format("event {} is not where its stream has it: the journal is damaged", sequence),
            .remedy = "find the place with `evenfold verify`, and restore a copy"};
}

/// Returns the event with its signature, as an export has it.
std::expected<std::string, Failure> line_of(Journal& opened, JournalSignatures& signatures, Sequence sequence) {
    const auto records = read_all(opened, {.from = sequence, .at_most = 1});
    if (!records) return std::unexpected(records.error());
    if (records->empty()) return std::unexpected(missing_event(sequence));
    const auto source = signatures.open_chain();
    if (!source) return std::unexpected(source.error());
    if (const auto start = (*source)->start(); !start) return std::unexpected(start.error());
    chain::StreamEventRow row;
    while (row.event.sequence < sequence) {
        const auto more = (*source)->next_of_stream(records->front().stream, row);
        if (!more) return std::unexpected(more.error());
        if (!*more || row.event.sequence > sequence) return std::unexpected(missing_event(sequence));
    }
    return exchange::event_line(row);
}

std::expected<heads::EventProof, Failure> proof_of(JournalTree& tree, const chain::HeadRow& head, Sequence sequence) {
    auto entry = tree.entry_of(sequence);
    if (!entry) return std::unexpected(std::move(entry.error()));
    auto hashes = chain::inclusion_proof(tree, sequence - 1, head.size);
    if (!hashes) return std::unexpected(std::move(hashes.error()));
    return heads::EventProof{
        .entry = *std::move(entry), .index = sequence - 1, .hashes = *std::move(hashes), .head = head.note};
}

ExitCode print_proof(Journal& opened, const ProofOptions& options) {
    JournalSignatures* signatures = opened.signatures();
    if (!signatures) return report_error("this kind of journal cannot be signed");
    const auto tree = signatures->open_tree();
    if (!tree) return report_error(tree.error());
    if (options.sequence > (*tree)->size())
        return report_error(fmt::format("event {} does not exist: the journal has {}", options.sequence,
                                        count_of((*tree)->size(), "event")));
    const auto head = signatures->newest_head();
    if (!head) return report_error(head.error());
    if (!*head || (*head)->size < options.sequence)
        return report_error(fmt::format("no signed head contains event {}", options.sequence),
                            "sign one: `evenfold anchor` with --signing-key");
    const auto proof = proof_of(**tree, **head, options.sequence);
    if (!proof) return report_error(proof.error());
    if (!options.event.empty()) {
        const auto line = line_of(opened, *signatures, options.sequence);
        if (!line) return report_error(line.error());
        if (const auto written = write_new_file(options.event, *line); !written) return report_error(written.error());
    }
    write_to_stdout("{}", to_text(*proof));
    return ExitCode::success;
}

void print_proven(const chain::CoveredEvent& event, const heads::SignedHead& head) {
    write_to_stdout("event       {}\nstream      {}, version {}\ntype        {}, version {}\ncommand     {}\n"
                    "actor       {}\nat          {}\nstored at   {}\npayload     SHA-256 {}, with its salt\n",
                    event.sequence, one_line(event.stream), event.version, one_line(event.type), event.type_version,
                    to_text(event.command.uuid), one_line(event.actor), to_text(event.at), to_text(event.stored_at),
                    hex::encode(event.payload_hash));
    write_to_stdout(
        "\nProven: it is event {} of the journal {}, as the head of {} states that its key has signed at {}.\n",
        event.sequence, one_line(head.origin), count_of(head.tree.size, "event"),
        to_text(Instant{static_cast<std::int64_t>(head.time_s) * 1'000}));
}

ExitCode check_proof_file(const ProofOptions& options) {
    const auto keys = verifier_keys(options.signers);
    if (!keys) return keys.error();
    if (keys->empty())
        return report_error("no key was given that verifies the head", "name the verifier key with --signer",
                            ExitCode::usage);
    const auto text = system::read_whole_file(options.check, heads::proof_bytes_max);
    if (!text) return report_error(text.error());
    const auto refused = [&](const heads::NoteError& error) {
        return report_error(fmt::format("{}: not proven: {}", options.check, to_text(error)));
    };
    const auto proof = heads::parse_proof(*text);
    if (!proof) return refused(proof.error());
    const auto head = heads::check_proof(*proof, *keys);
    if (!head) return refused(head.error());
    const auto event = chain::read_entry(proof->entry);
    if (!event || event->sequence != proof->index + 1)
        return report_error(
            fmt::format("{}: not proven: its entry is not that of event {}", options.check, proof->index + 1));
    if (!options.event.empty()) {
        const auto line = system::read_whole_file(options.event, exchange::default_line_bytes_max);
        if (!line) return report_error(line.error());
        if (const auto checked = exchange::check_event_line(*line, proof->entry); !checked)
            return report_error(fmt::format("{}: not proven: {}", options.event, checked.error()));
    }
    print_proven(*event, *head);
    if (!options.event.empty()) write_to_stdout("The payload in {} is that of the event.\n", one_line(options.event));
    return ExitCode::success;
}

RunVerb declare_proof(OptionSet& set) {
    auto options = std::make_shared<ProofOptions>();
    set.number("EVENT", options->sequence, "The event to prove").at_least(1);
    set.text("--event FILE", options->event, "A file for the event with its payload; with --check, the file to check");
    set.text("--check FILE", options->check, "Check the proof in FILE instead, which needs no journal");
    declare_signers(set, options->signers);
    return [options](const Invocation& invocation) {
        if (!options->check.empty()) return check_proof_file(*options);
        if (options->sequence == 0)
            return report_error("'proof' needs the number of an event, or --check", "evenfold proof 7",
                                ExitCode::usage);
        return invocation.with_any_journal(JournalAccess::read_only,
                                           [&](Journal& opened) { return print_proof(opened, *options); });
    };
}

} // namespace

const Verb proof_verb{
    .name = "proof",
    .summary = "Print evidence for one event, or check it",
    .details =
        "The proof has the event's entry, the newest signed head, and the hashes that connect both. Whoever trusts\n"
        "the verifier key can check it without the journal and without a secret, here or with any program for\n"
        "c2sp.org/tlog-proof. The entry has the hash of the payload; --event writes the payload itself.",
    .declare = &declare_proof};

} // namespace evenfold::cli
