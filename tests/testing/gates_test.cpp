#include "evenfold/tests/testing/gates.hpp"

#include <memory>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/tests/testing/closed_journal.hpp"

namespace evenfold::gates {
namespace {

using testing::obeys;
using testing::Verdict;

template <Domain D>
Verdict kept(const testing::Law<D>& law, const std::vector<typename D::Command>& commands) {
    return obeys(law, testing::make_history<D>(commands));
}

template <Domain D>
testing::Search<D> few() {
    testing::Search<D> search;
    search.effort.cases = 40;
    return search;
}

} // namespace

TEST_CASE("Laws: a domain with `forbid` obeys all of them; a permitted actor submits, and commands that no actor may "
          "submit are left out.") {
    CHECK_LAWS(Gate, few<Gate>());
    const std::vector<Gate::Command> commands{Push{}, Pull{}, Push{}};
    const auto left = testing::permitted(testing::make_history<Gate>(commands));
    CHECK(left.steps.size() == 2);
    CHECK(left.model == Count{.pushes = 2, .pulls = 0});
    CHECK(testing::permitted_actor<Gate>(Push{}) == Actor::user);
    CHECK(!testing::permitted_actor<Gate>(Pull{}));
}

TEST_CASE("Laws: effects-follow checks intermediate models, not only the last.") {
    CHECK_SCENARIO(kept(testing::effects_follow<Gate>(), {Push{}, Push{}}));
    const Verdict verdict = kept(testing::effects_follow<BellsAlike>(), {Push{}, Push{}});
    CHECK(verdict.message() == "at command 2 (Push{}): two effects have the same id");
    CHECK(kept(testing::effects_follow<BellsAlike>(), {Push{}}).message() ==
          "at the end: two effects have the same id");
}

TEST_CASE("Laws: streams-follow finds streams that are counted or depend on addresses.") {
    CHECK_SCENARIO(kept(testing::streams_follow<Gate>(), {Push{}, Push{}}));
    CHECK(kept(testing::streams_follow<StreamsCounted>(), {Push{}}).message().find("called again") !=
          std::string::npos);
    CHECK(kept(testing::streams_follow<StreamsByAddress>(), {Push{}}).message().find("copy") != std::string::npos);
    CHECK(obeys<Gate>("streams-follow", {Push{}}).holds);
    CHECK_FALSE(obeys<StreamsCounted>("streams-follow", {Push{}}).holds);
}

TEST_CASE("Laws: total-project names the generated event if folding it throws.") {
    std::string message;
    for (std::size_t pushes = 1; pushes < 20 && message.empty(); ++pushes)
        message = kept(testing::total_project<PushesWeakly>(), std::vector<Gate::Command>(pushes, Push{})).message();
    CHECK(message.find("folding Pushed{.force = ") != std::string::npos);
    CHECK(message.ends_with("} throws: too strong"));
}

TEST_CASE("Laws: an exception that is not a std::exception is reported, from the domain and from a law.") {
    const Verdict domain = kept(testing::never_throws<ThrowsNumbers>(), {Push{}});
    CHECK(domain.message() == "Push{} throws: an exception that is not a std::exception");
    const testing::Law<Gate> law{"throws", "it throws", [](const auto&) -> Verdict { throw 7; }};
    CHECK(kept(law, {Push{}}).message() == "the law throws: an exception that is not a std::exception");
}

TEST_CASE("Laws: same-command-once reports a journal that cannot be created or opened.") {
    const auto none = [] { return std::unique_ptr<journal::Journal>(); };
    CHECK(kept(testing::same_command_once<Gate>(none), {Push{}}).message() == "cannot create the journal");
    const auto closed = [] { return std::make_unique<Closed>(); };
    CHECK(kept(testing::same_command_once<Gate>(closed), {Push{}}).message() ==
          "cannot open a kernel over the journal");
}

} // namespace evenfold::gates
