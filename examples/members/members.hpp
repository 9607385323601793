/// Members of a club, whose names and telephone numbers are erased when they ask for it.
/// Shape: the erasure of a member is recorded first, is then outstanding as an effect, and is recorded again once it is
/// done, so that a crash does not lose it.
#pragma once

#include <evenfold/core/containers/table.hpp>
#include <evenfold/core/effects.hpp>
#include <evenfold/core/reflection/structure.hpp>

#include <variant>

#include "messages.hpp"

namespace members {

using EffectId = evenfold::Id<struct EffectTag>;

enum class Standing : std::uint8_t { present, leaving, erased };

struct Person {
    EVENFOLD_STRUCT(Person,
        (MemberId, id), (Name, name), (std::optional<Name>, telephone), (std::uint64_t, recommendations),
        (Standing, standing));
    EVENFOLD_PERSONAL(name, id);
    EVENFOLD_PERSONAL(telephone, id);
    friend bool operator==(const Person&, const Person&) = default;
};
struct Club {
    EVENFOLD_STRUCT(Club, (evenfold::Table<Person>, members));
    friend bool operator==(const Club&, const Club&) = default;
};

/// An effect: destroy the key of the member.
struct DestroyKey {
    EVENFOLD_STRUCT(DestroyKey, (EffectId, id), (MemberId, member));
    friend bool operator==(const DestroyKey&, const DestroyKey&) = default;
};

struct Members {
    using Command = std::variant<Enroll, Recommend, RequestErasure, MarkErased>;
    using Event = std::variant<Enrolled, Recommended, ErasureRequested, MemberErased>;
    using Error = std::variant<NoSuchMember, AlreadyMember, Leaving>;
    using Model = Club;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Club& club) {
        return std::visit([&](const auto& one) { return on(one, club); }, command);
    }
    static Club project(Club club, const Event& event) {
        std::visit([&](const auto& one) { on(one, club); }, event);
        return club;
    }

    static std::vector<DestroyKey> outstanding(const Club& club) {
        std::vector<DestroyKey> effects;
        for (const Person* one : club.members.sorted()) {
            if (one->standing == Standing::leaving)
                effects.push_back({.id = derive<EffectTag>(one->id, "destroy-key"), .member = one->id});
        }
        return effects;
    }

    static Decision on(const Enroll& command, const Club& club) {
        if (club.members.contains(command.member)) return std::unexpected(AlreadyMember{command.member});
        return std::vector<Event>{
            Enrolled{.member = command.member, .name = command.name, .telephone = command.telephone}};
    }
    static Decision on(const Recommend& command, const Club& club) {
        for (const MemberId& one : {command.member, command.sponsor}) {
            const Person* person = club.members.find(one);
            if (!person) return std::unexpected(NoSuchMember{one});
            if (person->standing != Standing::present) return std::unexpected(Leaving{one});
        }
        return std::vector<Event>{Recommended{.member = command.member,
                                              .praise = command.praise,
                                              .sponsor = command.sponsor,
                                              .signature = command.signature}};
    }
    static Decision on(const RequestErasure& command, const Club& club) {
        const Person* person = club.members.find(command.member);
        if (!person) return std::unexpected(NoSuchMember{command.member});
        if (person->standing != Standing::present) return std::vector<Event>{}; // no events: it was requested before
        return std::vector<Event>{ErasureRequested{command.member}};
    }
    static Decision on(const MarkErased& command, const Club& club) {
        const Person* person = club.members.find(command.member);
        if (!person || person->standing != Standing::leaving) return std::unexpected(NoSuchMember{command.member});
        return std::vector<Event>{MemberErased{command.member}};
    }

    static void on(const Enrolled& event, Club& club) {
        club.members.insert({.id = event.member,
                             .name = event.name,
                             .telephone = event.telephone,
                             .recommendations = 0,
                             .standing = Standing::present});
    }
    static void on(const Recommended& event, Club& club) {
        if (Person* person = club.members.find(event.member)) ++person->recommendations;
    }
    static void on(const ErasureRequested& event, Club& club) {
        if (Person* person = club.members.find(event.member)) person->standing = Standing::leaving;
    }
    static void on(const MemberErased& event, Club& club) {
        Person* person = club.members.find(event.member);
        if (!person) return;
        person->standing = Standing::erased;
        person->name =
            evenfold::Erased{}; // so that the model is the same whether the journal was replayed since or not
        person->telephone.reset();
    }
};

} // namespace members
