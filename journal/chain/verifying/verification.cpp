#include "evenfold/journal/chain/verifying/verification.hpp"

#include <algorithm>
#include <utility>

namespace evenfold::journal::chain {
namespace {

/// Returns the greatest `first` that a receipt without events and without a link may have.
Sequence first_signed(const ChainStart& start) {
    return start.keys.empty() ? start.head + 1 : start.keys.front().first;
}

} // namespace

Verification::Verification(ChainSource& source, const ChainTrust& trust, const ChainStart& start, SkippedChecks skipped,
                           VerifyProgress progress)
    : source_(&source),
      trust_(&trust),
      start_(&start),
      skipped_(skipped),
      keys_(start, trust),
      receipts_(source, keys_, first_signed(start)),
      streams_(source),
      heads_(source, trust, start),
      removals_(start, trust),
      tiles_(source),
      development_id_(JournalKey::from_secret(development_secret).value().id()),
      progress_(std::move(progress)) {}

std::expected<ChainReport, system::Failure> Verification::run(VerifyScope scope) {
    Checked checked;
    if (scope == VerifyScope::from_head) checked = begin_at_head();
    if (checked) checked = check_all();
    return reported(std::move(checked));
}

std::expected<ChainReport, system::Failure> Verification::reported(Checked checked) {
    if (!checked) {
        if (auto* failure = std::get_if<system::Failure>(&checked.error())) return std::unexpected(std::move(*failure));
        report_.broken = std::get<ChainBreak>(std::move(checked.error()));
    }
    finish_report();
    return std::move(report_);
}

/// Takes the state behind the newest head from the source. The head's signature and the next events prove it: the mac
/// of the next event covers the mac before it.
Checked Verification::begin_at_head() {
    auto head = source_->newest_head();
    if (!head) return failed(std::move(head.error()));
    if (!*head || !trust_->read_head) return {};
    auto tree = heads_.check_beginning(**head);
    if (!tree) return std::unexpected(std::move(tree.error()));
    const std::uint64_t size = tree->size();
    auto at = source_->skip_to(size);
    if (!at) return failed(std::move(at.error()));
    if (!*at) return {};
    verified_.tree = *std::move(tree);
    verified_.mac = hash_from((*at)->mac).value_or(Hash{});
    keys_.resume(size);
    if (const KeyInForce* key = keys_.current(); key && !key->secret && !trust_->public_only)
        return broken(BreakReason::unknown_key, size + 1, "no given secret has the key id '" + key->row->id + "'");
    removals_.begin_at(size + 1);
    receipts_.resume(**at);
    report_.first = size + 1;
    return {};
}

Checked Verification::check_all() {
    if (const Checked heads = heads_.reach(verified_.tree); !heads) return heads;
    constexpr Sequence events_between_reports = 16'384;
    for (Sequence due = report_.first; due <= start_->head; ++due) {
        if (progress_ && due % events_between_reports == 0) progress_(due - 1, start_->head);
        if (const Checked key = keys_.reach(due, verified_); !key) return key;
        auto read = source_->next_event(row_);
        if (!read) return failed(std::move(read.error()));
        if (!*read) return broken(BreakReason::seq_gap, due, "there is no such event");
        Checked checked = check_event(due);
        if (!checked) {
            if (auto* found = std::get_if<ChainBreak>(&checked.error()); found && row_.unreadable.empty()) {
                found->stream = row_.stream;
                found->version = row_.version;
            }
            return checked;
        }
        if (const Checked heads = heads_.reach(verified_.tree); !heads) return heads;
    }
    return check_end(start_->head);
}

Checked Verification::check_event(Sequence due) {
    if (const Checked form = check_form(due); !form) return form;
    if (const Checked position = check_position(due); !position) return position;
    if (!is_signed() && (keys_.current() || !keys_.has_keys()))
        return broken(BreakReason::is_unsigned, due,
                      keys_.has_keys() ? "the event has no mac" : "nothing in this journal is signed");
    if (const Checked payload = check_payload(due); !payload) return payload;
    if (is_signed()) {
        if (const Checked key = check_key(due); !key) return key;
        if (const Checked previous = check_previous(due); !previous) return previous;
    }
    if (const Checked receipt = receipts_.check(row_, due); !receipt) return receipt;
    const Hash leaf = leaf_of_row(receipts_.current(), receipts_.newest_empty());
    if (is_signed()) {
        if (const Checked mac = check_mac(due, leaf); !mac) return mac;
        verified_.mac = hash_from(row_.mac).value();
    }
    const Checked tiles = tiles_.add_leaf(due, leaf, verified_.tree);
    verified_.tree.append(leaf);
    receipts_.pass(row_);
    streams_.set(row_.stream, {.version = row_.version, .mac = hash_from(row_.mac)});
    count_event(due);
    if (const Checked removals = removals_.add_leaf(due, leaf); !removals) return removals;
    return tiles;
}

Checked Verification::check_end(Sequence head) {
    if (!keys_.has_keys()) return broken(BreakReason::is_unsigned, 1, "nothing in this journal is signed");
    if (const Checked key = keys_.reach(head + 1, verified_); !key) return key;
    if (const Checked receipts = receipts_.finish(head); !receipts) return receipts;
    if (const Checked key = keys_.finish(head); !key) return key;
    if (const Checked heads = heads_.finish(verified_.tree); !heads) return heads;
    auto finished = source_->finish();
    if (!finished) return failed(std::move(finished.error()));
    return {};
}

void Verification::remark(RemarkKind kind, Sequence from, std::uint64_t count) {
    const auto known = std::ranges::find(remarks_, kind, &ChainRemark::kind);
    if (known != remarks_.end())
        known->count += count;
    else
        remarks_.push_back({kind, from, count});
}

void Verification::count_event(Sequence due) {
    ++report_.events;
    report_.head = due;
    if (last_stored_at_ && row_.stored_at < *last_stored_at_) remark(RemarkKind::time_regression, due);
    last_stored_at_ = row_.stored_at;
    if (row_.removed && row_.data.empty()) {
        ++report_.removed;
        remark(RemarkKind::removed_payloads, due);
    } else if (row_.removed) {
        remark(RemarkKind::compacted, due);
    }
    if (!is_signed()) {
        remark(RemarkKind::unsigned_prefix, due);
        return;
    }
    ++report_.signed_events;
    const KeyInForce& key = *keys_.current();
    if (report_.keys.empty() || report_.keys.back().id != key.row->id)
        report_.keys.push_back({key.row->id, key.row->scheme, 0});
    ++report_.keys.back().events;
    if (key.row->number < start_->keys.size()) remark(RemarkKind::retired_key, due);
    if (is_compat()) remark(RemarkKind::compat_scheme, due);
    if (key.row->id == development_id_) remark(RemarkKind::development_key, due);
    if (trust_->public_only) remark(RemarkKind::no_secret, due);
}

void Verification::finish_report() {
    if (report_.events > 0 && report_.signed_events > 0) report_.mac = verified_.mac;
    report_.root = verified_.tree.root();
    report_.head = std::max(report_.head, report_.first - 1);
    if (report_.stream) {
        remark(RemarkKind::stream_end, 0, 0);
        std::ranges::sort(remarks_, {}, &ChainRemark::kind);
        report_.remarks = std::move(remarks_);
        return;
    }
    report_.anchored = heads_.anchored();
    const std::uint64_t anchored = report_.anchored ? report_.anchored->size : 0;
    if (report_.part && report_.part->part.stream) remark(RemarkKind::stream_end, 0, 0);
    if (trust_->heads.empty())
        remark(RemarkKind::no_anchor, 0, 0);
    else if (report_.part && !report_.anchored)
        remark(RemarkKind::not_anchored, report_.part->part.first, report_.events);
    else if (!report_.part && report_.head > anchored)
        remark(RemarkKind::not_anchored, anchored + 1, report_.head - anchored);
    if (heads_.unsigned_heads() > 0) remark(RemarkKind::no_signer, 0, heads_.unsigned_heads());
    std::ranges::sort(remarks_, {}, &ChainRemark::kind);
    report_.remarks = std::move(remarks_);
}

std::expected<ChainReport, system::Failure>
verify(ChainSource& source, const ChainTrust& trust, VerifyScope scope, const VerifyProgress& progress) {
    const auto start = source.start();
    if (!start) return std::unexpected(start.error());
    return Verification(source, trust, *start, {}, progress).run(scope);
}

} // namespace evenfold::journal::chain
