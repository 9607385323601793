#include <utility>

#include "evenfold/journal/chain/verifying/verification.hpp"

// The verification of one stream, whose events are not neighbours in the order of the whole journal.

namespace evenfold::journal::chain {

std::expected<ChainReport, system::Failure> Verification::run_stream(std::string_view stream) {
    report_.stream = stream;
    return reported(check_stream(stream));
}

Checked Verification::check_stream(std::string_view stream) {
    if (!keys_.has_keys()) return broken(BreakReason::is_unsigned, 1, "nothing in this journal is signed");
    StreamEventRow row;
    for (StreamVersion due = 1;; ++due) {
        auto more = source_->next_of_stream(stream, row);
        if (!more) return failed(std::move(more.error()));
        if (!*more) return {};
        row_ = std::move(row.event);
        Checked checked = check_stream_event(row, due);
        if (checked) continue;
        if (auto* found = std::get_if<ChainBreak>(&checked.error())) {
            found->stream = stream;
            found->version = due;
        }
        return checked;
    }
}

Checked Verification::check_stream_event(const StreamEventRow& row, StreamVersion due) {
    const Sequence at = row_.sequence;
    keys_.resume(at);
    if (const Checked form = check_form(at); !form) return form;
    if (row_.version != due || at <= tail_sequence_ || at > start_->head)
        return broken(BreakReason::seq_gap, at, "the event is not the next one of its stream");
    if (!is_signed() && keys_.current()) return broken(BreakReason::is_unsigned, at, "the event has no mac");
    if (const Checked payload = check_payload(at); !payload) return payload;
    if (is_signed()) {
        if (const Checked key = check_key(at); !key) return key;
        if (!trust_->public_only && !keys_.current()->secret)
            return broken(BreakReason::unknown_key, at,
                          "no given secret has the key id '" + keys_.current()->row->id + "'");
    }
    const bool is_its_receipt = row.receipt && row.receipt->command == row_.command &&
                                row_.index < row.receipt->count && row.receipt->first + row_.index == at;
    if (!is_its_receipt)
        return broken(BreakReason::receipt_mismatch, at, "the receipt of its command is missing or names other events");
    if (is_signed()) {
        const Hash leaf = leaf_of_row(*row.receipt, hash_from(row.newest_empty));
        if (const Checked mac = check_mac(at, leaf); !mac) return mac;
        verified_.mac = hash_from(row_.mac).value();
    }
    tail_ = {.version = due, .mac = hash_from(row_.mac)};
    tail_sequence_ = at;
    count_event(at);
    return {};
}

std::expected<ChainReport, system::Failure>
verify_stream(ChainSource& source, const ChainTrust& trust, std::string_view stream) {
    const auto start = source.start();
    if (!start) return std::unexpected(start.error());
    return Verification(source, trust, *start, {}).run_stream(stream);
}

} // namespace evenfold::journal::chain
