// A kernel over a signed journal is opened only if the journal is as it was signed.
#include <doctest/doctest.h>

#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/fresh_id.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/tests/header_examples/counter.hpp"
#include "evenfold/tests/journal/chain/stored_journal.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::kernel {
namespace {

using journal::Access;
using journal::FailureKind;
using journal::ScratchFolder;
using tests::chain::run_sql;
using tests::chain::trust_of;

journal::SqliteOptions options() {
    auto made = tests::chain::signed_with(1);
    made.domain = "counter";
    return made;
}

/// Adds the amounts, one command each.
void add_all(journal::Journal& journal, std::initializer_list<std::uint64_t> amounts) {
    const auto kernel = Kernel<Counter>::open(journal, &now);
    REQUIRE(kernel);
    for (const std::uint64_t amount : amounts)
        REQUIRE((*kernel)->submit({.command = fresh<CommandId>(),
                                   .actor = Actor::user,
                                   .at = now(),
                                   .cause = {},
                                   .correlation = {},
                                   .body = Add{amount}}));
}

/// Returns a signed journal with two events.
std::filesystem::path written(const ScratchFolder& folder) {
    const auto file = folder / "journal.db";
    const auto journal = tests::chain::opened(file, options());
    add_all(*journal, {60, 7});
    return file;
}

std::optional<journal::Failure> failure_to_open(const std::filesystem::path& file, KernelOptions<Counter> wanted) {
    const auto journal = tests::chain::opened(file, options(), Access::read_only);
    const auto kernel = Kernel<Counter>::open(*journal, &now, wanted);
    return kernel ? std::nullopt : std::optional(kernel.error());
}

} // namespace

TEST_CASE("Kernel: with a trust, a signed journal is verified before it is used.") {
    const ScratchFolder folder;
    const auto file = written(folder);
    const auto trust = trust_of(1);
    const auto wrong = trust_of(0);
    CHECK(!failure_to_open(file, {.trust = &trust}));
    CHECK(!failure_to_open(file, {.trust = &trust, .check = Check::all}));
    const auto untrusted = failure_to_open(file, {.trust = &wrong});
    REQUIRE(untrusted);
    CHECK(untrusted->what.find("(unknown_key)") != std::string::npos);
}

TEST_CASE("Kernel: a changed journal is not opened, unless nothing is to be checked.") {
    const ScratchFolder folder;
    const auto file = written(folder);
    REQUIRE(run_sql(file, "DROP TRIGGER events_refuse_UPDATE; UPDATE events SET stored_at_ms = 1 WHERE sequence = 2; "
                          "CREATE TRIGGER events_refuse_UPDATE BEFORE UPDATE ON events WHEN 1 BEGIN SELECT "
                          "RAISE(ABORT, 'a journal is append only'); END"));
    const auto trust = trust_of(1);
    const auto changed = failure_to_open(file, {.trust = &trust});
    REQUIRE(changed);
    CHECK(changed->kind == FailureKind::damaged);
    CHECK(changed->what.starts_with("event 2 is not as it was signed (mac_mismatch)"));
    CHECK(!failure_to_open(file, {.trust = &trust, .check = Check::none}));
    CHECK(!failure_to_open(file, {})); // the control: without a trust nothing is checked
}

TEST_CASE("Kernel: a journal that is signed later has the same events, the same model and a sealed root (SL10).") {
    const ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto unsigned_options = journal::SqliteOptions{.domain = "counter"};
    const auto model_of = [](journal::Journal& journal) {
        const auto kernel = Kernel<Counter>::open(journal, &now);
        REQUIRE(kernel);
        return digest((*kernel)->snapshot()->model);
    };
    {
        const auto journal = tests::chain::opened(file, unsigned_options);
        add_all(*journal, {20, 30});
    }
    const auto journal = tests::chain::opened(file, unsigned_options);
    const auto before = journal::read_all(*journal);
    const auto model = model_of(*journal);
    REQUIRE(before);
    REQUIRE(journal->signatures()->start_signing(tests::chain::key_of(1), now()));
    const auto after = tests::chain::opened(file, options(), Access::read_only);
    CHECK(journal::read_all(*after) == before);
    CHECK(model_of(*after) == model);
    const auto tree = after->signatures()->open_tree();
    REQUIRE(tree);
    const auto root = journal::chain::tree_root(**tree, 2);
    REQUIRE(root);
    CHECK(tests::chain::text_in(file, "SELECT lower(hex(root)) FROM keys") == hex::encode(*root));
    const auto trust = trust_of(1);
    CHECK(!failure_to_open(file, {.trust = &trust, .check = Check::all}));
}

} // namespace evenfold::kernel
