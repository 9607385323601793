/// `ChainStore`: random access to the stored rows of a signed journal, for a writer that continues its chain and for
/// proofs. Each adapter implements it; `ChainEntries` and journal/signing.hpp compute with it.
/// Shapes: rows as they are stored, as in `ChainSource`. A verification reads all rows in order and uses that instead.
/// Errors: Failures of the storage. Not for use by two threads at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/journal/chain/rows.hpp"
#include "evenfold/system/failure.hpp"

namespace evenfold::journal::chain {

/// The stored link of a receipt without events.
struct EmptyReceiptLink {
    std::uint64_t number = 0;
    std::string mac;
    std::uint64_t key = 0; // the number of its key
    /// The event that came next, as the receipt has it; more than any if that receipt is missing.
    Sequence first = std::numeric_limits<Sequence>::max();
};

/// Called with an event and the receipt of its command. A failure ends the reading.
using VisitEvent = std::function<std::expected<void, system::Failure>(const StreamEventRow& row)>;

class ChainStore {
public:
    ChainStore() = default;
    ChainStore(const ChainStore&) = delete;
    ChainStore& operator=(const ChainStore&) = delete;
    virtual ~ChainStore() = default;

    /// Returns all keys by number; none if the journal is not signed.
    [[nodiscard]] virtual std::expected<std::vector<KeyRow>, system::Failure> keys() = 0;
    /// Returns the stored mac of an event; empty if it is not there, or not signed.
    [[nodiscard]] virtual std::expected<std::string, system::Failure> mac_of(Sequence sequence) = 0;
    /// Returns the number of the newest receipt without events; 0 if there is none.
    [[nodiscard]] virtual std::expected<std::uint64_t, system::Failure> empty_receipts() = 0;
    /// Returns the link with that number, if it is there.
    [[nodiscard]] virtual std::expected<std::optional<EmptyReceiptLink>, system::Failure>
    empty_receipt(std::uint64_t number) = 0;
    /// Calls `visit` with the stored ones of the `count` events from `first` on, by sequence.
    [[nodiscard]] virtual std::expected<void, system::Failure>
    visit_events(Sequence first, std::size_t count, const VisitEvent& visit) = 0;
    /// Returns the hashes of a full tile of the tree, if it is stored.
    [[nodiscard]] virtual std::expected<std::optional<std::string>, system::Failure>
    tile(unsigned level, std::uint64_t number) = 0;

    /// Returns the journal's name for messages.
    [[nodiscard]] virtual std::string place() const = 0;
    /// Returns a failure of FailureKind::damaged.
    [[nodiscard]] virtual system::Failure damage(std::string_view what) const = 0;
};

} // namespace evenfold::journal::chain
