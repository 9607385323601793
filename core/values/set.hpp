/// Sets of ids, without and with an order of their own.
/// Cost: contains, insert and erase are O(1), whatever the size (amortised in OrderedSet, which looks at no more than
/// sixteen keys before it hashes).
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

/// A set that keeps the order in which its keys came: what a parent lists. Empty it is 32 bytes and owns nothing.
template <class Key>
class OrderedSet {
public:
    using value_type = Key;

    OrderedSet() = default;
    OrderedSet(const OrderedSet& other) : few_(other.few_) {
        if (other.many_) many_ = std::make_unique<Many>(*other.many_);
    }
    OrderedSet(OrderedSet&&) noexcept = default;
    OrderedSet& operator=(const OrderedSet& other) { return *this = OrderedSet(other); }
    OrderedSet& operator=(OrderedSet&&) noexcept = default;
    ~OrderedSet() = default;

    [[nodiscard]] bool contains(const Key& key) const {
        return many_ ? many_->places.contains(key) : std::ranges::find(few_, key) != few_.end();
    }
    [[nodiscard]] std::size_t size() const { return many_ ? many_->places.size() : few_.size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    /// At the end; a key that is there already stays where it is.
    bool insert(Key key) {
        if (many_) return many_->insert(std::move(key));
        if (contains(key)) return false;
        if (few_.size() < few_max) {
            few_.push_back(std::move(key));
            return true;
        }
        many_ = std::make_unique<Many>();
        for (Key& one : few_) many_->insert(std::move(one));
        few_ = decltype(few_)();
        return many_->insert(std::move(key));
    }

    bool erase(const Key& key) {
        if (many_) {
            const bool erased = many_->erase(key);
            if (many_->places.empty()) many_.reset();
            return erased;
        }
        const auto place = std::ranges::find(few_, key);
        if (place == few_.end()) return false;
        few_.erase(place);
        return true;
    }

    /// The first and the last key. Only when not empty.
    [[nodiscard]] const Key& front() const { return many_ ? *many_->keys[many_->first] : few_.front(); }
    [[nodiscard]] const Key& back() const { return many_ ? *many_->keys.back() : few_.back(); }

    /// All keys in order: O(n).
    [[nodiscard]] std::vector<Key> in_order() const { return many_ ? many_->from(0) : few_; }

    /// The key that came just before `key`; nothing when it is the first or not there.
    [[nodiscard]] std::optional<Key> before(const Key& key) const {
        if (many_) return many_->before(key);
        const auto place = std::ranges::find(few_, key);
        if (place == few_.begin() || place == few_.end()) return std::nullopt;
        return *(place - 1);
    }

    /// The keys that came after `key`, in order; nothing when it is not there: O(keys answered).
    [[nodiscard]] std::vector<Key> after(const Key& key) const {
        if (many_) {
            const auto found = many_->places.find(key);
            return found == many_->places.end() ? std::vector<Key>() : many_->from(found->second + 1);
        }
        const auto place = std::ranges::find(few_, key);
        return place == few_.end() ? std::vector<Key>() : std::vector<Key>(place + 1, few_.end());
    }

    friend bool operator==(const OrderedSet& a, const OrderedSet& b) { return a.in_order() == b.in_order(); }

private:
    static constexpr std::size_t few_max = 16;

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

    // No more than few_max keys are looked at one by one; once there are more, all are in `many_`.
    std::vector<Key> few_;
    std::unique_ptr<Many> many_;
};

} // namespace evenfold
