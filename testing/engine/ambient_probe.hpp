/// Finds calls of the domain that read something beside their arguments while a history is generated. A value that is
/// read once and then kept in a `static` is read there, before any law is checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "evenfold/testing/ambient/calls.hpp"
#include "evenfold/testing/engine/any_testable.hpp"

namespace evenfold::testing {

/// A read by the domain while a history was generated.
struct AmbientRead {
    AmbientCalls call;
    std::string command; // as C++
};

/// While it lives, the domain is given `command`. Notes a read, if calls are counted, that is not repeated when the
/// command is decided again. Laws find the others.
class AmbientProbe {
public:
    AmbientProbe(const AnyTestable& domain, const void* command, const void* model);
    ~AmbientProbe();
    AmbientProbe(const AmbientProbe&) = delete;
    AmbientProbe& operator=(const AmbientProbe&) = delete;

    /// Counts the calls of this thread with `counter` from now on.
    static void count_with(AmbientCounter counter);
    /// Returns the first read since the last call of this function by this thread.
    [[nodiscard]] static std::optional<AmbientRead> take_read();

private:
    const AnyTestable& domain_;
    const void* command_;
    const void* model_;
    std::uint64_t before_;
};

} // namespace evenfold::testing
