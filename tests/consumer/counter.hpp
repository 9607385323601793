/// A domain of one's own: a count that may not pass its limit.
/// Shapes: one command, one event, one number; TooMuch names the limit.
#pragma once

#include <boost/hana/define_struct.hpp>
#include <cstdint>
#include <expected>
#include <variant>
#include <vector>

struct Add {
    BOOST_HANA_DEFINE_STRUCT(Add, (std::uint64_t, amount));
};

struct Added {
    BOOST_HANA_DEFINE_STRUCT(Added, (std::uint64_t, amount));
};

struct Total {
    BOOST_HANA_DEFINE_STRUCT(Total, (std::uint64_t, value));
};

struct TooMuch {
    BOOST_HANA_DEFINE_STRUCT(TooMuch, (std::uint64_t, limit));
};

struct Counter {
    using Command = std::variant<Add>;
    using Event = std::variant<Added>;
    using Model = Total;
    using Error = TooMuch;

    static std::expected<std::vector<Event>, Error> decide(const Command& command, const Model& model) {
        const Add& ask = std::get<Add>(command);
        if (model.value + ask.amount > 100) return std::unexpected(TooMuch{100});
        return std::vector<Event>{Added{ask.amount}};
    }

    static Model project(Model model, const Event& event) {
        model.value += std::get<Added>(event).amount;
        return model;
    }
};
