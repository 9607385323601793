/// Sorts the elements of a hashed container. The sort is compiled once, for pointers, because one std::sort per type of
/// element costs a domain with ten tables two seconds of compilation.
/// Cost: O(n log n) comparisons, each through a function pointer.
#pragma once

#include <functional>
#include <utility>
#include <vector>

#include "evenfold/core/platform/language.hpp"

namespace evenfold::containers {

/// Returns whether the element at `a` comes before the one at `b`.
using ElementLess = bool (*)(const void* a, const void* b);

void sort(std::vector<const void*>& elements, ElementLess less);

/// Returns pointers to `elements` of T in the order of `key(element)`.
template <class T, auto key>
[[nodiscard]] std::vector<const T*> sorted(std::vector<const void*> elements) {
    sort(elements, [](const void* a, const void* b) {
        return std::invoke(key, *static_cast<const T*>(a)) < std::invoke(key, *static_cast<const T*>(b));
    });
    std::vector<const T*> typed;
    typed.reserve(elements.size());
    for (const void* element : elements) typed.push_back(static_cast<const T*>(element));
    return typed;
}

/// Returns copies of all elements of `set`, in ascending order.
template <class T, class Set>
[[nodiscard]] std::vector<T> sorted_copies(const Set& set) {
    std::vector<const void*> elements;
    elements.reserve(set.size());
    for (const T& element : set) elements.push_back(&element);
    std::vector<T> copies;
    copies.reserve(elements.size());
    for (const T* element : sorted<T, std::identity{}>(std::move(elements))) copies.push_back(*element);
    return copies;
}

} // namespace evenfold::containers
