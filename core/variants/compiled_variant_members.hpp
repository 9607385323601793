/// Definitions of the members of CompiledVariant.
/// Included only by the file that holds `template class evenfold::CompiledVariant<List>;`.
/// Cost: compiling them takes as long as compiling the special members of the std::variant once.
#pragma once

#include <memory>
#include <utility>

#include "evenfold/core/variants/compiled_variant.hpp"

namespace evenfold {

template <class List>
CompiledVariant<List>::CompiledVariant() noexcept = default;
template <class List>
CompiledVariant<List>::CompiledVariant(const CompiledVariant&) = default;
template <class List>
CompiledVariant<List>::CompiledVariant(CompiledVariant&&) noexcept = default;
// The assignments of std::variant would take as long to compile as all other members together.
template <class List>
CompiledVariant<List>& CompiledVariant<List>::operator=(const CompiledVariant& other) {
    return *this = CompiledVariant(other);
}
template <class List>
CompiledVariant<List>& CompiledVariant<List>::operator=(CompiledVariant&& other) noexcept {
    if (this != &other) {
        std::destroy_at(this);
        std::construct_at(this, std::move(other));
    }
    return *this;
}
template <class List>
CompiledVariant<List>::~CompiledVariant() = default;

template <class List>
template <class T>
    requires variants::holds<T, CompiledVariant<List>>
CompiledVariant<List>::CompiledVariant(T&& alternative) noexcept
    : List::type(std::in_place_type<T>, static_cast<T&&>(alternative)) {}

template <class List>
template <class... Alternative>
void CompiledVariant<List>::construct_each(void* place, std::variant<Alternative...>* values) {
    (static_cast<void>(::new (place) CompiledVariant(std::move(*std::get_if<Alternative>(values)))), ...);
}

template <class List>
void CompiledVariant<List>::construct_all(void* place, typename List::type* values) {
    construct_each(place, values);
}

template <class List>
bool CompiledVariant<List>::operator==(const CompiledVariant& other) const
    requires variants::is_comparable<typename List::type>
{
    return static_cast<const typename List::type&>(*this) == static_cast<const typename List::type&>(other);
}

} // namespace evenfold
