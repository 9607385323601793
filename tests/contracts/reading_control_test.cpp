// The negative control of the rules about reading: they must detect every journal whose cursors are broken on purpose.
#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/contracts/broken_journals.hpp"

namespace evenfold::journal {

namespace {

/// Returns whether a violation of a Broken journal contains `violation`.
template <class Broken>
bool is_found_by(std::string_view violation) {
    return std::ranges::any_of(violations_of<Broken>(),
                               [&](const std::string& found) { return found.find(violation) != std::string::npos; });
}

using Opened = std::expected<std::unique_ptr<Cursor>, Failure>;
using Change = std::function<void(const EventPage& from, EventPage& to)>;

/// Fills its reader's pages with changed copies of another cursor's pages.
class ChangedCursor final : public Cursor {
public:
    ChangedCursor(std::unique_ptr<Cursor> inner, Change change, PageLimits limits)
        : Cursor(inner->head()), inner_(std::move(inner)), change_(std::move(change)), page_(limits) {}

    std::expected<bool, Failure> next(EventPage& page) override {
        page.clear();
        auto more = inner_->next(page_);
        if (more) change_(page_, page);
        return more && page.size() > 0;
    }

private:
    std::unique_ptr<Cursor> inner_;
    Change change_;
    EventPage page_;
};

/// Copies the events for which `wanted` returns true to `to`.
void copy_if(const EventPage& from, EventPage& to, const std::function<bool(Sequence)>& wanted) {
    for (const Record& record : from.records()) {
        if (wanted(record.sequence)) to.add_record() = record;
    }
    for (const Payload& payload : from.payloads()) {
        if (wanted(payload.sequence)) to.add(payload);
    }
}

Opened changed(Opened inner, Change change, PageLimits limits = {}) {
    return std::make_unique<ChangedCursor>(std::move(*inner), std::move(change), limits);
}

class Reorders final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        return changed(MemoryJournal::open_cursor(reading), [](const EventPage& from, EventPage& to) {
            for (std::size_t index = 0; index < from.records().size(); ++index)
                to.add_record() = from.records()[(index ^ 1U) < from.records().size() ? index ^ 1U : index];
            copy_if(from, to, [&](Sequence) { return from.records().empty(); });
        });
    }
};

class CapsReads final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        ReadOptions capped = reading;
        capped.at_most = std::min<std::uint64_t>(reading.at_most, 10'000);
        return MemoryJournal::open_cursor(capped);
    }
};

class RepeatsAPayload final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        return changed(MemoryJournal::open_cursor(reading), [](const EventPage& from, EventPage& to) {
            copy_if(from, to, [](Sequence) { return true; });
            for (const Payload& payload : from.payloads()) {
                if (payload.sequence == 600) to.add(payload);
            }
        });
    }
};

/// Loses one event after each page of two.
class SkipsBetweenPages final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        constexpr PageLimits three{.events = 3};
        return changed(
            MemoryJournal::open_cursor(reading),
            [](const EventPage& from, EventPage& to) {
                std::size_t count = 0;
                copy_if(from, to, [&](Sequence) { return ++count < 3; });
            },
            three);
    }
};

class IgnoresTheLimitsOfPages final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        return changed(MemoryJournal::open_cursor(reading),
                       [](const EventPage& from, EventPage& to) { copy_if(from, to, [](Sequence) { return true; }); });
    }
};

/// Reads with changed options.
template <void (*change)(ReadOptions&)>
class ReadsOther final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        ReadOptions other = reading;
        change(other);
        return MemoryJournal::open_cursor(other);
    }
};
void read_forward(ReadOptions& reading) {
    reading.direction = Direction::forward;
}
void read_without_end(ReadOptions& reading) {
    reading.at_most = all_events;
}
void read_all_streams(ReadOptions& reading) {
    reading.stream.reset();
}
void read_from_the_end(ReadOptions& reading) {
    reading.from.reset();
}
void read_records(ReadOptions& reading) {
    reading.payload_only = false;
}

/// Stores the payloads of all pages in one buffer, which the readers of all pages share.
class SharesABuffer final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        return changed(MemoryJournal::open_cursor(reading),
                       [&](const EventPage& from, EventPage& to) {
                           for (const Record& record : from.records()) to.add_record() = record;
                           for (const Payload& payload : from.payloads()) {
                               buffer_.assign(payload.data);
                               to.add(payload);
                               const_cast<Payload&>(to.payloads().back()).data =
                                   buffer_; // NOLINT: it is broken on purpose
                           }
                       },
                       {.events = 1});
    }

private:
    std::string buffer_;
};

/// Locks out writers until the cursor is destroyed.
class LocksWhileReading final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        auto held = std::make_shared<std::unique_ptr<Hold>>(std::move(*hold()));
        return changed(
            MemoryJournal::open_cursor(reading),
            [held](const EventPage& from, EventPage& to) { copy_if(from, to, [](Sequence) { return true; }); },
            {.events = 1});
    }
};

/// Reads further events when it has come to the end.
class ReadsPastTheHead final : public MemoryJournal {
public:
    Opened open_cursor(const ReadOptions& reading) override {
        class Endless final : public Cursor {
        public:
            Endless(MemoryJournal& journal, const ReadOptions& reading)
                : Cursor(*journal.head()),
                  journal_(journal),
                  reading_(reading),
                  inner_(*journal.MemoryJournal::open_cursor(reading)) {}
            std::expected<bool, Failure> next(EventPage& page) override {
                auto more = inner_->next(page);
                if (page.size() == 0 && reading_.direction == Direction::forward && !reading_.stream) {
                    inner_ = *journal_.MemoryJournal::open_cursor({.from = last_ + 1});
                    more = inner_->next(page);
                }
                if (!page.records().empty()) last_ = page.records().back().sequence;
                return more;
            }

        private:
            MemoryJournal& journal_;
            ReadOptions reading_;
            std::unique_ptr<Cursor> inner_;
            Sequence last_ = 0;
        };
        if (reading.at_most != all_events || reading.payload_only) return MemoryJournal::open_cursor(reading);
        return std::make_unique<Endless>(*this, reading);
    }
};

} // namespace

TEST_CASE("Journal contract: detects every journal whose cursors are broken on purpose.") {
    CHECK(!violations_of<Reorders>().empty());
    CHECK(!violations_of<CapsReads>().empty());
    CHECK(!violations_of<RepeatsAPayload>().empty());
    CHECK(!violations_of<SkipsBetweenPages>().empty());
    CHECK(!violations_of<IgnoresTheLimitsOfPages>().empty());
    CHECK(!violations_of<ReadsOther<read_forward>>().empty());
    CHECK(!violations_of<ReadsOther<read_without_end>>().empty());
    CHECK(!violations_of<ReadsOther<read_all_streams>>().empty());
    CHECK(!violations_of<ReadsOther<read_from_the_end>>().empty());
    CHECK(!violations_of<ReadsOther<read_records>>().empty());
    CHECK(is_found_by<SharesABuffer>("a page changes when another one is filled"));
    CHECK(is_found_by<LocksWhileReading>("an idle cursor blocks a writer"));
    CHECK(!violations_of<ReadsPastTheHead>().empty());
}

} // namespace evenfold::journal
