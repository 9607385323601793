/// Properties of rapidcheck for the test of its generators.
/// Cost: each property with its own types takes a second to compile, so the properties are compiled in separate files.
#pragma once

namespace evenfold::notes {

/// Returns whether all ids, instants and bare UUIDs survive a round trip through JSON, and all enumerators are known.
[[nodiscard]] bool leaves_come_back();

} // namespace evenfold::notes
