/// Sets of keys. A Set shows no order, except by `sorted`. An OrderedSet lists keys in the order of insertion; it is
/// written by hand because boost::multi_index allocates a node per key. Contains, insert and erase are O(1).
///
///     OrderedSet<std::uint64_t> turns;
///     for (const std::uint64_t turn : {7U, 3U}) turns.insert(turn);
///     assert(turns.in_order() == std::vector<std::uint64_t>({7, 3}));
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "evenfold/core/values/containers/few_or_many.hpp"
#include "evenfold/core/values/containers/sorted.hpp"

namespace evenfold {

/// A set whose order never shows: `sorted` is the one way out.
template <class Key>
class Set {
public:
    using value_type = Key;

    [[nodiscard]] bool contains(const Key& key) const { return keys_.contains(key); }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] bool empty() const { return keys_.empty(); }
    bool insert(Key key) { return keys_.insert(std::move(key)).second; }
    bool erase(const Key& key) { return keys_.erase(key) != 0; }

    /// All keys in their order: O(n log n).
    [[nodiscard]] std::vector<Key> sorted() const { return containers::sorted_copies<Key>(keys_); }

    friend bool operator==(const Set&, const Set&) = default;

private:
    boost::unordered_flat_set<Key, std::hash<Key>> keys_;
};

/// A set that keeps the order in which its keys came: what a parent lists. One pointer until it holds something.
template <class Key>
class OrderedSet {
public:
    using value_type = Key;

    OrderedSet() = default;
    OrderedSet(const OrderedSet& other) {
        if (const Many* const many = other.keys_.many())
            keys_.become(std::make_unique<Many>(*many));
        else
            few() = other.few();
    }
    OrderedSet(OrderedSet&&) noexcept = default;
    OrderedSet& operator=(const OrderedSet& other) { return *this = OrderedSet(other); }
    OrderedSet& operator=(OrderedSet&&) noexcept = default;
    ~OrderedSet() = default;

    [[nodiscard]] bool contains(const Key& key) const {
        const Many* const many = keys_.many();
        return many ? many->places.contains(key) : std::ranges::find(few(), key) != few().end();
    }
    [[nodiscard]] std::size_t size() const {
        const Many* const many = keys_.many();
        return many ? many->places.size() : few().size();
    }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// At the end; a key that is there already stays where it is.
    bool insert(Key key) {
        if (Many* const many = keys_.many()) return many->insert(std::move(key));
        if (contains(key)) return false;
        if (few().size() < few_max) {
            few().push_back(std::move(key));
            return true;
        }
        auto many = std::make_unique<Many>();
        for (const Key& one : few()) many->insert(one); // copied: what fails halfway leaves this as it is
        many->insert(std::move(key));
        keys_.become(std::move(many));
        return true;
    }

    bool erase(const Key& key) {
        if (Many* const many = keys_.many()) {
            const bool erased = many->erase(key);
            if (many->places.empty()) keys_ = {};
            return erased;
        }
        Key* const place = std::ranges::find(few(), key);
        if (place == few().end()) return false;
        few().erase(place);
        return true;
    }

    /// Gives back the room that is kept for more keys, where they are few.
    void shrink_to_fit() {
        if (!keys_.many()) few().shrink_to_fit();
    }

    /// The first and the last key. Only when not empty.
    [[nodiscard]] const Key& front() const {
        const Many* const many = keys_.many();
        return many ? *many->keys[many->first] : few().front();
    }
    [[nodiscard]] const Key& back() const {
        const Many* const many = keys_.many();
        return many ? *many->keys.back() : few().back();
    }

    /// All keys in order: O(n).
    [[nodiscard]] std::vector<Key> in_order() const {
        const Many* const many = keys_.many();
        return many ? many->from(0) : std::vector<Key>(few());
    }

    /// The key that came just before `key`; nothing when it is the first or not there.
    [[nodiscard]] std::optional<Key> before(const Key& key) const {
        if (const Many* const many = keys_.many()) return many->before(key);
        const Key* const place = std::ranges::find(few(), key);
        if (place == few().begin() || place == few().end()) return std::nullopt;
        return *(place - 1);
    }

    /// The keys that came after `key`, in order; nothing when it is not there: O(keys answered).
    [[nodiscard]] std::vector<Key> after(const Key& key) const {
        if (const Many* const many = keys_.many()) {
            const auto found = many->places.find(key);
            return found == many->places.end() ? std::vector<Key>() : many->from(found->second + 1);
        }
        const Key* const place = std::ranges::find(few(), key);
        return place == few().end() ? std::vector<Key>() : std::vector<Key>(place + 1, few().end());
    }

    friend bool operator==(const OrderedSet& a, const OrderedSet& b) { return a.in_order() == b.in_order(); }

private:
    static constexpr std::size_t few_max = 32;

    /// Where each key stands in a list, in which those that were erased leave gaps. Never without a key.
    struct Many {
        boost::unordered_flat_map<Key, std::uint32_t, std::hash<Key>> places;
        std::vector<std::optional<Key>> keys;
        std::size_t first = 0;

        bool insert(Key key) {
            if (!places.try_emplace(key, static_cast<std::uint32_t>(keys.size())).second) return false;
            keys.push_back(std::move(key));
            return true;
        }

        bool erase(const Key& key) {
            const auto found = places.find(key);
            if (found == places.end()) return false;
            const std::size_t place = found->second;
            places.erase(found);
            keys[place].reset();
            while (!keys.empty() && !keys.back()) keys.pop_back();
            while (first < keys.size() && !keys[first]) ++first;
            if (keys.size() > 2 * places.size() + 8) close_gaps();
            return true;
        }

        [[nodiscard]] std::vector<Key> from(std::size_t place) const {
            std::vector<Key> all;
            all.reserve(std::min(places.size(), keys.size() - place));
            for (; place < keys.size(); ++place) {
                if (keys[place]) all.push_back(*keys[place]);
            }
            return all;
        }

        [[nodiscard]] std::optional<Key> before(const Key& key) const {
            const auto found = places.find(key);
            if (found == places.end()) return std::nullopt;
            for (std::size_t place = found->second; place > 0; --place) {
                if (keys[place - 1]) return keys[place - 1];
            }
            return std::nullopt;
        }

        void close_gaps() {
            std::erase_if(keys, [](const auto& key) { return !key; });
            for (std::size_t place = 0; place < keys.size(); ++place)
                places[*keys[place]] = static_cast<std::uint32_t>(place);
            first = 0;
        }
    };

    [[nodiscard]] CompactVector<Key>& few() { return keys_.few(); }
    [[nodiscard]] const CompactVector<Key>& few() const { return keys_.few(); }

    FewOrMany<Key, Many> keys_; // no more than few_max are looked at one by one
};

} // namespace evenfold
