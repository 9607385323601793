/// Entities by key, side by side: for small ones. A pointer to one is good until another is inserted or erased.
/// Cost: find, insert and erase are one hash probe, or a look at no more than eight entities.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "evenfold/core/values/containers/inline_or_hashed.hpp"

namespace evenfold::containers {

template <class T, class Key>
class InPlaceTable {
public:
    InPlaceTable() = default;
    InPlaceTable(const InPlaceTable& other) {
        if (const Many* const held = other.many())
            entities_.become(std::make_unique<Many>(*held));
        else
            few() = other.few();
    }
    InPlaceTable(InPlaceTable&&) noexcept = default;
    InPlaceTable& operator=(const InPlaceTable& other) { return *this = InPlaceTable(other); }
    InPlaceTable& operator=(InPlaceTable&&) noexcept = default;
    ~InPlaceTable() = default;

    [[nodiscard]] std::size_t size() const { return many() ? many()->size() : few().size(); }

    /// The entity with that key, or null.
    [[nodiscard]] T* find(const Key& key) const {
        if (const Many* const held = many()) {
            const auto place = held->find(key);
            return place == held->end() ? nullptr : &changeable(*place);
        }
        for (const T& entity : few()) {
            if (entity.id == key) return &changeable(entity);
        }
        return nullptr;
    }
    [[nodiscard]] T* find_again(const Key& key) { return find(key); }

    /// Adds an entity whose key is not there yet.
    T& add(T entity) {
        Many* held = many();
        if (!held) {
            if (few().size() < few_max) return few().emplace_back(std::move(entity));
            auto made = std::make_unique<Many>();
            made->reserve(few_max + 1); // so that nothing fails halfway
            for (T& one : few()) made->insert(std::move(one));
            held = &entities_.become(std::move(made));
        }
        return changeable(*held->insert(std::move(entity)).first);
    }

    bool erase(const Key& key) {
        if (Many* const held = many()) {
            const auto place = held->find(key);
            if (place == held->end()) return false;
            held->erase(place);
            if (held->empty()) entities_ = {};
            return true;
        }
        T* const place = std::ranges::find_if(few(), [&](const T& entity) { return entity.id == key; });
        const bool is_here = place != few().end();
        if (is_here) few().erase(place);
        return is_here;
    }

    void shrink_to_fit() {
        if (!many()) few().shrink_to_fit();
    }

    /// Calls `visit(entity)` for each entity, in no order.
    template <class Visit>
    void each(Visit visit) const {
        if (const Many* const held = many()) {
            for (const T& entity : *held) visit(entity);
        } else {
            for (const T& entity : few()) visit(entity);
        }
    }

private:
    static constexpr std::size_t few_max = 8; // looked at one by one; more are hashed

    struct HashKey {
        using is_transparent = void;
        std::size_t operator()(const Key& key) const { return std::hash<Key>{}(key); }
        std::size_t operator()(const T& entity) const { return std::hash<Key>{}(entity.id); }
    };
    struct SameKey {
        using is_transparent = void;
        bool operator()(const T& a, const T& b) const { return a.id == b.id; }
        bool operator()(const Key& key, const T& entity) const { return key == entity.id; }
        bool operator()(const T& entity, const Key& key) const { return key == entity.id; }
    };
    using Many = boost::unordered_flat_set<T, HashKey, SameKey>;

    /// A hash set shows what it holds as constant, so that ids stay; the rest of an entity may be changed.
    static T& changeable(const T& entity) {
        return const_cast<T&>(entity); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    }

    [[nodiscard]] Many* many() const { return entities_.many(); }
    [[nodiscard]] CompactVector<T>& few() { return entities_.few(); }
    [[nodiscard]] const CompactVector<T>& few() const { return entities_.few(); }

    InlineOrHashed<T, Many> entities_;
};

} // namespace evenfold::containers
