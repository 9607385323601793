#include "evenfold/core/decider/orchestration/errors.hpp"

namespace evenfold::orchestration {
namespace {

template <class Reason>
constexpr ErrorClass class_of_reason() {
    using namespace rejection;
    if constexpr (requires(Reason reason) { reason.retired; })
        return ErrorClass::not_found;
    else if constexpr (std::is_same_v<Reason, StaleEpoch> || std::is_same_v<Reason, TurnTerminal>)
        return ErrorClass::stale;
    else if constexpr (std::is_same_v<Reason, ProviderGap>)
        return ErrorClass::gap;
    else if constexpr (std::is_same_v<Reason, EmptyField> || std::is_same_v<Reason, TooLarge> ||
                       std::is_same_v<Reason, InvalidPath> || std::is_same_v<Reason, WrongDecisionKind> ||
                       std::is_same_v<Reason, NotPermitted>)
        return ErrorClass::invalid;
    else
        return ErrorClass::conflict;
}

bool is_process(Actor actor) {
    return actor == Actor::provider || actor == Actor::reactor;
}

} // namespace

ErrorClass class_of(const Error& error, Actor actor) {
    return std::visit(
        [&]<class Reason>(const Reason& reason) {
            if constexpr (requires { reason.retired; }) {
                if (reason.retired && is_process(actor)) return ErrorClass::stale;
            }
            return class_of_reason<Reason>();
        },
        error);
}

} // namespace evenfold::orchestration
