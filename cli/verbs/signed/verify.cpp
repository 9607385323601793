#include <fmt/format.h>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/report_text.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

using namespace journal::chain;

struct VerifyOptions {
    bool public_only = false;
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

ExitCode verify_journal(const Invocation& invocation, ChainSource& source, const VerifyOptions& options) {
    ChainTrust trust;
    trust.public_only = options.public_only;
    if (!options.public_only) {
        const auto keys = invocation.keys();
        if (!keys) return keys.error();
        trust.secrets = (*keys)->secrets();
        if (trust.secrets.empty())
            return report_error("no secret was given, so the macs cannot be checked",
                                "name a folder of secrets with --keys, or check only what needs none with --public",
                                ExitCode::usage);
    }
    const VerifyProgress progress = progress_line();
    const auto report = verify(source, trust, VerifyScope::all, progress);
    if (progress) erase_line_on_stderr();
    if (!report) return report_error(report.error());
    if (options.json)
        print_document(to_json(*report), JsonLayout::compact);
    else
        write_to_stdout("{}", text_of(*report, invocation.shown_database()));
    return report->ok() ? ExitCode::success : ExitCode::refused;
}

RunVerb declare_verify(OptionSet& set) {
    auto options = std::make_shared<VerifyOptions>();
    set.flag("--public", options->public_only, "Check everything that needs no secret");
    set.flag("--json", options->json, "Print JSON");
    return [options](const Invocation& invocation) {
        return invocation.with_chain([&](ChainSource& source) { return verify_journal(invocation, source, *options); });
    };
}

} // namespace

const Verb verify_verb{
    .name = "verify",
    .summary = "Check whether anything in a signed journal was changed",
    .details =
        "Reads the whole journal once, and stops at the first place that is not as it was signed. The secrets are\n"
        "those of --keys, EVENFOLD_KEYS or EVENFOLD_HMAC_SECRET. docs/signed-journal.md explains each reason, and\n"
        "what an attacker of each kind can do.\n"
        "\n"
        "Exit status: 0 if everything is proven, 1 if not.",
    .takes_keys = true,
    .declare = &declare_verify};

} // namespace evenfold::cli
