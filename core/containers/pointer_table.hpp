/// Pointers to entities by key, without the entities' type. It is compiled once per type of key, not once per type of
/// entity, because a domain with ten tables would otherwise compile for three seconds longer.
/// Shape: the user creates and destroys the entities; the key is at the same offset in each.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "evenfold/core/containers/inline_or_hashed.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::containers {

/// Copies no keys. `offset` is the offset of the key in its entity, in bytes.
template <class Key>
class PointerTable {
public:
    [[nodiscard]] std::size_t size() const { return hashed() ? hashed()->all.size() : vector().size(); }

    /// Returns the entity with that key, or null.
    [[nodiscard]] void* find(const Key& key, std::size_t offset) const {
        const HashedPointers* const held = hashed();
        if (!held || !held->recent) return search(key, offset);
        void* const recent = held->recent_at(key);
        return recent && is(recent, key, offset) ? recent : search(key, offset);
    }

    /// Does the same, and caches the entity so that the next look-up is faster. Not thread-safe, unlike find.
    [[nodiscard, gnu::always_inline]] void* find_and_cache(const Key& key, std::size_t offset) {
        HashedPointers* const held = hashed();
        if (!held || !held->recent) return search(key, offset);
        void*& recent = held->recent_at(key);
        if (recent && is(recent, key, offset)) return recent;
        void* const entity = search(key, offset);
        if (entity) recent = entity;
        return entity;
    }

    /// Adds an entity, whose key must be new.
    void add(void* entity, std::size_t offset);
    /// Removes the entity with that key. Returns it, or null if there is none.
    [[nodiscard]] void* remove(const Key& key, std::size_t offset);
    /// Reserves memory for `size` entities. The table must be empty.
    void reserve(std::size_t size, std::size_t offset);
    void shrink_to_fit() {
        if (!hashed()) vector().shrink_to_fit();
    }
    /// Calls `visit(entity, context)` for each entity, in unspecified order.
    void each(void (*visit)(void* entity, void* context), void* context) const;

private:
    static constexpr std::size_t vector_max = 8; // more entities are hashed
    static constexpr std::size_t cache_min = 32;

    [[nodiscard]] static const Key& key_of(const void* entity, std::size_t offset) {
        return *reinterpret_cast<const Key*>(static_cast<const std::byte*>(entity) + offset);
    }
    [[nodiscard]] static bool is(const void* entity, const Key& key, std::size_t offset) {
        return key_of(entity, offset) == key;
    }

    struct HashKey {
        using is_transparent = void;
        std::size_t offset;
        std::size_t operator()(const Key& key) const { return std::hash<Key>{}(key); }
        std::size_t operator()(void* entity) const { return std::hash<Key>{}(key_of(entity, offset)); }
    };
    struct SameKey {
        using is_transparent = void;
        std::size_t offset;
        bool operator()(void* a, void* b) const { return key_of(a, offset) == key_of(b, offset); }
        bool operator()(const Key& key, void* entity) const { return key == key_of(entity, offset); }
        bool operator()(void* entity, const Key& key) const { return key == key_of(entity, offset); }
    };

    using RecentEntities = std::array<void*, 256>;
    /// All entities, hashed, and a cache of the recently changed ones once there are at least cache_min.
    struct HashedPointers {
        explicit HashedPointers(std::size_t size, std::size_t offset) : all(size, HashKey{offset}, SameKey{offset}) {}

        boost::unordered_flat_set<void*, HashKey, SameKey> all;
        std::unique_ptr<RecentEntities> recent;

        [[nodiscard]] void*& recent_at(const Key& key) const {
            const std::size_t hash = std::hash<Key>{}(key);
            return (*recent)[(hash ^ (hash >> 56U)) % recent->size()];
        }
    };

    /// A separate function, so that the path through the cache is short enough to be inlined.
    [[nodiscard]] void* search(const Key& key, std::size_t offset) const;

    [[nodiscard]] HashedPointers* hashed() const { return entities_.hashed(); }
    [[nodiscard]] CompactVector<void*>& vector() { return entities_.vector(); }
    [[nodiscard]] const CompactVector<void*>& vector() const { return entities_.vector(); }

    InlineOrHashed<void*, HashedPointers> entities_;
};

template <class Key>
[[gnu::noinline]] void* PointerTable<Key>::search(const Key& key, std::size_t offset) const {
    if (const HashedPointers* const held = hashed()) {
        const auto found = held->all.find(key);
        return found == held->all.end() ? nullptr : *found;
    }
    for (void* entity : vector()) {
        if (is(entity, key, offset)) return entity;
    }
    return nullptr;
}

template <class Key>
void PointerTable<Key>::add(void* entity, std::size_t offset) {
    HashedPointers* held = hashed();
    if (!held) {
        if (vector().size() < vector_max) {
            vector().push_back(entity);
            return;
        }
        auto table =
            std::make_unique<HashedPointers>(vector_max + 1, offset); // reserved, so that no insertion below can fail
        table->all.insert(vector().begin(), vector().end());
        held = &entities_.set_hashed(std::move(table));
    }
    if (held->all.size() >= cache_min && !held->recent) held->recent = std::make_unique<RecentEntities>();
    held->all.insert(entity);
}

template <class Key>
void* PointerTable<Key>::remove(const Key& key, std::size_t offset) {
    void* const entity = search(key, offset);
    if (!entity) return nullptr;
    if (HashedPointers* const held = hashed()) {
        if (held->recent) held->recent_at(key) = nullptr;
        held->all.erase(entity);
        if (held->all.empty()) entities_ = {};
    } else {
        vector().erase(std::find(vector().begin(), vector().end(), entity));
    }
    return entity;
}

template <class Key>
void PointerTable<Key>::reserve(std::size_t size, std::size_t offset) {
    if (size <= vector_max)
        vector().reserve(size);
    else
        entities_.set_hashed(std::make_unique<HashedPointers>(size, offset));
}

template <class Key>
void PointerTable<Key>::each(void (*visit)(void* entity, void* context), void* context) const {
    if (const HashedPointers* const held = hashed()) {
        for (void* entity : held->all) visit(entity, context);
    } else {
        for (void* entity : vector()) visit(entity, context);
    }
}

extern template class PointerTable<Uuid>;
extern template class PointerTable<std::string>;

} // namespace evenfold::containers
