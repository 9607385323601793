/// The commands, events and errors of the club.
/// Shape: personal fields name the member whom they are about; one event is about two members.
#pragma once

#include <evenfold/core/reflection/structure.hpp>
#include <evenfold/core/values/id.hpp>
#include <evenfold/core/values/personal.hpp>

#include <optional>
#include <string>

namespace members {

using MemberId = evenfold::Id<struct MemberTag>;
using Name = evenfold::Personal<std::string>;

struct Enroll {
    EVENFOLD_STRUCT(Enroll, (MemberId, member), (Name, name), (std::optional<Name>, telephone));
    EVENFOLD_PERSONAL(name, member);
    EVENFOLD_PERSONAL(telephone, member);
    friend bool operator==(const Enroll&, const Enroll&) = default;
};
struct Recommend {
    EVENFOLD_STRUCT(Recommend, (MemberId, member), (Name, praise), (MemberId, sponsor), (Name, signature));
    EVENFOLD_PERSONAL(praise, member);
    EVENFOLD_PERSONAL(signature, sponsor);
    friend bool operator==(const Recommend&, const Recommend&) = default;
};
struct RequestErasure {
    EVENFOLD_STRUCT(RequestErasure, (MemberId, member));
    friend bool operator==(const RequestErasure&, const RequestErasure&) = default;
};
struct MarkErased {
    EVENFOLD_STRUCT(MarkErased, (MemberId, member));
    friend bool operator==(const MarkErased&, const MarkErased&) = default;
};

struct Enrolled {
    EVENFOLD_STRUCT(Enrolled, (MemberId, member), (Name, name), (std::optional<Name>, telephone));
    EVENFOLD_PERSONAL(name, member);
    EVENFOLD_PERSONAL(telephone, member);
    friend bool operator==(const Enrolled&, const Enrolled&) = default;
};
/// About two persons: the member who is recommended, and the sponsor.
struct Recommended {
    EVENFOLD_STRUCT(Recommended, (MemberId, member), (Name, praise), (MemberId, sponsor), (Name, signature));
    EVENFOLD_PERSONAL(praise, member);
    EVENFOLD_PERSONAL(signature, sponsor);
    friend bool operator==(const Recommended&, const Recommended&) = default;
};
struct ErasureRequested {
    EVENFOLD_STRUCT(ErasureRequested, (MemberId, member));
    friend bool operator==(const ErasureRequested&, const ErasureRequested&) = default;
};
struct MemberErased {
    EVENFOLD_STRUCT(MemberErased, (MemberId, member));
    friend bool operator==(const MemberErased&, const MemberErased&) = default;
};

struct NoSuchMember {
    EVENFOLD_STRUCT(NoSuchMember, (MemberId, member));
    friend bool operator==(const NoSuchMember&, const NoSuchMember&) = default;
};
/// The id belongs to a member, also if that member was erased.
struct AlreadyMember {
    EVENFOLD_STRUCT(AlreadyMember, (MemberId, member));
    friend bool operator==(const AlreadyMember&, const AlreadyMember&) = default;
};
/// The member is erased, or will be.
struct Leaving {
    EVENFOLD_STRUCT(Leaving, (MemberId, member));
    friend bool operator==(const Leaving&, const Leaving&) = default;
};

} // namespace members
