// Kernels over a journal from which payloads are removed: removed events are counted, and old models are discarded.
#include <doctest/doctest.h>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/without_payloads.hpp"
#include "evenfold/kernel/event_list.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/header_examples/counter.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/removal/erased_file.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"

namespace evenfold::tests::removal {

using namespace journal;

namespace {

kernel::Outcome<Counter> add(kernel::Kernel<Counter>& kernel, std::uint64_t amount) {
    kernel::Kernel<Counter>::Command command;
    command.command = kernel::fresh<CommandId>();
    command.body = Add{amount};
    return kernel.submit(command);
}

/// Returns a signed journal of the counter. `amounts` are added in order.
std::unique_ptr<Journal> counter_journal(const ScratchFolder& folder, const std::vector<std::uint64_t>& amounts) {
    auto opened = tests::chain::opened(folder / "journal.db", tests::chain::signed_with(1));
    const auto kernel = kernel::Kernel<Counter>::open(*opened, &kernel::now).value();
    for (const std::uint64_t amount : amounts) REQUIRE(add(*kernel, amount));
    return opened;
}

} // namespace

TEST_CASE("Removed events: they fold to nothing, are counted apart, and a kernel still accepts commands.") {
    const ScratchFolder folder;
    const auto journal = counter_journal(folder, {10, 20, 30});
    remove_now(*journal, {{2, 2}});
    const auto kernel = kernel::Kernel<Counter>::open(*journal, &kernel::now).value();
    CHECK(kernel->snapshot()->model.value == 40);
    CHECK(kernel->removed_events() == 1);
    CHECK(kernel->unknown_events() == 0);
    CHECK(add(*kernel, 5)->first == 4);
    CHECK(kernel->snapshot()->model.value == 45);
    CHECK(kernel::count_events(*journal) == kernel::EventCounts{{"Added", 3}, {"evenfold.removed", 1}});
    const auto records = read_all(*journal).value();
    const auto event = kernel::event_of<Counter>(records[1]);
    REQUIRE(!event);
    CHECK(event.error().what == "event 2 (Added) cannot be decoded: its payload was removed");
}

TEST_CASE("Removed events: a kernel that was open discards its copies of the model.") {
    const ScratchFolder folder;
    const auto journal = counter_journal(folder, {10, 20, 30});
    const auto kernel = kernel::Kernel<Counter>::open(*journal, &kernel::now).value();
    const auto held = kernel->snapshot();
    remove_now(*journal, {{2, 2}});
    REQUIRE(kernel->catch_up() == Sequence{3});
    CHECK(kernel->snapshot()->model.value == 40);
    CHECK(held->model.value == 60); // until its holder releases it
    remove_now(*journal, {{1, 1}});
    CHECK(add(*kernel, 70)); // 30 + 70 is allowed, 40 + 70 not
    CHECK(kernel->snapshot()->model.value == 100);
}

TEST_CASE("Removed events: a starting state from before an erasure is discarded, and a later one is used.") {
    const ScratchFolder folder;
    const auto journal = counter_journal(folder, {10, 20, 30});
    auto before = kernel::replay<Counter>(*journal, {}, 2).value();
    REQUIRE(before.model.value == 30);
    remove_now(*journal, {{1, 1}});
    CHECK(kernel::replay<Counter>(*journal, before)->model.value == 50);
    auto after = kernel::replay<Counter>(*journal, {}, 2).value();
    CHECK(after.erasures.of_journal == 1);
    after.model.value = 1'000; // to see that it is used
    CHECK(kernel::replay<Counter>(*journal, after)->model.value == 1'030);
}

TEST_CASE("WithoutPayloads: it reads as the journal does after the removal, and appends nothing.") {
    const ScratchFolder folder;
    const auto journal = counter_journal(folder, {10, 20, 30});
    WithoutPayloads view(*journal, {{1, 1}, {3, 3}});
    const auto expected = read_all(view).value();
    CHECK(kernel::replay<Counter>(view)->model.value == 20);
    CHECK(kernel::replay<Counter>(view)->removed_events == 2);
    CHECK(!view.append({}, std::nullopt));
    CHECK(read_all(*journal).value()[0].data == R"({"amount":10})");
    remove_now(*journal, {{1, 1}, {3, 3}});
    CHECK(read_all(*journal).value() == expected);
}

} // namespace evenfold::tests::removal
