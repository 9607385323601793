/// `CompatLog`: a log that another program has signed under compat-v1, as the rows of a journal (chain/compat.hpp).
/// Shapes: a file of JSON objects, one per line, with the members `stream` (or `plan_id`, `planId`), `type`, `payload`
/// and `mac` (or `signature`, `hmac`), and perhaps `payload_hash`, `prev_hash` and `at` (milliseconds since 1970 or a
/// text such as 2026-09-21T14:13:20.000Z). Other members are ignored. The rows are signed by the key of the log, then
/// a change to a key of v2 seals their tree.
/// Under compat-v1 nothing but stream, type and payload is signed. So commands are derived from the journal's name and
/// the line, the actor is `system`, and a time that is missing is that of 1970.
/// `open` reads the whole log and checks every mac. The file must not change afterwards.
/// Errors: FailureKind::damaged with the file and the line.
///
///     using namespace journal::exchange;
///     const auto log = CompatLog::open("plans.ndjson", {.key = key, .next = next, .origin = "journal/plans",
///                                                       .domain = "plans"});
///     if (!log) return log.error().what; // such as "plans.ndjson:7: the mac is not that of its event"
///     const auto imported = import_rows(**log, sink);
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "evenfold/journal/chain/chain.hpp"
#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/exchange/line_file.hpp"

namespace evenfold::journal::exchange {

/// The bytes that were signed of a payload that is an object, not a text: those in the line, or the object written
/// without spaces, with its members sorted.
enum class CompatPayload : std::uint8_t { as_is, sorted_keys };

struct CompatLogOptions {
    chain::JournalKey key;  // of the log
    chain::JournalKey next; // which signs later events under v2
    std::string origin;
    std::string domain;
    chain::FirstPrevious first_previous = chain::FirstPrevious::empty;
    CompatPayload payload = CompatPayload::as_is;
};

class CompatLog final : public chain::ChainSource {
public:
    [[nodiscard]] static std::expected<std::unique_ptr<CompatLog>, system::Failure>
    open(const std::filesystem::path& file, CompatLogOptions options);

    [[nodiscard]] std::expected<chain::ChainStart, system::Failure> start() override { return start_; }
    [[nodiscard]] std::expected<bool, system::Failure> next_event(chain::EventRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_receipt(chain::ReceiptRow& row) override;
    [[nodiscard]] std::expected<bool, system::Failure> next_empty_receipt(chain::EmptyReceiptRow& /*row*/) override {
        return false;
    }
    [[nodiscard]] std::expected<bool, system::Failure> next_head(chain::HeadRow& /*row*/) override { return false; }
    [[nodiscard]] std::expected<std::optional<chain::LinkPosition>, system::Failure>
    find(std::string_view stream, StreamVersion version) override;

private:
    struct StreamState {
        StreamVersion version = 0;
        std::optional<chain::Hash> mac;
    };
    /// A reading of the file: its rows so far.
    struct LogPosition {
        LineFile lines;
        std::unordered_map<std::string, StreamState> streams{}; // NOLINT(readability-redundant-member-init): left out
        Sequence sequence = 0;
    };

    CompatLog(std::filesystem::path file, CompatLogOptions options)
        : file_(std::move(file)), options_(std::move(options)) {}

    [[nodiscard]] std::expected<LogPosition, system::Failure> begin() const;
    [[nodiscard]] std::expected<bool, system::Failure> next(LogPosition& position, chain::EventRow& row) const;
    [[nodiscard]] std::expected<void, std::string> check(LogPosition& position, chain::EventRow& row,
                                                         std::string_view payload_hash,
                                                         const std::optional<std::string>& previous) const;
    [[nodiscard]] std::expected<void, system::Failure> seal();

    std::filesystem::path file_;
    CompatLogOptions options_;
    chain::ChainStart start_;
    std::optional<LogPosition> events_, receipts_;
};

} // namespace evenfold::journal::exchange
