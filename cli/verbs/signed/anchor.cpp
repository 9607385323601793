#include <fmt/format.h>

#include <limits>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/signing/head_publisher.hpp"
#include "evenfold/cli/signing/trust.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/journal/heads/witness_policy.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/reactors/anchors/anchor_spec.hpp"
#include "evenfold/reactors/anchors/open_anchor.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

using namespace reactors::anchors;
using journal::heads::WitnessPolicy;

struct AnchorVerbOptions {
    std::vector<std::string> to;
    std::vector<std::string> signers; // earlier ones, or the one that signs elsewhere
    std::string policy;
    bool asks_witnesses = false;
    bool follow = false;
};

/// Opens the anchors, witnesses first, because the others should keep their cosignatures.
std::expected<std::vector<std::unique_ptr<Anchor>>, ExitCode>
open_anchors(const AnchorVerbOptions& options, const std::optional<WitnessPolicy>& policy, const std::string& origin) {
    std::vector<std::unique_ptr<Anchor>> anchors;
    for (const bool programs : {true, false}) {
        for (const std::string& text : options.to) {
            const auto spec = parse_anchor(text);
            if (!spec) return std::unexpected(report_error(spec.error().what, spec.error().remedy, ExitCode::usage));
            if ((spec->kind == AnchorKind::command) != programs) continue;
            AnchorOptions wanted{.origin = origin, .is_witness = options.asks_witnesses};
            if (policy) wanted.witnesses = policy->witness_keys();
            auto anchor = open_anchor(text, wanted);
            if (!anchor) return std::unexpected(report_error(anchor.error()));
            anchors.push_back(*std::move(anchor));
        }
    }
    return anchors;
}

ExitCode publish_once(HeadPublisher& publisher) {
    const Instant now = kernel::now();
    const auto size = publisher.renew(now);
    if (!size) return report_error(size.error());
    if (*size == 0)
        return report_error("the journal has no signed head", "name the key that signs heads with --signing-key");
    return publisher.publish(now, true) ? ExitCode::success : ExitCode::failure;
}

/// Publishes heads as they become due, until interrupted, and the last one then.
ExitCode publish_always(journal::Journal& opened, HeadPublisher& publisher) {
    system::catch_interrupts();
    constexpr std::chrono::milliseconds step{1'000};
    constexpr Sequence never = std::numeric_limits<std::int64_t>::max();
    while (system::interrupt_count() == 0) {
        const Instant now = kernel::now();
        const auto head = opened.head();
        if (!head) return report_error(head.error());
        if (journal::heads::is_head_due({}, publisher.last(), *head, now)) {
            if (const auto renewed = publisher.renew(now); !renewed) return report_error(renewed.error());
        }
        (void)publisher.publish(now, false);
        if (!flush_stdout()) break;
        if (const auto waited = opened.wait(never, step); !waited) return report_error(waited.error());
    }
    return publish_once(publisher);
}

ExitCode anchor(const Invocation& invocation, const AnchorVerbOptions& options, journal::Journal& opened) {
    journal::JournalSignatures* signatures = opened.signatures();
    if (!signatures) return report_error("this kind of journal cannot be signed");
    auto key = invocation.signing_key();
    if (!key) return key.error();
    auto trusted = verifier_keys(options.signers);
    if (!trusted) return trusted.error();
    if (*key) trusted->push_back((*key)->verifier());
    if (trusted->empty())
        return report_error("no key was given that signs or verifies heads",
                            "name the folder of the signing key with --signing-key, or, if another program signs, its "
                            "verifier key with --signer",
                            ExitCode::usage);
    std::optional<WitnessPolicy> policy;
    if (!options.policy.empty()) {
        auto read = read_policy(options.policy);
        if (!read) return read.error();
        policy = *std::move(read);
    }
    const auto start = journal::heads::chain_start(*signatures);
    if (!start) return report_error(start.error());
    auto anchors = open_anchors(options, policy, start->origin);
    if (!anchors) return anchors.error();
    HeadPublisher publisher(*signatures,
                            {.key = *std::move(key), .trusted = *std::move(trusted), .policy = std::move(policy)},
                            *std::move(anchors));
    if (const auto loaded = publisher.load(); !loaded) return report_error(loaded.error());
    return options.follow ? publish_always(opened, publisher) : publish_once(publisher);
}

RunVerb declare_anchor(OptionSet& set) {
    auto options = std::make_shared<AnchorVerbOptions>();
    set.texts("--to ANCHOR", options->to, "file:PATH, git:DIR or 'command:PROGRAM ARGUMENT...'").required();
    declare_signers(set, options->signers);
    set.flag("--witness", options->asks_witnesses, "The commands are witnesses, which add cosignatures");
    set.text("--policy FILE", options->policy, "The witnesses whose cosignatures are wanted");
    set.flag("--follow", options->follow, "Publish heads as they become due, until interrupted");
    return [options](const Invocation& invocation) {
        return invocation.with_any_journal(
            JournalAccess::add_heads, [&](journal::Journal& opened) { return anchor(invocation, *options, opened); });
    };
}

} // namespace

const Verb anchor_verb{
    .name = "anchor",
    .summary = "Sign the head of a journal and keep it elsewhere",
    .details =
        "Signs the newest state of the journal with --signing-key, unless it is signed already, and gives this head\n"
        "to each anchor. Nobody can change the history before it unnoticed, as long as an anchor is out of reach\n"
        "of whoever can write the journal. No secret of the events is needed. Without --signing-key, publishes the\n"
        "newest head that another program has signed, which --signer must verify.\n"
        "\n"
        "With --follow: a head is signed every 1,000 events or 60 s, and when the program is interrupted. An anchor\n"
        "that fails is tried again after 1 s, 2 s, 4 s and so on, up to 5 minutes.\n"
        "\n"
        "Exit status: 0 if every anchor has the head.",
    .takes_keys = true,
    .declare = &declare_anchor};

} // namespace evenfold::cli
