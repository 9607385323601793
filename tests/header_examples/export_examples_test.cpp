#include <doctest/doctest.h>

#include <string>

#include "evenfold/journal/exchange/export_reader.hpp"
#include "evenfold/journal/exchange/export_writer.hpp"
#include "evenfold/journal/exchange/part_writer.hpp"
#include "evenfold/tests/journal/chain/memory_tree.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string write_text(journal::chain::ChainSource& source) {
#include "evenfold/header_examples/journal/exchange/export_writer.hpp"
    CHECK(text.starts_with("{\"header\":"));
    return {};
}

std::string write_stream(journal::chain::ChainSource& source, journal::chain::TreeHashes& tree,
                         const journal::exchange::ExportSink& sink) {
#include "evenfold/header_examples/journal/exchange/part_writer.hpp"
    return {};
}

std::string verify_file(const std::filesystem::path& folder, const journal::chain::ChainTrust& trust) {
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(folder);
    const std::string result = [&]() -> std::string {
#include "evenfold/header_examples/journal/exchange/export_reader.hpp"
        return {};
    }();
    std::filesystem::current_path(before);
    return result;
}

} // namespace

TEST_CASE("Header examples: an export is written and verified.") {
    const tests::chain::StoredJournal stored = tests::chain::short_history(2).stored;
    tests::chain::MemoryChainSource source(stored);
    CHECK(write_text(source).empty());
    tests::chain::MemoryTree tree({});
    const auto sink = [](std::string_view) { return std::expected<void, system::Failure>(); };
    tests::chain::MemoryChainSource unproven(stored);
    CHECK(write_stream(unproven, tree, sink) == "no signed head has events of the stream 'plan-7' from 1 on");
    const tests::exchange::ExportFile file(tests::exchange::text_of(stored));
    CHECK(verify_file(file.path().parent_path(), tests::chain::trust_of(1)).empty());
}

} // namespace evenfold
