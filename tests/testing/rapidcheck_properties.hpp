/// Properties of rapidcheck for the test of its generators.
/// Cost: each property of its own types takes a compiler a second, therefore they are compiled in files of their own.
#pragma once

namespace evenfold::notes {

/// Returns whether all ids, instants and bare UUIDs come back from JSON, and all enumerators are known.
[[nodiscard]] bool leaves_come_back();

} // namespace evenfold::notes
