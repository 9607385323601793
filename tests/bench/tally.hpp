/// A small domain to be measured: numbered sums that commands add to and clear.
/// Shape: two commands, two events; adding zero is refused.
#pragma once

#include <expected>
#include <string>
#include <variant>
#include <vector>

#include "evenfold/core/containers/table.hpp"
#include "evenfold/core/domain.hpp"
#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/testing/choices.hpp"

namespace evenfold::tally {

struct Add {
    EVENFOLD_STRUCT(Add, (std::uint64_t, to), (std::uint64_t, amount));
    friend bool operator==(const Add&, const Add&) = default;
};
struct Clear {
    EVENFOLD_STRUCT(Clear, (std::uint64_t, which));
    friend bool operator==(const Clear&, const Clear&) = default;
};
struct Added {
    EVENFOLD_STRUCT(Added, (std::uint64_t, to), (std::uint64_t, amount));
    friend bool operator==(const Added&, const Added&) = default;
};
struct Cleared {
    EVENFOLD_STRUCT(Cleared, (std::uint64_t, which));
    friend bool operator==(const Cleared&, const Cleared&) = default;
};
struct Nothing {
    EVENFOLD_STRUCT(Nothing);
    friend bool operator==(const Nothing&, const Nothing&) = default;
};
struct Sum {
    EVENFOLD_STRUCT(Sum, (std::uint64_t, id), (std::uint64_t, value));
    friend bool operator==(const Sum&, const Sum&) = default;
};
struct Sums {
    EVENFOLD_STRUCT(Sums, (Table<Sum>, all));
    friend bool operator==(const Sums&, const Sums&) = default;
};

struct Tally {
    using Command = std::variant<Add, Clear>;
    using Event = std::variant<Added, Cleared>;
    using Error = Nothing;
    using Model = Sums;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Model& model) {
        if (const auto* add = std::get_if<Add>(&command)) {
            if (add->amount == 0) return std::unexpected(Nothing{});
            return std::vector<Event>{Added{add->to, add->amount}};
        }
        const std::uint64_t which = std::get<Clear>(command).which;
        if (!model.all.contains(which)) return std::unexpected(Nothing{});
        return std::vector<Event>{Cleared{which}};
    }
    static Model project(Model model, const Event& event) {
        if (const auto* added = std::get_if<Added>(&event)) {
            if (Sum* sum = model.all.find(added->to))
                sum->value += added->amount;
            else
                model.all.insert({.id = added->to, .value = added->amount});
        }
        if (const auto* cleared = std::get_if<Cleared>(&event)) model.all.erase(cleared->which);
        return model;
    }
};

/// Returns a random command of a typical user, for one of a thousand sums; one in fifty clears it.
inline Tally::Command random_command(testing::ChoiceSource& source, const Sums&) {
    const std::uint64_t which = source.below(1000);
    if (source.chance(2)) return Clear{which};
    return Add{which, 1 + source.below(100)};
}

} // namespace evenfold::tally
