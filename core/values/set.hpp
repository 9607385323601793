/// Sets of ids, without and with an order of their own.
/// Cost: contains, insert and erase are O(1), whatever the size (amortised in OrderedSet).
#pragma once

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

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
    [[nodiscard]] std::vector<Key> sorted() const {
        std::vector<Key> all(keys_.begin(), keys_.end());
        std::ranges::sort(all);
        return all;
    }

    friend bool operator==(const Set&, const Set&) = default;

private:
    boost::unordered_flat_set<Key, std::hash<Key>> keys_;
};

/// A set that keeps the order in which its keys came: what a parent lists.
template <class Key>
class OrderedSet {
public:
    using value_type = Key;

    [[nodiscard]] bool contains(const Key& key) const { return places_.contains(key); }
    [[nodiscard]] std::size_t size() const { return places_.size(); }
    [[nodiscard]] bool empty() const { return places_.empty(); }

    /// At the end; a key that is there already stays where it is.
    bool insert(Key key) {
        if (!places_.try_emplace(key, static_cast<std::uint32_t>(keys_.size())).second) return false;
        keys_.push_back(std::move(key));
        return true;
    }

    bool erase(const Key& key) {
        const auto found = places_.find(key);
        if (found == places_.end()) return false;
        keys_[found->second].reset();
        places_.erase(found);
        while (!keys_.empty() && !keys_.back()) keys_.pop_back();
        if (keys_.empty()) first_ = 0;
        while (first_ < keys_.size() && !keys_[first_]) ++first_;
        if (keys_.size() > 2 * places_.size() + 8) close_gaps();
        return true;
    }

    /// The first and the last key. Only when not empty.
    [[nodiscard]] const Key& front() const { return *keys_[first_]; }
    [[nodiscard]] const Key& back() const { return *keys_.back(); }

    /// All keys in order: O(n).
    [[nodiscard]] std::vector<Key> in_order() const {
        std::vector<Key> all;
        all.reserve(places_.size());
        for (const auto& key : keys_) {
            if (key) all.push_back(*key);
        }
        return all;
    }

    /// The key that came just before `key`; nothing when it is the first or not there.
    [[nodiscard]] std::optional<Key> before(const Key& key) const {
        const auto found = places_.find(key);
        if (found == places_.end()) return std::nullopt;
        for (std::size_t place = found->second; place > 0; --place) {
            if (keys_[place - 1]) return keys_[place - 1];
        }
        return std::nullopt;
    }

    /// The keys that came after `key`, in order; nothing when it is not there: O(keys answered).
    [[nodiscard]] std::vector<Key> after(const Key& key) const {
        const auto found = places_.find(key);
        std::vector<Key> later;
        if (found == places_.end()) return later;
        for (std::size_t place = found->second + 1; place < keys_.size(); ++place) {
            if (keys_[place]) later.push_back(*keys_[place]);
        }
        return later;
    }

    friend bool operator==(const OrderedSet& a, const OrderedSet& b) { return a.in_order() == b.in_order(); }

private:
    void close_gaps() {
        std::erase_if(keys_, [](const auto& key) { return !key; });
        for (std::size_t place = 0; place < keys_.size(); ++place) {
            places_[*keys_[place]] = static_cast<std::uint32_t>(place);
        }
        first_ = 0;
    }

    boost::unordered_flat_map<Key, std::uint32_t, std::hash<Key>> places_;
    std::vector<std::optional<Key>> keys_;
    std::size_t first_ = 0;
};

} // namespace evenfold
