// The negative control of the contract: it must detect the fault of every deliberately broken journal.
#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/tests/contracts/broken_journals.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"

namespace evenfold::journal {

namespace {

using Receipts = std::expected<std::vector<Receipt>, AppendError>;
using Head = std::optional<Sequence>;

class ForgetsCommands final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Batch> renamed(group.begin(), group.end());
        for (Batch& batch : renamed) batch.command = contract::command(++next_);
        return MemoryJournal::append(renamed, head);
    }

private:
    std::atomic<std::uint64_t> next_{0};
};

class IgnoresFingerprints final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Batch> alike(group.begin(), group.end());
        for (Batch& batch : alike) batch.fingerprint = "print";
        auto receipts = MemoryJournal::append(alike, head);
        for (std::size_t index = 0; receipts && index < group.size(); ++index) {
            (*receipts)[index].fingerprint = group[index].fingerprint;
        }
        return receipts;
    }
};

class IgnoresTheHead final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head) override { return MemoryJournal::append(group, std::nullopt); }
};

class IgnoresExpectations final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Batch> carefree(group.begin(), group.end());
        for (Batch& batch : carefree) batch.expectations.clear();
        return MemoryJournal::append(carefree, head);
    }
};

class TearsGroups final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Receipt> all;
        for (std::size_t index = 0; index < group.size(); ++index) {
            auto receipts = MemoryJournal::append(group.subspan(index, 1), index == 0 ? head : std::nullopt);
            if (!receipts) return receipts;
            all.push_back(receipts->front());
        }
        return all;
    }
};

class CutsAtNul final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Batch> cut(group.begin(), group.end());
        for (Batch& batch : cut) {
            for (NewEvent& event : batch.events) event.data = event.data.c_str();
        }
        return MemoryJournal::append(cut, head);
    }
};

class LosesCauses final : public MemoryJournal {
public:
    Receipts append(std::span<const Batch> group, Head head) override {
        std::vector<Batch> cut(group.begin(), group.end());
        for (Batch& batch : cut) batch.cause.reset();
        return MemoryJournal::append(cut, head);
    }
};

class SleepsThrough final : public MemoryJournal {
public:
    std::expected<Sequence, Failure> wait(Sequence, std::chrono::milliseconds) override { return 0; }
};

/// Returns the right head, but notices an append only at its next poll, once per second.
class NeverNotifies final : public MemoryJournal {
public:
    std::expected<Sequence, Failure> wait(Sequence seen, std::chrono::milliseconds at_most) override {
        constexpr std::chrono::milliseconds nap{1000};
        Sequence head = 0;
        do {
            const auto step = std::min(at_most, nap);
            head = *MemoryJournal::wait(std::numeric_limits<Sequence>::max(), step); // no head is greater
            at_most -= step;
        } while (head <= seen && at_most.count() > 0);
        return head;
    }
};

class ForgetsHolder final : public MemoryJournal {
public:
    bool is_held_here() override { return false; }
};

class HoldsNothing final : public MemoryJournal {
public:
    std::expected<std::unique_ptr<Hold>, Failure> hold() override { return std::make_unique<EmptyHold>(); }

private:
    class EmptyHold final : public Hold {};
};

class ClaimsDurability final : public MemoryJournal {
public:
    Durability durability() const override { return Durability::power; }
};

} // namespace

TEST_CASE("Journal contract: detects every journal that is broken on purpose.") {
    CHECK(!violations_of<ForgetsCommands>().empty());
    CHECK(!violations_of<IgnoresFingerprints>().empty());
    CHECK(!violations_of<IgnoresTheHead>().empty());
    CHECK(!violations_of<IgnoresExpectations>().empty());
    CHECK(!violations_of<TearsGroups>().empty());
    CHECK(!violations_of<CutsAtNul>().empty());
    CHECK(!violations_of<LosesCauses>().empty());
    CHECK(!violations_of<SleepsThrough>().empty());
    CHECK(violations_of<NeverNotifies>() ==
          contract::Violations{"an append wakes waiters: an append does not wake a waiter"});
    CHECK(!violations_of<ForgetsHolder>().empty());
    CHECK(!violations_of<HoldsNothing>().empty());
    CHECK(!violations_of<ClaimsDurability>().empty());
}

TEST_CASE("Journal contract: finds no violation in a correct journal.") {
    CHECK(violations_of<MemoryJournal>() == contract::Violations{});
}

} // namespace evenfold::journal
