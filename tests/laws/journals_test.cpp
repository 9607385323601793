#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/journal/scratch_folder.hpp"
#include "evenfold/tests/laws/orchestration_testable.hpp"
#include "evenfold/tests/testing/notes.hpp"

namespace evenfold::orchestration::tests {
namespace {

using notes::Notes;
using testing::JournalKind;
using testing::Search;
using OwnedJournal = std::unique_ptr<journal::Journal>;

constexpr testing::SearchEffort few{.seed = 1, .cases = 20}; // each case syncs its journal a dozen times

/// Returns journals in files of `folder`: each one is new, and reopened from its file.
JournalKind sqlite(const journal::ScratchFolder& folder) {
    const auto file = folder / "journal.db";
    const auto open = [file](journal::Access access) -> OwnedJournal {
        auto opened = journal::open_sqlite_journal(file, access);
        return opened ? std::move(*opened) : nullptr;
    };
    return {.name = "SQLite",
            .make =
                [=] {
                    for (const auto& entry : std::filesystem::directory_iterator(file.parent_path()))
                        std::filesystem::remove(entry.path());
                    return open(journal::Access::create);
                },
            .reopen =
                [=](OwnedJournal closing) {
                    closing.reset();
                    return open(journal::Access::read_write);
                }};
}

/// Returns a journal with these events, each from a command of its own.
OwnedJournal journal_of(const std::vector<journal::Record>& records) {
    auto made = std::make_unique<journal::MemoryJournal>();
    std::uint64_t number = 0;
    for (const journal::Record& record : records) {
        journal::Batch batch{};
        batch.command = testing::id_of_command(++number);
        batch.events = {{record.stream, record.type, record.type_version, record.data}};
        if (!made->append(std::span(&batch, 1), std::nullopt)) return nullptr;
    }
    return made;
}

/// Returns a journal that is intact until it is reopened; then `wear` has changed its records.
JournalKind worn(const std::function<void(std::vector<journal::Record>&)>& wear) {
    return {.name = "worn",
            .make = [] { return std::make_unique<journal::MemoryJournal>(); },
            .reopen = [wear](OwnedJournal closing) -> OwnedJournal {
                auto records = journal::read_all(*closing);
                if (!records) return nullptr;
                wear(*records);
                return journal_of(*records);
            }};
}

/// A journal that does not know which commands it has stored.
class Forgetful : public journal::MemoryJournal {
public:
    std::expected<std::optional<journal::Receipt>, journal::Failure> receipt(const CommandId&) override {
        return std::nullopt;
    }
};

template <Domain D>
Search<D> over(JournalKind kind, std::size_t commands_max) {
    Search<D> search{.laws = {testing::journals_agree<D>({std::move(kind)})}, .histories = {}, .effort = few};
    search.histories.commands_max = commands_max;
    return search;
}

std::string found_over(const std::function<void(std::vector<journal::Record>&)>& wear) {
    const auto findings = testing::find_broken_laws(over<Notes>(worn(wear), 60));
    return findings.empty() ? "" : findings.front().message;
}

} // namespace

TEST_CASE("Journals: orchestration has the same history in memory and in SQLite, also after it is reopened.") {
    const journal::ScratchFolder folder;
    CHECK_LAWS(Orchestration, over<Orchestration>(sqlite(folder), 60));
}

TEST_CASE("Journals: the sample domain has the same history in memory and in SQLite, also after it is reopened.") {
    const journal::ScratchFolder folder;
    CHECK_LAWS(Notes, over<Notes>(sqlite(folder), 60));
}

TEST_CASE("Journals: an intact one obeys the law; one that loses, swaps or repeats an event is found.") {
    using Records = std::vector<journal::Record>;
    CHECK(found_over([](Records&) {}).empty());
    CHECK(found_over([](Records& records) {
              if (!records.empty()) records.pop_back();
          }).starts_with("worn, reopened: the stored events differ"));
    CHECK(found_over([](Records& records) {
              if (records.size() > 1) std::swap(records.front(), records.back());
          }).starts_with("worn, reopened: the stored events differ"));
    CHECK(found_over([](Records& records) {
              if (!records.empty()) records.push_back(records.back());
          }).starts_with("worn, reopened: the stored events differ"));
}

TEST_CASE("Journals: orchestration law L37, one that forgets its receipts is found.") {
    const auto forgetful = [] { return std::make_unique<Forgetful>(); };
    const Search<Notes> search{.laws = {testing::same_command_once<Notes>(forgetful)}, .histories = {}, .effort = few};
    const auto findings = testing::find_broken_laws(search);
    REQUIRE(findings.size() == 1);
    CHECK(findings.front().law == search.laws.front().name);
}

TEST_CASE("Journals: one that cannot be created or reopened is reported.") {
    const auto failure_of = [](JournalKind kind) {
        return testing::obeys(testing::journals_agree<Notes>({std::move(kind)}), testing::History<Notes>{}).message();
    };
    CHECK(failure_of({.name = "none", .make = [] { return nullptr; }}) == "none: cannot create the journal");
    CHECK(failure_of({.name = "once",
                      .make = [] { return std::make_unique<journal::MemoryJournal>(); },
                      .reopen = [](OwnedJournal) { return nullptr; }}) == "once: cannot reopen the journal");
}

} // namespace evenfold::orchestration::tests
