/// A user's own domain: a count that must not exceed its limit.
/// Shapes: two commands, two events, one number; TooMuch names the limit.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"

struct Add {
    EVENFOLD_STRUCT(Add, (std::uint64_t, amount));
};
struct Clear {
    EVENFOLD_STRUCT(Clear);
};

struct Added {
    EVENFOLD_STRUCT(Added, (std::uint64_t, amount));
};
struct Cleared {
    EVENFOLD_STRUCT(Cleared);
};

struct Total {
    EVENFOLD_STRUCT(Total, (std::uint64_t, value));
};
struct TooMuch {
    EVENFOLD_STRUCT(TooMuch, (std::uint64_t, limit));
};

struct Counter {
    using Command = std::variant<Add, Clear>;
    using Event = std::variant<Added, Cleared>;
    using Model = Total;
    using Error = TooMuch;
    using Decision = std::expected<std::vector<Event>, Error>;

    static Decision decide(const Command& command, const Model& model) {
        return std::visit([&](const auto& ask) { return on(ask, model); }, command);
    }
    static Model project(Model model, const Event& event) {
        std::visit([&](const auto& happened) { on(happened, model); }, event);
        return model;
    }

    static Decision on(const Add& ask, const Model& model) {
        constexpr std::uint64_t limit = 100;
        if (ask.amount > limit - model.value) return std::unexpected(TooMuch{limit});
        return std::vector<Event>{Added{ask.amount}};
    }
    static Decision on(const Clear&, const Model& model) {
        if (model.value == 0) return std::vector<Event>{}; // no events: it is already 0
        return std::vector<Event>{Cleared{}};
    }
    static void on(const Added& event, Model& model) { model.value += event.amount; }
    static void on(const Cleared&, Model& model) { model.value = 0; }
};
