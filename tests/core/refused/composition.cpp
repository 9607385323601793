// Domains that must not be composed, for one reason at a time; the error message must name it.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/core/composition/compose.hpp"
#include "evenfold/core/composition/idempotent.hpp"
#include "evenfold/core/composition/many.hpp"
#include "evenfold/core/reflection/shape_of.hpp"

namespace {

namespace lamp {

struct Ask {
    EVENFOLD_STRUCT(Ask, (bool, on));
};
struct Switched {
    EVENFOLD_STRUCT(Switched, (bool, on));
};
struct Broken {
    EVENFOLD_STRUCT(Broken, (bool, on));
};

} // namespace lamp

namespace heater {

struct Ask {
    EVENFOLD_STRUCT(Ask, (bool, on));
#ifndef COMMANDS_OF_ONE_NAME
    static constexpr std::string_view stored_name = "AskHeater";
#endif
};
struct Switched {
    EVENFOLD_STRUCT(Switched, (bool, on));
#if defined(EVENT_NAMED_COMMAND_DONE)
    static constexpr std::string_view stored_name = "CommandDone";
#elif !defined(EVENTS_OF_ONE_NAME)
    static constexpr std::string_view stored_name = "HeaterSwitched";
#endif
};
struct Broken {
    EVENFOLD_STRUCT(Broken, (bool, on));
#ifndef ERRORS_OF_ONE_NAME
    static constexpr std::string_view stored_name = "HeaterBroken";
#endif
};

} // namespace heater

template <class Ask, class Switched, class Broken>
struct Switch {
    using Command = std::variant<Ask>;
    using Event = std::variant<Switched>;
    using Error = std::variant<Broken>;
    using Model = bool;
    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
    static Model project(Model model, const Event&) { return model; }
};

using Lamp = Switch<lamp::Ask, lamp::Switched, lamp::Broken>;
using Heater = Switch<heater::Ask, heater::Switched, heater::Broken>;

struct Special : Lamp {
#if defined(COMPOSE_WITH_EFFECTS) || defined(MANY_WITH_EFFECTS) || defined(IDEMPOTENT_WITH_EFFECTS)
    static std::vector<int> outstanding(const Model&) { return {}; }
#elif defined(COMPOSE_WITH_UPCASTERS) || defined(MANY_WITH_UPCASTERS) || defined(IDEMPOTENT_WITH_UPCASTERS)
    static std::vector<int> upcasters() { return {}; }
#endif
};

/// Instantiates the concept as for a domain.
template <evenfold::Domain D>
bool asked() {
    return D::decide(typename D::Command{}, typename D::Model{}).has_value();
}

} // namespace

int main() {
    using namespace evenfold;
    bool all = asked<Compose<Lamp, Heater>>() && asked<Idempotent<Heater>>();
#if defined(COMPOSE_WITH_EFFECTS) || defined(COMPOSE_WITH_UPCASTERS)
    all = all && asked<Compose<Special, Heater>>();
#elif defined(MANY_WITH_EFFECTS) || defined(MANY_WITH_UPCASTERS)
    all = all && asked<Many<std::uint32_t, Special>>();
#elif defined(IDEMPOTENT_WITH_EFFECTS) || defined(IDEMPOTENT_WITH_UPCASTERS)
    all = all && asked<Idempotent<Special>>();
#elif defined(IDEMPOTENT_TWICE)
    all = all && asked<Idempotent<Idempotent<Lamp>>>();
#endif
    return all ? 0 : 1;
}
