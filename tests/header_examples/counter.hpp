/// The domains of the examples in the opening comments of public headers: `Counter`, as in README.md, and a second one.
/// Shape: the counter of README.md, in the global namespace, but its values can be compared; a switch is on or off.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"

struct Add {
    EVENFOLD_STRUCT(Add, (std::uint64_t, amount));
    friend bool operator==(const Add&, const Add&) = default;
};
struct Clear {
    EVENFOLD_STRUCT(Clear);
    friend bool operator==(const Clear&, const Clear&) = default;
};
struct Added {
    EVENFOLD_STRUCT(Added, (std::uint64_t, amount));
    friend bool operator==(const Added&, const Added&) = default;
};
struct Cleared {
    EVENFOLD_STRUCT(Cleared);
    friend bool operator==(const Cleared&, const Cleared&) = default;
};
struct Total {
    EVENFOLD_STRUCT(Total, (std::uint64_t, value));
    friend bool operator==(const Total&, const Total&) = default;
};
struct TooMuch {
    EVENFOLD_STRUCT(TooMuch, (std::uint64_t, limit));
    friend bool operator==(const TooMuch&, const TooMuch&) = default;
};

struct Counter {
    using Command = std::variant<Add, Clear>;
    using Event = std::variant<Added, Cleared>;
    using Model = Total;
    using Error = TooMuch;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Model& model) {
        constexpr std::uint64_t limit = 100;
        if (const auto* add = std::get_if<Add>(&command)) {
            if (add->amount > limit - model.value) return std::unexpected(TooMuch{limit});
            return std::vector<Event>{Added{add->amount}};
        }
        if (model.value == 0) return std::vector<Event>{};
        return std::vector<Event>{Cleared{}};
    }
    static Model project(Model model, const Event& event) {
        const auto* added = std::get_if<Added>(&event);
        model.value = added ? model.value + added->amount : 0;
        return model;
    }
};

struct Press {
    EVENFOLD_STRUCT(Press);
    friend bool operator==(const Press&, const Press&) = default;
};
struct Pressed {
    EVENFOLD_STRUCT(Pressed);
    friend bool operator==(const Pressed&, const Pressed&) = default;
};
struct Light {
    EVENFOLD_STRUCT(Light, (bool, is_on));
    friend bool operator==(const Light&, const Light&) = default;
};
struct NoPower {
    EVENFOLD_STRUCT(NoPower);
    friend bool operator==(const NoPower&, const NoPower&) = default;
};

struct Switch {
    using Command = std::variant<Press>;
    using Event = std::variant<Pressed>;
    using Model = Light;
    using Error = NoPower;

    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) {
        return std::vector<Event>{Pressed{}};
    }
    static Model project(Model model, const Event&) { return {!model.is_on}; }
};
