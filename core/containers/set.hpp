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

#include "evenfold/core/containers/inline_or_hashed.hpp"
#include "evenfold/core/containers/sorted.hpp"

namespace evenfold {

/// A set without an observable order. `sorted` returns its keys.
template <class Key>
class Set {
public:
    using value_type = Key;

    [[nodiscard]] bool contains(const Key& key) const { return keys_.contains(key); }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] bool empty() const { return keys_.empty(); }
    bool insert(Key key) { return keys_.insert(std::move(key)).second; }
    bool erase(const Key& key) { return keys_.erase(key) != 0; }

    /// Returns all keys in ascending order: O(n log n).
    [[nodiscard]] std::vector<Key> sorted() const { return containers::sorted_copies<Key>(keys_); }

    friend bool operator==(const Set&, const Set&) = default;

private:
    boost::unordered_flat_set<Key, std::hash<Key>> keys_;
};

/// A set that keeps the order in which its keys were inserted, for example the turns of a thread.
template <class Key>
class OrderedSet {
public:
    using value_type = Key;

    OrderedSet() = default;
    OrderedSet(const OrderedSet& other) {
        if (const HashedKeys* const hashed = other.keys_.hashed())
            keys_.set_hashed(std::make_unique<HashedKeys>(*hashed));
        else
            vector() = other.vector();
    }
    OrderedSet(OrderedSet&&) noexcept = default;
    OrderedSet& operator=(const OrderedSet& other) { return *this = OrderedSet(other); }
    OrderedSet& operator=(OrderedSet&&) noexcept = default;
    ~OrderedSet() = default;

    [[nodiscard]] bool contains(const Key& key) const {
        const HashedKeys* const hashed = keys_.hashed();
        return hashed ? hashed->indices.contains(key) : std::ranges::find(vector(), key) != vector().end();
    }
    [[nodiscard]] std::size_t size() const {
        const HashedKeys* const hashed = keys_.hashed();
        return hashed ? hashed->indices.size() : vector().size();
    }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// Appends `key`. Returns false, and changes nothing, if the set contains it already.
    bool insert(Key key) {
        if (HashedKeys* const hashed = keys_.hashed()) return hashed->insert(std::move(key));
        if (contains(key)) return false;
        if (vector().size() < vector_max) {
            vector().push_back(std::move(key));
            return true;
        }
        auto hashed = std::make_unique<HashedKeys>();
        for (const Key& one : vector()) hashed->insert(one); // copies, so that a failure leaves this set unchanged
        hashed->insert(std::move(key));
        keys_.set_hashed(std::move(hashed));
        return true;
    }

    bool erase(const Key& key) {
        if (HashedKeys* const hashed = keys_.hashed()) {
            const bool erased = hashed->erase(key);
            if (hashed->indices.empty()) keys_ = {};
            return erased;
        }
        Key* const position = std::ranges::find(vector(), key);
        if (position == vector().end()) return false;
        vector().erase(position);
        return true;
    }

    /// Releases spare capacity while the set is small.
    void shrink_to_fit() {
        if (!keys_.hashed()) vector().shrink_to_fit();
    }

    /// Return the first and the last key. The set must not be empty.
    [[nodiscard]] const Key& front() const {
        const HashedKeys* const hashed = keys_.hashed();
        return hashed ? *hashed->keys[hashed->first] : vector().front();
    }
    [[nodiscard]] const Key& back() const {
        const HashedKeys* const hashed = keys_.hashed();
        return hashed ? *hashed->keys.back() : vector().back();
    }

    /// Returns all keys in the order of insertion: O(n).
    [[nodiscard]] std::vector<Key> in_order() const {
        const HashedKeys* const hashed = keys_.hashed();
        return hashed ? hashed->from(0) : std::vector<Key>(vector());
    }

    /// Returns the key before `key`; nullopt if `key` is the first or is not in the set.
    [[nodiscard]] std::optional<Key> before(const Key& key) const {
        if (const HashedKeys* const hashed = keys_.hashed()) return hashed->before(key);
        const Key* const position = std::ranges::find(vector(), key);
        if (position == vector().begin() || position == vector().end()) return std::nullopt;
        return *(position - 1);
    }

    /// Returns the keys after `key`, in order; none if `key` is not in the set. Cost: O(returned keys).
    [[nodiscard]] std::vector<Key> after(const Key& key) const {
        if (const HashedKeys* const hashed = keys_.hashed()) {
            const auto found = hashed->indices.find(key);
            return found == hashed->indices.end() ? std::vector<Key>() : hashed->from(found->second + 1);
        }
        const Key* const position = std::ranges::find(vector(), key);
        return position == vector().end() ? std::vector<Key>() : std::vector<Key>(position + 1, vector().end());
    }

    friend bool operator==(const OrderedSet& a, const OrderedSet& b) { return a.in_order() == b.in_order(); }

private:
    static constexpr std::size_t vector_max = 32;

    /// A list of the keys, in which erased keys leave gaps, and the index of each key in it. Never empty.
    struct HashedKeys {
        boost::unordered_flat_map<Key, std::uint32_t, std::hash<Key>> indices;
        std::vector<std::optional<Key>> keys;
        std::size_t first = 0;

        bool insert(Key key) {
            if (!indices.try_emplace(key, static_cast<std::uint32_t>(keys.size())).second) return false;
            keys.push_back(std::move(key));
            return true;
        }

        bool erase(const Key& key) {
            const auto found = indices.find(key);
            if (found == indices.end()) return false;
            const std::size_t index = found->second;
            indices.erase(found);
            keys[index].reset();
            while (!keys.empty() && !keys.back()) keys.pop_back();
            while (first < keys.size() && !keys[first]) ++first;
            if (keys.size() > 2 * indices.size() + 8) close_gaps();
            return true;
        }

        [[nodiscard]] std::vector<Key> from(std::size_t index) const {
            std::vector<Key> all;
            all.reserve(std::min(indices.size(), keys.size() - index));
            for (; index < keys.size(); ++index) {
                if (keys[index]) all.push_back(*keys[index]);
            }
            return all;
        }

        [[nodiscard]] std::optional<Key> before(const Key& key) const {
            const auto found = indices.find(key);
            if (found == indices.end()) return std::nullopt;
            for (std::size_t index = found->second; index > 0; --index) {
                if (keys[index - 1]) return keys[index - 1];
            }
            return std::nullopt;
        }

        void close_gaps() {
            std::erase_if(keys, [](const auto& key) { return !key; });
            for (std::size_t index = 0; index < keys.size(); ++index)
                indices[*keys[index]] = static_cast<std::uint32_t>(index);
            first = 0;
        }
    };

    [[nodiscard]] CompactVector<Key>& vector() { return keys_.vector(); }
    [[nodiscard]] const CompactVector<Key>& vector() const { return keys_.vector(); }

    InlineOrHashed<Key, HashedKeys> keys_; // a vector of up to vector_max keys
};

} // namespace evenfold
