#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/stored/bare_sqlite.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::bench {

namespace {

using Kernel = kernel::Kernel<orchestration::Orchestration>;

/// Rows per transaction, and the required speed of appends. Disturbances of a disk last longer than a run, so runs are
/// short, and there are many pairs.
struct Group {
    std::size_t rows;
    std::size_t transactions; // per run
    std::size_t pairs;        // of a full run; a quick run has a fifth of them
    double required;
    double aimed;
    double required_signed;
};

constexpr std::array<Group, 4> groups{{{1, 25, 101, 0.95, 1.0, 0.90},
                                       {10, 25, 61, 0.90, 0.95, 0.88},
                                       {100, 10, 31, 0.80, 0.90, 0.80},
                                       {1'000, 5, 15, 0.75, 0.87, 0.75}}};

/// One side's journal. It continues through the mix from run to run, so that both sides grow equally.
class Growing {
public:
    Growing(std::shared_ptr<const std::vector<Accepted>> mix, const Group& group, bool is_signed = false)
        : mix_(std::move(mix)), group_(group), journal_(new_journal(file(), is_signed)), bare_(file(), is_signed) {}

    /// Returns the commands of the next transaction.
    [[nodiscard]] std::span<const Accepted> next() {
        const std::size_t first = at_;
        for (std::size_t rows = 0; rows < group_.rows; ++at_) {
            if (at_ == mix_->size()) std::abort(); // the mix was generated too short
            rows += (*mix_)[at_].events.size();
        }
        return std::span(*mix_).subspan(first, at_ - first);
    }

    /// Runs `one` for each transaction of a run. Returns the digest of the stored rows.
    template <class One>
    std::string run(One one) {
        const Sequence first = *journal_->head() + 1;
        for (std::size_t transaction = 0; transaction < group_.transactions; ++transaction) one(next());
        return bare_.digest(first);
    }

    [[nodiscard]] journal::Journal& journal() { return *journal_; }
    [[nodiscard]] BareSqlite& bare() { return bare_; }

private:
    [[nodiscard]] std::filesystem::path file() const { return folder_.file("journal.db"); }

    Folder folder_;
    std::shared_ptr<const std::vector<Accepted>> mix_;
    Group group_;
    std::size_t at_ = 0;
    std::unique_ptr<journal::Journal> journal_;
    BareSqlite bare_;
};

std::string append_encoded(Growing& growing, RunTimer& watch) {
    return growing.run([&](std::span<const Accepted> commands) {
        watch.start();
        std::vector<journal::Batch> batches;
        batches.reserve(commands.size());
        for (const Accepted& one : commands) batches.push_back(encoded(one));
        if (!growing.journal().append(batches, std::nullopt)) std::abort();
        watch.stop();
    });
}

std::string insert_barely(Growing& growing, RunTimer& watch) {
    return growing.run([&](std::span<const Accepted> commands) {
        const auto rows = growing.bare().rows(commands);
        watch.start();
        growing.bare().insert(rows);
        watch.stop();
    });
}

std::string submit(Growing& growing, Kernel& kernel, RunTimer& watch) {
    return growing.run([&](std::span<const Accepted> accepted) {
        std::vector<Command> commands;
        for (const Accepted& one : accepted) commands.push_back(one.command);
        watch.start();
        const auto outcomes = kernel.submit_all(std::move(commands));
        watch.stop();
        if (!std::ranges::all_of(outcomes, [](const auto& outcome) { return outcome.has_value(); })) std::abort();
    });
}

/// Opens the resources of `run` on its first call.
template <class Open, class Run>
PairSide lazily(Open open, Run run) {
    return [open, run, held = std::make_shared<decltype(open())>()](RunTimer& watch) {
        if (!*held) *held = open();
        return run(**held, watch);
    };
}

struct Submitting {
    Submitting(const std::shared_ptr<const std::vector<Accepted>>& mix, const Group& group) : growing(mix, group) {
        auto opened = Kernel::open(growing.journal(), [] { return stored_at; });
        if (!opened) std::abort();
        kernel = std::move(*opened);
    }

    Growing growing;
    std::unique_ptr<Kernel> kernel;
};

void add_appends(const Group& group, std::size_t pairs) {
    const std::size_t rows = group.rows * group.transactions;
    const auto mix =
        std::make_shared<const std::vector<Accepted>>(accepted_of((rows + 64 * group.transactions) * (pairs + 1)));
    const auto grow = [mix, group] { return std::make_unique<Growing>(mix, group); };
    const PairSide limit = lazily(grow, &insert_barely);
    add({.name = fmt::format("journal/append/{}", group.rows),
         .goal = "P5",
         .required = group.required,
         .aimed = group.aimed,
         .events = rows,
         .pairs = pairs,
         .product = lazily(grow, &append_encoded),
         .limit = limit});
    const auto grow_signed = [mix, group] { return std::make_unique<Growing>(mix, group, true); };
    add({.name = fmt::format("journal/append_signed/{}", group.rows),
         .goal = "signed, against the same columns",
         .required = group.required_signed,
         .aimed = 0,
         .events = rows,
         .pairs = pairs,
         .product = lazily(grow_signed, &append_encoded),
         .limit = lazily(grow_signed, &insert_barely)});
    const auto start = [mix, group] { return std::make_unique<Submitting>(mix, group); };
    add({.name = fmt::format("journal/submit/{}", group.rows),
         .goal = "decide, encode and append",
         .required = 0,
         .aimed = 0,
         .events = rows,
         .pairs = pairs,
         .product =
             lazily(start, [](Submitting& all, RunTimer& watch) { return submit(all.growing, *all.kernel, watch); }),
         .limit = lazily(grow, &insert_barely)});
}

} // namespace

void add_journal_cases(const BenchEffort& effort) {
    for (const Group& group : groups) add_appends(group, effort.quick ? group.pairs / 5 : group.pairs);
}

} // namespace evenfold::bench
