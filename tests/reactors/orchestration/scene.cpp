#include "evenfold/tests/reactors/orchestration/scene.hpp"

#include <doctest/doctest.h>

#include "evenfold/codec/codec.hpp"
#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::orchestration::tests {

Scene::Scene(std::uint64_t seed, const WorkspaceChoice& workspace) : seed_(seed) {
    git_test::use_own_settings();
    add_git_reactors(reactors_, {.worktrees = box_.beside("worktrees"), .excluded_file = box_.root() / "journal.db"});
    box_.write("start.txt", "as it was\n");
    box_.commit_all("start");
    open();
    submit(CreateProject{.project = the_project, .title = "P", .root = box_.root().string(), .default_model = {}});
    submit(CreateThread{.thread = the_thread,
                        .project = the_project,
                        .title = "T",
                        .model = "m",
                        .policy = Policy::full,
                        .mode = Mode::default_,
                        .workspace = workspace});
}

void Scene::open() {
    loop_.reset();
    runtime_.reset();
    auto opened = Kernel::open(journal_, [] { return Instant{1}; });
    REQUIRE(opened);
    kernel_ = std::move(*opened);
    runtime_ = std::make_unique<testing::SimulatedRuntime>(++seed_);
    loop_ = std::make_unique<Loop>(*kernel_, reactors_, *runtime_,
                                   kernel::LoopOptions<Orchestration>{
                                       .running_max = 4,
                                       .seed = seed_,
                                       .filter = {},
                                       .on_event =
                                           [this](const kernel::LoopEvent& event) {
                                               if (event.status != kernel::LoopEvent::Status::failed) return;
                                               ++failures_;
                                               reason_ = event.reason;
                                           },
                                   });
}

void Scene::submit(Command asked, Actor actor) {
    const auto outcome = kernel_->submit({.command = kernel::fresh<CommandId>(),
                                          .actor = actor,
                                          .at = {1},
                                          .cause = {},
                                          .correlation = {},
                                          .body = std::move(asked)});
    if (outcome) return;
    FAIL(kernel::refusal_text<Orchestration>(outcome.error()));
}

void Scene::run_until_idle() {
    for (int steps = 0; steps < 1000; ++steps) {
        const auto next = loop_->step();
        if (!next && runtime_->running() == 0) return;
        runtime_->wait(next);
    }
    FAIL("the reactors do not come to rest");
}

bool Scene::crash_after(std::size_t steps) {
    bool is_left = true;
    for (std::size_t step = 0; step < steps && is_left; ++step) {
        const auto next = loop_->step();
        is_left = next || runtime_->running() > 0;
        if (is_left) runtime_->wait(next);
    }
    runtime_->crash();
    open();
    return is_left;
}

void Scene::turn(const TurnId& turn, const std::string& path, const std::string& bytes) {
    StartTurn start = start_turn(turn);
    start.message = {turn.uuid};
    start.message.uuid.bytes[0] = 0x6d; // the first byte of message ids
    submit(start);
    run_until_idle();
    const auto thread = [&] { return *model()->index.find(the_thread); };
    if (!thread().session) submit(bind_session(thread().last_epoch + 1), Actor::provider);
    submit(confirm(turn), Actor::provider);
    box_.write(path, bytes);
    submit(ingest(1, says("done"), turn, thread().session->epoch), Actor::provider);
    submit(ingest(2, completes(), turn, thread().session->epoch), Actor::provider);
    run_until_idle();
}

Model Scene::model() const {
    return kernel_->read([](const Model& model, Sequence) { return model; });
}

std::vector<Event> Scene::log() {
    std::vector<Event> all;
    const auto records = journal::read_all(journal_);
    REQUIRE(records);
    for (const journal::Record& record : *records) {
        Event event;
        const auto read = codec::from_stored(
            shape_of<Event>(), &event, {.type = record.type, .version = record.type_version, .data = record.data});
        REQUIRE(read);
        all.push_back(std::move(event));
    }
    return all;
}

} // namespace evenfold::orchestration::tests
