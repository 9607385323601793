// The verification of one stream alone.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>

#include "evenfold/journal/signatures.hpp"
#include "evenfold/tests/contracts/journal_check.hpp"
#include "evenfold/tests/journal/chain/damage.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/journal/signed/signed_file.hpp"

namespace evenfold::tests::chain {
namespace {

ChainReport report_of_stream(const StoredJournal& stored, const ChainTrust& trust, const std::string& stream) {
    MemoryChainSource source(stored);
    return verify_stream(source, trust, stream).value();
}

std::set<std::string> streams_of(const StoredJournal& stored) {
    std::set<std::string> streams;
    for (const EventRow& row : stored.events) streams.insert(row.stream);
    return streams;
}

} // namespace

TEST_CASE("Verify a stream: each stream of an untouched history is proven alone, whatever happens in others.") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        HistoryWriter history = signed_history(seed);
        const ChainTrust trust = trust_of(history.stored.keys.size());
        const EventRow last = history.stored.events.back();
        history.stored.events.back().data += "x"; // damages one stream only
        std::uint64_t events = 0;
        for (const std::string& stream : streams_of(history.stored)) {
            CAPTURE(stream);
            const ChainReport report = report_of_stream(history.stored, trust, stream);
            CAPTURE(to_json(report));
            CHECK(report.ok() == (stream != last.stream));
            if (report.broken) CHECK(report.broken->broken_at == last.sequence);
            events += report.events;
        }
        CHECK(events + 1 == history.stored.events.size());
    }
}

TEST_CASE("Verify a stream: every change of an event is found in its stream.") {
    std::uint64_t found = 0;
    for (const DamageKind& kind : event_damage()) {
        if (kind.name.find("prev") != std::string_view::npos)
            continue; // its mac covers the stored one, as checked below
        CAPTURE(kind.name);
        for (std::uint64_t seed = 0; seed < 10; ++seed) {
            CAPTURE(seed);
            HistoryWriter history = signed_history(seed);
            std::set<std::string> streams = streams_of(history.stored);
            if (!kind.apply(history)) continue;
            streams.merge(streams_of(history.stored)); // a name may have changed
            const ChainTrust trust = trust_of(std::max<std::uint64_t>(history.stored.keys.size(), 3));
            ++found;
            CHECK(std::ranges::any_of(streams, [&](const std::string& stream) {
                return !report_of_stream(history.stored, trust, stream).ok();
            }));
        }
    }
    CHECK(found > 50);
}

TEST_CASE("Verify a stream: a file gives the same report, and says that the end is not proven.") {
    const journal::ScratchFolder folder;
    const auto file = folder / "journal.db";
    const auto journal = opened(file, signed_with(1));
    for (std::uint64_t id = 1; id <= 30; ++id) {
        append(*journal, {journal::contract::batch(2 * id, {"a", "b"})});
        append(*journal, {journal::contract::batch(2 * id + 1, {})});
    }
    const auto source = journal->signatures()->open_chain();
    REQUIRE(source);
    const auto report = verify_stream(**source, trust_of(1), "a");
    REQUIRE(report);
    CHECK_MESSAGE(report->ok(), to_json(*report));
    CHECK(report->events == 30);
    CHECK(report->head == 59);
    CHECK(report->stream == "a");
    CHECK(remark_of(*report, RemarkKind::stream_end));
    CHECK(to_json(*report).find(R"("scope": "stream", "of": "a", )") != std::string::npos);
}

} // namespace evenfold::tests::chain
