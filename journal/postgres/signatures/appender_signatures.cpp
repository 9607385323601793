#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/group_appender.hpp"
#include "evenfold/journal/postgres/signatures/removal.hpp"
#include "evenfold/journal/postgres/signatures/signing_rows.hpp"
#include "evenfold/journal/postgres/signatures/stored_rows.hpp"
#include "evenfold/journal/signing.hpp"

// The part of an appender that signs.

namespace evenfold::journal::postgres {

namespace {

bool is_at(const JournalSigner& signer, const WriterHead& head) {
    const chain::ChainState& state = signer.state();
    return state.head == head.sequence && chain::bytes_of(state.mac) == head.mac &&
           state.empty_receipts == head.empty_receipts && signer.key_number() == head.key;
}

} // namespace

/// Returns a signer for the event after `head`, if the journal is signed. It is a copy, so that a rollback leaves the
/// one of the last commit as it was. Loads the chain unless it ends at `head`.
std::expected<std::optional<JournalSigner>, Failure> GroupAppender::signer_at(const WriterHead& head) {
    if (head.key == 0) return std::nullopt;
    if (signer_ && is_at(*signer_, head)) return signer_;
    signer_.reset();
    StoredRows rows(connection_);
    auto loaded = load_signer(rows, signing_, head.sequence);
    if (!loaded) return std::unexpected(std::move(loaded.error()));
    if (chain::bytes_of(loaded->state().mac) != head.mac)
        return std::unexpected(
            damaged(place_, fmt::format("the mac in the table head is not that of event {}", head.sequence)));
    signer_ = std::move(*loaded);
    return signer_;
}

std::expected<void, Failure> GroupAppender::check_key() {
    if (auto begun = connection_.execute("begin to read the keys", "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        !begun)
        return begun;
    const auto head = read_head();
    auto signer = head ? signer_at(*head) : std::unexpected(head.error());
    roll_back();
    if (!signer) return std::unexpected(std::move(signer.error()));
    return {};
}

void GroupAppender::sign_with(const std::optional<SigningOptions>& signing) {
    signing_ = signing;
    signer_.reset();
}

/// Runs `make` in a transaction of its own with the locked head.
std::expected<void, Failure>
GroupAppender::change(std::int64_t epoch,
                      const std::function<std::expected<void, Failure>(const WriterHead& head)>& make) {
    has_sent_commit_ = false;
    const auto begun = begin({});
    auto made = begun ? check_epoch(*begun, epoch, place_) : std::unexpected(begun.error());
    if (made) made = make(*begun);
    if (made) made = commit();
    if (!made) roll_back(); // the first failure is the one to return
    return made;
}

std::expected<void, Failure>
GroupAppender::start_signing(const chain::JournalKey& key, Instant at, std::int64_t epoch) {
    return change(epoch, [&](const WriterHead& head) -> std::expected<void, Failure> {
        if (head.key > 0) return std::unexpected(signed_already(place_));
        return seal_journal(connection_, key, at, head.sequence);
    });
}

std::expected<void, Failure> GroupAppender::change_key(const chain::JournalKey& next, Instant at, std::int64_t epoch) {
    return change(epoch, [&](const WriterHead& head) -> std::expected<void, Failure> {
        if (head.key == 0) return std::unexpected(unsigned_journal(place_));
        const auto signer = signer_at(head);
        if (!signer) return std::unexpected(signer.error());
        StoredRows rows(connection_);
        const auto key = next_key(rows, **signer, signing_->key, next);
        if (!key) return std::unexpected(key.error());
        return insert_key(connection_, *key, at);
    });
}

/// Runs an INSERT that may be repeated, if the journal is signed.
std::expected<void, Failure> GroupAppender::add_row(const ServerQuery& query) {
    has_sent_commit_ = false;
    const auto head = read_head();
    if (!head) return std::unexpected(head.error());
    if (head->key == 0) return std::unexpected(unsigned_journal(place_));
    const auto added = connection_.query(query);
    if (!added) return std::unexpected(added.error());
    return {};
}

std::expected<void, Failure> GroupAppender::add_head(const chain::HeadRow& head, Instant at) {
    return add_row(insert_head_query(head, at));
}

std::expected<void, Failure> GroupAppender::add_anchoring(const Anchoring& anchoring) {
    ServerQuery query{.operation = "add the response of an anchor",
                      .sql = "INSERT INTO anchorings (size, anchor, at_ms, response) VALUES ($1, $2, $3, $4) "
                             "ON CONFLICT (size, anchor) DO NOTHING"};
    query.parameters.add(anchoring.size)
        .add(anchoring.anchor, ValueType::text)
        .add(anchoring.at.unix_ms)
        .add(anchoring.response, ValueType::text);
    return add_row(query);
}

std::expected<void, Failure> GroupAppender::remove_payloads(const PayloadRemoval& removal, std::int64_t epoch) {
    return change(epoch, [&](const WriterHead& head) -> std::expected<void, Failure> {
        if (head.key == 0) return std::unexpected(unsigned_journal(place_));
        return postgres::remove_payloads(connection_, removal, head.sequence);
    });
}

std::expected<void, Failure> GroupAppender::overwrite_removed(std::chrono::milliseconds wait) {
    has_sent_commit_ = false;
    const auto head = read_head();
    if (!head) return std::unexpected(head.error());
    if (head->key == 0) return std::unexpected(unsigned_journal(place_));
    return postgres::overwrite_removed(connection_, wait);
}

} // namespace evenfold::journal::postgres
