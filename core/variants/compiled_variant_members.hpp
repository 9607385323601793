/// Definitions of the members of CompiledVariant.
/// Included only by the file that holds `template class evenfold::CompiledVariant<Alternatives>;`.
/// Cost: compiling them takes as long as compiling the special members of the std::variant once.
#pragma once

#include <memory>
#include <utility>

#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold {

template <class Alternatives>
CompiledVariant<Alternatives>::CompiledVariant() noexcept = default;
template <class Alternatives>
CompiledVariant<Alternatives>::CompiledVariant(const CompiledVariant&) = default;
template <class Alternatives>
CompiledVariant<Alternatives>::CompiledVariant(CompiledVariant&&) noexcept = default;
// The assignments of std::variant would take as long to compile as all other members together.
template <class Alternatives>
CompiledVariant<Alternatives>& CompiledVariant<Alternatives>::operator=(const CompiledVariant& other) {
    return *this = CompiledVariant(other);
}
template <class Alternatives>
CompiledVariant<Alternatives>& CompiledVariant<Alternatives>::operator=(CompiledVariant&& other) noexcept {
    if (this != &other) {
        std::destroy_at(this);
        std::construct_at(this, std::move(other));
    }
    return *this;
}
template <class Alternatives>
CompiledVariant<Alternatives>::~CompiledVariant() = default;

template <class Alternatives>
template <class T>
    requires variants::holds<T, CompiledVariant<Alternatives>>
CompiledVariant<Alternatives>::CompiledVariant(T&& alternative) noexcept
    : Alternatives::type(std::in_place_type<T>, static_cast<T&&>(alternative)) {}

template <class Alternatives>
template <class... Alternative>
void CompiledVariant<Alternatives>::construct_each(void* memory, std::variant<Alternative...>* values) {
    (static_cast<void>(::new (memory) CompiledVariant(std::move(*std::get_if<Alternative>(values)))), ...);
}

template <class Alternatives>
void CompiledVariant<Alternatives>::construct_all(void* memory, typename Alternatives::type* values) {
    construct_each(memory, values);
}

template <class Alternatives>
bool CompiledVariant<Alternatives>::operator==(const CompiledVariant& other) const
    requires variants::is_comparable<typename Alternatives::type>
{
    return static_cast<const typename Alternatives::type&>(*this) ==
           static_cast<const typename Alternatives::type&>(other);
}

} // namespace evenfold
