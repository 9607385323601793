/// A domain that throws or returns wrong values on request, for the tests of such defects.
/// Shape: `Put::part` names the function that is to fail for this command. The event keeps it, so that `project` can
/// fail for stored events, too. The model holds the amounts in a vector, which a moved model loses.
#pragma once

#include <atomic>
#include <boost/hana/define_struct.hpp>
#include <stdexcept>
#include <variant>

#include "evenfold/core/decider/decider.hpp"
#include "evenfold/core/effects.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/kernel.hpp"

namespace evenfold::shelf {

enum class Part : std::uint8_t {
    none,
    decide,
    forbid,
    stream_of,
    project,
    outstanding,
    class_of,
    wrong_event,
    wrong_second_event,
};

/// A value that no enumerator has.
inline constexpr auto no_part = static_cast<Part>(99);

struct Put {
    BOOST_HANA_DEFINE_STRUCT(Put, (std::uint32_t, amount), (Part, part), (Instant, until));
    friend bool operator==(const Put&, const Put&) = default;
};
struct Added {
    BOOST_HANA_DEFINE_STRUCT(Added, (std::uint32_t, amount), (Part, part), (Instant, until));
    friend bool operator==(const Added&, const Added&) = default;
};
struct Refused {
    BOOST_HANA_DEFINE_STRUCT(Refused, (std::string, reason));
    friend bool operator==(const Refused&, const Refused&) = default;
};
struct Shelf {
    BOOST_HANA_DEFINE_STRUCT(Shelf, (std::vector<std::uint32_t>, amounts), (Part, last), (Instant, until));
    friend bool operator==(const Shelf&, const Shelf&) = default;
};

/// An effect that is outstanding while the last event asks for a failure of `outstanding`, or has amount 7.
struct Label {
    BOOST_HANA_DEFINE_STRUCT(Label, (Id<struct LabelTag>, id));
    friend bool operator==(const Label&, const Label&) = default;
};

struct Domain {
    using Command = std::variant<Put>;
    using Event = std::variant<Added>;
    using Error = std::variant<Refused>;
    using Model = Shelf;

    /// The number of further events that `project` folds before it throws once; negative: it does not throw.
    static inline std::atomic<int> folds_left = -1;

    static std::expected<std::vector<Event>, Error> decide(const Command& command, const Model& /*model*/) {
        const Put& put = std::get<Put>(command);
        if (put.part == Part::decide) throw std::runtime_error("no decision");
        if (put.part == Part::class_of) return std::unexpected(Refused{"class_of"});
        const Added added{.amount = put.amount, .part = put.part, .until = put.until};
        const Added wrong{.amount = put.amount, .part = no_part, .until = put.until};
        if (put.part == Part::wrong_event) return std::vector<Event>{wrong};
        if (put.part == Part::wrong_second_event) return std::vector<Event>{added, wrong};
        return std::vector<Event>{added};
    }
    static Model project(Model model, const Event& event) {
        const Added& added = std::get<Added>(event);
        if (folds_left >= 0 && folds_left-- == 0) throw std::runtime_error("no fold this time");
        if (added.part == Part::project) throw std::runtime_error("no fold");
        model.amounts.push_back(added.amount);
        model.last = added.part;
        model.until = added.until;
        return model;
    }
    static std::optional<Error> forbid(Actor /*actor*/, const Command& command) {
        if (std::get<Put>(command).part == Part::forbid) throw 7;
        return std::nullopt;
    }
    static std::string stream_of(const Event& event, const Model& /*model*/) {
        if (std::get<Added>(event).part == Part::stream_of) throw std::runtime_error("no stream");
        return "shelf";
    }
    static std::vector<Label> outstanding(const Model& model) {
        if (model.last == Part::outstanding) throw std::runtime_error("no effects");
        const bool is_due = !model.amounts.empty() && model.amounts.back() == 7;
        return is_due ? std::vector<Label>(1) : std::vector<Label>();
    }
    static ErrorClass class_of(const Error& /*error*/, Actor /*actor*/) { throw std::runtime_error("no class"); }
};

using Kernel = kernel::Kernel<Domain>;
using Outcome = kernel::Outcome<Domain>;

/// Returns the command with this number.
[[nodiscard]] inline Kernel::Command put(std::uint8_t number, std::uint32_t amount, Part part = Part::none) {
    Kernel::Command command;
    command.command.uuid.bytes.back() = number;
    command.body = Put{.amount = amount, .part = part, .until = {}};
    return command;
}

[[nodiscard]] inline std::unique_ptr<Kernel> open(journal::Journal& journal) {
    return Kernel::open(journal, [] { return Instant{5000}; }).value();
}

/// Returns the amounts that readers of the kernel see.
[[nodiscard]] inline std::vector<std::uint32_t> amounts(const Kernel& kernel) {
    return kernel.snapshot()->model.amounts;
}

/// Returns the failure of the outcome; an empty one if there is none.
[[nodiscard]] inline journal::Failure failure_of(const Outcome& outcome) {
    const auto* failure = outcome ? nullptr : std::get_if<journal::Failure>(&outcome.error());
    return failure ? *failure : journal::Failure{};
}

} // namespace evenfold::shelf
