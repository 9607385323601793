/// The commands, events and rejections of the library.
/// Shape: a struct per command, event and reason; CopyLent has a stored name and version.
#pragma once

#include <evenfold/core/domain.hpp>
#include <evenfold/core/reflection/structure.hpp>
#include <evenfold/core/values/instant.hpp>

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

} // namespace loans
