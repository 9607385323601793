#include "evenfold/journal/postgres/postgres_journal.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "evenfold/journal/postgres/head_watch.hpp"
#include "evenfold/journal/postgres/reader.hpp"
#include "evenfold/journal/postgres/row_check.hpp"
#include "evenfold/journal/postgres/schema.hpp"
#include "evenfold/journal/postgres/server_locks.hpp"
#include "evenfold/journal/postgres/signatures/chain_source.hpp"
#include "evenfold/journal/postgres/writer.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/system/recursive_timed_mutex.hpp"

namespace evenfold::journal {

namespace {

using namespace postgres;

constexpr std::chrono::seconds open_wait{30}; // for changes of the schema

Failure opened_to_read(const JournalAddress& address) {
    return {.kind = FailureKind::read_only,
            .what = fmt::format("{}: cannot write, because the journal was opened read-only", address.shown()),
            .remedy = "Open the journal for reading and writing."};
}

class PostgresJournal final : public Journal {
public:
    PostgresJournal(const JournalAddress& address, std::unique_ptr<postgres::JournalWriter> writer)
        : address_(address), writer_(std::move(writer)), readers_(address), watch_(address) {}

    std::expected<std::vector<Receipt>, AppendError>
    append(std::span<const Batch> group, std::optional<Sequence> head) override {
        if (!writer_) return std::unexpected(opened_to_read(address_));
        return writer_->append(group, head);
    }

    std::expected<std::unique_ptr<Hold>, Failure> hold() override {
        if (!writer_) return std::unexpected(opened_to_read(address_));
        return writer_->hold();
    }

    bool is_held_here() override { return writer_ && writer_->is_held_here(); }

    std::expected<std::unique_ptr<Cursor>, Failure> open_cursor(const ReadOptions& reading) override {
        return postgres::open_cursor(readers_, reading);
    }

    std::expected<std::optional<Receipt>, Failure> receipt(const CommandId& command) override {
        return readers_.use([&](ServerConnection& connection) { return read_receipt(connection, command); });
    }

    std::expected<Sequence, Failure> head() override {
        return readers_.use([](ServerConnection& connection) { return read_head(connection); });
    }

    std::expected<JournalPosition, Failure> position() override {
        return readers_.use([](ServerConnection& connection) { return read_position(connection); });
    }

    std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override {
        const auto waited = watch_.wait(seen, std::min<std::chrono::milliseconds>(at_most, system::wait_max));
        if (!waited) return std::unexpected(waited.error());
        return *waited ? **waited : head();
    }

    [[nodiscard]] JournalSignatures* signatures() override { return &signatures_; }

    [[nodiscard]] Durability durability() const override { return Durability::power; }

    std::expected<void, Failure> verify() override {
        auto connection = address_.connect(SessionKind::reader, open_wait);
        if (!connection) return std::unexpected(connection.error());
        return check_all_rows(*connection);
    }

private:
    class ServerSignatures final : public JournalSignatures {
    public:
        explicit ServerSignatures(PostgresJournal& journal) : journal_(&journal) {}

        std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_chain() override {
            return postgres::open_chain(journal_->address_);
        }
        std::expected<void, Failure> start_signing(const chain::JournalKey& key, Instant at) override {
            return change([&](postgres::JournalWriter& writer) { return writer.start_signing(key, at); });
        }
        std::expected<void, Failure> change_key(const chain::JournalKey& next, Instant at) override {
            return change([&](postgres::JournalWriter& writer) { return writer.change_key(next, at); });
        }
        std::expected<std::unique_ptr<JournalTree>, Failure> open_tree() override {
            return postgres::open_tree(journal_->address_);
        }
        std::expected<std::optional<chain::HeadRow>, Failure> newest_head() override {
            return journal_->readers_.use([](ServerConnection& connection) { return newest_head_of(connection); });
        }
        std::expected<void, Failure> add_head(const chain::HeadRow& head, Instant at) override {
            return change([&](postgres::JournalWriter& writer) { return writer.add_head(head, at); });
        }
        std::expected<void, Failure> add_anchoring(const Anchoring& anchoring) override {
            return change([&](postgres::JournalWriter& writer) { return writer.add_anchoring(anchoring); });
        }
        std::expected<std::unique_ptr<chain::ChainSink>, Failure> open_sink(Instant at) override {
            if (!journal_->writer_) return std::unexpected(opened_to_read(journal_->address_));
            return journal_->writer_->open_sink(at);
        }
        std::expected<void, Failure> remove_payloads(const PayloadRemoval& removal) override {
            return change([&](postgres::JournalWriter& writer) { return writer.remove_payloads(removal); });
        }
        std::expected<void, Failure> overwrite_removed() override {
            return change([](postgres::JournalWriter& writer) { return writer.overwrite_removed(); });
        }
        std::expected<std::vector<Anchoring>, Failure> anchorings() override {
            return journal_->readers_.use([](ServerConnection& connection) { return read_anchorings(connection); });
        }

    private:
        template <class Change>
        std::expected<void, Failure> change(const Change& change) {
            if (!journal_->writer_) return std::unexpected(opened_to_read(journal_->address_));
            return change(*journal_->writer_);
        }

        PostgresJournal* journal_;
    };

    JournalAddress address_;
    std::unique_ptr<postgres::JournalWriter> writer_; // none when read only
    postgres::ReaderPool readers_;
    HeadWatch watch_;
    ServerSignatures signatures_{*this};
};

/// Connects to read a journal that exists.
std::expected<ServerConnection, Failure> connect_to_read(const JournalAddress& address) {
    auto connection = address.connect(SessionKind::reader, open_wait);
    if (!connection) return connection;
    const auto content = recognise(*connection, address);
    if (!content) return std::unexpected(content.error());
    if (*content == SchemaContent::nothing) return std::unexpected(no_journal(address));
    return connection;
}

std::expected<void, Failure> check_readable(const JournalAddress& address, std::string_view domain) {
    auto connection = connect_to_read(address);
    if (!connection) return std::unexpected(connection.error());
    if (auto checked = check_domain(*connection, domain); !checked) return checked;
    return check_tail(*connection);
}

} // namespace

std::expected<std::unique_ptr<Journal>, Failure>
open_postgres_journal(std::string_view url, Access access, const PostgresOptions& options) {
    const auto address = JournalAddress::parse(url);
    if (!address) return std::unexpected(address.error());
    if (access == Access::read_only) {
        if (auto readable = check_readable(*address, options.domain); !readable)
            return std::unexpected(readable.error());
        return std::make_unique<PostgresJournal>(*address, nullptr);
    }
    auto writer = postgres::JournalWriter::open(*address, access, options);
    if (!writer) return std::unexpected(writer.error());
    return std::make_unique<PostgresJournal>(*address, std::move(*writer));
}

std::expected<std::unique_ptr<chain::ChainSource>, Failure> open_postgres_chain(std::string_view url) {
    const auto address = JournalAddress::parse(url);
    if (!address) return std::unexpected(address.error());
    return postgres::open_chain(*address);
}

std::expected<std::shared_ptr<ProgramLocks>, Failure> open_postgres_locks(std::string_view url) {
    const auto address = JournalAddress::parse(url);
    if (!address) return std::unexpected(address.error());
    auto locks = std::make_shared<ServerLocks>(*address);
    if (auto connected = locks->connect(); !connected) return std::unexpected(connected.error());
    return locks;
}

std::string shown_postgres_url(std::string_view url) {
    const auto address = JournalAddress::parse(url);
    return address ? address->shown() : "the URL of the journal";
}

std::expected<std::string, Failure> domain_of_postgres_journal(std::string_view url) {
    const auto address = JournalAddress::parse(url);
    if (!address) return std::unexpected(address.error());
    auto connection = connect_to_read(*address);
    if (!connection) return std::unexpected(connection.error());
    return domain_of(*connection);
}

} // namespace evenfold::journal
