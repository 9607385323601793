/// Finds the open text of a turn, with its turn and its thread, in one look-up, because nine in ten events append to
/// one. Without it, such an event needs three look-ups.
/// Shape: a cache of pointers, and no part of the model: a copy or an assignment empties it, a move both sides, and all
/// are equal. An entry must be removed
/// before one of its targets is destroyed or moved, or when the text is sealed.
/// Cost: O(1). Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/projector/orchestration/turn.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::orchestration {

struct Thread;

/// The text of the turn's open block. An entry without a text is empty. In one line of the processor's cache.
struct alignas(64) OpenText {
    TurnId id;
    Turn* turn = nullptr;
    Thread* thread = nullptr;
    CompactString* text = nullptr;
    std::uint64_t block = 0;
    BlockKind kind = BlockKind::text;
};

class OpenTexts {
public:
    OpenTexts() = default;
    OpenTexts(const OpenTexts& /*other*/) noexcept {}
    OpenTexts(OpenTexts&& other) noexcept { other.clear(); }
    // NOLINTNEXTLINE(bugprone-unhandled-self-assignment): a cache may always be emptied
    OpenTexts& operator=(const OpenTexts& /*other*/) noexcept {
        clear();
        return *this;
    }
    OpenTexts& operator=(OpenTexts&& other) noexcept {
        other.clear();
        clear();
        return *this;
    }
    ~OpenTexts() = default;

    /// Returns the open text of the turn if it is known and belongs to that block; otherwise null.
    [[nodiscard]] const OpenText* find(const TurnId& turn, std::uint64_t block, BlockKind kind) const {
        const OpenText* open = find(turn);
        return open && open->block == block && open->kind == kind ? open : nullptr;
    }

    /// Returns the open text of the turn if it is known; otherwise null.
    [[nodiscard]] const OpenText* find(const TurnId& turn) const {
        if (!entries_) return nullptr;
        const OpenText& entry = (*entries_)[index_of(turn)];
        return entry.text && entry.id == turn ? &entry : nullptr;
    }

    void add(const OpenText& open) {
        if (!entries_) entries_ = std::make_unique<OpenTextSlots>();
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
    using OpenTextSlots = std::array<OpenText, 256>;

    [[nodiscard]] static std::size_t index_of(const TurnId& turn) {
        const std::size_t hash = std::hash<TurnId>{}(turn);
        return (hash ^ (hash >> 56U)) % std::tuple_size_v<OpenTextSlots>;
    }

    std::unique_ptr<OpenTextSlots> entries_;
};

} // namespace evenfold::orchestration
