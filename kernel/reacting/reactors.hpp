/// The reactors of a program: one for each kind of effects of its domain.
/// Shape: kinds are the alternatives of an effect's `body`; effects without a body are all of one kind. Effects of a
/// kind without a reactor are left to other loops. An exception from a handle becomes a Setback.
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
    using Kinds = reacting::Kinds<Effect>;

    /// Registers `reactor` for effects of that kind.
    template <class Kind>
    Reactors& add(Reactor<D, Kind> reactor) {
        Entry& entry = entries_[Kinds::template place<Kind>].emplace();
        entry.name = type_name<Kind>;
        entry.policy = reactor.policy;
        if (reactor.lane) {
            entry.lane = [lane = std::move(reactor.lane)](const Effect& effect) {
                return lane(Kinds::template get<Kind>(effect));
            };
        }
        entry.handle = [handle = std::move(reactor.handle)](const Effect& effect,
                                                            const Attempt<D>& attempt) -> Answer<D> {
            try {
                return handle(Kinds::template get<Kind>(effect), attempt);
            } catch (const std::exception& thrown) {
                return std::unexpected(Setback{.reason = thrown.what(), .is_final = false});
            } catch (...) {
                return std::unexpected(Setback{.reason = "the reactor threw", .is_final = false});
            }
        };
        entry.give_up = [give_up = std::move(reactor.give_up)](const Effect& effect, const std::string& reason) {
            return give_up(Kinds::template get<Kind>(effect), reason);
        };
        return *this;
    }

    /// A reactor for effects of one kind, without the type of the kind.
    struct Entry {
        std::string_view name;
        Policy policy;
        std::function<std::string(const Effect&)> lane; // may be empty
        std::function<Answer<D>(const Effect&, const Attempt<D>&)> handle;
        std::function<std::optional<typename D::Command>(const Effect&, const std::string&)> give_up;
    };

    /// Returns the reactor for `effect`, or null.
    [[nodiscard]] const Entry* find(const Effect& effect) const {
        const auto& entry = entries_[Kinds::index(effect)];
        return entry ? &*entry : nullptr;
    }

private:
    std::array<std::optional<Entry>, Kinds::count> entries_;
};

} // namespace evenfold::kernel
