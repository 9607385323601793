/// The reactors of a program: one for each kind of effects of its domain.
/// Shape: kinds are the alternatives of an effect's `body`; effects without a body are all of one kind. Effects of a
/// kind without a reactor are left to other loops. An exception from a handler becomes an AttemptError.
#pragma once

#include <array>
#include <exception>
#include <optional>

#include "evenfold/core/reflection/type_name.hpp"
#include "evenfold/kernel/reacting/reactor.hpp"

namespace evenfold::kernel {

template <HasEffectIds D>
class Reactors {
public:
    using Effect = EffectOf<D>;
    using EffectKinds = reacting::EffectKinds<Effect>;

    /// Registers `reactor` for effects of that kind.
    template <class Kind>
    Reactors& add(Reactor<D, Kind> reactor) {
        RegisteredReactor& entry = entries_[EffectKinds::template index_of<Kind>].emplace();
        entry.name = type_name<Kind>;
        entry.policy = reactor.policy;
        if (reactor.lane) {
            entry.lane = [lane = std::move(reactor.lane)](const Effect& effect) {
                return lane(EffectKinds::template get<Kind>(effect));
            };
        }
        entry.handle = [handle = std::move(reactor.handle)](const Effect& effect,
                                                            const Attempt<D>& attempt) -> HandlerResult<D> {
            try {
                return handle(EffectKinds::template get<Kind>(effect), attempt);
            } catch (const std::exception& thrown) {
                return std::unexpected(AttemptError{.reason = thrown.what(), .is_final = false});
            } catch (...) {
                return std::unexpected(
                    AttemptError{.reason = "the handler threw an exception of an unknown type", .is_final = false});
            }
        };
        entry.give_up = [give_up = std::move(reactor.give_up)](const Effect& effect, const std::string& reason) {
            return give_up(EffectKinds::template get<Kind>(effect), reason);
        };
        return *this;
    }

    /// A reactor for effects of one kind, without the type of the kind.
    struct RegisteredReactor {
        std::string_view name;
        ReactorPolicy policy;
        std::function<std::string(const Effect&)> lane; // may be empty
        std::function<HandlerResult<D>(const Effect&, const Attempt<D>&)> handle;
        std::function<std::optional<typename D::Command>(const Effect&, const std::string&)> give_up;
    };

    /// Returns the reactor for `effect`, or null.
    [[nodiscard]] const RegisteredReactor* find(const Effect& effect) const {
        const auto& entry = entries_[EffectKinds::index(effect)];
        return entry ? &*entry : nullptr;
    }

private:
    std::array<std::optional<RegisteredReactor>, EffectKinds::count> entries_;
};

} // namespace evenfold::kernel
