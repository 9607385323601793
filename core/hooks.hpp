/// The hooks: optional static members of a domain, which are found by their names.
/// Shape: a concept per hook. `hooks::check` refuses a member that has a hook's name and another signature.
/// Source: docs/domain-reference.md, "Hooks", lists when each is called.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "evenfold/core/events/events.hpp"

namespace evenfold {

/// A domain that assigns each event to a stream. All events of other domains are in the stream `domain`.
template <class D>
concept HasStreams = requires(const typename D::Event& event, const typename D::Model& model) {
    { D::stream_of(event, model) } -> std::convertible_to<std::string>;
};

/// A domain that restricts the commands of each actor. In other domains every actor may send every command.
template <class D>
concept HasPermissions = requires(Actor actor, const typename D::Command& command) {
    { D::forbid(actor, command) } -> std::same_as<std::optional<typename D::Error>>;
};

/// A domain with effects: the actions required outside are a function of its model.
template <class D>
concept HasEffects = requires(const typename D::Model& model) {
    { D::outstanding(model).size() } -> std::convertible_to<std::size_t>;
};

/// How the caller should react to an error: look elsewhere; wait or change the command; drop it; replay; or correct it.
enum class ErrorClass : std::uint8_t { not_found, conflict, stale, gap, invalid };

/// A domain that assigns a class to each of its errors; `actor` submitted the command.
template <class D>
concept HasErrorClasses = requires(const typename D::Error& error, Actor actor) {
    { D::class_of(error, actor) } -> std::same_as<ErrorClass>;
};

/// A domain that converts events which an earlier build has stored. (Upcaster is the codec's.)
template <class D, class Upcaster>
concept HasUpcasters = requires {
    { D::upcasters() } -> std::convertible_to<std::span<const Upcaster>>;
};

/// A domain that can shorten a log. `compact` returns an element for each event: the one that remains in its place, of
/// the same type, or nothing. Both logs have the same model after `kept_by_compaction`, which clears what may differ.
/// `compaction_version` changes with the result of `compact`.
template <class D>
concept HasCompaction = std::equality_comparable<typename D::Event> &&
                        requires(std::span<const typename D::Event> log, const typename D::Model& model) {
                            { D::compact(log) } -> std::same_as<std::vector<std::optional<typename D::Event>>>;
                            { D::kept_by_compaction(model) } -> std::same_as<typename D::Model>;
                            { D::compaction_version } -> std::convertible_to<unsigned>;
                        };

namespace hooks {

struct HookNames {
    int compact;
    int stream_of;
    int forbid;
    int outstanding;
    int class_of;
    int upcasters;
};

/// Finds members of D by ambiguity: a name that D also has, in any form, cannot be addressed in Probe.
template <class D>
struct Probe : D, HookNames {};
template <class D>
    requires std::is_final_v<D>
struct Probe<D> : HookNames {};

template <class D>
concept NamesStreams = requires { &D::stream_of; } || !requires { &Probe<D>::stream_of; };
template <class D>
concept NamesPermissions = requires { &D::forbid; } || !requires { &Probe<D>::forbid; };
template <class D>
concept NamesEffects = requires { &D::outstanding; } || !requires { &Probe<D>::outstanding; };
template <class D>
concept NamesErrorClasses = requires { &D::class_of; } || !requires { &Probe<D>::class_of; };
template <class D>
concept NamesCompaction = requires { &D::compact; } || !requires { &Probe<D>::compact; };
template <class D>
concept NamesUpcasters = requires { &D::upcasters; } || !requires { &Probe<D>::upcasters; };

/// Fails to compile if a hook of D has a form that nobody would call.
template <class D>
constexpr void check() {
    static_assert(HasStreams<D> || !NamesStreams<D>,
                  "a domain's stream_of is: static std::string stream_of(const Event&, const Model&)");
    static_assert(HasPermissions<D> || !NamesPermissions<D>,
                  "a domain's forbid is: static std::optional<Error> forbid(Actor, const Command&)");
    static_assert(HasEffects<D> || !NamesEffects<D>,
                  "a domain's outstanding is: static std::vector<Effect> outstanding(const Model&)");
    static_assert(HasErrorClasses<D> || !NamesErrorClasses<D>,
                  "a domain's class_of is: static ErrorClass class_of(const Error&, Actor)");
    static_assert(HasCompaction<D> || !NamesCompaction<D>,
                  "a domain's compact is: static std::vector<std::optional<Event>> compact(std::span<const Event>), "
                  "with kept_by_compaction, compaction_version, and events that can be compared");
}

/// Does the same for upcasters, in a file that knows the codec's type.
template <class D, class Upcaster>
constexpr void check_upcasters() {
    static_assert(HasUpcasters<D, Upcaster> || !NamesUpcasters<D>,
                  "a domain's upcasters is: static std::span<const codec::Upcaster> upcasters()");
}

} // namespace hooks

} // namespace evenfold
