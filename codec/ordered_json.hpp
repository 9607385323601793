/// JSON documents that keep the order of their keys and are read in O(n log n). nlohmann::ordered_json compares each
/// new key with all keys before it, so that an object of 80,000 keys took a minute.
///
///     const OrderedJson document = OrderedJson::parse(text, nullptr, false);
///
/// Shape: as nlohmann::ordered_json. Include <nlohmann/json.hpp> as well where documents are used.
#pragma once

#include <cstdint>
#include <functional>
#include <iterator>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace evenfold::codec {

/// A map in order of insertion, as the parser's library needs it: a vector, and an index once there are many keys. The
/// index is a tree rather than a hash table, because the author of an input could choose keys of equal hashes.
template <class Key, class T, class = std::less<>, class Allocator = std::allocator<std::pair<const Key, T>>>
class IndexedMap : public std::vector<std::pair<const Key, T>, Allocator> {
    using Entries = std::vector<std::pair<const Key, T>, Allocator>;

public:
    using key_type = Key;
    using mapped_type = T;
    using key_compare = std::equal_to<>;
    using iterator = typename Entries::iterator;
    using const_iterator = typename Entries::const_iterator;
    using size_type = typename Entries::size_type;
    using value_type = typename Entries::value_type;

    IndexedMap() = default;
    template <class Iterator>
    IndexedMap(Iterator first, Iterator last) {
        insert(first, last);
    }

    template <class Name>
    std::pair<iterator, bool> emplace(Name&& key, T&& value) {
        if (const auto found = find(key); found != this->end()) return {found, false};
        Entries::emplace_back(std::forward<Name>(key), std::move(value));
        complete_index();
        return {std::prev(this->end()), true};
    }
    std::pair<iterator, bool> insert(value_type value) { return emplace(value.first, std::move(value.second)); }
    template <class Iterator>
    void insert(Iterator first, Iterator last) {
        for (; first != last; ++first) insert(*first);
    }

    template <class Name>
    T& operator[](Name&& key) {
        return emplace(std::forward<Name>(key), T{}).first->second;
    }
    /// `key` must exist.
    template <class Name>
    const T& operator[](const Name& key) const {
        return find(key)->second;
    }

    template <class Name>
    [[nodiscard]] iterator find(const Name& key) {
        return this->begin() + position_of(key);
    }
    template <class Name>
    [[nodiscard]] const_iterator find(const Name& key) const {
        return this->begin() + position_of(key);
    }
    template <class Name>
    [[nodiscard]] size_type count(const Name& key) const {
        return find(key) == this->end() ? 0 : 1;
    }

    iterator erase(const_iterator position) { return erase(position, std::next(position)); }
    iterator erase(const_iterator first, const_iterator last) {
        const auto offset = first - this->cbegin();
        IndexedMap kept;
        kept.insert(this->cbegin(), first);
        kept.insert(last, this->cend());
        *this = std::move(kept);
        return this->begin() + offset;
    }
    void clear() { *this = IndexedMap(); }

private:
    using Position = typename Entries::difference_type;

    static constexpr size_type unindexed_max = 16; // fewer keys are compared one by one

    template <class Name>
    [[nodiscard]] Position position_of(const Name& key) const {
        const auto size = static_cast<Position>(this->size());
        if (this->size() > unindexed_max) {
            const auto found = index_.find(key);
            return found == index_.end() ? size : found->second;
        }
        Position position = 0;
        while (position < size && !((this->begin() + position)->first == key)) ++position;
        return position;
    }

    /// Adds the keys that the index lacks.
    void complete_index() {
        if (this->size() <= unindexed_max) return;
        for (auto at = static_cast<Position>(index_.size()); at < static_cast<Position>(this->size()); ++at)
            index_.emplace((this->begin() + at)->first, at);
    }

    std::map<Key, Position, std::less<>> index_; // empty until there are many keys
};

using OrderedJson = nlohmann::basic_json<IndexedMap>;

} // namespace evenfold::codec
