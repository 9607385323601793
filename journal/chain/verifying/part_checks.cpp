#include <algorithm>
#include <utility>

#include "evenfold/journal/chain/verifying/verification.hpp"

// The verification of a part of a journal, whose events prove that they are in the tree of a signed head.

namespace evenfold::journal::chain {
namespace {

/// Returns the hashes of a proof, or nullopt if its bytes are not hashes.
std::optional<TreeProof> proof_from(std::string_view bytes) {
    if (bytes.size() % hash_size != 0) return std::nullopt;
    TreeProof proof;
    for (; !bytes.empty(); bytes.remove_prefix(hash_size))
        proof.push_back(hash_from(bytes.substr(0, hash_size)).value());
    return proof;
}

} // namespace

std::expected<ChainReport, system::Failure> Verification::run_part(const JournalPart& part) {
    report_.part = {.part = part, .head = {}};
    return reported(check_part(part));
}

Checked Verification::check_part(const JournalPart& part) {
    if (const Checked head = check_part_head(part); !head) return head;
    for (ProvenEventRow row;;) {
        auto more = source_->next_proven(row);
        if (!more) return failed(std::move(more.error()));
        if (!*more) return check_part_end(part);
        row_ = std::move(row.row.event);
        Checked checked = check_part_event(row, part);
        if (checked) continue;
        if (auto* found = std::get_if<ChainBreak>(&checked.error()); found && row_.unreadable.empty()) {
            found->stream = row_.stream;
            found->version = row_.version;
        }
        return checked;
    }
}

Checked Verification::check_part_head(const JournalPart& part) {
    if (!keys_.has_keys()) return broken(BreakReason::is_unsigned, 1, "nothing in this journal is signed");
    auto head = source_->newest_head();
    if (!head) return failed(std::move(head.error()));
    if (!*head) return broken(BreakReason::head_invalid, part.last, "there is no signed head");
    if (!trust_->read_head)
        return broken(BreakReason::head_invalid, (*head)->size,
                      "no key of a signer was given, and the head alone proves the events of a part");
    auto tree = heads_.check_beginning(**head);
    if (!tree) return std::unexpected(std::move(tree.error()));
    if (const Checked outside = heads_.reach(*tree); !outside) return outside;
    report_.part->head = TreeHead{tree->size(), tree->root()};
    if (part.last > tree->size())
        return broken(BreakReason::truncated, tree->size() + 1, "the part has events past its signed head");
    return {};
}

Checked Verification::check_part_event(const ProvenEventRow& row, const JournalPart& part) {
    const Sequence due = std::max(tail_sequence_ + 1, part.first);
    if (!row_.unreadable.empty()) return broken(BreakReason::format, due, row_.unreadable);
    if (const Checked position = check_part_position(part, due); !position) return position;
    const Sequence at = row_.sequence;
    keys_.resume(at);
    if (const Checked form = check_form(at); !form) return form;
    if (!is_signed() && keys_.current()) return broken(BreakReason::is_unsigned, at, "the event has no mac");
    if (const Checked payload = check_payload(at); !payload) return payload;
    if (const Checked links = check_part_links(row); !links) return links;
    const std::optional<ReceiptRow>& receipt = row.row.receipt;
    if (!receipt || row_.index >= receipt->count || receipt->first + row_.index != at)
        return broken(BreakReason::receipt_mismatch, at, "the receipt of its command is missing or names other events");
    const Hash leaf = leaf_of_row(*receipt, hash_from(row.row.newest_empty));
    if (is_signed()) {
        if (const Checked mac = check_mac(at, leaf); !mac) return mac;
    }
    const auto proof = proof_from(row.proof);
    if (!proof) return broken(BreakReason::format, at, "the proof of inclusion has a hash of another size");
    const TreeHead& head = *report_.part->head;
    if (!is_included(leaf, at - 1, head.size, *proof, head.root))
        return broken(BreakReason::fork, at, "it is not proven to be this event of the signed head");
    if (is_signed()) verified_.mac = hash_from(row_.mac).value();
    streams_.set(row_.stream, {.version = row_.version, .mac = hash_from(row_.mac)});
    tail_sequence_ = at;
    count_event(at);
    return {};
}

Checked Verification::check_part_position(const JournalPart& part, Sequence due) {
    const Sequence at = row_.sequence;
    const auto gap = [](Sequence place, const std::string& detail) {
        return broken(BreakReason::seq_gap, place, detail);
    };
    if (at < part.first || at > part.last)
        return gap(due, "event " + std::to_string(at) + " is not in the part that the header states");
    if (part.stream && row_.stream != *part.stream)
        return gap(std::max(at, due), "event " + std::to_string(at) + " is of another stream");
    auto tail = streams_.before(row_, due);
    if (!tail) return std::unexpected(std::move(tail.error()));
    tail_ = *tail;
    if (at < due) {
        const bool is_repeated = !part.stream || (row_.version > 0 && row_.version <= tail_.version);
        return broken(is_repeated ? BreakReason::duplicate_id : BreakReason::seq_gap, due,
                      "event " + std::to_string(at) + " follows event " + std::to_string(tail_sequence_));
    }
    if (!part.stream && at > due) return gap(due, "the next event has sequence " + std::to_string(at));
    const bool may_begin = tail_.version == 0 && part.first > 1 && row_.version > 0;
    if (may_begin || row_.version == tail_.version + 1) return {};
    return gap(at, "version " + std::to_string(row_.version) + " follows version " + std::to_string(tail_.version) +
                       " of its stream");
}

/// Checks the key, and the macs that the event names as those before it, as far as these events are in the part.
Checked Verification::check_part_links(const ProvenEventRow& row) {
    const Sequence at = row_.sequence;
    const bool is_first = tail_.version == 0 && row_.version > 1; // of its stream in the part
    const std::string_view known = tail_.mac ? bytes_of(*tail_.mac) : std::string_view();
    if (is_first)
        tail_.mac = hash_from(row.stream_previous);
    else if (!equal_in_constant_time(known, row.stream_previous))
        return broken(BreakReason::prev_mismatch, at, "the event does not follow the one before it in its stream");
    if (!is_signed()) return {};
    if (const Checked key = check_key(at); !key) return key;
    if (!trust_->public_only && !keys_.current()->secret)
        return broken(BreakReason::unknown_key, at,
                      "no given secret has the key id '" + keys_.current()->row->id + "'");
    const bool is_known = at == tail_sequence_ + 1 && report_.signed_events > 0;
    return is_known || is_compat() ? check_previous(at) : Checked();
}

Checked Verification::check_part_end(const JournalPart& part) {
    const Sequence due = std::max(tail_sequence_ + 1, part.first);
    const bool is_whole = part.stream ? report_.events > 0 : due > part.last;
    if (!is_whole) return broken(BreakReason::seq_gap, due, "there is no such event");
    auto finished = source_->finish();
    if (!finished) return failed(std::move(finished.error()));
    return {};
}

std::expected<ChainReport, system::Failure>
verify_part(ChainSource& source, const ChainTrust& trust, const JournalPart& part) {
    const auto start = source.start();
    if (!start) return std::unexpected(start.error());
    return Verification(source, trust, *start, {}).run_part(part);
}

} // namespace evenfold::journal::chain
