#include "evenfold/cli/signing/report_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/core/values/hex.hpp"

namespace evenfold::cli {
namespace {

using journal::chain::BreakReason;
using journal::chain::ChainBreak;
using journal::chain::ChainRemark;
using journal::chain::ChainReport;
using journal::chain::KeyUse;
using journal::chain::ProvenPart;
using journal::chain::RemarkKind;

/// Returns the meaning of a reason, as in docs/signed-journal.md.
std::string_view meaning_of(BreakReason reason) {
    switch (reason) {
    case BreakReason::format: return "a stored value is not one of its kind";
    case BreakReason::seq_gap: return "events are missing, were added, or are in another order";
    case BreakReason::duplicate_id: return "an event is repeated";
    case BreakReason::is_unsigned: return "there is no signature";
    case BreakReason::payload_mismatch: return "the payload was changed";
    case BreakReason::removal_unproven: return "the payload was removed, and no signed removal names the event";
    case BreakReason::unknown_key: return "the keys that were given do not fit; this is no evidence of a change";
    case BreakReason::prev_mismatch: return "the event was moved, or the event before it was exchanged";
    case BreakReason::mac_mismatch: return "the event, or the receipt of its command, was changed";
    case BreakReason::receipt_mismatch: return "the receipt of a command was changed or removed";
    case BreakReason::genesis_mismatch: return "the events from before signing began, or the names, were changed";
    case BreakReason::head_invalid: return "a signed head was changed, or its signer is not trusted";
    case BreakReason::truncated: return "the end is missing";
    case BreakReason::fork: return "this is another history than the one whose head was signed";
    }
    return {};
}

/// Returns the limit of the proof that a remark states; empty if it is none.
std::string limit_of(const ChainRemark& remark) {
    const auto events = [&](std::string_view about) {
        return fmt::format("{} {}, from event {} on", count_of(remark.count, "event"), about, remark.from);
    };
    switch (remark.kind) {
    case RemarkKind::time_regression:
        return events("stored at an earlier time than the one before: clocks may go back");
    case RemarkKind::development_key: return events("signed with the published development key, which anybody has");
    case RemarkKind::compat_scheme: return events("signed under compat-v1, which covers no time, order, id or actor");
    case RemarkKind::unsigned_prefix: return events("from before signing began: sealed as they were found then");
    case RemarkKind::no_anchor:
        return "whether events were cut off at the end, and whether somebody with the secret wrote another history: no "
               "head from outside the journal was given";
    case RemarkKind::not_anchored:
        return events("behind the newest head from outside: somebody with the secret could have written others");
    case RemarkKind::removed_payloads: return events("without payload, as signed removals say");
    case RemarkKind::compacted: return events("with the payload of a signed compaction");
    case RemarkKind::no_secret: return events("whose macs were not checked, because no secret was given");
    case RemarkKind::no_signer:
        return fmt::format("who signed {}: no key of a signer was given", count_of(remark.count, "head"));
    case RemarkKind::stream_end:
        return "whether the stream has later events: only a verification of all events shows it";
    case RemarkKind::retired_key: return events("signed with a key that was replaced later");
    }
    return {};
}

std::string text_of(const ChainBreak& broken) {
    std::string text = fmt::format("Not proven: event {}: {} ({})\n  {}\n", broken.broken_at, meaning_of(broken.reason),
                                   name_of(broken.reason), one_line(broken.detail, 400));
    if (!broken.stream.empty())
        text += fmt::format("  stream {}, version {}\n", one_line(broken.stream), broken.version);
    return text;
}

/// Returns the lines that say which part of a journal was verified, and by which head.
std::string text_of(const ProvenPart& part) {
    std::string text = fmt::format("part       events {} to {}", part.part.first, part.part.last);
    if (part.part.stream) text += ", of the stream " + one_line(*part.part.stream);
    text += '\n';
    if (part.head)
        text +=
            fmt::format("head       {}, root {}\n", count_of(part.head->size, "event"), hex::encode(part.head->root));
    return text;
}

/// Returns the limits of the proof of a part.
std::string limits_of(const ProvenPart& part) {
    std::string text;
    if (part.head) text = fmt::format("  events after the signed head of {}\n", count_of(part.head->size, "event"));
    if (part.part.stream && part.part.first > 1) text += "  whether the stream has earlier events in this range\n";
    return text;
}

std::string proven_by(const ChainReport& report) {
    const std::string events = report.events == 1 ? "1 event is" : fmt::format("{} events are", report.events);
    if (!report.part)
        return fmt::format("Proven: {} as signed, in this order, and none is missing between them.\n", events);
    return fmt::format("Proven: {} as signed, in the signed head of {}, and none{} is missing between them.\n", events,
                       count_of(report.part->head->size, "event"), report.part->part.stream ? " of the stream" : "");
}

} // namespace

std::string text_of(const ChainReport& report, const std::string& journal) {
    std::string text = fmt::format("journal    {}\nevents     {} verified, {} signed, {} removed\n", one_line(journal),
                                   report.events, report.signed_events, report.removed);
    const auto add = std::back_inserter(text);
    for (const KeyUse& key : report.keys)
        fmt::format_to(add, "key        {} ({}): {}\n", one_line(key.id), one_line(key.scheme),
                       count_of(key.events, "event"));
    if (report.part)
        text += text_of(*report.part);
    else
        fmt::format_to(add, "tree root  {}\n", hex::encode(report.root));
    if (report.anchored)
        fmt::format_to(add, "anchored   up to event {} by {}, {}\n", report.anchored->size,
                       one_line(report.anchored->anchor), to_text(report.anchored->at));
    text += '\n';
    if (report.broken) {
        text += text_of(*report.broken);
        if (report.broken->broken_at > 1 && !report.part)
            fmt::format_to(add, "  Everything before it is as it was signed: events 1 to {}.\n", report.events);
    } else {
        text += proven_by(report);
    }
    text += "\nNot shown:\n  whether the recorded statements and the clocks were right\n";
    if (report.part) text += limits_of(*report.part);
    for (const ChainRemark& remark : report.remarks) fmt::format_to(add, "  {}\n", limit_of(remark));
    return text;
}

} // namespace evenfold::cli
