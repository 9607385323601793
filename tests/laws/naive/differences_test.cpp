#include "evenfold/tests/laws/naive/differences.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/testing/generators.hpp"
#include "evenfold/tests/laws/core.hpp"
#include "evenfold/tests/laws/naive/full_history.hpp"
#include "evenfold/tests/laws/naive/named_fields.hpp"
#include "evenfold/tests/support/ids.hpp"

namespace evenfold::orchestration::tests {
namespace {

using Json = nlohmann::json;

/// The full history, as a model and as a world.
struct ModelAndWorld {
    naive::World world;
    Model model;
};

ModelAndWorld full() {
    const CoreHistory history = testing::make_history<Core>(naive::full_history());
    ModelAndWorld both{.world = {}, .model = history.model};
    for (const Event& event : history.events()) both.world = naive::project(std::move(both.world), event);
    return both;
}

std::string joined(const std::vector<std::string>& report) {
    std::string all;
    for (const std::string& sentence : report) all += sentence + '\n';
    return all;
}

/// A change that makes a model wrong, and the expected report.
struct Control {
    std::string report;
    std::function<void(Model&)> wrong;
};

const TurnId busy_turn = id<TurnId>(10);

std::vector<Control> controls() {
    const auto turn = [](Model& model) -> Turn& { return *model->index.turns.find(busy_turn); };
    const auto exchange = [](Model& model) -> Exchange& { return *model->transcript.exchanges.find(busy_turn); };
    return {
        {"project is missing", [](Model& model) { model->index.projects.erase(other_project); }},
        {"root is missing", [](Model& model) { model->index.roots.erase("/home/ada/other"); }},
        {"/threads/0", [](Model& model) { model->index.projects.find(the_project)->threads.erase(the_thread); }},
        {"/version", [](Model& model) { ++model->index.threads.find(the_thread)->version; }},
        {"/hold", [](Model& model) { model->index.threads.find(id<ThreadId>(3))->hold.reset(); }},
        {"/queue", [](Model& model) { model->index.threads.find(id<ThreadId>(3))->queue.erase(id<TurnId>(31)); }},
        {"status of the thread", [](Model& model) { model->index.retired.erase(id<ThreadId>(6).uuid); }},
        {"/last_seq", [&](Model& model) { --turn(model).last_seq; }},
        {"/open_block", [&](Model& model) { turn(model).open_block.reset(); }},
        {"/running_calls", [&](Model& model) { turn(model).running_calls.erase("c2"); }},
        {"/pending_requests", [&](Model& model) { ++turn(model).pending_requests; }},
        {"message is missing", [](Model& model) { model->index.messages.erase(reply_id(busy_turn)); }},
        {"request is missing", [](Model& model) { model->index.requests.erase(request_of(busy_turn)); }},
        {"checkpoint is missing", [](Model& model) { model->index.checkpoints.erase(manual_checkpoint); }},
        {"/stage",
         [](Model& model) { model->index.reverts.find(id<RevertId>(42))->stage = RevertStage::files_restored; }},
        {"commit is unexpected",
         [](Model& model) {
             Commit commit = *model->index.find(id<CommitId>(1));
             commit.id = id<CommitId>(9);
             model->index.commits.insert(commit);
         }},
        {"garbage is missing",
         [](Model& model) { model->index.garbage.erase(model->index.garbage.sorted().front()->id); }},
        {"retired", [](Model& model) { model->index.retired.insert(id<TurnId>(99).uuid); }},
        {"active_turns", [](Model& model) { model->index.active_turns.erase(busy_turn); }},
        {"pending_worktrees", [](Model& model) { model->index.pending_worktrees.erase(id<ThreadId>(2)); }},
        {"pending_checkpoints", [](Model& model) { model->index.pending_checkpoints.insert(manual_checkpoint); }},
        {"pending_commits", [](Model& model) { model->index.pending_commits.erase(id<CommitId>(1)); }},
        {"answered_requests", [](Model& model) { model->index.answered_requests.insert(request_of(busy_turn)); }},
        {"exchange is missing", [](Model& model) { model->transcript.exchanges.erase(id<TurnId>(40)); }},
        {"/reply/blocks/3/text", [&](Model& model) { std::get<Text>(exchange(model).reply->blocks[3]).text += "b"; }},
        {"/messages/0", [&](Model& model) { turn(model).messages.erase("m0"); }},
        {"/messages/0/discarded", [&](Model& model) { turn(model).messages.find("m0")->discarded = false; }},
        {"/reply/blocks/0/text", // of a message that was taken back
         [&](Model& model) { std::get<Text>(exchange(model).reply->blocks[0]).text = "taken back"; }},
        {"/outputs/0", [&](Model& model) { exchange(model).outputs.erase("c1"); }},
        {"/notices/0", [&](Model& model) { exchange(model).notices = {}; }},
    };
}

/// Returns the name of the field that a JSON pointer leads to.
std::string field_of(const std::string& pointer) {
    Json::json_pointer at(pointer);
    while (std::isdigit(static_cast<unsigned char>(at.back().front())) != 0 || at.back() == "$hex") at.pop_back();
    return at.back();
}

/// One enumerator of each enumeration that has a single value in the whole of the full history.
const std::vector<std::string> enumerators{"error", "full", "plan", "requested", "turn_ended", "turn_failed"};

/// Returns other values that the field of `leaf` might have. For a text these include texts of the same field
/// elsewhere.
std::vector<Json> others(const Json& leaf, const std::set<std::string>& elsewhere) {
    if (leaf.is_boolean()) return {!leaf.get<bool>()};
    if (leaf.is_number()) return {leaf.get<std::uint64_t>() + 1};
    std::string text = leaf.get<std::string>();
    std::vector<Json> all{text + "x"};
    if (!text.empty()) text.back() = text.back() == '0' ? '1' : '0';
    all.emplace_back(text);
    all.insert(all.end(), elsewhere.begin(), elsewhere.end());
    all.insert(all.end(), enumerators.begin(), enumerators.end());
    return all;
}

/// Returns `whole` with `value` at `pointer`, if that is a valid model that differs from `model`.
std::optional<Model> changed(Json whole, const std::string& pointer, const Json& value, const Model& model) {
    whole[Json::json_pointer(pointer)] = value;
    auto decoded = codec::decode<Model>(whole.dump());
    if (!decoded || !decoded->unknown_fields.empty() || decoded->value == model) return std::nullopt;
    return std::move(decoded->value);
}

struct Made {
    EVENFOLD_STRUCT(Made,
        (CheckpointId, id), (std::optional<std::string>, label), (std::uint64_t, count), (Mode, mode));
    friend bool operator==(const Made&, const Made&) = default;
};
struct Changed {
    EVENFOLD_STRUCT(Changed,
        (CheckpointId, checkpoint), (std::string, label), (std::optional<std::uint64_t>, count), (Mode, mode));
};

} // namespace

TEST_CASE("naive world: an event without a case of its own sets the fields that it names.") {
    Made made{.id = manual_checkpoint, .label = {}, .count = 3, .mode = Mode::default_};
    const Changed named{.checkpoint = {}, .label = "before", .count = 4, .mode = Mode::plan};
    naive::take_named_fields(made, named);
    CHECK(made == Made{.id = manual_checkpoint, .label = "before", .count = 4, .mode = Mode::plan});
    const Changed absent{.checkpoint = {}, .label = "after", .count = {}, .mode = Mode::plan};
    naive::take_named_fields(made, absent);
    CHECK(made == Made{.id = manual_checkpoint, .label = "after", .count = 4, .mode = Mode::plan});
}

TEST_CASE("naive world: the world of a full history equals its model.") {
    const CoreHistory history = testing::make_history<Core>(naive::full_history());
    for (const auto& step : history.steps) {
        INFO(testing::code_of(step.command));
        if (!step.decision) FAIL_CHECK(testing::code_of(step.decision.error()));
    }
    const auto [world, model] = full();
    CHECK(joined(naive::differences(world, model)) == "");
    CHECK(joined(naive::derived_differences(world, model)) == "");
}

TEST_CASE("naive world: it accepts any event.") {
    auto [world, model] = full();
    testing::KnownValues known;
    known.live.add(shape_of<Model>(), &model);
    testing::Random random(1);
    for (int left = 3000; left > 0; --left) {
        testing::ChoiceSource source(random);
        world = naive::project(std::move(world), testing::Generators{}.draw<Event>(source, known));
        CHECK_NOTHROW((void)naive::derived_differences(world, model));
    }
}

TEST_CASE("naive world: each error of a model is reported.") {
    const auto [world, model] = full();
    for (const Control& control : controls()) {
        Model wrong = model;
        control.wrong(wrong);
        const std::string report = joined(naive::differences(world, wrong));
        INFO(control.report << " is not in: " << report);
        CHECK(report.find(control.report) != std::string::npos);
    }
}

TEST_CASE("naive world: a change of any leaf of a model is reported.") {
    const auto [world, model] = full();
    const Json whole = Json::parse(codec::encode(model));
    const Json leaves = whole.flatten();
    std::map<std::string, std::set<std::string>> texts;
    for (const auto& [pointer, leaf] : leaves.items()) {
        if (leaf.is_string()) texts[field_of(pointer)].insert(leaf.get<std::string>());
    }
    std::set<std::string> fields_changed;
    std::set<std::string> fields_left;
    for (const auto& [pointer, leaf] : leaves.items()) {
        if (leaf.is_null() || leaf.is_structured()) continue; // no value in it
        const std::string field = field_of(pointer);
        std::optional<Model> wrong;
        for (const Json& other : others(leaf, texts[field])) {
            if (!wrong) wrong = changed(whole, pointer, other, model);
        }
        (wrong ? fields_changed : fields_left).insert(field);
        if (wrong && naive::differences(world, *wrong).empty()) FAIL_CHECK("not reported: " << pointer);
    }
    for (const std::string& field : fields_changed) fields_left.erase(field);
    std::string left;
    for (const std::string& field : fields_left) left += field + ' ';
    CHECK(left == "");
    CHECK(fields_changed.size() > 60);
}

} // namespace evenfold::orchestration::tests
