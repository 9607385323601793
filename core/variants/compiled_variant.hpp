/// `CompiledVariant`: a std::variant whose special members are compiled in one file. In a plain std::variant of 40
/// alternatives they cost each file that copies, moves, destroys or compares it one to three seconds of compilation.
/// std::visit, std::get, std::get_if, std::holds_alternative and index() work as for any std::variant. Each copy, move,
/// destruction and comparison is one call more than that of a std::variant.
/// The instantiation is in one .cpp, which includes compiled_variant_members.hpp.
///
///     struct EventAlternatives {
///         using type = std::variant<Added, Cleared>;
///     };
///     using CounterEvent = evenfold::CompiledVariant<EventAlternatives>;  // in the header
///     template class evenfold::CompiledVariant<EventAlternatives>;        // in one .cpp
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace evenfold {

/// `Alternatives::type` is the std::variant to derive from.
template <class Alternatives>
class CompiledVariant;

namespace variants {

template <class T>
struct Standard {
    using type = T;
};
template <class Alternatives>
struct Standard<CompiledVariant<Alternatives>> {
    using type = typename Alternatives::type;
};

template <class T, class Variant>
inline constexpr bool holds = false;
template <class T, class... Alternative>
inline constexpr bool holds<T, std::variant<Alternative...>> = (std::is_same_v<T, Alternative> || ...);
template <class T, class Alternatives>
inline constexpr bool holds<T, CompiledVariant<Alternatives>> = holds<T, typename Alternatives::type>;

template <class Variant>
inline constexpr bool is_comparable = false;
template <class... Alternative>
inline constexpr bool is_comparable<std::variant<Alternative...>> = (std::equality_comparable<Alternative> && ...);

} // namespace variants

/// The std::variant below a CompiledVariant; any other type is its own. Templates that take variants apart use it.
template <class T>
using StandardVariant = typename variants::Standard<T>::type;

template <class Alternatives>
class CompiledVariant : public Alternatives::type {
public:
    CompiledVariant() noexcept;
    CompiledVariant(const CompiledVariant& other);
    CompiledVariant(CompiledVariant&& other) noexcept;
    CompiledVariant& operator=(const CompiledVariant& other);
    CompiledVariant& operator=(CompiledVariant&& other) noexcept;
    ~CompiledVariant();

    // NOLINTBEGIN(google-explicit-constructor): these convert, as those of std::variant do.
    // The attributes make g++ emit the constructor where construct_all calls it, although it could inline the call. An
    // explicit instantiation of a class leaves out its member templates.
    template <class T>
        requires variants::holds<T, CompiledVariant>
    [[gnu::noinline, gnu::used]] CompiledVariant(T&& alternative) noexcept;
    template <class T>
        requires variants::holds<T, CompiledVariant>
    CompiledVariant(const T& alternative) : CompiledVariant(T(alternative)) {}
    // NOLINTEND(google-explicit-constructor)

    /// Constructs the alternative in place. The calling file compiles it, so use it where a move costs too much.
    template <class T, class... Arguments>
    explicit CompiledVariant(std::in_place_type_t<T> which, Arguments&&... arguments)
        : Alternatives::type(which, std::forward<Arguments>(arguments)...) {}

    [[nodiscard]] bool operator==(const CompiledVariant& other) const
        requires variants::is_comparable<typename Alternatives::type>;

private:
    /// Never called. Compiling it compiles the constructors from each alternative.
    template <class... Alternative>
    static void construct_each(void* memory, std::variant<Alternative...>* values);
    static void construct_all(void* memory, typename Alternatives::type* values);
};

} // namespace evenfold

template <class Alternatives>
struct std::variant_size<evenfold::CompiledVariant<Alternatives>> : std::variant_size<typename Alternatives::type> {};
template <std::size_t index, class Alternatives>
struct std::variant_alternative<index, evenfold::CompiledVariant<Alternatives>>
    : std::variant_alternative<index, typename Alternatives::type> {};

#if defined(__clang__)
// Clang emits such a constructor for subobjects only, so each file that it compiles has the members of its own.
#include "evenfold/core/variants/compiled_variant_members.hpp"
#endif
