/// The pass of `verify`: the checks of each event in their order, and the report.
/// Shapes: one object per pass. `SkippedChecks` exists for tests, which show that each check is needed.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/chain/verifying/checked.hpp"
#include "evenfold/journal/chain/verifying/heads.hpp"
#include "evenfold/journal/chain/verifying/keys.hpp"
#include "evenfold/journal/chain/verifying/receipts.hpp"
#include "evenfold/journal/chain/verifying/removals.hpp"
#include "evenfold/journal/chain/verifying/streams.hpp"
#include "evenfold/journal/chain/verifying/tiles.hpp"

namespace evenfold::journal::chain {

struct SkippedChecks {
    bool previous = false; // whether the stored previous mac is that of the event before
    bool mac = false;
};

class Verification {
public:
    /// All must outlive it.
    Verification(ChainSource& source, const ChainTrust& trust, const ChainStart& start, SkippedChecks skipped,
                 VerifyProgress progress = {});

    [[nodiscard]] std::expected<ChainReport, system::Failure> run(VerifyScope scope = VerifyScope::all);

    [[nodiscard]] std::expected<ChainReport, system::Failure> run_stream(std::string_view stream);

    [[nodiscard]] std::expected<ChainReport, system::Failure> run_part(const JournalPart& part);

private:
    [[nodiscard]] std::expected<ChainReport, system::Failure> reported(Checked checked);
    [[nodiscard]] Checked check_stream(std::string_view stream);
    [[nodiscard]] Checked check_stream_event(const StreamEventRow& row, StreamVersion due);
    [[nodiscard]] Checked check_part(const JournalPart& part);
    [[nodiscard]] Checked check_part_head(const JournalPart& part);
    [[nodiscard]] Checked check_part_event(const ProvenEventRow& row, const JournalPart& part);
    [[nodiscard]] Checked check_part_position(const JournalPart& part, Sequence due);
    [[nodiscard]] Checked check_part_links(const ProvenEventRow& row);
    [[nodiscard]] Checked check_part_end(const JournalPart& part);
    [[nodiscard]] Checked check_all();
    [[nodiscard]] Checked begin_at_head();
    [[nodiscard]] Checked check_event(Sequence due);
    [[nodiscard]] Checked check_form(Sequence due) const;
    [[nodiscard]] Checked check_position(Sequence due);
    [[nodiscard]] Checked check_payload(Sequence due) const;
    [[nodiscard]] Checked check_key(Sequence due) const;
    [[nodiscard]] Checked check_previous(Sequence due) const;
    [[nodiscard]] Checked check_mac(Sequence due, const Hash& leaf);
    [[nodiscard]] Checked check_end(Sequence head);
    [[nodiscard]] Hash leaf_of_row(const ReceiptRow& receipt, const std::optional<Hash>& newest_empty);
    void count_event(Sequence due);
    void remark(RemarkKind kind, Sequence from, std::uint64_t count = 1);
    void finish_report();
    [[nodiscard]] bool is_signed() const { return !row_.mac.empty(); }
    [[nodiscard]] bool is_compat() const;

    ChainSource* source_;
    const ChainTrust* trust_;
    const ChainStart* start_;
    SkippedChecks skipped_;
    KeySchedule keys_;
    ReceiptChecks receipts_;
    StreamTails streams_;
    HeadChecks heads_;
    RemovalChecks removals_;
    TileChecks tiles_;
    std::string development_id_;
    VerifyProgress progress_;
    VerifiedPart verified_;
    EventRow row_;               // the row that is checked
    StreamTail tail_;            // of its stream, before it
    Sequence tail_sequence_ = 0; // of that event, in a verification of one stream; of the last event, in one of a part
    std::string entry_;
    std::optional<Instant> last_stored_at_;
    std::vector<ChainRemark> remarks_;
    ChainReport report_;
};

} // namespace evenfold::journal::chain
