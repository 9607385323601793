#include "evenfold/tests/testing/gates.hpp"

#include <memory>

#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/testing/doctest.hpp"
#include "evenfold/testing/through.hpp"

namespace evenfold::gates {

/// A count that all copies of a model share.
class Shared {
public:
    Shared() : count_(std::make_shared<Count>()) {}
    [[nodiscard]] Count& value() { return *count_; }
    friend bool operator==(const Shared& a, const Shared& b) { return *a.count_ == *b.count_; }

private:
    std::shared_ptr<Count> count_;
};

} // namespace evenfold::gates

template <>
struct evenfold::shaping::Walk<evenfold::gates::Shared> {
    static constexpr Kind kind() {
        return BoxShape{.content = &shape_of<gates::Count>,
                        .value = [](void* object) -> void* { return &static_cast<gates::Shared*>(object)->value(); }};
    }
};

namespace evenfold::gates {

struct Post {
    EVENFOLD_STRUCT(Post, (Shared, shared));
    friend bool operator==(const Post&, const Post&) = default;
};

/// Its project changes what all copies of the model share.
struct SharedPost {
    using Command = Gate::Command;
    using Event = Gate::Event;
    using Error = Gate::Error;
    using Model = Post;

    static Gate::Decision decide(const Command& asked, const Post&) { return Gate::decide(asked, {}); }
    static Post project(Post post, const Event& event) {
        post.shared.value() = Gate::project(post.shared.value(), event);
        return post;
    }
};

/// The same in decide.
struct MarkedPost : SharedPost {
    static Gate::Decision decide(const Command& asked, const Post& post) {
        Post copy = post;
        ++copy.shared.value().pulls;
        return Gate::decide(asked, {});
    }
};

namespace {

using testing::obeys;
using testing::through;
using testing::Verdict;

template <Domain D>
Verdict kept(const testing::Law<D>& law, const std::vector<typename D::Command>& commands) {
    return obeys(law, testing::asked<D>(commands));
}

template <Domain D>
testing::Search<D> few() {
    testing::Search<D> search;
    search.effort.cases = 40;
    return search;
}

/// A journal that cannot be read, so that no kernel can be opened over it.
class Closed : public journal::MemoryJournal {
public:
    std::expected<void, journal::Failure> read(Sequence, const journal::Visit&) override {
        return std::unexpected(
            journal::Failure{.kind = journal::FailureKind::input_output, .what = "closed", .remedy = {}});
    }
};

} // namespace

TEST_CASE("Laws: a domain that forbids obeys them all; who may ask asks, and what nobody may ask is left out.") {
    CHECK_LAWS(Gate, few<Gate>());
    const std::vector<Gate::Command> commands{Push{}, Pull{}, Push{}};
    const auto left = testing::permitted(testing::asked<Gate>(commands));
    CHECK(left.steps.size() == 2);
    CHECK(left.model == Count{.pushes = 2, .pulls = 0});
    CHECK(testing::asker_of<Gate>(Push{}) == Actor::user);
    CHECK(!testing::asker_of<Gate>(Pull{}));
}

TEST_CASE("Laws: inputs-left-alone sees what copies of a model share.") {
    const Verdict projecting = kept(testing::inputs_left_alone<SharedPost>(), {Push{}});
    CHECK(projecting.told().ends_with("decide or project changed what models share"));
    const Verdict deciding = kept(testing::inputs_left_alone<MarkedPost>(), {Push{}});
    CHECK(deciding.told().ends_with("decide or project changed what models share"));
}

TEST_CASE("Laws: effects-follow looks on the way, not at the end alone.") {
    CHECK_SCENARIO(kept(testing::effects_follow<Gate>(), {Push{}, Push{}}));
    const Verdict verdict = kept(testing::effects_follow<BellsAlike>(), {Push{}, Push{}});
    CHECK(verdict.told() == "at command 2 (Push{}): two effects have one id");
    CHECK(kept(testing::effects_follow<BellsAlike>(), {Push{}}).told() == "at the end: two effects have one id");
}

TEST_CASE("Laws: streams-follow finds streams that are counted or depend on addresses.") {
    CHECK_SCENARIO(kept(testing::streams_follow<Gate>(), {Push{}, Push{}}));
    CHECK(kept(testing::streams_follow<StreamsCounted>(), {Push{}}).told().find("asked again") != std::string::npos);
    CHECK(kept(testing::streams_follow<StreamsByAddress>(), {Push{}}).told().find("copy") != std::string::npos);
    CHECK(obeys<Gate>("streams-follow", {Push{}}).holds);
    CHECK_FALSE(obeys<StreamsCounted>("streams-follow", {Push{}}).holds);
}

TEST_CASE("Laws: total-project names the event that it draws, where folding it throws.") {
    std::string told;
    for (std::size_t pushes = 1; pushes < 20 && told.empty(); ++pushes)
        told = kept(testing::total_project<PushesWeakly>(), std::vector<Gate::Command>(pushes, Push{})).told();
    CHECK(told.find("folding Pushed{.force = ") != std::string::npos);
    CHECK(told.ends_with("} throws: too strong"));
}

TEST_CASE("Laws: what is thrown need be no std::exception, in the domain or in a law.") {
    const Verdict domain = kept(testing::never_throws<ThrowsNumbers>(), {Push{}});
    CHECK(domain.told() == "Push{} throws: what is no std::exception");
    const testing::Law<Gate> law{"throws", "it throws", [](const auto&) -> Verdict { throw 7; }};
    CHECK(kept(law, {Push{}}).told() == "it throws: what is no std::exception");
}

TEST_CASE("Laws: same-command-once tells a journal that cannot be made or opened.") {
    const auto none = [] { return std::unique_ptr<journal::Journal>(); };
    CHECK(kept(testing::same_command_once<Gate>(none), {Push{}}).told() == "the journal cannot be made");
    const auto closed = [] { return std::make_unique<Closed>(); };
    CHECK(kept(testing::same_command_once<Gate>(closed), {Push{}}).told() ==
          "a kernel cannot be opened over the journal");
}

TEST_CASE("Through: who may ask asks, unless it is said who.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(through<Gate>(journal).when(Push{}).then(Pushed{1}));
    CHECK_SCENARIO(through<Gate>(journal).when(Actor::agent, Push{}).then_error(Forbidden{}));
    CHECK_SCENARIO(through<Gate>(journal).when(Actor::user, Push{}).then(Pushed{1}));
    CHECK_SCENARIO(through<Gate>(journal).when(Pull{}).then_error(Forbidden{}));
}

TEST_CASE("Through: a second sentence over one journal goes on where the first ended.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(through<Gate>(journal).asked({Push{}}).when(Push{}).then_model({.pushes = 2, .pulls = 0}));
    CHECK_SCENARIO(through<Gate>(journal).when(Push{}).then_model({.pushes = 3, .pulls = 0}));
    journal::MemoryJournal silent; // accepts commands without events, which leave its head where it is
    CHECK_SCENARIO(through<Idle>(silent).asked({Push{}}).when(Push{}).then_nothing());
    CHECK_SCENARIO(through<Gate>(silent).when(Push{}).then(Pushed{1}));
}

TEST_CASE("Through: the model is the kernel's, not one that is folded for the sentence.") {
    journal::MemoryJournal journal;
    CHECK_SCENARIO(through<Tiring>(journal).when(Push{}).then_model({.pushes = 1, .pulls = 0}));
}

TEST_CASE("Through: a journal that cannot be opened breaks the sentence.") {
    Closed journal;
    const Verdict verdict = through<Gate>(journal).asked({Push{}}).when(Push{}).then_accepted();
    CHECK(verdict.told() == "the journal cannot be opened");
}

} // namespace evenfold::gates
