/// Entities by key, each in memory of its own, without their type: compiled once per type of key instead of once per
/// type of entity, because a domain with ten tables would otherwise compile for three seconds longer.
/// Shape: pointers to entities that the user creates and destroys; an entity's key is at the same offset in each.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "evenfold/core/values/containers/inline_or_hashed.hpp"
#include "evenfold/core/values/uuid.hpp"

namespace evenfold::containers {

/// A key is copied nowhere: `offset` says how many bytes behind the beginning of its entity it is.
template <class Key>
class PointerTable {
public:
    [[nodiscard]] std::size_t size() const { return many() ? many()->all.size() : few().size(); }

    /// The entity with that key, or null.
    [[nodiscard]] void* find(const Key& key, std::size_t offset) const {
        const Many* const held = many();
        if (!held || !held->recent) return search(key, offset);
        void* const recent = held->recent_at(key);
        return recent && is(recent, key, offset) ? recent : search(key, offset);
    }

    /// The same, of an entity that is to be changed: it is found sooner the next time. Not from several threads.
    [[nodiscard, gnu::always_inline]] void* find_again(const Key& key, std::size_t offset) {
        Many* const held = many();
        if (!held || !held->recent) return search(key, offset);
        void*& recent = held->recent_at(key);
        if (recent && is(recent, key, offset)) return recent;
        void* const entity = search(key, offset);
        if (entity) recent = entity;
        return entity;
    }

    /// Adds an entity whose key is not there yet.
    void add(void* entity, std::size_t offset);
    /// Takes the entity with that key out, and returns it, or null.
    [[nodiscard]] void* take(const Key& key, std::size_t offset);
    /// Makes room for so many, in an empty table.
    void reserve(std::size_t size, std::size_t offset);
    void shrink_to_fit() {
        if (!many()) few().shrink_to_fit();
    }
    /// Calls `visit(entity, context)` for each entity, in no order.
    void each(void (*visit)(void* entity, void* context), void* context) const;

private:
    static constexpr std::size_t few_max = 8; // looked at one by one; more are hashed
    static constexpr std::size_t very_many = 32;

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

    using Recent = std::array<void*, 256>;
    /// All entities, hashed; and, once there are very many, a cache of those that were changed recently.
    struct Many {
        explicit Many(std::size_t size, std::size_t offset) : all(size, HashKey{offset}, SameKey{offset}) {}

        boost::unordered_flat_set<void*, HashKey, SameKey> all;
        std::unique_ptr<Recent> recent;

        [[nodiscard]] void*& recent_at(const Key& key) const {
            const std::size_t hash = std::hash<Key>{}(key);
            return (*recent)[(hash ^ (hash >> 56U)) % recent->size()];
        }
    };

    /// Apart, so that the quick way is short enough to be inline.
    [[nodiscard]] void* search(const Key& key, std::size_t offset) const;

    [[nodiscard]] Many* many() const { return entities_.many(); }
    [[nodiscard]] CompactVector<void*>& few() { return entities_.few(); }
    [[nodiscard]] const CompactVector<void*>& few() const { return entities_.few(); }

    InlineOrHashed<void*, Many> entities_;
};

template <class Key>
[[gnu::noinline]] void* PointerTable<Key>::search(const Key& key, std::size_t offset) const {
    if (const Many* const held = many()) {
        const auto place = held->all.find(key);
        return place == held->all.end() ? nullptr : *place;
    }
    for (void* entity : few()) {
        if (is(entity, key, offset)) return entity;
    }
    return nullptr;
}

template <class Key>
void PointerTable<Key>::add(void* entity, std::size_t offset) {
    Many* held = many();
    if (!held) {
        if (few().size() < few_max) {
            few().push_back(entity);
            return;
        }
        auto made = std::make_unique<Many>(few_max + 1, offset); // with room, so that nothing fails halfway
        made->all.insert(few().begin(), few().end());
        held = &entities_.become(std::move(made));
    }
    if (held->all.size() >= very_many && !held->recent) held->recent = std::make_unique<Recent>();
    held->all.insert(entity);
}

template <class Key>
void* PointerTable<Key>::take(const Key& key, std::size_t offset) {
    void* const entity = search(key, offset);
    if (!entity) return nullptr;
    if (Many* const held = many()) {
        if (held->recent) held->recent_at(key) = nullptr;
        held->all.erase(entity);
        if (held->all.empty()) entities_ = {};
    } else {
        few().erase(std::find(few().begin(), few().end(), entity));
    }
    return entity;
}

template <class Key>
void PointerTable<Key>::reserve(std::size_t size, std::size_t offset) {
    if (size <= few_max)
        few().reserve(size);
    else
        entities_.become(std::make_unique<Many>(size, offset));
}

template <class Key>
void PointerTable<Key>::each(void (*visit)(void* entity, void* context), void* context) const {
    if (const Many* const held = many()) {
        for (void* entity : held->all) visit(entity, context);
    } else {
        for (void* entity : few()) visit(entity, context);
    }
}

extern template class PointerTable<Uuid>;
extern template class PointerTable<std::string>;

} // namespace evenfold::containers
