/// Entities by id.
/// Shape: each T has a field `id`, its key. Order never shows: equality ignores it, and `sorted` is the one way out.
/// Cost: find, insert and erase are one hash probe, or a look at no more than eight entities; less for those that were
/// found to be changed before. A pointer stays good until its entity is erased. An empty table is 32 bytes.
#pragma once

#include <algorithm>
#include <array>
#include <boost/unordered/unordered_flat_set.hpp>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace evenfold {

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
    [[nodiscard]] T* find(const Key& id) {
        if (!many_ || many_->recent.empty()) return searched(id);
        T*& recent = many_->recent_at(id);
        if (recent && recent->id == id) return recent;
        T* const entity = searched(id);
        if (entity) recent = entity;
        return entity;
    }
    [[nodiscard]] bool contains(const Key& id) const { return found(id) != nullptr; }
    [[nodiscard]] std::size_t size() const { return many_ ? many_->all.size() : few_.size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Holds `entity` afterwards, in place of one with the same id if there was one.
    T& insert(T entity) {
        if (T* const same = found(entity.id)) return *same = std::move(entity);
        return add(std::make_unique<T>(std::move(entity)));
    }

    bool erase(const Key& id) {
        if (many_) {
            const auto place = many_->all.find(id);
            if (place == many_->all.end()) return false;
            if (!many_->recent.empty()) many_->recent_at(id) = nullptr;
            many_->all.erase(place);
            if (many_->all.empty()) many_.reset();
            return true;
        }
        const auto place = std::ranges::find_if(few_, [&](const Entity& entity) { return entity->id == id; });
        if (place == few_.end()) return false;
        few_.erase(place);
        return true;
    }

    /// All entities in the order of their ids: O(n log n), for what leaves the core.
    [[nodiscard]] std::vector<const T*> sorted() const {
        std::vector<const T*> all;
        all.reserve(size());
        each([&](const T& entity) { all.push_back(&entity); });
        std::ranges::sort(all, {}, [](const T* entity) -> const Key& { return entity->id; });
        return all;
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
    using Entity = std::unique_ptr<T>;

    struct HashId {
        using is_transparent = void;
        std::size_t operator()(const Key& id) const { return std::hash<Key>{}(id); }
        std::size_t operator()(const Entity& entity) const { return std::hash<Key>{}(entity->id); }
    };
    struct SameId {
        using is_transparent = void;
        bool operator()(const Entity& a, const Entity& b) const { return a->id == b->id; }
        bool operator()(const Key& id, const Entity& entity) const { return id == entity->id; }
        bool operator()(const Entity& entity, const Key& id) const { return id == entity->id; }
    };

    /// All entities, hashed; and, once they are very many, where those stand that were found to be changed of late, for
    /// they are asked for again. Only a table that may be changed notes that: any number of threads may read one that
    /// is not.
    struct Many {
        boost::unordered_flat_set<Entity, HashId, SameId> all;
        std::vector<T*> recent;

        [[nodiscard]] T*& recent_at(const Key& id) { return recent[std::hash<Key>{}(id) % recent_size]; }
    };

    static constexpr std::size_t recent_size = 256;
    static constexpr std::size_t very_many = 64;
    static constexpr std::size_t few_max = 8;

    [[nodiscard]] T* found(const Key& id) const {
        if (!many_ || many_->recent.empty()) return searched(id);
        T* const recent = many_->recent_at(id);
        return recent && recent->id == id ? recent : searched(id);
    }

    /// Apart, so that the quick way is short enough to be inline.
    [[nodiscard, gnu::noinline]] T* searched(const Key& id) const {
        if (many_) {
            const auto place = many_->all.find(id);
            return place == many_->all.end() ? nullptr : place->get();
        }
        for (const Entity& entity : few_) {
            if (entity->id == id) return entity.get();
        }
        return nullptr;
    }

    T& add(Entity entity) {
        T& added = *entity;
        if (!many_ && few_.size() == few_max) {
            many_ = std::make_unique<Many>();
            for (Entity& one : few_) many_->all.insert(std::move(one));
            few_ = decltype(few_)();
        }
        if (!many_) {
            few_.push_back(std::move(entity));
            return added;
        }
        many_->all.insert(std::move(entity));
        if (many_->recent.empty() && many_->all.size() > very_many) many_->recent.resize(recent_size);
        return added;
    }

    template <class Visit>
    void each(Visit visit) const {
        for (const Entity& entity : few_) visit(std::as_const(*entity));
        if (!many_) return;
        for (const Entity& entity : many_->all) visit(std::as_const(*entity));
    }

    void copy(const Table& other) {
        few_.reserve(other.few_.size());
        if (other.many_) {
            many_ = std::make_unique<Many>();
            many_->all.reserve(other.many_->all.size());
        }
        other.each([&](const T& entity) { add(std::make_unique<T>(entity)); });
    }

    // No more than few_max entities are looked at one by one; once there are more, all are in `many_`.
    std::vector<Entity> few_;
    std::unique_ptr<Many> many_;
};

} // namespace evenfold
