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
#include <evenfold/core/values/instant.hpp>

#include <variant>

namespace loans {

using BookId = evenfold::Id<struct BookTag>;
using MemberId = evenfold::Id<struct MemberTag>;
using LoanId = evenfold::Id<struct LoanTag>;
using evenfold::Instant;

// Commands.

struct AddBook {
    EVENFOLD_STRUCT(AddBook, (BookId, book), (std::string, title), (std::uint32_t, copies));
    friend bool operator==(const AddBook&, const AddBook&) = default;
};
struct Lend {
    EVENFOLD_STRUCT(Lend, (LoanId, loan), (BookId, book), (MemberId, member), (Instant, lent), (Instant, due));
    friend bool operator==(const Lend&, const Lend&) = default;
};
struct Return {
    EVENFOLD_STRUCT(Return, (LoanId, loan));
    friend bool operator==(const Return&, const Return&) = default;
};
/// Submitted by the program once a day, because a domain has no clock.
struct MarkOverdue {
    EVENFOLD_STRUCT(MarkOverdue, (Instant, now));
    friend bool operator==(const MarkOverdue&, const MarkOverdue&) = default;
};

// Events.

struct BookAdded {
    EVENFOLD_STRUCT(BookAdded, (BookId, book), (std::string, title), (std::uint32_t, copies));
    friend bool operator==(const BookAdded&, const BookAdded&) = default;
};
struct CopyLent {
    static constexpr std::string_view stored_name = "BookLent"; // its first name
    static constexpr std::uint32_t stored_version = 2;          // version 1 had no due date
    EVENFOLD_STRUCT(CopyLent, (LoanId, loan), (BookId, book), (MemberId, member), (Instant, lent), (Instant, due));
    friend bool operator==(const CopyLent&, const CopyLent&) = default;
};
struct CopyReturned {
    EVENFOLD_STRUCT(CopyReturned, (LoanId, loan));
    friend bool operator==(const CopyReturned&, const CopyReturned&) = default;
};
struct LoanOverdue {
    EVENFOLD_STRUCT(LoanOverdue, (LoanId, loan));
    friend bool operator==(const LoanOverdue&, const LoanOverdue&) = default;
};

// Rejections.

struct NoSuchBook {
    EVENFOLD_STRUCT(NoSuchBook, (BookId, book));
    friend bool operator==(const NoSuchBook&, const NoSuchBook&) = default;
};
struct NoSuchLoan {
    EVENFOLD_STRUCT(NoSuchLoan, (LoanId, loan));
    friend bool operator==(const NoSuchLoan&, const NoSuchLoan&) = default;
};
struct IdInUse {
    EVENFOLD_STRUCT(IdInUse);
    friend bool operator==(const IdInUse&, const IdInUse&) = default;
};
struct NoCopyLeft {
    EVENFOLD_STRUCT(NoCopyLeft, (Instant, next_due));
    friend bool operator==(const NoCopyLeft&, const NoCopyLeft&) = default;
};
struct DueTooEarly {
    EVENFOLD_STRUCT(DueTooEarly, (Instant, lent));
    friend bool operator==(const DueTooEarly&, const DueTooEarly&) = default;
};
struct NotPermitted {
    EVENFOLD_STRUCT(NotPermitted, (evenfold::Actor, actor));
    friend bool operator==(const NotPermitted&, const NotPermitted&) = default;
};

// The model.

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
