/// The rules of an append, and the rows that a group of batches stores. Without I/O: the appender reads the state.
/// Errors: the refusals of the port; too_large for an event that a server would not accept.
#pragma once

#include <cstdint>
#include <deque>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "evenfold/journal/postgres/event_rows.hpp"
#include "evenfold/journal/postgres/signatures/signature_rows.hpp"

namespace evenfold::journal::postgres {

/// The newest event of a stream.
struct StreamHead {
    std::int64_t id = 0; // 0: not in the table
    StreamVersion version = 0;
    std::optional<chain::Hash> mac; // of the newest event, if it is signed
};

struct HashText : std::hash<std::string_view> {
    using is_transparent = void;
};

/// The streams of a journal as they are at one head, as far as they were read.
struct StreamHeads {
    std::unordered_map<std::string, StreamHead, HashText, std::equal_to<>> by_name;
    std::optional<std::int64_t> last_id; // the highest number of a stream; absent: not read
};

using KnownReceipts = std::unordered_map<CommandId, Receipt>;

class GroupPlan {
public:
    /// `streams` must have all streams of the batches; it moves with each batch. `known` has the receipts of repeats.
    /// `signer` is at `start`; there is none if the journal is not signed.
    GroupPlan(std::string_view place, Sequence start, StreamHeads& streams, KnownReceipts known,
              std::optional<JournalSigner> signer)
        : place_(place),
          start_(start),
          head_(start),
          streams_(streams),
          known_(std::move(known)),
          signer_(std::move(signer)) {}

    /// Adds one batch. A batch with a known receipt, or of a command that is in the group already, is a repeat.
    [[nodiscard]] std::expected<void, AppendError> add(const Batch& batch, std::optional<Sequence> expected_head);

    /// Returns a receipt for each batch.
    [[nodiscard]] const std::vector<Receipt>& receipts() const { return receipts_; }
    [[nodiscard]] Sequence start() const { return start_; }
    [[nodiscard]] Sequence head() const { return head_; }
    /// Returns the signer behind the last batch.
    [[nodiscard]] std::optional<JournalSigner>& signer() { return signer_; }

    // The rows to store.
    [[nodiscard]] StreamRows& stream_rows() { return stream_rows_; }
    [[nodiscard]] ReceiptRows& receipt_rows() { return receipt_rows_; }
    [[nodiscard]] LinkRows& link_rows() { return link_rows_; }
    /// Returns the events, divided so that each part fits in a statement.
    [[nodiscard]] std::deque<EventRows>& event_rows() { return event_rows_; }

private:
    [[nodiscard]] std::expected<void, AppendError>
    check(const Batch& batch, std::optional<Sequence> expected_head) const;
    [[nodiscard]] std::expected<void, Failure> add_events(const Batch& batch);
    void add_event(const Batch& batch, std::uint32_t index);

    std::string_view place_;
    Sequence start_;
    Sequence head_;
    StreamHeads& streams_;
    KnownReceipts known_;
    std::optional<JournalSigner> signer_;
    std::vector<Receipt> receipts_;
    StreamRows stream_rows_;
    ReceiptRows receipt_rows_;
    LinkRows link_rows_;
    std::deque<EventRows> event_rows_;
};

} // namespace evenfold::journal::postgres
