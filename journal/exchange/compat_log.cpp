#include "evenfold/journal/exchange/compat_log.hpp"

#include <fmt/format.h>

#include <utility>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/chain/stored_entry.hpp"
#include "evenfold/journal/exchange/compat_line.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"

namespace evenfold::journal::exchange {
namespace {

using chain::bytes_of;
using chain::Chain;
using chain::Hash;
using system::Failure;
using system::FailureKind;

CommandId command_of(const std::string& origin, Sequence line) {
    return CommandId{derive(Uuid{}, origin, std::to_string(line))};
}

chain::ReceiptRow receipt_of(const chain::EventRow& event) {
    return {.command = event.command, .fingerprint = hex::encode(event.mac), .first = event.sequence, .count = 1};
}

} // namespace

std::expected<std::unique_ptr<CompatLog>, Failure>
CompatLog::open(const std::filesystem::path& file, CompatLogOptions options) {
    std::unique_ptr<CompatLog> log(new CompatLog(file, std::move(options)));
    if (auto sealed = log->seal(); !sealed) return std::unexpected(std::move(sealed.error()));
    for (std::optional<LogPosition>* position : {&log->events_, &log->receipts_}) {
        auto begun = log->begin();
        if (!begun) return std::unexpected(std::move(begun.error()));
        *position = *std::move(begun);
    }
    return log;
}

std::expected<CompatLog::LogPosition, Failure> CompatLog::begin() const {
    auto lines = LineFile::open(file_, default_line_bytes_max);
    if (!lines) return std::unexpected(std::move(lines.error()));
    return LogPosition{.lines = *std::move(lines)};
}

/// Reads the next line that is not empty, and checks it.
std::expected<bool, Failure> CompatLog::next(LogPosition& position, chain::EventRow& row) const {
    std::string_view line;
    do {
        const auto more = position.lines.next(line);
        if (!more || !*more) return more;
    } while (line.empty());
    const auto damaged = [&](const std::string& what) {
        return std::unexpected(
            Failure{.kind = FailureKind::damaged,
                    .what = fmt::format("{}:{}: {}", file_.string(), position.lines.position().line, what),
                    .remedy = {}});
    };
    if (position.lines.is_too_long()) return damaged("the line is longer than 64 MiB");
    auto read = parse_compat_line(line, options_.payload);
    if (!read) return damaged(read.error());
    row = {};
    row.sequence = ++position.sequence;
    row.stream = std::move(read->stream);
    row.command = command_of(options_.origin, row.sequence);
    row.correlation = row.command;
    row.actor = "system";
    row.at = read->at;
    row.stored_at = read->at;
    row.type = std::move(read->type);
    row.data = std::move(read->payload);
    row.mac = std::move(read->mac);
    row.key = 1;
    if (auto checked = check(position, row, read->payload_hash, read->previous); !checked)
        return damaged(checked.error());
    return true;
}

/// Checks the mac and the hashes of a line, and completes the row.
std::expected<void, std::string> CompatLog::check(LogPosition& position, chain::EventRow& row,
                                                  std::string_view payload_hash,
                                                  const std::optional<std::string>& previous) const {
    StreamState& stream = position.streams[row.stream];
    const Hash payload = chain::payload_hash_of({}, row.data);
    if (!payload_hash.empty() && payload_hash != bytes_of(payload))
        return std::unexpected("the payload is not the one whose hash was signed: it was changed, or --payload names "
                               "another form than that in which it was signed");
    if (previous && !previous->empty()) {
        const std::string expected = stream.mac ? hex::encode(*stream.mac) : chain::to_text(options_.first_previous);
        if (*previous != expected)
            return std::unexpected(stream.mac ? "prev_hash is not the mac of the stream's previous event: an event was "
                                                "moved, added or removed"
                                              : "prev_hash of the stream's first event is not the one of --first-prev");
    }
    const Hash mac = chain::compat_mac(options_.key.compat(), {.stream = row.stream,
                                                               .type = row.type,
                                                               .payload_hash = payload,
                                                               .stream_previous = stream.mac,
                                                               .first = options_.first_previous});
    if (!chain::equal_in_constant_time(bytes_of(mac), row.mac))
        return std::unexpected("the mac is not that of its event: it was changed, or the secret, --first-prev or "
                               "--payload is another one");
    row.payload_hash = bytes_of(payload);
    row.previous = bytes_of(stream.mac.value_or(Hash{}));
    row.version = ++stream.version;
    stream.mac = mac;
    return {};
}

/// Checks the whole log, and makes the rows of its keys.
std::expected<void, Failure> CompatLog::seal() {
    auto position = begin();
    if (!position) return std::unexpected(std::move(position.error()));
    const chain::ChainNames names{.origin = options_.origin, .domain = options_.domain};
    const Chain genesis = Chain::begin(options_.key, names, {}, chain::KeyScheme::compat);
    chain::ChainState state = genesis.state();
    state.first = options_.first_previous;
    Chain signed_rows(options_.key, state);
    for (chain::EventRow row;;) {
        const auto more = next(*position, row);
        if (!more) return std::unexpected(more.error());
        if (!*more) break;
        const chain::ReceiptRow receipt = receipt_of(row);
        chain::CoveredEvent covered = chain::covered_event(row, receipt, options_.key.id(), std::nullopt);
        const auto previous = row.version == 1 ? std::nullopt : chain::hash_from(row.previous);
        (void)signed_rows.extend(covered, previous);
    }
    start_.head = position->sequence;
    start_.origin = options_.origin;
    start_.domain = options_.domain;
    start_.keys.push_back({.number = 1,
                           .id = options_.key.id(),
                           .scheme = "compat-v1",
                           .first = 1,
                           .root = std::string(bytes_of(chain::empty_tree_root())),
                           .by_old = {},
                           .by_new = std::string(bytes_of(genesis.state().mac))});
    const chain::SealedKeyChange change = signed_rows.change_key(options_.next, 2);
    start_.keys.push_back({.number = 2,
                           .id = options_.next.id(),
                           .scheme = "v2",
                           .first = change.first,
                           .root = std::string(bytes_of(change.root)),
                           .by_old = std::string(bytes_of(change.by_old)),
                           .by_new = std::string(bytes_of(change.by_new))});
    return {};
}

std::expected<bool, Failure> CompatLog::next_event(chain::EventRow& row) {
    return next(*events_, row);
}

std::expected<bool, Failure> CompatLog::next_receipt(chain::ReceiptRow& row) {
    chain::EventRow event;
    auto more = next(*receipts_, event);
    if (more && *more) row = receipt_of(event);
    return more;
}

/// Only a source whose streams do not fit into memory is asked; this one keeps them.
std::expected<std::optional<chain::LinkPosition>, Failure>
CompatLog::find(std::string_view stream, StreamVersion version) {
    auto position = begin();
    if (!position) return std::unexpected(std::move(position.error()));
    for (chain::EventRow row;;) {
        const auto more = next(*position, row);
        if (!more) return std::unexpected(more.error());
        if (!*more) return std::nullopt;
        if (row.stream == stream && row.version == version)
            return chain::LinkPosition{.sequence = row.sequence, .mac = row.mac};
    }
}

} // namespace evenfold::journal::exchange
