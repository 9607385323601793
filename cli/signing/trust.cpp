#include "evenfold/cli/signing/trust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/journal/exchange/signed_end.hpp"
#include "evenfold/journal/heads/head.hpp"
#include "evenfold/journal/heads/removal.hpp"
#include "evenfold/journal/heads/signer_files.hpp"
#include "evenfold/reactors/anchors/open_anchor.hpp"
#include "evenfold/system/whole_file.hpp"

namespace evenfold::cli {
namespace {

using namespace journal::heads;
using journal::chain::AnchoredHead;
using journal::chain::ChainTrust;
using journal::chain::FirstPrevious;

std::expected<void, ExitCode> add_secrets(const Invocation& invocation, ChainTrust& trust) {
    const auto keys = invocation.keys();
    if (!keys) return std::unexpected(keys.error());
    trust.secrets = (*keys)->secrets();
    if (!trust.secrets.empty()) return {};
    return std::unexpected(report_error(
        "no secret was given, so the macs cannot be checked",
        "name a folder of secrets with --keys, or check only what needs none with --public", ExitCode::usage));
}

std::expected<void, ExitCode> add_head_files(const std::vector<std::string>& files, ChainTrust& trust) {
    for (const std::string& file : files) {
        auto note = system::read_whole_file(file, note_bytes_max);
        if (!note) return std::unexpected(report_error(note.error()));
        trust.heads.push_back(reactors::anchors::anchored_head(file, *std::move(note)));
    }
    return {};
}

std::expected<void, ExitCode>
add_anchors(const std::vector<std::string>& names, const std::string& origin, ChainTrust& trust) {
    for (const std::string& name : names) {
        const auto anchor = reactors::anchors::open_anchor(name, {.origin = origin});
        if (!anchor) return std::unexpected(report_error(anchor.error()));
        auto heads = (*anchor)->heads();
        if (!heads) return std::unexpected(report_error(heads.error()));
        if (heads->empty())
            return std::unexpected(report_error(fmt::format("{}: no head of this journal can be read there", name),
                                                "check the name; a head that a command took is given with --head"));
        std::ranges::move(*heads, std::back_inserter(trust.heads));
    }
    return {};
}

/// Drops the heads that the witnesses of the policy have not cosigned. Fails if none is left.
std::expected<void, ExitCode> apply_policy(const std::string& file, ChainTrust& trust) {
    const auto policy = read_policy(file);
    if (!policy) return std::unexpected(policy.error());
    std::string shortfall = "no head was given";
    std::erase_if(trust.heads, [&](const AnchoredHead& head) {
        const auto witnesses = policy->check(head.note);
        if (!witnesses) shortfall = fmt::format("{}: {}", head.anchor, to_text(witnesses.error()));
        return !witnesses;
    });
    if (!trust.heads.empty()) return {};
    return std::unexpected(report_error("no head fulfils the policy: " + one_line(shortfall, 400),
                                        "name heads with --head or --anchor, with the cosignatures of the witnesses"));
}

/// Returns the trust with the given verifier keys.
std::expected<ChainTrust, ExitCode>
trust_with(const Invocation& invocation, const TrustOptions& options, VerifierKeys keys, const std::string& origin) {
    ChainTrust trust;
    trust.public_only = options.public_only;
    trust.first_previous = first_previous_of(options);
    if (!options.public_only) {
        if (auto added = add_secrets(invocation, trust); !added) return std::unexpected(added.error());
    }
    if (keys.empty() && !(options.heads.empty() && options.anchors.empty()))
        return std::unexpected(report_error("heads were given, and no key that verifies them",
                                            "name the verifier key of the journal's signer with --signer",
                                            ExitCode::usage));
    if (!keys.empty()) {
        trust.read_head = head_reader(keys);
        trust.read_removal = removal_reader(std::move(keys));
    }
    if (auto added = add_head_files(options.heads, trust); !added) return std::unexpected(added.error());
    if (auto added = add_anchors(options.anchors, origin, trust); !added) return std::unexpected(added.error());
    if (!options.policy.empty()) {
        if (auto applied = apply_policy(options.policy, trust); !applied) return std::unexpected(applied.error());
    }
    return trust;
}

} // namespace

void declare_signers(OptionSet& set, std::vector<std::string>& signers) {
    set.texts("--signer KEY", signers, "A verifier key, or a file of them, whose heads and removals are trusted");
}

void declare_trust(OptionSet& set, TrustOptions& options) {
    set.flag("--public", options.public_only, "Check everything that needs no secret");
    declare_signers(set, options.signers);
    set.texts("--anchor ANCHOR", options.anchors, "Compare with the heads at file:PATH or git:DIR");
    set.texts("--head FILE", options.heads, "Compare with the head in this file");
    set.text("--policy FILE", options.policy,
             "Compare only with heads that the witnesses of this policy have cosigned");
    set.text("--first-prev FORM", options.first_previous,
             "The previous mac of a stream's first event under compat-v1: empty, null or zeros (default: empty)")
        .one_of({"empty", "null", "zeros"});
}

FirstPrevious first_previous_of(const TrustOptions& options) {
    if (options.first_previous == "null") return FirstPrevious::null;
    return options.first_previous == "zeros" ? FirstPrevious::zeros : FirstPrevious::empty;
}

std::expected<WitnessPolicy, ExitCode> read_policy(const std::string& file) {
    const auto text = system::read_whole_file(file, note_bytes_max);
    if (!text) return std::unexpected(report_error(text.error()));
    auto policy = WitnessPolicy::parse(*text);
    if (policy) return *std::move(policy);
    return std::unexpected(report_error(fmt::format("{}: {}", file, to_text(policy.error())),
                                        "docs/signed-journal.md shows a policy", ExitCode::usage));
}

std::expected<VerifierKeys, ExitCode> verifier_keys(const std::vector<std::string>& signers) {
    VerifierKeys all;
    for (const std::string& signer : signers) {
        auto keys = load_verifier_keys(signer);
        if (!keys) return std::unexpected(report_error(keys.error()));
        std::ranges::move(*keys, std::back_inserter(all));
    }
    return all;
}

std::expected<ChainTrust, ExitCode>
trust_of(const Invocation& invocation, const TrustOptions& options, const std::string& origin) {
    auto keys = verifier_keys(options.signers);
    if (!keys) return std::unexpected(keys.error());
    return trust_with(invocation, options, *std::move(keys), origin);
}

std::expected<TrustedExport, ExitCode>
trust_in_export(const Invocation& invocation, const TrustOptions& options, const std::string& file, ExportScope scope) {
    using journal::exchange::ExportReader;
    auto keys = verifier_keys(options.signers);
    if (!keys) return std::unexpected(keys.error());
    TrustedExport trusted;
    trusted.reading.accepts_parts = scope == ExportScope::whole_or_part;
    if (!keys->empty()) trusted.reading.read_end = journal::exchange::end_reader(*keys);
    ExportReader reader(file, trusted.reading);
    auto start = reader.start();
    if (!start) return std::unexpected(report_error(start.error()));
    trusted.start = *std::move(start);
    trusted.part = reader.part();
    if (trusted.part && keys->empty())
        return std::unexpected(report_error(
            file + ": a part of a journal is proven by a signed head, and no key was given that verifies it",
            "name the verifier key of the journal's signer with --signer", ExitCode::usage));
    auto trust = trust_with(invocation, options, *std::move(keys), trusted.start.origin);
    if (!trust) return std::unexpected(trust.error());
    trusted.trust = *std::move(trust);
    return trusted;
}

} // namespace evenfold::cli
