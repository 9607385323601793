#include <fmt/format.h>

#include <functional>
#include <limits>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/new_file.hpp"
#include "evenfold/cli/signing/report_text.hpp"
#include "evenfold/cli/signing/trust.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/exchange/compat_log.hpp"
#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"
#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/journal/exchange/row_import.hpp"
#include "evenfold/journal/exchange/signed_end.hpp"
#include "evenfold/journal/keys/key_folder.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace journal;

struct JournalOptions {
    std::string action;
    std::string file;
    std::string stream;      // the only one to export
    std::uint64_t first = 0; // of the events to export; 0: not given
    std::uint64_t last = 0;
    bool has_proofs = false;
    TrustOptions trust; // in an export that is imported
    std::string compat; // the file of a compat-v1 log's secret
    std::string payload = "as-is";
};

exchange::ExportSink to_stdout() {
    return [](std::string_view bytes) -> std::expected<void, Failure> {
        write_bytes_to_stdout(bytes);
        return {};
    };
}

using WriteLines = std::function<std::expected<exchange::ExportSummary, Failure>(const exchange::ExportSink& sink)>;

ExitCode export_to(const std::string& file, const WriteLines& write) {
    const bool is_stdout = file.empty() || file == "-";
    if (is_stdout && system::is_terminal(system::StandardStream::output))
        return report_error("an export is not printed to a terminal, because it has hidden characters as they are",
                            "name a file", ExitCode::usage);
    std::optional<NewFile> made;
    if (!is_stdout) {
        auto created = NewFile::create(file);
        if (!created) return report_error(created.error());
        made = *std::move(created);
    }
    const exchange::ExportSink sink =
        is_stdout ? to_stdout() : [&](std::string_view bytes) { return made->write(bytes); };
    const auto written = write(sink);
    if (!written) return report_error(written.error());
    if (is_stdout) return ExitCode::success;
    if (const auto finished = made->finish(); !finished) return report_error(finished.error());
    write_to_stdout("{}: {}, SHA-256 of the lines before the last one {}\n", one_line(file),
                    count_of(written->events, "event"), hex::encode(written->digest));
    return ExitCode::success;
}

bool names_part(const JournalOptions& options) {
    return !options.stream.empty() || options.first > 0 || options.last > 0 || options.has_proofs;
}

/// Exports the events that the options name, each with its proof.
ExitCode export_part(Journal& opened, const JournalOptions& options, const exchange::ExportOptions& writing) {
    JournalSignatures* signatures = opened.signatures();
    if (!signatures) return report_error("this kind of journal cannot be signed");
    const auto source = signatures->open_chain();
    if (!source) return report_error(source.error());
    const auto tree = signatures->open_tree();
    if (!tree) return report_error(tree.error());
    chain::JournalPart part{.stream = std::nullopt, .first = 1, .last = std::numeric_limits<Sequence>::max()};
    if (!options.stream.empty()) part.stream = options.stream;
    if (options.first > 0) part.first = options.first;
    if (options.last > 0) part.last = options.last;
    return export_to(options.file, [&](const exchange::ExportSink& sink) {
        return exchange::write_part(**source, **tree, part, sink, writing);
    });
}

ExitCode export_journal(const Invocation& invocation, const JournalOptions& options) {
    const auto key = invocation.signing_key();
    if (!key) return key.error();
    exchange::ExportOptions writing;
    if (*key) writing.sign_end = exchange::end_signer(**key);
    if (names_part(options))
        return invocation.with_any_journal(JournalAccess::read_only,
                                           [&](Journal& opened) { return export_part(opened, options, writing); });
    return invocation.with_chain([&](chain::ChainSource& source) {
        return export_to(options.file, [&](const exchange::ExportSink& sink) {
            return exchange::write_export(source, sink, writing);
        });
    });
}

/// Verifies the export as `verify --export` does. Reports the first break.
ExitCode check_export(const JournalOptions& options, const TrustedExport& trusted) {
    exchange::ExportReader source(options.file, trusted.reading);
    const auto report = chain::verify(source, trusted.trust);
    if (!report) return report_error(report.error());
    if (report->ok()) return ExitCode::success;
    write_to_stdout("{}", text_of(*report, options.file));
    return report_error("nothing was imported, because the export is not proven",
                        "find out where it was changed, and export the journal again");
}

/// Stores the rows of `source` in the journal of that name.
ExitCode store_rows(const Invocation& invocation, const chain::ChainStart& start, chain::ChainSource& source) {
    return invocation.with_copy_of(start.origin, start.domain, [&](Journal& opened) {
        JournalSignatures* signatures = opened.signatures();
        if (!signatures) return report_error("this kind of journal cannot be signed");
        const auto sink = signatures->open_sink(kernel::now());
        if (!sink) return report_error(sink.error());
        const auto done = exchange::import_rows(source, **sink);
        if (!done) return report_error(done.error());
        write_to_stdout("{}: {} added, {} there already\n", one_line(invocation.shown_database()),
                        count_of(done->added, "event"), done->compared);
        return ExitCode::success;
    });
}

ExitCode import_export(const Invocation& invocation, const JournalOptions& options) {
    const auto trusted = trust_in_export(invocation, options.trust, options.file, ExportScope::whole);
    if (!trusted) return trusted.error();
    if (const ExitCode checked = check_export(options, *trusted); checked != ExitCode::success) return checked;
    exchange::ExportReader source(options.file);
    return store_rows(invocation, trusted->start, source);
}

ExitCode import_compat(const Invocation& invocation, const JournalOptions& options) {
    const auto key = keys::read_key_file(options.compat);
    if (!key) return report_error(key.error());
    const auto ring = invocation.keys();
    if (!ring) return ring.error();
    const keys::RingKey* writing = (*ring)->writing();
    if (!writing || writing->key.id() == key->key.id())
        return report_error("no other secret was given that signs after the log",
                            "name one with EVENFOLD_HMAC_SECRET, or with the link `current` in the folder of --keys",
                            ExitCode::usage);
    const auto found = invocation.present_journal();
    if (!found) return found.error();
    const std::optional<chain::ChainStart>& present = *found;
    const std::string domain = present ? present->domain : invocation.named_domain();
    if (domain.empty()) return report_error("a new journal needs a domain", "name it with --domain", ExitCode::usage);
    const std::string& chosen = invocation.new_origin();
    const std::string origin = present          ? present->origin
                               : chosen.empty() ? "journal/" + to_text(kernel::fresh_uuid())
                                                : chosen;
    const auto log = exchange::CompatLog::open(options.file, {.key = key->key,
                                                              .next = writing->key,
                                                              .origin = origin,
                                                              .domain = domain,
                                                              .first_previous = first_previous_of(options.trust),
                                                              .payload = options.payload == "as-is"
                                                                             ? exchange::CompatPayload::as_is
                                                                             : exchange::CompatPayload::sorted_keys});
    if (!log) return report_error(log.error());
    const auto start = (*log)->start();
    if (!start) return report_error(start.error());
    if (present && present->head > 0 && present->head < start->head)
        return report_error(fmt::format("{}: the log has grown since its {} were imported, and the journal is signed "
                                        "under v2 since",
                                        one_line(options.file), count_of(present->head, "event")),
                            "import it into a new journal");
    return store_rows(invocation, *start, **log);
}

ExitCode import_journal(const Invocation& invocation, const JournalOptions& options) {
    return options.compat.empty() ? import_export(invocation, options) : import_compat(invocation, options);
}

ExitCode run(const Invocation& invocation, const JournalOptions& options) {
    if (options.action == "export") return export_journal(invocation, options);
    if (names_part(options))
        return report_error("--stream, --from, --to and --proofs are for an export: an import takes whole journals",
                            "evenfold journal import FILE", ExitCode::usage);
    if (!options.file.empty() && options.file != "-") return import_journal(invocation, options);
    return report_error("'journal import' needs the file of an export, which is read several times",
                        "evenfold journal import FILE", ExitCode::usage);
}

RunVerb declare_journal(OptionSet& set) {
    auto options = std::make_shared<JournalOptions>();
    set.text("ACTION", options->action, "export or import").required().one_of({"export", "import"});
    set.text("FILE", options->file, "The export (for export, default or -: standard output)");
    set.text("--stream NAME", options->stream, "Export the events of this stream alone, each with a proof");
    set.number("--from EVENT", options->first, "Export the events from this one on, each with a proof").at_least(1);
    set.number("--to EVENT", options->last, "Export the events up to this one, each with a proof").at_least(1);
    set.flag("--proofs", options->has_proofs, "Export each event with a proof that it is in the newest signed head");
    declare_trust(set, options->trust);
    set.text("--compat-v1 SECRET", options->compat,
             "FILE is a log that was signed under compat-v1, with the secret in this file");
    set.text("--payload FORM", options->payload,
             "How the payloads of a compat-v1 log were signed: as-is or sorted-keys (default: as-is)")
        .one_of({"as-is", "sorted-keys"});
    return [options](const Invocation& invocation) { return run(invocation, *options); };
}

} // namespace

const Verb journal_verb{
    .name = "journal",
    .summary = "Move whole journals as text",
    .details =
        "export   writes all rows as lines of JSON (docs/export.md), which evenfold and docs/verify.py can verify.\n"
        "         With --signing-key, its end is signed. Never overwrites a file.\n"
        "         With --stream, --from, --to or --proofs it has those events alone, and proves them with the newest\n"
        "         signed head. Such a part cannot be imported.\n"
        "import   verifies an export, and stores its rows in a new journal, in a file or on a server, or those that\n"
        "         follow the head of a copy of the same journal. Sequences, salts and signatures stay, so the export\n"
        "         of the copy is the same file. Repeating it changes nothing.\n"
        "         With --compat-v1, FILE is a log of another program (docs/export.md). Every signature is checked, "
        "and\n"
        "         a change to the secret that writes seals the events.",
    .may_create = true,
    .takes_keys = true,
    .declare = &declare_journal};

} // namespace evenfold::cli
