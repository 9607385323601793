#include "evenfold/tests/laws/oracle_laws.hpp"

#include <functional>

#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/laws/naive/full_history.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests {
namespace {

/// Returns the names of the oracle's laws that `history` breaks.
std::string broken_by(const CoreHistory& history) {
    std::string names;
    for (const CoreLaw& law : oracle_laws()) {
        if (!testing::obeys(law, history)) names += std::string(law.name) + ' ';
    }
    return names;
}

/// Returns the full history, with its final model changed by `wrong`.
CoreHistory with(const std::function<void(Model&)>& wrong) {
    CoreHistory history = testing::make_history<Core>(naive::full_history());
    wrong(history.model);
    return history;
}

} // namespace

TEST_CASE("orchestration laws L4, L16, L24, L31: a correct model breaks none of them.") {
    CHECK(broken_by(with([](Model&) {})) == "");
}

TEST_CASE("orchestration laws L4, L16, L24, L31: each is broken by a model with one error.") {
    const TurnId busy = id<TurnId>(10);
    CHECK(broken_by(with([](Model& model) { model->index.projects.find(the_project)->title = "Motor"; })) == "L4 ");
    CHECK(broken_by(with([](Model& model) { model->index.pending_worktrees = {}; })) == "L4 L16 L33 ");
    CHECK(broken_by(with([&](Model& model) {
              std::get<Text>(model->transcript.exchanges.find(busy)->reply->blocks[3]).text = {};
          })) == "L4 L24 L31 ");
    CHECK(broken_by(with([&](Model& model) {
              std::get<Text>(model->transcript.exchanges.find(busy)->reply->blocks[3]).sealed = false;
          })) == "L4 L24 L31 ");
    CHECK(broken_by(with([](Model& model) { model->transcript.exchanges.erase(id<TurnId>(40)); })) == "L4 L31 ");
}

} // namespace evenfold::orchestration::tests
