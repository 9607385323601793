/// Finds the open text of a turn, with its turn and thread, in one look-up, because nine in ten events append to it.
/// Shape: a cache, and no part of the model: copies are empty, and all are equal. Pointers must be removed before their
/// targets are destroyed or moved.
/// Cost: O(1). Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <memory>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct Turn;
struct Thread;

/// The text of the open block number `block` of the turn.
struct alignas(64) OpenText {
    TurnId id;
    Turn* turn = nullptr;
    Thread* thread = nullptr;
    CompactString* text = nullptr;
    std::uint64_t block = 0;
};

class OpenTexts {
public:
    OpenTexts() = default;
    OpenTexts(const OpenTexts& /*other*/) noexcept {}
    OpenTexts& operator=(const OpenTexts& /*other*/) = delete;
    ~OpenTexts() = default;

    /// Returns the open text of the turn if it is known and belongs to that block; otherwise null.
    [[nodiscard]] const OpenText* find(const TurnId& turn, std::uint64_t block) const {
        if (!entries_) return nullptr;
        const OpenText& entry = (*entries_)[index_of(turn)];
        return entry.text && entry.block == block && entry.id == turn ? &entry : nullptr;
    }

    void add(const OpenText& open) {
        if (!entries_) entries_ = std::make_unique<Entries>();
        (*entries_)[index_of(open.id)] = open;
    }

    void remove(const TurnId& turn) {
        if (!entries_) return;
        OpenText& entry = (*entries_)[index_of(turn)];
        if (entry.id == turn) entry.text = nullptr;
    }

    void clear() { entries_.reset(); }

    friend bool operator==(const OpenTexts&, const OpenTexts&) { return true; }

private:
    using Entries = std::array<OpenText, 256>;

    [[nodiscard]] static std::size_t index_of(const TurnId& turn) {
        const std::size_t hash = std::hash<TurnId>{}(turn);
        return (hash ^ (hash >> 56U)) % std::tuple_size_v<Entries>;
    }

    std::unique_ptr<Entries> entries_;
};

} // namespace evenfold::orchestration
