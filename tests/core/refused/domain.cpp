// Domains that lack a part, or have it in another form: each must be refused, with the right form in the message.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/core/domain.hpp"

namespace {

struct Lift {
#ifndef NO_COMMAND
    using Command = int;
#endif
#ifndef NO_EVENT
    using Event = char;
#endif
#ifndef NO_ERROR
    using Error = bool;
#endif
#if defined(NO_MODEL)
#elif defined(MODEL_FROM_NOTHING)
    struct Model {
        explicit Model(int) {}
    };
#else
    using Model = long;
#endif

#if defined(NO_COMMAND) || defined(NO_EVENT) || defined(NO_ERROR) || defined(NO_MODEL) || defined(MODEL_FROM_NOTHING)
#elif defined(NO_DECIDE)
    static Model project(Model model, const Event& event) { return model + event; }
#elif defined(NO_PROJECT)
    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
#else
#if defined(DECIDE_CHANGES_THE_MODEL)
    static std::expected<std::vector<Event>, Error> decide(const Command&, Model&) { return {}; }
#elif defined(DECIDE_RETURNS_AN_OPTIONAL)
    static std::optional<std::vector<Event>> decide(const Command&, const Model&) { return {}; }
#elif defined(DECIDE_RETURNS_ONE_EVENT)
    static std::expected<Event, Error> decide(const Command&, const Model&) { return {}; }
#elif defined(DECIDE_RETURNS_OTHER_EVENTS)
    static std::expected<std::vector<int>, Error> decide(const Command&, const Model&) { return {}; }
#elif defined(DECIDE_RETURNS_ANOTHER_ERROR)
    static std::expected<std::vector<Event>, int> decide(const Command&, const Model&) { return {}; }
#elif defined(DECIDE_IS_NOT_STATIC)
    std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
#else
    static std::expected<std::vector<Event>, Error> decide(const Command&, const Model&) { return {}; }
#endif
#if defined(PROJECT_RETURNS_NOTHING)
    static void project(Model, const Event&) {}
#elif defined(PROJECT_IN_PLACE)
    static Model project(Model& model, const Event& event) { return model += event; }
#elif defined(PROJECT_IS_PRIVATE)
private:
    static Model project(Model model, const Event& event) { return model + event; }
#else
    static Model project(Model model, const Event& event) { return model + event; }
#endif
#endif
};

static_assert(evenfold::Domain<Lift>);

} // namespace
