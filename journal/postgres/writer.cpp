#include "evenfold/journal/postgres/writer.hpp"

#include <fmt/format.h>
#include <mutex>
#include <utility>

#include "evenfold/journal/postgres/row_check.hpp"
#include "evenfold/journal/postgres/schema.hpp"
#include "evenfold/journal/postgres/signatures/row_sink.hpp"
#include "evenfold/system/file_lock.hpp"

namespace evenfold::journal::postgres {

namespace {

Failure hold_ended(std::string_view place) {
    Failure failure =
        fenced(place, "the connection was lost, which has ended the hold: other writers may have appended "
                      "since, and these batches are not stored");
    failure.remedy = "Release the hold, take a new one, read the new events and decide again.";
    return failure;
}

Failure held_by_importer(std::string_view place) {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: this thread holds the journal, for which an import waits", place),
            .remedy = "Release the hold, then import."};
}

std::expected<void, Failure> check_permission(ServerConnection& connection) {
    const auto row = connection.query(
        {.operation = "read the permissions", .sql = "SELECT has_table_privilege('events', 'INSERT')"});
    if (!row) return std::unexpected(row.error());
    if (row->boolean(0, 0)) return {};
    return std::unexpected(denied_access(connection.place()));
}

} // namespace

std::expected<std::unique_ptr<JournalWriter>, Failure>
JournalWriter::open(const JournalAddress& address, Access access, const PostgresOptions& options) {
    std::unique_ptr<JournalWriter> writer(new JournalWriter(address, access, options));
    if (auto connected = writer->connect(access == Access::create); !connected)
        return std::unexpected(connected.error());
    return writer;
}

std::expected<void, Failure> JournalWriter::connect(bool may_create) {
    auto connection = address_.connect(SessionKind::writer, options_.lock_wait);
    if (!connection) return std::unexpected(connection.error());
    if (auto checked = check_server(*connection); !checked) return checked;
    auto content = recognise(*connection, address_);
    if (!content) return std::unexpected(content.error());
    if (*content == SchemaContent::nothing) {
        if (!may_create) return std::unexpected(no_journal(address_));
        if (auto made = create_journal(*connection, address_, options_); !made) return made;
    }
    if (auto checked = check_domain(*connection, options_.domain); !checked) return checked;
    if (auto checked = check_permission(*connection); !checked) return checked;
    if (auto checked = check_tail(*connection); !checked) return checked;
    auto appender = std::make_unique<GroupAppender>(std::move(*connection), address_, options_.signing);
    appender->expect_at_least(stored_head_);
    auto head = appender->read_head();
    if (head && head->key > 0 && access_ != Access::add_heads) {
        if (auto checked = appender->check_key(); !checked) return checked;
    }
    if (head && !epoch_ && options_.exclusive)
        head = appender->begin_epoch(fmt::format("process {}", system::process_id()));
    if (!head) return std::unexpected(head.error());
    if (!epoch_) epoch_ = head->epoch;
    appender_ = std::move(appender);
    return {};
}

/// Owns the writer's mutex and the server's lock, and releases them in the other order.
class JournalWriter::ServerHold final : public Hold {
public:
    explicit ServerHold(JournalWriter& writer) : writer_(writer), lock_(writer.mutex_, writer.options_.lock_wait) {}
    ~ServerHold() override {
        if (is_counted_) writer_.release();
    }

    [[nodiscard]] std::expected<void, Failure> acquire() {
        if (!lock_.owns_lock()) return std::unexpected(writer_.held_here());
        auto acquired = writer_.acquire();
        is_counted_ = acquired.has_value();
        return acquired;
    }

private:
    JournalWriter& writer_;
    std::unique_lock<system::RecursiveTimedMutex> lock_;
    bool is_counted_ = false;
};

Failure JournalWriter::held_here() const {
    return {.kind = FailureKind::busy,
            .what = fmt::format("{}: another thread of this process ({}) is writing it", address_.shown(),
                                system::process_id()),
            .remedy = "Wait until that thread has finished, then try again."};
}

void JournalWriter::drop_appender() {
    if (appender_) stored_head_ = appender_->stored_head();
    appender_.reset();
}

std::expected<void, Failure> JournalWriter::acquire() {
    if (is_hold_lost_) return std::unexpected(hold_ended(address_.shown()));
    if (holds_ > 0) {
        ++holds_;
        return {};
    }
    for (bool is_retry = false;; is_retry = true) {
        const bool was_connected = appender_ != nullptr;
        if (!was_connected) {
            if (auto connected = connect(false); !connected) return connected;
        }
        const auto held = appender_->hold(*epoch_);
        if (held) {
            ++holds_;
            return {};
        }
        const bool is_lost = appender_->is_lost(); // which may have happened long ago, while nobody used it
        if (is_lost) drop_appender();
        if (!is_lost || !was_connected || is_retry) return std::unexpected(held.error());
    }
}

void JournalWriter::release() {
    if (--holds_ > 0) return;
    is_hold_lost_ = false;
    if (appender_ && !appender_->release()) drop_appender(); // the end of the connection releases the lock, too
}

std::expected<std::unique_ptr<Hold>, Failure> JournalWriter::hold() {
    auto held = std::make_unique<ServerHold>(*this);
    if (auto acquired = held->acquire(); !acquired) return std::unexpected(acquired.error());
    return held;
}

bool JournalWriter::is_held_here() {
    return mutex_.is_owned_here();
}

template <class Use>
auto JournalWriter::with_appender(const Use& use) -> decltype(use(std::declval<GroupAppender&>())) {
    for (bool is_retry = false;; is_retry = true) {
        const bool was_connected = appender_ != nullptr;
        if (!was_connected) {
            if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
        }
        auto used = use(*appender_);
        if (used || !appender_->is_lost()) return used;
        const bool is_unknown = appender_->has_sent_commit();
        drop_appender();
        is_hold_lost_ = holds_ > 0;
        // A connection that was lost before COMMIT has stored nothing, as after a restart of the server.
        if (is_hold_lost_ || is_unknown || !was_connected || is_retry) return used;
    }
}

JournalWriter::Appended JournalWriter::append(std::span<const Batch> group, std::optional<Sequence> head) {
    const std::unique_lock lock(mutex_, options_.lock_wait);
    if (!lock) return std::unexpected(held_here());
    if (is_hold_lost_) return find_after_loss(group);
    return with_appender([&](GroupAppender& appender) { return appender.append(group, head, *epoch_); });
}

template <class Change>
std::expected<void, Failure> JournalWriter::change_signatures(const Change& change) {
    const std::unique_lock lock(mutex_, options_.lock_wait);
    if (!lock) return std::unexpected(held_here());
    if (is_hold_lost_) return std::unexpected(hold_ended(address_.shown()));
    return with_appender(change);
}

std::expected<void, Failure> JournalWriter::start_signing(const chain::JournalKey& key, Instant at) {
    return change_signatures([&](GroupAppender& appender) {
        auto started = appender.start_signing(key, at, *epoch_);
        if (!started) return started;
        options_.signing =
            SigningOptions{.key = key, .salts = options_.signing ? options_.signing->salts : SaltSource()};
        appender.sign_with(options_.signing);
        return started;
    });
}

std::expected<void, Failure> JournalWriter::change_key(const chain::JournalKey& next, Instant at) {
    return change_signatures([&](GroupAppender& appender) {
        auto changed = appender.change_key(next, at, *epoch_);
        if (!changed) return changed;
        options_.signing->key = next;
        appender.sign_with(options_.signing);
        return changed;
    });
}

std::expected<void, Failure> JournalWriter::add_head(const chain::HeadRow& head, Instant at) {
    return change_signatures([&](GroupAppender& appender) { return appender.add_head(head, at); });
}

std::expected<void, Failure> JournalWriter::add_anchoring(const Anchoring& anchoring) {
    return change_signatures([&](GroupAppender& appender) { return appender.add_anchoring(anchoring); });
}

std::expected<void, Failure> JournalWriter::remove_payloads(const PayloadRemoval& removal) {
    return change_signatures([&](GroupAppender& appender) {
        auto removed = appender.remove_payloads(removal, *epoch_);
        return removed ? appender.overwrite_removed(options_.lock_wait) : removed;
    });
}

std::expected<void, Failure> JournalWriter::overwrite_removed() {
    return change_signatures([&](GroupAppender& appender) { return appender.overwrite_removed(options_.lock_wait); });
}

std::expected<std::unique_ptr<chain::ChainSink>, Failure> JournalWriter::open_sink(Instant at) {
    if (is_held_here()) return std::unexpected(held_by_importer(address_.shown()));
    auto connection = address_.connect(SessionKind::writer, options_.lock_wait);
    if (!connection) return std::unexpected(std::move(connection.error()));
    if (auto checked = check_server(*connection); !checked) return std::unexpected(std::move(checked.error()));
    return std::make_unique<RowSink>(std::move(*connection), address_, *epoch_, at);
}

/// Returns the receipts if the batches are stored all the same; nothing else may be stored during a lost hold.
JournalWriter::Appended JournalWriter::find_after_loss(std::span<const Batch> group) {
    if (!appender_) {
        if (auto connected = connect(false); !connected) return std::unexpected(connected.error());
    }
    auto found = appender_->find_all(group);
    if (appender_->is_lost()) drop_appender();
    if (!found) return std::unexpected(std::move(found.error()));
    if (*found) return std::move(**found);
    return std::unexpected(hold_ended(address_.shown()));
}

} // namespace evenfold::journal::postgres
