#include "evenfold/tests/support/given.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "evenfold/tests/support/shown.hpp"

namespace evenfold::orchestration::tests {

void CheckedDecision::fail(const std::string& expected) const {
    const std::string got = decision_ ? "events:\n" + shown(*decision_) : "refused: " + shown(decision_.error());
    DOCTEST_ADD_FAIL_CHECK_AT(where_.file_name(), static_cast<int>(where_.line()),
                              "when " << shown(asked_) << "\nexpected " << expected << "\ngot " << got);
}

void CheckedDecision::then_events(const Events& expected) const {
    const bool as_expected = decision_ && std::ranges::equal(*decision_, expected);
    if (!as_expected) return fail("events:\n" + shown(expected));
    CHECK(as_expected);
}

void CheckedDecision::then_refused(const Error& expected) const {
    const bool as_expected = !decision_ && decision_.error() == expected;
    if (!as_expected) return fail("refused: " + shown(expected));
    CHECK(as_expected);
}

void CheckedDecision::then_accepted() const {
    if (!decision_) return fail("to be accepted");
    CHECK(decision_.has_value());
}

GivenStory GivenStory::as(Actor actor) const {
    GivenStory copy = *this;
    copy.actor_ = actor;
    return copy;
}

CheckedDecision GivenStory::when(const Command& command, const std::source_location& where) const {
    if (actor_) {
        if (const OptionalError no = forbid(*actor_, command)) return {model_, command, std::unexpected(*no), where};
    }
    const Model before = model_;
    Decision decision = decide(command, model_);
    const bool pure = decide(command, model_) == decision && model_ == before;
    if (!pure) {
        DOCTEST_ADD_FAIL_CHECK_AT(where.file_name(), static_cast<int>(where.line()),
                                  "deciding " << shown(command) << " is not pure");
    }
    return {before, command, std::move(decision), where};
}

} // namespace evenfold::orchestration::tests
