/// Small entities by key, stored side by side. Inserting or erasing an entity invalidates pointers to the others.
/// Cost: find, insert and erase are one hash probe, or a comparison with at most eight entities.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <memory>
#include <utility>

#include "evenfold/core/containers/inline_or_hashed.hpp"

namespace evenfold::containers {

template <class T, class Key>
class InPlaceTable {
public:
    InPlaceTable() = default;
    InPlaceTable(const InPlaceTable& other) {
        if (const HashedEntities* const held = other.hashed())
            entities_.set_hashed(std::make_unique<HashedEntities>(*held));
        else
            vector() = other.vector();
    }
    InPlaceTable(InPlaceTable&&) noexcept = default;
    InPlaceTable& operator=(const InPlaceTable& other) { return *this = InPlaceTable(other); }
    InPlaceTable& operator=(InPlaceTable&&) noexcept = default;
    ~InPlaceTable() = default;

    [[nodiscard]] std::size_t size() const { return hashed() ? hashed()->size() : vector().size(); }

    /// Returns the entity with that key, or null.
    [[nodiscard]] T* find(const Key& key) const {
        if (const HashedEntities* const held = hashed()) {
            const auto position = held->find(key);
            return position == held->end() ? nullptr : &mutable_entity(*position);
        }
        for (const T& entity : vector()) {
            if (entity.id == key) return &mutable_entity(entity);
        }
        return nullptr;
    }
    [[nodiscard]] T* find_and_cache(const Key& key) { return find(key); }

    /// Adds an entity, whose key must be new.
    T& add(T entity) {
        HashedEntities* held = hashed();
        if (!held) {
            if (vector().size() < vector_max) return vector().emplace_back(std::move(entity));
            auto table = std::make_unique<HashedEntities>();
            table->reserve(vector_max + 1); // so that no insertion below can fail
            for (T& one : vector()) table->insert(std::move(one));
            held = &entities_.set_hashed(std::move(table));
        }
        return mutable_entity(*held->insert(std::move(entity)).first);
    }

    bool erase(const Key& key) {
        if (HashedEntities* const held = hashed()) {
            const auto position = held->find(key);
            if (position == held->end()) return false;
            held->erase(position);
            if (held->empty()) entities_ = {};
            return true;
        }
        T* const position = std::ranges::find_if(vector(), [&](const T& entity) { return entity.id == key; });
        const bool is_here = position != vector().end();
        if (is_here) vector().erase(position);
        return is_here;
    }

    void shrink_to_fit() {
        if (!hashed()) vector().shrink_to_fit();
    }

    /// Calls `visit(entity)` for each entity, in unspecified order.
    template <class Visit>
    void each(Visit visit) const {
        if (const HashedEntities* const held = hashed()) {
            for (const T& entity : *held) visit(entity);
        } else {
            for (const T& entity : vector()) visit(entity);
        }
    }

private:
    static constexpr std::size_t vector_max = 8; // more entities are hashed

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
    using HashedEntities = boost::unordered_flat_set<T, HashKey, SameKey>;

    /// Removes const, which a hash set adds to protect the keys. The other fields of an entity may be changed.
    static T& mutable_entity(const T& entity) {
        return const_cast<T&>(entity); // NOLINT(cppcoreguidelines-pro-type-const-cast)
    }

    [[nodiscard]] HashedEntities* hashed() const { return entities_.hashed(); }
    [[nodiscard]] CompactVector<T>& vector() { return entities_.vector(); }
    [[nodiscard]] const CompactVector<T>& vector() const { return entities_.vector(); }

    InlineOrHashed<T, HashedEntities> entities_;
};

} // namespace evenfold::containers
