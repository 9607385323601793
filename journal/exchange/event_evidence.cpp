#include "evenfold/journal/exchange/event_evidence.hpp"

#include "evenfold/journal/chain/stored_entry.hpp"
#include "evenfold/journal/exchange/export_lines.hpp"

namespace evenfold::journal::exchange {
namespace {

using chain::CoveredEvent;
using chain::EventRow;

/// Returns the entry of `event`, with the parts that its line does not have from `covered`.
std::string entry_of(const EventRow& event, const CoveredEvent& covered) {
    const chain::ReceiptRow receipt{.command = covered.command,
                                    .fingerprint = std::string(covered.fingerprint),
                                    .first = covered.sequence - covered.index,
                                    .count = covered.count};
    std::string entry;
    chain::append_entry(entry, chain::covered_event(event, receipt, covered.key_id, covered.newest_empty));
    return entry;
}

} // namespace

std::string event_line(const chain::StreamEventRow& row) {
    std::string line;
    const bool has_receipt = row.receipt && row.event.index == 0;
    append_line(line, row.event, has_receipt ? &*row.receipt : nullptr);
    return line + '\n';
}

std::expected<void, std::string> check_event_line(std::string_view line, std::string_view entry) {
    const auto covered = chain::read_entry(entry);
    if (!covered) return std::unexpected("the proof has no entry of an event");
    if (line.ends_with('\n')) line.remove_suffix(1);
    EventLine row;
    if (auto parsed = parse_line(line, row); !parsed) return parsed;
    if (entry_of(row.event, *covered) != entry) return std::unexpected("it is another event than that of the proof");
    if (row.event.removed)
        return std::unexpected(row.event.data.empty() ? "its payload was removed from the journal"
                                                      : "a compaction has replaced its payload");
    if (chain::payload_hash_of(row.event.salt, row.event.data) != covered->payload_hash)
        return std::unexpected("its payload is not the one whose hash was signed");
    return {};
}

} // namespace evenfold::journal::exchange
