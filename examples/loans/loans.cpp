#include "loans.hpp"

#include <evenfold/core/reflection/shape_of.hpp>

#include <algorithm>
#include <array>

template const evenfold::Shape& evenfold::shape_of<loans::Loans::Command>();
template const evenfold::Shape& evenfold::shape_of<loans::Loans::Event>();
template const evenfold::Shape& evenfold::shape_of<loans::Loans::Error>();
template const evenfold::Shape& evenfold::shape_of<loans::Library>();

namespace loans {
namespace {

using Decision = Loans::Decision;
using evenfold::ErrorClass;
using evenfold::Unknown;

std::unexpected<Loans::Error> reject(Loans::Error error) {
    return std::unexpected(std::move(error));
}

Decision on(const AddBook& command, const Library& library) {
    if (library.books.contains(command.book)) return reject(IdInUse{});
    return std::vector<Loans::Event>{BookAdded{.book = command.book, .title = command.title, .copies = command.copies}};
}

Decision on(const Lend& command, const Library& library) {
    const Book* book = library.books.find(command.book);
    if (!book) return reject(NoSuchBook{command.book});
    if (library.loans.contains(command.loan) || library.returned.contains(command.loan)) return reject(IdInUse{});
    if (command.due <= command.lent) return reject(DueTooEarly{command.lent});
    if (book->loans.size() >= book->copies) {
        Instant next_due = command.due;
        for (const LoanId& loan : book->loans.in_order()) next_due = std::min(next_due, library.loans.find(loan)->due);
        return reject(NoCopyLeft{next_due});
    }
    return std::vector<Loans::Event>{CopyLent{.loan = command.loan,
                                              .book = command.book,
                                              .member = command.member,
                                              .lent = command.lent,
                                              .due = command.due}};
}

Decision on(const Return& command, const Library& library) {
    if (library.returned.contains(command.loan)) return std::vector<Loans::Event>{}; // no events: it is already back
    if (!library.loans.contains(command.loan)) return reject(NoSuchLoan{command.loan});
    return std::vector<Loans::Event>{CopyReturned{command.loan}};
}

Decision on(const MarkOverdue& command, const Library& library) {
    std::vector<Loans::Event> events;
    for (const Loan* loan : library.loans.sorted()) {
        if (!loan->overdue && loan->due < command.now) events.emplace_back(LoanOverdue{loan->id});
    }
    return events;
}

void on(const BookAdded& event, Library& library) {
    library.books.insert({.id = event.book, .title = event.title, .copies = event.copies, .loans = {}});
}

void on(const CopyLent& event, Library& library) {
    Book* book = library.books.find(event.book);
    if (!book || library.loans.contains(event.loan)) return;
    book->loans.insert(event.loan);
    library.loans.insert(
        {.id = event.loan, .book = event.book, .member = event.member, .due = event.due, .overdue = false});
}

void on(const CopyReturned& event, Library& library) {
    const Loan* loan = library.loans.find(event.loan);
    if (!loan) return;
    if (Book* book = library.books.find(loan->book)) book->loans.erase(event.loan);
    library.loans.erase(event.loan); // from here on, `loan` points to nothing
    library.returned.insert(event.loan);
}

void on(const LoanOverdue& event, Library& library) {
    if (Loan* loan = library.loans.find(event.loan)) loan->overdue = true;
}

void on(const Unknown&, Library&) {}

} // namespace

Decision Loans::decide(const Command& command, const Library& library) {
    return std::visit([&](const auto& one) { return on(one, library); }, command);
}

Library Loans::project(Library library, const Event& event) {
    std::visit([&](const auto& one) { on(one, library); }, event);
    return library;
}

std::string Loans::stream_of(const Event& event, const Library& library) {
    const auto book_of = [&]<class One>(const One& one) -> BookId {
        if constexpr (requires { one.book; }) {
            return one.book;
        } else if constexpr (requires { one.loan; }) {
            const Loan* loan = library.loans.find(one.loan);
            return loan ? loan->book : BookId{};
        } else {
            return {};
        }
    };
    return "book-" + to_text(std::visit(book_of, event));
}

std::optional<Loans::Error> Loans::forbid(evenfold::Actor actor, const Command& command) {
    if (std::holds_alternative<MarkOverdue>(command) && actor != evenfold::Actor::system) return NotPermitted{actor};
    return std::nullopt;
}

ErrorClass Loans::class_of(const Error& error, evenfold::Actor) {
    if (std::holds_alternative<NoSuchBook>(error) || std::holds_alternative<NoSuchLoan>(error))
        return ErrorClass::not_found;
    if (std::holds_alternative<DueTooEarly>(error)) return ErrorClass::invalid;
    return ErrorClass::conflict;
}

namespace {

/// Version 1 of CopyLent, when every loan lasted four weeks.
struct CopyLentV1 {
    EVENFOLD_STRUCT(CopyLentV1, (LoanId, loan), (BookId, book), (MemberId, member), (Instant, lent));
};

std::string add_due_date(std::string_view data) {
    namespace codec = evenfold::codec;
    constexpr std::int64_t four_weeks_ms = std::int64_t{28} * 24 * 60 * 60 * 1000;
    const auto old = codec::decode<CopyLentV1>(data);
    if (!old) return std::string(data); // the reader then reports which field is wrong
    const auto& [loan, book, member, lent] = old->value;
    const CopyLent current{
        .loan = loan, .book = book, .member = member, .lent = lent, .due = {lent.unix_ms + four_weeks_ms}};
    return codec::encode(current, old->unknown_fields);
}

constexpr std::array<evenfold::codec::Upcaster, 1> all_upcasters{
    {{.type = "BookLent", .from = 1, .convert = &add_due_date}}};

} // namespace

std::span<const evenfold::codec::Upcaster> Loans::upcasters() {
    return all_upcasters;
}

} // namespace loans
