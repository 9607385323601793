/// Notices about the rows of a Claude Code transcript that are no messages, such as titles and attachments.
/// Claude Code writes some rows again each time it saves the session. Those are kept when they change. Bulky rows about
/// progress are only counted.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "evenfold/providers/items.hpp"
#include "evenfold/providers/wire/json_value.hpp"

namespace evenfold::providers {

/// Returns whether rows of this type are only counted.
[[nodiscard]] bool is_progress_row(std::string_view type);

class TranscriptRows {
public:
    /// Adds the notice of `row` to `items`, or counts it.
    void add(JsonValue row, ItemBuffer& items);

private:
    void add_state(std::string_view type, std::string_view value, ItemBuffer& items);

    std::map<std::string, std::string> last_; // hash of the last content, by type
};

} // namespace evenfold::providers
