/// Entities by id.
/// Shape: each T has a field `id`, its key. Order never shows: equality ignores it, and `sorted` is the one way out.
/// Cost: find, insert and erase are one hash probe, or a look at no more than eight entities; less for those found to
/// be changed before. A pointer is good until its entity is erased. A table is one pointer until it holds something.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "evenfold/core/values/containers/few_or_many.hpp"
#include "evenfold/core/values/containers/sorted.hpp"

namespace evenfold {

/// Whether a Table keeps its T side by side, not each in memory of its own: for small ones. A pointer to one is good
/// until another is inserted or erased. A T asks for it: `static constexpr bool kept_in_place = true`.
template <class T>
inline constexpr bool is_kept_in_place = requires { requires T::kept_in_place; };

template <class T>
class Table {
public:
    using Key = std::remove_cvref_t<decltype(std::declval<T>().id)>;

    Table() = default;
    Table(const Table& other) { copy(other); }
    Table(Table&&) noexcept = default;
    Table& operator=(const Table& other) { return *this = Table(other); }
    Table& operator=(Table&&) noexcept = default;
    ~Table() = default;

    /// The entity with that id, or null.
    [[nodiscard]] const T* find(const Key& id) const { return found(id); }
    [[nodiscard, gnu::always_inline]] T* find(const Key& id) {
        Many* const many = entities_.many();
        if (!many || !many->recent) return searched(id);
        T*& recent = many->recent_at(id);
        if (recent && recent->id == id) return recent;
        T* const entity = searched(id);
        if (entity) recent = entity;
        return entity;
    }
    [[nodiscard]] bool contains(const Key& id) const { return found(id) != nullptr; }
    [[nodiscard]] std::size_t size() const { return entities_.many() ? entities_.many()->all.size() : few().size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Holds `entity` afterwards, in place of one with the same id if there was one.
    T& insert(T entity) {
        if (T* const same = found(entity.id)) return *same = std::move(entity);
        return add(held(std::move(entity)));
    }

    bool erase(const Key& id) {
        if (Many* const many = entities_.many()) {
            const auto place = many->all.find(id);
            if (place == many->all.end()) return false;
            if (many->recent) many->recent_at(id) = nullptr;
            many->all.erase(place);
            if (many->all.empty()) entities_ = {};
            return true;
        }
        Entity* const place = std::ranges::find_if(few(), [&](const Entity& entity) { return in(entity).id == id; });
        const bool is_here = place != few().end();
        if (is_here) few().erase(place);
        return is_here;
    }

    /// Gives back the room that is kept for more entities, where they are few.
    void shrink_to_fit() {
        if (!entities_.many()) few().shrink_to_fit();
    }

    /// All entities in the order of their ids: O(n log n), for what leaves the core.
    [[nodiscard]] std::vector<const T*> sorted() const {
        std::vector<const void*> all;
        all.reserve(size());
        each([&](const T& entity) { all.push_back(&entity); });
        return containers::sorted<T, &T::id>(std::move(all));
    }

    friend bool operator==(const Table& a, const Table& b) {
        static_assert(
            requires(const T& entity) { entity == entity; },
            "what a Box or a Table holds is compared: it needs friend bool operator==(const T&, const T&) = default");
        bool same = a.size() == b.size();
        a.each([&](const T& entity) {
            const T* const other = same ? b.find(entity.id) : nullptr;
            same = other && entity == *other;
        });
        return same;
    }

private:
    using Entity = std::conditional_t<is_kept_in_place<T>, T, std::unique_ptr<T>>;

    static Entity held(T entity) {
        if constexpr (is_kept_in_place<T>)
            return entity;
        else
            return std::make_unique<T>(std::move(entity));
    }
    /// A hash set shows what it holds as constant, so that ids stay; the rest of an entity may be changed.
    static T& in(const Entity& entity) {
        if constexpr (is_kept_in_place<T>)
            return const_cast<T&>(entity); // NOLINT(cppcoreguidelines-pro-type-const-cast)
        else
            return *entity;
    }

    struct HashId {
        using is_transparent = void;
        std::size_t operator()(const Key& id) const { return std::hash<Key>{}(id); }
        std::size_t operator()(const Entity& entity) const { return std::hash<Key>{}(in(entity).id); }
    };
    struct SameId {
        using is_transparent = void;
        bool operator()(const Entity& a, const Entity& b) const { return in(a).id == in(b).id; }
        bool operator()(const Key& id, const Entity& entity) const { return id == in(entity).id; }
        bool operator()(const Entity& entity, const Key& id) const { return id == in(entity).id; }
    };

    using Recent = std::array<T*, 256>;
    /// All entities, hashed; and, once very many, where those stand that were found to be changed of late. Only a table
    /// that may be changed notes that: any number of threads may read one that is not.
    struct Many {
        boost::unordered_flat_set<Entity, HashId, SameId> all;
        std::unique_ptr<Recent> recent;

        [[nodiscard]] T*& recent_at(const Key& id) {
            const std::size_t hash = std::hash<Key>{}(id);
            return (*recent)[(hash ^ (hash >> 56U)) % recent->size()];
        }
    };

    static constexpr std::size_t very_many = 32, few_max = 8;

    [[nodiscard]] T* found(const Key& id) const {
        Many* const many = entities_.many();
        if (!many || !many->recent) return searched(id);
        T* const recent = many->recent_at(id);
        return recent && recent->id == id ? recent : searched(id);
    }

    /// Apart, so that the quick way is short enough to be inline.
    [[nodiscard, gnu::noinline]] T* searched(const Key& id) const {
        if (const Many* const many = entities_.many()) {
            const auto place = many->all.find(id);
            return place == many->all.end() ? nullptr : &in(*place);
        }
        for (const Entity& entity : few()) {
            if (in(entity).id == id) return &in(entity);
        }
        return nullptr;
    }

    T& add(Entity entity) {
        Many* many = entities_.many();
        if (!many) {
            if (few().size() < few_max) return in(few().emplace_back(std::move(entity)));
            auto made = std::make_unique<Many>();
            made->all.reserve(few_max + 1); // so that nothing fails halfway
            for (Entity& one : few()) made->all.insert(std::move(one));
            many = &entities_.become(std::move(made));
        }
        T& added = in(*many->all.insert(std::move(entity)).first);
        const bool wants_recent = !is_kept_in_place<T> && many->all.size() > very_many;
        if (wants_recent && !many->recent) many->recent = std::make_unique<Recent>();
        return added;
    }

    template <class Visit>
    void each(Visit visit) const {
        const auto each_of = [&](const auto& entities) {
            for (const Entity& entity : entities) visit(std::as_const(in(entity)));
        };
        const Many* const many = entities_.many();
        many ? each_of(many->all) : each_of(few());
    }

    void copy(const Table& other) {
        if (const Many* const many = other.entities_.many())
            entities_.become(std::make_unique<Many>()).all.reserve(many->all.size());
        else
            few().reserve(other.few().size());
        other.each([&](const T& entity) { add(held(entity)); });
    }

    [[nodiscard]] CompactVector<Entity>& few() { return entities_.few(); }
    [[nodiscard]] const CompactVector<Entity>& few() const { return entities_.few(); }

    FewOrMany<Entity, Many> entities_; // no more than few_max are looked at one by one
};

} // namespace evenfold
