#include "evenfold/reactors/anchors/file_anchor.hpp"

#include <algorithm>
#include <doctest/doctest.h>
#include <thread>

#include "evenfold/reactors/anchors/continuation.hpp"
#include "evenfold/reactors/anchors/head_records.hpp"
#include "evenfold/tests/journal/child_process.hpp"
#include "evenfold/tests/reactors/anchors/anchored_journal.hpp"

namespace evenfold::tests::anchors {
namespace {

using Sizes = std::vector<std::uint64_t>;

void write_file(const std::filesystem::path& file, std::string_view bytes) {
    std::ofstream(file, std::ios::binary) << bytes;
}

} // namespace

TEST_CASE("File anchor: heads are appended, and read back with the times of their signers.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto anchor = open_file_anchor(folder / "heads");
    CHECK(anchor->name() == "file:" + (folder / "heads").string());
    CHECK_FALSE(anchor->newest().value());
    CHECK(anchor->heads().value().empty());
    CHECK_FALSE(std::filesystem::exists(folder / "heads")); // reading creates nothing
    CHECK(outcome(folder.path(), anchor->publish(journal.publication(3))) == "done: DIR/heads, at byte 0");
    const std::size_t first = journal.head(3).size() + 1;
    CHECK(outcome(folder.path(), anchor->publish(journal.publication(10))) ==
          "done: DIR/heads, at byte " + std::to_string(first));
    CHECK(bytes_of_file(folder / "heads") == journal.head(3) + "\n" + journal.head(10) + "\n");
    CHECK(sizes_of(*anchor, journal) == Sizes{3, 10});
    const auto newest = anchor->newest().value();
    REQUIRE(newest);
    CHECK(newest->note == journal.head(10));
    CHECK(newest->anchor == anchor->name());
    CHECK(newest->at == Instant{.unix_ms = 1'790'000'010'000});
}

TEST_CASE("File anchor: the head that it has already is not appended again, also if it was signed again.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto anchor = open_file_anchor(folder / "heads");
    REQUIRE(anchor->publish(journal.publication(3)));
    HeadPublication again = journal.publication(3);
    again.note = journal.head(3, 1'000);
    CHECK(again.note != journal.head(3));
    CHECK(outcome(folder.path(), anchor->publish(again)) == "done: DIR/heads has this head already");
    CHECK(sizes_of(*anchor, journal) == Sizes{3});
}

TEST_CASE("File anchor: the empty journal has a head, which every history continues.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto anchor = open_file_anchor(folder / "heads");
    REQUIRE(anchor->publish(journal.publication(0)));
    REQUIRE(anchor->publish(journal.publication(5)));
    CHECK(sizes_of(*anchor, journal) == Sizes{0, 5});
}

TEST_CASE("File anchor: a smaller head, a fork and a head of another journal are refused, and nothing is written.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const AnchoredJournal fork(2);
    const AnchoredJournal other(1, "journal/other");
    const auto anchor = open_file_anchor(folder / "heads");
    REQUIRE(anchor->publish(journal.publication(10)));
    const std::string before = bytes_of_file(folder / "heads");
    const auto refused = [&](const HeadPublication& publication) {
        const auto receipt = anchor->publish(publication);
        CHECK(bytes_of_file(folder / "heads") == before);
        return outcome(folder.path(), receipt);
    };
    CHECK(refused(journal.publication(9)) == "file:DIR/heads: has a head of 10 events, and this head has only 9");
    CHECK(anchor->publish(journal.publication(9)).error().kind == FailureKind::inconsistent);
    const std::string not_proven = "events is not proven to begin with the 10 events that are anchored";
    CHECK(refused(fork.publication(20)) == "file:DIR/heads: the journal of 20 " + not_proven);
    CHECK(refused(fork.publication(10)) == "file:DIR/heads: the journal of 10 " + not_proven);
    CHECK(anchor->publish(fork.publication(20)).error().kind == FailureKind::inconsistent);
    HeadPublication both = other.publication(20);
    both.trusted.push_back(journal.key().verifier());
    CHECK(refused(both) == "file:DIR/heads: has heads of the journal 'journal/test', and not of 'journal/other'");
    CHECK(refused(other.publication(20))
              .starts_with("file:DIR/heads: its last head is not valid: line 5: unknown signer"));
    HeadPublication unsigned_head = journal.publication(20);
    unsigned_head.note.replace(unsigned_head.note.find("\n20\n"), 4, "\n21\n");
    CHECK(refused(unsigned_head)
              .starts_with("the head to anchor is not valid: line 5: the signature of 'journal/test' is wrong"));
    HeadPublication unproven = journal.publication(20);
    unproven.consistency = [](std::uint64_t) {
        return std::unexpected(Failure{.what = "the journal cannot be read", .remedy = {}});
    };
    CHECK(refused(unproven) == "the journal cannot be read");
    CHECK(anchor->publish(journal.publication(20)));
}

TEST_CASE("Head records: a record that was cut at any byte is no record, but a part of one.") {
    const AnchoredJournal journal;
    const std::string first = head_record(journal.head(3));
    const std::string second = head_record(journal.head(7));
    for (std::size_t kept = 0; kept < second.size(); ++kept) {
        const std::string text = first + second.substr(0, kept);
        const HeadRecords records = head_records(text);
        CHECK(records.notes == std::vector<std::string_view>{journal.head(3)});
        CHECK(records.whole_bytes == first.size());
        CHECK(is_cut_record(std::string_view(text).substr(first.size()), "journal/test"));
    }
    CHECK(head_records(first + second).notes.size() == 2);
    CHECK(head_records("").notes.empty());
    CHECK(head_records("\n\n").notes.empty());
    CHECK(is_cut_record(std::string(300, '\0'), "journal/test"));
    CHECK_FALSE(is_cut_record("journal/other\n3\n", "journal/test"));
    CHECK_FALSE(is_cut_record("\n", "journal/test"));
}

TEST_CASE("File anchor: a head that a crash has cut is removed by the next one, and is never read.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto file = folder / "heads";
    const std::string first = head_record(journal.head(3));
    const std::string second = head_record(journal.head(7));
    const auto anchor = open_file_anchor(file);
    constexpr std::size_t step = 29; // every byte is cut above, without a disk
    for (std::size_t kept = 0; kept < second.size(); kept += step) {
        for (const bool zeros : {false, true}) {
            std::string cut = second.substr(0, kept);
            if (zeros) cut.resize(second.size(), '\0');
            write_file(file, first + cut);
            CHECK(anchor->newest().value()->note == journal.head(3));
            CHECK(anchor->heads().value().size() == 1);
            REQUIRE(anchor->publish(journal.publication(7)));
            CHECK(bytes_of_file(file) == first + second);
        }
    }
    write_file(file, second.substr(0, 20)); // the first head of all
    CHECK_FALSE(anchor->newest().value());
    REQUIRE(anchor->publish(journal.publication(7)));
    CHECK(bytes_of_file(file) == second);
}

TEST_CASE("File anchor: a file that has something else is refused and left alone.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto file = folder / "notes";
    const auto anchor = open_file_anchor(file);
    for (const std::string& bytes : {std::string("my notes\n"), std::string("j\n"), head_record(journal.head(3)) + "x",
                                     std::string(4'000'000, 'x'), std::string(4'000'000, '\0')}) {
        write_file(file, bytes);
        const auto receipt = anchor->publish(journal.publication(7));
        REQUIRE_FALSE(receipt);
        CHECK(receipt.error().kind == FailureKind::damaged);
        CHECK(receipt.error().what.ends_with("bytes at its end are no head of this journal"));
        CHECK(bytes_of_file(file) == bytes);
    }
    const auto in_no_folder = open_file_anchor(folder / "gone/heads");
    CHECK(outcome(folder.path(), in_no_folder->publish(journal.publication(3))) ==
          "DIR/gone/heads: open to append: No such file or directory");
    CHECK(outcome(folder.path(), open_file_anchor(folder.path())->publish(journal.publication(3))) ==
          "DIR: open to append: Is a directory");
    CHECK(outcome(folder.path(), open_file_anchor("/dev/null")->publish(journal.publication(3))) ==
          "/dev/null: not a regular file");
}

TEST_CASE("File anchor: in a large file only the end is read, and the last head is found.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto file = folder / "heads";
    std::string bytes;
    const std::string first = head_record(journal.head(3));
    while (bytes.size() < 4'000'000) bytes += first;
    bytes += head_record(journal.head(5));
    for (std::size_t shift = 0; shift < 3; ++shift) { // so that the window begins at different bytes of a record
        write_file(file, bytes);
        const auto anchor = open_file_anchor(file);
        CHECK(anchor->newest().value()->note == journal.head(5));
        REQUIRE(anchor->publish(journal.publication(6)));
        CHECK(bytes_of_file(file) == bytes + head_record(journal.head(6)));
        bytes.insert(0, "y");
    }
}

TEST_CASE("File anchor: two processes that publish at once lose no head that was taken.") {
    const AnchoredJournal journal;
    const journal::ScratchFolder folder;
    const auto file = folder / "heads";
    const auto publish_each_second = [&](std::uint64_t first) {
        return [&, first] {
            const auto anchor = open_file_anchor(file);
            for (std::uint64_t size = first; size <= events_max; size += 2)
                if (anchor->publish(journal.publication(size)))
                    write_file(folder / ("taken-" + std::to_string(size)), "");
            return 0;
        };
    };
    journal::ChildProcess odd(publish_each_second(1));
    journal::ChildProcess even(publish_each_second(2));
    CHECK(odd.end() == 0);
    CHECK(even.end() == 0);
    const Sizes kept = sizes_of(*open_file_anchor(file), journal);
    CHECK(std::ranges::is_sorted(kept));
    for (std::uint64_t size = 1; size <= events_max; ++size)
        CHECK((std::ranges::count(kept, size) == 1) ==
              std::filesystem::exists(folder / ("taken-" + std::to_string(size))));
    CHECK(kept.back() == events_max);
}

TEST_CASE("File anchor: without the lock, a publisher overwrites the head of another one (control).") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto file = folder / "heads";
    const auto anchor = open_file_anchor(file);
    REQUIRE(anchor->publish(journal.publication(3)));
    const std::string seen = bytes_of_file(file); // of a publisher that takes no lock
    REQUIRE(anchor->publish(journal.publication(5)));
    write_file(file, seen + head_record(journal.head(6)));
    CHECK(sizes_of(*anchor, journal) == Sizes{3, 6}); // 5 is lost
}

TEST_CASE("File anchor: a publisher that comes while another one proves its head waits, and both heads are kept.") {
    const journal::ScratchFolder folder;
    const AnchoredJournal journal;
    const auto first = open_file_anchor(folder / "heads");
    const auto second = open_file_anchor(folder / "heads");
    REQUIRE(first->publish(journal.publication(3)));
    HeadPublication slow = journal.publication(5);
    std::thread other;
    slow.consistency = [&](std::uint64_t from) {
        other = std::thread([&] { CHECK(second->publish(journal.publication(6))); });
        return journal.publication(5).consistency(from);
    };
    CHECK(first->publish(slow));
    other.join();
    CHECK(sizes_of(*first, journal) == Sizes{3, 5, 6});
}

} // namespace evenfold::tests::anchors
