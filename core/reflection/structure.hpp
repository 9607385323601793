/// EVENFOLD_STRUCT: declares the fields of a struct and describes them, so that the codec, the digest, the generators
/// and the printer can walk them. The struct stays an aggregate, and also satisfies Boost.Hana's Struct concept.
/// BOOST_HANA_DEFINE_STRUCT works as well, but describes each struct in every file that includes it. Here both
/// descriptions are templates, so a header of a domain takes a compiler a quarter of the time; and shapes are made from
/// member pointers, because Hana's tuples of pairs take four times as long to compile.
///
///     struct Point {
///         EVENFOLD_STRUCT(Point, (double, x), (double, y));
///     };
///     constexpr Point point{.x = 3, .y = 4};
#pragma once

#include <boost/hana/pair.hpp>
#include <boost/hana/string.hpp>
#include <boost/hana/tuple.hpp>

#include "evenfold/core/platform/language.hpp"

namespace evenfold {

/// Returns the member that `pointer` points to, of any object of its struct.
template <auto pointer>
struct Member {
    template <class T>
    constexpr decltype(auto) operator()(T&& object) const {
        return static_cast<T&&>(object).*pointer;
    }
};

} // namespace evenfold

/// Use it inside the struct, with 0 to 64 fields. A type that contains a comma needs an alias.
#define EVENFOLD_STRUCT(type, ...)                                                                                     \
    __VA_OPT__(EVENFOLD_REPEAT(EVENFOLD_MEMBERS(__VA_ARGS__)))                                                         \
    struct hana_accessors_impl {                                                                                       \
        template <int = 0>                                                                                             \
        static constexpr auto apply() {                                                                                \
            return ::boost::hana::make_tuple(__VA_OPT__(EVENFOLD_REPEAT(EVENFOLD_ACCESSORS(type, __VA_ARGS__))));      \
        }                                                                                                              \
        using described = type;                                                                                        \
        static constexpr bool has_pointers = true;                                                                     \
        template <class Visitor>                                                                                       \
        static constexpr auto visit_pointers(Visitor visitor) {                                                        \
            return visitor.template operator()<__VA_OPT__(EVENFOLD_REPEAT(EVENFOLD_POINTERS(type, __VA_ARGS__)))>(     \
                __VA_OPT__(EVENFOLD_REPEAT(EVENFOLD_NAMES(__VA_ARGS__))));                                             \
        }                                                                                                              \
    }

/// Declares that the Personal `field` is about the person whom `subject`, another field of the struct, identifies. Use
/// it after EVENFOLD_STRUCT, once per such field. The subject is a text, an id, a whole number or an enumeration.
#define EVENFOLD_PERSONAL(field, subject)                                                                              \
    static constexpr auto evenfold_subject(::evenfold::Member<&hana_accessors_impl::described::field>) {               \
        return ::evenfold::Member<&hana_accessors_impl::described::subject>{};                                         \
    }                                                                                                                  \
    static_assert(true)

// A macro must not call itself, but the result of an expansion may be expanded again. These nest to at least 64 rounds.
#define EVENFOLD_REPEAT(...) EVENFOLD_REPEAT_16(EVENFOLD_REPEAT_16(EVENFOLD_REPEAT_16(EVENFOLD_REPEAT_16(__VA_ARGS__))))
#define EVENFOLD_REPEAT_16(...) EVENFOLD_REPEAT_4(EVENFOLD_REPEAT_4(EVENFOLD_REPEAT_4(EVENFOLD_REPEAT_4(__VA_ARGS__))))
#define EVENFOLD_REPEAT_4(...) EVENFOLD_ONCE(EVENFOLD_ONCE(EVENFOLD_ONCE(EVENFOLD_ONCE(__VA_ARGS__))))
#define EVENFOLD_ONCE(...) __VA_ARGS__
#define EVENFOLD_NOTHING

#define EVENFOLD_MEMBERS(field, ...)                                                                                   \
    EVENFOLD_MEMBER field __VA_OPT__(EVENFOLD_MEMBERS_AGAIN EVENFOLD_NOTHING()(__VA_ARGS__))
#define EVENFOLD_MEMBERS_AGAIN() EVENFOLD_MEMBERS
#define EVENFOLD_MEMBER(type, name) type name;

#define EVENFOLD_ACCESSORS(type, field, ...)                                                                           \
    ::boost::hana::make_pair(BOOST_HANA_STRING(EVENFOLD_NAME field),                                                   \
                             ::evenfold::Member<&type::EVENFOLD_SECOND field>{})                                       \
        __VA_OPT__(, EVENFOLD_ACCESSORS_AGAIN EVENFOLD_NOTHING()(type, __VA_ARGS__))
#define EVENFOLD_ACCESSORS_AGAIN() EVENFOLD_ACCESSORS
#define EVENFOLD_POINTERS(type, field, ...)                                                                            \
    &type::EVENFOLD_SECOND field __VA_OPT__(, EVENFOLD_POINTERS_AGAIN EVENFOLD_NOTHING()(type, __VA_ARGS__))
#define EVENFOLD_POINTERS_AGAIN() EVENFOLD_POINTERS
#define EVENFOLD_NAMES(field, ...)                                                                                     \
    EVENFOLD_NAME field __VA_OPT__(, EVENFOLD_NAMES_AGAIN EVENFOLD_NOTHING()(__VA_ARGS__))
#define EVENFOLD_NAMES_AGAIN() EVENFOLD_NAMES
#define EVENFOLD_NAME(type, name) #name
#define EVENFOLD_SECOND(type, name) name
