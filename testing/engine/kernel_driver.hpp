/// A domain in a kernel without its types, driven by numbered commands.
/// Shape: each command comes from the first actor that may submit it. Times are fixed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "evenfold/kernel/engine/engine.hpp"
#include "evenfold/testing/engine/any_testable.hpp"
#include "evenfold/testing/personal/memory_sealer.hpp"

namespace evenfold::testing {

/// Returns the id of the command of that number.
[[nodiscard]] CommandId id_of_command(std::uint64_t number);

/// Returns the first of all actors that may submit the command; nullopt if the domain forbids it to all.
[[nodiscard]] std::optional<Actor> permitted_actor(const AnyDomain& domain, const void* command);

class KernelDriver {
public:
    /// Opens a kernel over `journal`, whose personal values a MemorySealer seals. `is_open` returns false if the
    /// journal cannot be replayed.
    KernelDriver(const AnyTestable& domain, journal::Journal& journal);

    [[nodiscard]] bool is_open() const { return engine_ != nullptr; }
    [[nodiscard]] kernel::AnyOutcome
    submit(std::uint64_t number, const void* command, std::optional<CommandExpectation> expectation = {});
    /// Submits the commands, numbered from `first`, with one durable append.
    [[nodiscard]] std::vector<kernel::AnyOutcome>
    submit_all(std::uint64_t first, std::span<const void* const> commands);
    /// Returns a copy of the model.
    [[nodiscard]] AnyPointer model() const;
    [[nodiscard]] Sequence head() const;

private:
    [[nodiscard]] kernel::AnyCommand numbered(std::uint64_t number, const void* command) const;

    const AnyTestable& domain_;
    MemorySealer sealer_;
    std::unique_ptr<kernel::Engine> engine_;
};

} // namespace evenfold::testing
