/// An assertion inside a property, like RC_ASSERT, for any condition and at less cost to the compiler.
/// Shape: a case that breaks it fails with the line of the assertion, and is shrunk.
#pragma once

#include <source_location>
#include <string>

namespace evenfold::tests {

/// Fails the property unless `holds`; `actual` describes the actual value.
void law(bool holds, const std::string& actual = {},
         const std::source_location& where = std::source_location::current());

} // namespace evenfold::tests
