#include <fmt/format.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/report_text.hpp"
#include "evenfold/cli/signing/trust.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace journal::chain;

struct VerifyOptions {
    TrustOptions trust;
    std::string stream;
    std::string file; // an export
    bool from_head = false;
    bool json = false;
};

/// Shows how far a long verification is, if standard error is a terminal.
VerifyProgress progress_line() {
    if (!system::is_terminal(system::StandardStream::error)) return {};
    return [](std::uint64_t verified, std::uint64_t all) {
        erase_line_on_stderr();
        write_to_stderr(fmt::format("verified {} of {}", verified, count_of(all, "event")));
    };
}

std::expected<ChainReport, system::Failure> report_of(ChainSource& source, const ChainTrust& trust,
                                                      const VerifyOptions& options,
                                                      const std::optional<JournalPart>& part) {
    if (part) return verify_part(source, trust, *part);
    if (!options.stream.empty()) return verify_stream(source, trust, options.stream);
    const VerifyProgress progress = progress_line();
    auto report = verify(source, trust, options.from_head ? VerifyScope::from_head : VerifyScope::all, progress);
    if (progress) erase_line_on_stderr();
    return report;
}

/// `part` is the part of a journal that the source has; absent if it has the whole journal.
ExitCode verify_rows(ChainSource& source, const ChainTrust& trust, const VerifyOptions& options,
                     const std::string& journal, const std::optional<JournalPart>& part = {}) {
    const auto report = report_of(source, trust, options, part);
    if (!report) return report_error(report.error());
    if (options.json)
        print_document(to_json(*report), JsonLayout::compact);
    else
        write_to_stdout("{}", text_of(*report, journal));
    return report->ok() ? ExitCode::success : ExitCode::refused;
}

/// Returns the name of the journal, by which an anchor finds its heads. Empty if no anchor needs it.
std::expected<std::string, ExitCode> origin_of(const Invocation& invocation, const TrustOptions& options) {
    std::string origin;
    if (options.anchors.empty()) return origin;
    const ExitCode read = invocation.with_chain([&](ChainSource& source) {
        auto start = source.start();
        if (!start) return report_error(start.error());
        origin = std::move(start->origin);
        return ExitCode::success;
    });
    if (read != ExitCode::success) return std::unexpected(read);
    return origin;
}

ExitCode verify_journal(const Invocation& invocation, const VerifyOptions& options) {
    const auto origin = origin_of(invocation, options.trust);
    if (!origin) return origin.error();
    const auto trust = trust_of(invocation, options.trust, *origin);
    if (!trust) return trust.error();
    return invocation.with_chain(
        [&](ChainSource& source) { return verify_rows(source, *trust, options, invocation.shown_database()); });
}

ExitCode verify_export(const Invocation& invocation, const VerifyOptions& options) {
    const auto trusted = trust_in_export(invocation, options.trust, options.file, ExportScope::whole_or_part);
    if (!trusted) return trusted.error();
    journal::exchange::ExportReader source(options.file, trusted->reading);
    return verify_rows(source, trusted->trust, options, options.file, trusted->part);
}

ExitCode verify(const Invocation& invocation, const VerifyOptions& options) {
    if (options.from_head && options.trust.signers.empty())
        return report_error("--from-head needs the key of the signer whose head is trusted", "name it with --signer",
                            ExitCode::usage);
    if (options.file.empty()) return verify_journal(invocation, options);
    if (invocation.has_database())
        return report_error("--export and --db name two journals", "name one of them", ExitCode::usage);
    return verify_export(invocation, options);
}

RunVerb declare_verify(OptionSet& set) {
    auto options = std::make_shared<VerifyOptions>();
    declare_trust(set, options->trust);
    const auto stream = set.text("--stream NAME", options->stream, "Check the events of this stream alone");
    set.flag("--from-head", options->from_head, "Trust the newest signed head, and check only what follows it")
        .excludes(stream);
    set.text("--export FILE", options->file, "Check an export instead of a journal").excludes(stream);
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) { return verify(invocation, *options); };
}

} // namespace

const Verb verify_verb{
    .name = "verify",
    .summary = "Check whether anything in a signed journal was changed",
    .details =
        "Reads the whole journal once, and stops at the first place that is not as it was signed. The secrets are\n"
        "those of --keys, EVENFOLD_KEYS or EVENFOLD_HMAC_SECRET. Heads from outside the journal also show whether\n"
        "its end was cut off, and whether somebody with the secret wrote another history.\n"
        "docs/signed-journal.md explains each reason, and what an attacker of each kind can do.\n"
        "\n"
        "Exit status: 0 if everything is proven, 1 if not.",
    .takes_keys = true,
    .declare = &declare_verify};

} // namespace evenfold::cli
