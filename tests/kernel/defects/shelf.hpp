/// A domain that throws or returns wrong values on request, for the tests of such defects.
/// Shape: `Put::part` names the function that is to fail for this command. The event keeps it, so that `project` can
/// fail for stored events, too. The model holds the amounts in a vector, which a moved model loses.
#pragma once

#include <atomic>
#include <boost/hana/define_struct.hpp>
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

    static std::expected<std::vector<Event>, Error> decide(const Command& command, const Model& model);
    static Model project(Model model, const Event& event);
    static std::optional<Error> forbid(Actor actor, const Command& command);
    static std::string stream_of(const Event& event, const Model& model);
    static std::vector<Label> outstanding(const Model& model);
    static ErrorClass class_of(const Error& error, Actor actor);
};

using Kernel = kernel::Kernel<Domain>;
using Outcome = kernel::Outcome<Domain>;

/// Returns the command with this number.
[[nodiscard]] Kernel::Command put(std::uint8_t number, std::uint32_t amount, Part part = Part::none);

[[nodiscard]] std::unique_ptr<Kernel> open(journal::Journal& journal);

/// Returns the amounts that readers of the kernel see.
[[nodiscard]] std::vector<std::uint32_t> amounts(const Kernel& kernel);

/// Returns the failure of the outcome; an empty one if there is none.
[[nodiscard]] journal::Failure failure_of(const Outcome& outcome);

} // namespace evenfold::shelf
