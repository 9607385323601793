#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "evenfold/reactors/anchors/anchor.hpp"
#include "evenfold/reactors/anchors/anchor_schedule.hpp"
#include "evenfold/reactors/anchors/anchor_spec.hpp"
#include "evenfold/reactors/anchors/command_anchor.hpp"
#include "evenfold/reactors/anchors/file_anchor.hpp"
#include "evenfold/tests/reactors/anchors/anchored_journal.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

std::string read_empty_file() {
#include "evenfold/header_examples/reactors/anchors/file_anchor.hpp"
    return {};
}

std::string publish_to_file(const std::string& head, const journal::heads::SigningKey& key,
                            const reactors::anchors::ConsistencySource& prove, journal::chain::ChainTrust& trust) {
#include "evenfold/header_examples/reactors/anchors/anchor.hpp"
    return {};
}

std::string publish_to_command(const std::string& head, const journal::heads::SigningKey& key,
                               const reactors::anchors::ConsistencySource& prove) {
#include "evenfold/header_examples/reactors/anchors/command_anchor.hpp"
    return {};
}

std::string parse_text() {
#include "evenfold/header_examples/reactors/anchors/anchor_spec.hpp"
    return {};
}

} // namespace

TEST_CASE("Header examples: heads go to a file and to a program.") {
    const journal::ScratchFolder scratch;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(scratch.path());
    const tests::anchors::AnchoredJournal anchored;
    const auto publication = anchored.publication(7);
    journal::chain::ChainTrust trust;
    CHECK(read_empty_file().empty());
    CHECK(publish_to_file(publication.note, anchored.key(), publication.consistency, trust).empty());
    CHECK(trust.heads.size() == 1);
    CHECK(publish_to_command(publication.note, anchored.key(), publication.consistency).empty());
    CHECK(parse_text().empty());
    std::filesystem::current_path(before);
}

TEST_CASE("Header examples: the schedule of an anchor.") {
#include "evenfold/header_examples/reactors/anchors/anchor_schedule.hpp"
    CHECK(status.size == 1'000);
}

} // namespace evenfold
