#include "evenfold/journal/sqlite/appender.hpp"
#include "evenfold/journal/sqlite/signatures/removal.hpp"

#include "evenfold/journal/signing.hpp"

// The part of an appender that changes only the tables of signatures.

namespace evenfold::journal::sqlite {

std::expected<void, Failure> Appender::start_signing(const chain::JournalKey& key, Instant at) {
    return in_transaction(database_, [&] { return sqlite::start_signing(database_, key, at); });
}

std::expected<void, Failure> Appender::change_key(const chain::JournalKey& next, Instant at) {
    if (!signing_) return std::unexpected(key_missing(database_.file().string()));
    return in_transaction(database_, [&]() -> std::expected<void, Failure> {
        const auto head = read_head();
        if (!head) return std::unexpected(head.error());
        if (auto prepared = signing_->prepare(*head); !prepared) return prepared;
        return signing_->change_key(next, at);
    });
}

std::expected<void, Failure> Appender::add_head(const chain::HeadRow& head, Instant at) const {
    return in_transaction(database_, [&] { return insert_head(database_, head, at); });
}

std::expected<void, Failure> Appender::add_anchoring(const Anchoring& anchoring) const {
    return in_transaction(database_, [&] { return insert_anchoring(database_, anchoring); });
}

std::expected<void, Failure> Appender::remove_payloads(const PayloadRemoval& removal) const {
    return in_transaction(database_, [&] { return sqlite::remove_payloads(database_, removal); });
}

std::expected<void, Failure> Appender::overwrite_removed() {
    return sqlite::overwrite_removed(database_, checkpointer_);
}

} // namespace evenfold::journal::sqlite
