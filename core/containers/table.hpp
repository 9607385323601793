/// `Table<T>`: entities by their field `id`. Hash order never shows: equality ignores it, and `sorted` is the only way
/// to list all. A pointer to an entity is valid until the entity is erased; see is_kept_in_place for the exception.
/// Find, insert and erase are O(1). An empty table is one pointer.
/// Boost's set inside is wrapped, because entities need stable addresses, and an empty table must cost one pointer.
///
///     Table<Account> accounts; // Account has the fields `id` and `balance`
///     accounts.insert({.id = 7, .balance = 100});
///     if (Account* account = accounts.find(7)) account->balance -= 30;
///     assert(accounts.find(7)->balance == 70 && !accounts.contains(8));
#pragma once

#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "evenfold/core/containers/in_place_table.hpp"
#include "evenfold/core/containers/pointer_table.hpp"
#include "evenfold/core/containers/sorted.hpp"
#include "evenfold/core/values/id.hpp"

namespace evenfold {

/// Whether a Table stores its T side by side, instead of in one allocation each. A small T enables it with `static
/// constexpr bool kept_in_place = true`. Then each insertion and erasure invalidates pointers to the table's entities.
template <class T>
inline constexpr bool is_kept_in_place = requires { requires T::kept_in_place; };

namespace containers {

/// The key of a PointerTable. An Id is looked up as its Uuid, so that tables of all types of ids share one instance.
template <class Key>
struct PointerKey {
    using type = Key;
    static const Key& of(const Key& key) { return key; } // NOLINT(bugprone-return-const-ref-from-parameter)
};
template <class Entity>
struct PointerKey<Id<Entity>> {
    using type = Uuid;
    static const Uuid& of(const Id<Entity>& id) { return id.uuid; }
};

/// Owns entities, each in its own allocation.
template <class T, class Key>
class OwningTable {
public:
    OwningTable() = default;
    OwningTable(const OwningTable& other) {
        table_.reserve(other.size(), offset);
        other.table_.each(
            [](void* entity, void* to) { static_cast<OwningTable*>(to)->add(*static_cast<const T*>(entity)); }, this);
    }
    OwningTable(OwningTable&& other) noexcept : table_(std::move(other.table_)) {}
    OwningTable& operator=(const OwningTable& other) { return *this = OwningTable(other); }
    OwningTable& operator=(OwningTable&& other) noexcept {
        std::swap(table_, other.table_);
        return *this;
    }
    ~OwningTable() {
        if (table_.size() > 0) table_.each([](void* entity, void*) { delete static_cast<T*>(entity); }, nullptr);
    }

    [[nodiscard]] std::size_t size() const { return table_.size(); }
    [[nodiscard]] T* find(const Key& key) const {
        return static_cast<T*>(table_.find(PointerKey<Key>::of(key), offset));
    }
    [[nodiscard, gnu::always_inline]] T* find_and_cache(const Key& key) {
        return static_cast<T*>(table_.find_and_cache(PointerKey<Key>::of(key), offset));
    }

    T& add(T entity) {
        auto held = std::make_unique<T>(std::move(entity));
        table_.add(held.get(), offset);
        return *held.release();
    }
    bool erase(const Key& key) {
        const std::unique_ptr<T> entity(static_cast<T*>(table_.remove(PointerKey<Key>::of(key), offset)));
        return entity != nullptr;
    }
    void shrink_to_fit() { table_.shrink_to_fit(); }

    template <class Visit>
    void each(Visit visit) const {
        table_.each([](void* entity, void* to) { (*static_cast<Visit*>(to))(*static_cast<const T*>(entity)); }, &visit);
    }

private:
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Winvalid-offsetof" // entities have no virtual bases, so g++ and clang define it
    static constexpr std::size_t offset = __builtin_offsetof(T, id);
#pragma GCC diagnostic pop

    PointerTable<typename PointerKey<Key>::type> table_;
};

} // namespace containers

template <class T>
class Table {
public:
    using Key = std::remove_cvref_t<decltype(std::declval<T>().id)>;

    /// Returns the entity with that id, or null.
    [[nodiscard]] const T* find(const Key& id) const { return entities_.find(id); }
    [[nodiscard, gnu::always_inline]] T* find(const Key& id) { return entities_.find_and_cache(id); }
    [[nodiscard]] bool contains(const Key& id) const { return find(id) != nullptr; }
    [[nodiscard]] std::size_t size() const { return entities_.size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Inserts `entity`, or replaces the entity with the same id. Returns the entity in the table.
    T& insert(T entity) {
        if (T* const same = entities_.find(entity.id)) return *same = std::move(entity);
        return entities_.add(std::move(entity));
    }

    bool erase(const Key& id) { return entities_.erase(id); }

    /// Releases spare capacity while the table is small.
    void shrink_to_fit() { entities_.shrink_to_fit(); }

    /// Returns all entities in the order of their ids: O(n log n).
    [[nodiscard]] std::vector<const T*> sorted() const {
        std::vector<const void*> all;
        all.reserve(size());
        entities_.each([&](const T& entity) { all.push_back(&entity); });
        return containers::sorted<T, &T::id>(std::move(all));
    }

    friend bool operator==(const Table& a, const Table& b) {
        static_assert(
            requires(const T& entity) { entity == entity; }, "an Indirect or a Table compares its content, which needs "
                                                             "friend bool operator==(const T&, const T&) = default");
        bool same = a.size() == b.size();
        a.entities_.each([&](const T& entity) {
            const T* const other = same ? b.find(entity.id) : nullptr;
            same = other && entity == *other;
        });
        return same;
    }

private:
    std::conditional_t<is_kept_in_place<T>, containers::InPlaceTable<T, Key>, containers::OwningTable<T, Key>>
        entities_;
};

} // namespace evenfold
