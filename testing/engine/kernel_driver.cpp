#include "evenfold/testing/engine/kernel_driver.hpp"

#include <utility>

#include "evenfold/kernel/replay.hpp"

namespace evenfold::testing {

CommandId id_of_command(std::uint64_t number) {
    CommandId id{};
    id.uuid.bytes[0] = 0xc0;
    for (std::size_t index = 0; index < 8; ++index)
        id.uuid.bytes[15 - index] = static_cast<std::uint8_t>(number >> (8 * index));
    return id;
}

std::optional<Actor> permitted_actor(const AnyDomain& domain, const void* command) {
    for (const Actor actor : {Actor::system, Actor::user, Actor::agent, Actor::reactor, Actor::provider}) {
        if (!domain.forbid(actor, command)) return actor;
    }
    return std::nullopt;
}

KernelDriver::KernelDriver(const AnyTestable& domain, journal::Journal& journal) : domain_(domain) {
    kernel::AnyState state = domain.folding().make();
    if (kernel::replay(domain, journal, state, kernel::to_the_head, {}, &sealer_)) return;
    engine_ =
        std::make_unique<kernel::Engine>(domain, journal, [] { return Instant{5000}; }, std::move(state), &sealer_);
}

kernel::AnyOutcome
KernelDriver::submit(std::uint64_t number, const void* command, std::optional<CommandExpectation> expectation) {
    kernel::AnyCommand one = numbered(number, command);
    one.expectation = std::move(expectation);
    return std::move(engine_->submit_all({std::move(one)}).front());
}

std::vector<kernel::AnyOutcome> KernelDriver::submit_all(std::uint64_t first, std::span<const void* const> commands) {
    std::vector<kernel::AnyCommand> all;
    for (const void* command : commands) all.push_back(numbered(first + all.size(), command));
    return engine_->submit_all(std::move(all));
}

AnyPointer KernelDriver::model() const {
    return engine_->snapshots()->read(
        [&](const kernel::AnyState& state) { return domain_.model_type().copy(state.model); });
}

Sequence KernelDriver::head() const {
    return engine_->snapshots()->read([](const kernel::AnyState& state) -> Sequence { return *state.head; });
}

kernel::AnyCommand KernelDriver::numbered(std::uint64_t number, const void* command) const {
    return {.command = id_of_command(number),
            .actor = permitted_actor(domain_, command).value_or(Actor::system),
            .at = {},
            .cause = {},
            .correlation = {},
            .body = command};
}

} // namespace evenfold::testing
