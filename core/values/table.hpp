/// Entities by id.
/// Shape: each T has a field `id`, its key. Order never shows: equality ignores it, and `sorted` is the one way out.
/// Cost: find, insert and erase are one hash probe, whatever the size; a pointer stays good until its entity is erased.
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>
#include <type_traits>
#include <vector>

#include "evenfold/core/values/box.hpp"

namespace evenfold {

template <class T>
class Table {
public:
    using Key = std::remove_cvref_t<decltype(std::declval<T>().id)>;

    /// The entity with that id, or null.
    [[nodiscard]] const T* find(const Key& id) const {
        const auto found = entities_.find(id);
        return found == entities_.end() ? nullptr : &*found->second;
    }
    [[nodiscard]] T* find(const Key& id) {
        const auto found = entities_.find(id);
        return found == entities_.end() ? nullptr : &*found->second;
    }
    [[nodiscard]] bool contains(const Key& id) const { return entities_.contains(id); }
    [[nodiscard]] std::size_t size() const { return entities_.size(); }
    [[nodiscard]] bool empty() const { return entities_.empty(); }

    /// Holds `entity` afterwards, in place of one with the same id if there was one.
    T& insert(T entity) {
        Key id = entity.id;
        return *entities_.insert_or_assign(std::move(id), Box<T>(std::move(entity))).first->second;
    }

    bool erase(const Key& id) { return entities_.erase(id) != 0; }

    /// All entities in the order of their ids: O(n log n), for what leaves the core.
    [[nodiscard]] std::vector<const T*> sorted() const {
        std::vector<const T*> all;
        all.reserve(entities_.size());
        for (const auto& [id, entity] : entities_) all.push_back(&*entity);
        std::ranges::sort(all, {}, [](const T* entity) -> const Key& { return entity->id; });
        return all;
    }

    friend bool operator==(const Table& a, const Table& b) { return a.entities_ == b.entities_; }

private:
    boost::unordered_flat_map<Key, Box<T>, std::hash<Key>> entities_;
};

} // namespace evenfold
