/// Collects the items that a parser produces, and counts the input that it skips.
/// Each unreadable line adds a warning with its position. At most `warnings_max` warnings per turn are added, and one
/// more warning counts the rest, because a damaged stream could otherwise fill the journal.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/providers/provider.hpp"
#include "evenfold/providers/wire/source_position.hpp"

namespace evenfold::providers {

inline constexpr std::size_t warnings_max = 100; // per turn, about unreadable and repaired lines

class ItemBuffer {
public:
    /// Appends an item.
    void add(SessionStarted session) { items_.emplace_back(std::move(session)); }
    void add(Prompt prompt) { items_.emplace_back(std::move(prompt)); }
    void add(orchestration::provider::TurnComplete end);
    void add(orchestration::provider::ProviderError error);

    /// Appends an event that ends no turn. Constructs the item in its place, because items are large.
    template <class Kind>
    void add(Kind event) {
        items_.emplace_back(std::in_place_type<orchestration::ProviderEvent>, std::move(event));
    }

    /// Counts a turn that ended with an error of the stream instead of the regular end of a turn.
    void count_broken_turn();

    /// Counts an event or block of the unknown type `kind`, and adds a notice with its text, so that nothing is lost.
    void keep_unknown(std::string_view kind, std::string_view text);

    /// Adds a notice with content of the known type `kind` that is no part of the conversation. `id` names what has the
    /// content, if it is not the session. Ignores empty content.
    void keep(std::string_view kind, std::string_view text, std::string_view id = {});

    /// Counts a line or block of the known type `kind` that reports progress and has no content.
    void count_progress(std::string_view kind);

    /// Counts the line at `position` as unreadable, and adds a warning with the reason `why` and the text of the line.
    void warn_unreadable(SourcePosition position, std::string_view why, std::string_view text = {});

    /// Counts the line at `position` as noise: text of a terminal or a log, not of the format. Adds a notice with the
    /// text, unless it is empty. Counts a line once, although it may contain several pieces of text.
    void note_noise(SourcePosition position, std::string_view text);

    /// Counts the line at `position` as repaired, because damaged characters were replaced. Adds a warning.
    void warn_repaired(SourcePosition position);

    /// Returns the items added since the last `take`, without the first `count`.
    [[nodiscard]] std::span<const Item> after(std::size_t count) const;

    [[nodiscard]] std::size_t size() const;
    [[nodiscard]] const SkipCounts& skipped() const;
    [[nodiscard]] const KindCounts& unmapped() const;

    /// Adds the warning that counts the suppressed warnings, because the turn or the stream has ended.
    void flush_warnings();

    /// Removes and returns all items.
    [[nodiscard]] std::vector<Item> take();

private:
    void add_warning(std::string_view text) { add_limited(orchestration::NoticeLevel::warning, text); }
    bool is_suppressed();
    void add_limited(orchestration::NoticeLevel level, std::string_view text);

    std::vector<Item> items_;
    SkipCounts skipped_;
    KindCounts unmapped_;
    std::uint64_t noise_line_ = 0; // the last one counted
    std::size_t warnings_ = 0;     // since the last end of a turn
    std::size_t suppressed_ = 0;   // warnings beyond warnings_max
};

} // namespace evenfold::providers
