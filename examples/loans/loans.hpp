/// A domain of a library: members borrow copies of books until a due date.
/// Shape: plain data, two pure functions, and the optional parts of a domain: an event with a stored name and version,
/// an upcaster, Unknown, streams, permissions and classes of errors. Explained in docs/domain-reference.md.
#pragma once

#include <evenfold/codec/event.hpp>
#include <evenfold/core/containers/set.hpp>
#include <evenfold/core/containers/table.hpp>
#include <evenfold/core/domain.hpp>
#include <evenfold/core/events/unknown.hpp>
#include <evenfold/core/reflection/structure.hpp>

#include <variant>

#include "messages.hpp"

namespace loans {

struct Book {
    EVENFOLD_STRUCT(Book, (BookId, id), (std::string, title), (std::uint32_t, copies),
                    (evenfold::OrderedSet<LoanId>, loans)); // in the order in which they began
    friend bool operator==(const Book&, const Book&) = default;
};
struct Loan {
    EVENFOLD_STRUCT(Loan, (LoanId, id), (BookId, book), (MemberId, member), (Instant, due), (bool, overdue));
    friend bool operator==(const Loan&, const Loan&) = default;
};
struct Library {
    EVENFOLD_STRUCT(Library, (evenfold::Table<Book>, books), (evenfold::Table<Loan>, loans),
                    (evenfold::Set<LoanId>, returned)); // so that no id of a loan is used again
    friend bool operator==(const Library&, const Library&) = default;
};

struct Loans {
    using Command = std::variant<AddBook, Lend, Return, MarkOverdue>;
    using Event = std::variant<BookAdded, CopyLent, CopyReturned, LoanOverdue, evenfold::Unknown>;
    using Error = std::variant<NoSuchBook, NoSuchLoan, IdInUse, NoCopyLeft, DueTooEarly, NotPermitted>;
    using Model = Library;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Library& library);
    static Library project(Library library, const Event& event);

    static std::string stream_of(const Event& event, const Library& library);
    static std::optional<Error> forbid(evenfold::Actor actor, const Command& command);
    static evenfold::ErrorClass class_of(const Error& error, evenfold::Actor actor);
    static std::span<const evenfold::codec::Upcaster> upcasters();
};

} // namespace loans

// Instantiated in loans.cpp, so that no other file compiles them.
extern template const evenfold::Shape& evenfold::shape_of<loans::Loans::Command>();
extern template const evenfold::Shape& evenfold::shape_of<loans::Loans::Event>();
extern template const evenfold::Shape& evenfold::shape_of<loans::Loans::Error>();
extern template const evenfold::Shape& evenfold::shape_of<loans::Library>();
