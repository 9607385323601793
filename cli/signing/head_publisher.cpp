#include "evenfold/cli/signing/head_publisher.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/journal/chain/tree/proof.hpp"

namespace evenfold::cli {

using namespace reactors::anchors;

HeadPublisher::HeadPublisher(journal::JournalSignatures& signatures, PublisherOptions options,
                             std::vector<std::unique_ptr<Anchor>> anchors)
    : signatures_(&signatures), options_(std::move(options)) {
    for (auto& anchor : anchors) targets_.push_back({.anchor = std::move(anchor), .status = {}, .waiting_since = {}});
}

std::expected<void, Failure> HeadPublisher::load() {
    const auto taken = signatures_->anchorings();
    if (!taken) return std::unexpected(taken.error());
    for (Target& target : targets_) {
        for (const journal::Anchoring& one : *taken) {
            if (one.anchor == target.anchor->name() && one.size >= target.status.size)
                target.status = after_success(target.status, one.at, one.size);
        }
    }
    return {};
}

std::expected<std::uint64_t, Failure> HeadPublisher::renew(Instant now) {
    const auto newest = options_.key
                            ? journal::heads::sign_newest_head(*signatures_, {*options_.key, options_.trusted}, now)
                            : signatures_->newest_head();
    if (!newest) return std::unexpected(newest.error());
    if (!*newest || (*newest)->size == last_.size) return last_.size;
    last_ = {.size = (*newest)->size, .at = now};
    note_ = (*newest)->note;
    return last_.size;
}

bool HeadPublisher::publish(Instant now, bool even_if_not_due) {
    if (last_.size == 0) return true;
    bool was_given = even_if_not_due;
    for (Target& target : targets_) {
        note_waiting(target, now);
        const bool is_due = is_attempt_due(target.status, {}, now, last_.size);
        if (is_due || (even_if_not_due && target.published < last_.size)) was_given |= publish_to(target, now);
    }
    return !has_failed() && (!was_given || meets_policy());
}

bool HeadPublisher::publish_to(Target& target, Instant now) {
    const std::string& name = target.anchor->name();
    const auto prove = [&](std::uint64_t old_size) -> std::expected<journal::chain::TreeProof, Failure> {
        const auto tree = signatures_->open_tree();
        if (!tree) return std::unexpected(tree.error());
        return journal::chain::consistency_proof(**tree, old_size, last_.size);
    };
    auto receipt = target.anchor->publish(
        {.note = note_, .trusted = options_.trusted, .consistency = prove, .old_size = target.status.size});
    if (!receipt) {
        target.status = after_failure(target.status, now, receipt.error().what);
        (void)report_error(receipt.error());
        return false;
    }
    target.status = after_success(target.status, now, last_.size);
    target.published = last_.size;
    target.waiting_since.reset();
    target.is_late = false;
    note_ = receipt->note;
    const auto stored =
        signatures_->add_anchoring({.size = last_.size, .anchor = name, .at = now, .response = receipt->response});
    if (!stored) (void)report_error(stored.error());
    write_to_stdout("{}: has the head of {}\n", one_line(name), count_of(last_.size, "event"));
    return true;
}

void HeadPublisher::note_waiting(Target& target, Instant now) const {
    if (target.status.size >= last_.size) return;
    if (!target.waiting_since) target.waiting_since = now;
    if (target.is_late || !is_late({}, now, target.waiting_since)) return;
    target.is_late = true;
    (void)report_error(
        fmt::format("{}: has taken no head since event {}", one_line(target.anchor->name()), target.status.size),
        "later events can be rewritten unnoticed; see the errors of its attempts");
}

bool HeadPublisher::has_failed() const {
    return std::ranges::any_of(targets_, [](const Target& target) { return target.status.failures > 0; });
}

bool HeadPublisher::meets_policy() const {
    if (!options_.policy) return true;
    const auto witnesses = options_.policy->check(note_);
    if (witnesses) return true;
    (void)report_error("the head does not fulfil the policy: " + to_text(witnesses.error()));
    return false;
}

} // namespace evenfold::cli
