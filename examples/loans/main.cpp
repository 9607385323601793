#include <evenfold/codec/codec.hpp>
#include <evenfold/core/reflection/shape_of.hpp>
#include <evenfold/journal/sqlite/sqlite_journal.hpp>
#include <evenfold/kernel/fresh_id.hpp>
#include <evenfold/kernel/kernel.hpp>
#include <evenfold/kernel/replay.hpp>

#include <chrono>
#include <cstdio>

#include "loans.hpp"

namespace {

using namespace loans;
namespace journal = evenfold::journal;
namespace kernel = evenfold::kernel;
using kernel::Outcome;

/// Prints an outcome. Returns whether the command was accepted.
bool print(const Outcome<Loans>& outcome) {
    if (outcome) {
        std::printf("accepted: %u event(s) from %zu\n", outcome->count, std::size_t{outcome->first});
    } else if (const auto* rejected = std::get_if<kernel::Rejected<Loans>>(&outcome.error())) {
        if (const auto* none_left = std::get_if<NoCopyLeft>(&rejected->error))
            std::printf("rejected: all copies are lent until %s\n", to_text(none_left->next_due).c_str());
        else
            std::puts("rejected");
    } else if (const auto* failure = std::get_if<journal::Failure>(&outcome.error())) {
        std::printf("failed: %s; %s\n", failure->what.c_str(), failure->remedy.c_str());
    } else {
        std::puts("refused by the kernel"); // for example, because the id was used for another command
    }
    return outcome.has_value();
}

bool submit(kernel::Kernel<Loans>& library, evenfold::Actor actor, Loans::Command command) {
    return print(library.submit({.command = kernel::fresh<evenfold::CommandId>(),
                                 .actor = actor,
                                 .at = kernel::now(),
                                 .cause = {},
                                 .correlation = {},
                                 .body = std::move(command)}));
}

/// Prints the type and the fields of each event of a stream, as stored.
std::expected<void, journal::Failure> print_stream(journal::Journal& journal, const std::string& stream) {
    const auto cursor = journal.open_cursor({.stream = stream});
    if (!cursor) return std::unexpected(cursor.error());
    journal::EventPage page;
    for (;;) {
        const auto has_events = (*cursor)->next(page);
        if (!has_events) return std::unexpected(has_events.error());
        if (!*has_events) return {};
        for (const journal::Record& record : page.records())
            std::printf("%zu %s v%u\n", std::size_t{record.version}, record.type.c_str(), record.type_version);
    }
}

/// Returns the member of the newest loan, or a nil id: reads backward, and decodes each event as the domain's own.
std::expected<MemberId, journal::Failure> newest_member(journal::Journal& journal) {
    const auto records = journal::read_all(journal, {.at_most = 100, .direction = journal::Direction::backward});
    if (!records) return std::unexpected(records.error());
    for (const journal::Record& record : *records) {
        const auto event = kernel::event_of<Loans>(record);
        if (!event) return std::unexpected(event.error());
        if (const auto* lent = std::get_if<CopyLent>(&event->body)) return lent->member;
    }
    return MemberId{};
}

/// Counts the books as they were after event `until`.
std::expected<std::size_t, journal::Failure> books_at(journal::Journal& journal, evenfold::Sequence until) {
    const auto past = kernel::replay<Loans>(journal, {}, until);
    if (!past) return std::unexpected(past.error());
    return past->model.books.size();
}

/// Opens a kernel that folds only the events after a state that was stored as JSON, if this build can read it.
auto open_from(journal::Journal& journal, const std::string& model, evenfold::Sequence head) {
    kernel::KernelOptions<Loans> options;
    if (auto stored = evenfold::codec::decode<Library>(model))
        options.starting_state = {.model = std::move(stored->value), .head = head};
    return kernel::Kernel<Loans>::open(journal, &kernel::now, std::move(options));
}

/// Prints the type of each event after `seen` as it is stored, until there is none for that time.
std::expected<void, journal::Failure>
follow(journal::Journal& journal, evenfold::Sequence seen, std::chrono::milliseconds at_most) {
    for (;;) {
        const auto head = journal.wait(seen, at_most);
        if (!head) return std::unexpected(head.error());
        if (*head <= seen) return {};
        const auto records = journal::read_all(journal, {.from = seen + 1, .at_most = *head - seen});
        if (!records) return std::unexpected(records.error());
        for (const journal::Record& record : *records) std::puts(record.type.c_str());
        seen = *head;
    }
}

int fail(const journal::Failure& failure) {
    std::fprintf(stderr, "%s: %s\n%s\n", std::string(name_of(failure.kind)).c_str(), failure.what.c_str(),
                 failure.remedy.c_str());
    return 1;
}

int run(journal::Journal& journal) {
    const auto library = kernel::Kernel<Loans>::open(journal, &kernel::now);
    if (!library) return fail(library.error());
    const auto book = kernel::fresh<BookId>();
    const auto loan = kernel::fresh<LoanId>();
    const auto ada = kernel::fresh<MemberId>();
    const auto user = evenfold::Actor::user;
    const auto lent = evenfold::parse_instant("2026-11-02T09:00:00.000Z");
    const auto due = evenfold::parse_instant("2026-11-30T18:00:00.000Z");
    if (!lent || !due) return 1;
    submit(**library, user, AddBook{.book = book, .title = "Emma", .copies = 1});
    submit(**library, user, Lend{.loan = loan, .book = book, .member = ada, .lent = *lent, .due = *due});
    submit(**library, user,
           Lend{.loan = kernel::fresh<LoanId>(), .book = book, .member = ada, .lent = *lent, .due = *due});
    submit(**library, evenfold::Actor::system, MarkOverdue{.now = {due->unix_ms + 1}});

    const auto printed = print_stream(journal, "book-" + to_text(book));
    if (!printed) return fail(printed.error());
    const auto followed = follow(journal, 0, std::chrono::milliseconds(0));
    if (!followed) return fail(followed.error());

    const auto now = (*library)->snapshot();
    const auto reopened = open_from(journal, evenfold::codec::encode(now->model), now->head);
    if (!reopened) return fail(reopened.error());
    if ((*reopened)->snapshot()->model != now->model) return 1;

    const auto member = newest_member(journal);
    if (!member) return fail(member.error());
    const auto books = books_at(journal, 1);
    if (!books) return fail(books.error());
    std::printf("%s, %zu book(s) after event 1\n", *member == ada ? "lent to Ada" : "not lent", *books);
    return 0;
}

} // namespace

int main(int count, char** words) {
    const auto journal =
        journal::open_sqlite_journal(count > 1 ? words[1] : "loans.db", journal::Access::create, {.domain = "loans"});
    if (!journal) return fail(journal.error());
    return run(**journal);
}
