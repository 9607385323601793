/// Sample types for the kit: a meter, readings of it, and a domain that accepts only the next reading.
/// Cost: the kit's functions for the domain are compiled in metering.cpp.
#pragma once

#include <cstdint>
#include <expected>
#include <variant>
#include <vector>

#include "evenfold/core/reflection/structure.hpp"
#include "evenfold/core/values/instant.hpp"
#include "evenfold/testing/laws.hpp"

namespace evenfold::metering {

struct Meter {
    EVENFOLD_STRUCT(Meter, (std::int64_t, reading), (Instant, at));
    friend bool operator==(const Meter&, const Meter&) = default;
};
/// Its instant has another name than that of its meter.
struct Reading {
    EVENFOLD_STRUCT(Reading, (std::int64_t, reading), (Instant, until));
    friend bool operator==(const Reading&, const Reading&) = default;
};
struct Refused {
    EVENFOLD_STRUCT(Refused);
    friend bool operator==(const Refused&, const Refused&) = default;
};

/// Readings that start after -3; only the next one is accepted.
struct Steps {
    struct Model {
        EVENFOLD_STRUCT(Model, (std::int64_t, reading));
        Model() : reading(-3) {}
        friend bool operator==(const Model&, const Model&) = default;
    };
    using Command = std::variant<Reading>;
    using Event = std::variant<Reading>;
    using Error = std::variant<Refused>;

    static std::expected<std::vector<Event>, Error> decide(const Command& asked, const Model& model) {
        const auto& reading = std::get<Reading>(asked);
        if (reading.reading != model.reading + 1) return std::unexpected<Error>(Refused{});
        return std::vector<Event>{reading};
    }
    static Model project(Model model, const Event& event) {
        model.reading = std::get<Reading>(event).reading;
        return model;
    }
};

} // namespace evenfold::metering

namespace evenfold::testing {
extern template const AnyTestable& any_testable<metering::Steps>();
} // namespace evenfold::testing
