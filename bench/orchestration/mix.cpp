#include "evenfold/bench/orchestration/mix.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/values/orchestration/checkpoint_ids.hpp"

namespace evenfold::bench {

using namespace orchestration;

namespace {

constexpr std::string_view letters = "etaoin shrdlucmfwypvbgkjqxz.,-=()";

/// Collects the commands of one turn in the order of the provider's events.
class TurnCommands {
public:
    TurnCommands(std::deque<Command>& ahead, const TurnId& turn) : ahead_(ahead), turn_(turn) {}

    void ingest(ProviderEvent event) {
        ahead_.emplace_back(IngestProviderEvent{.turn = turn_, .epoch = 1, .seq = ++seq_, .event = std::move(event)});
    }

    void approve(const std::string& request) {
        const auto id = derive<RequestTag>(turn_, "request", request);
        ahead_.emplace_back(RespondApproval{.request = id, .decision = Allow{}});
        ahead_.emplace_back(ConfirmAnswerDelivered{id});
    }

private:
    std::deque<Command>& ahead_;
    TurnId turn_;
    std::uint64_t seq_ = 0;
};

AssignCheckpointRef captured(const CheckpointId& checkpoint) {
    return {.checkpoint = checkpoint,
            .git_ref = "refs/evenfold/checkpoints/" + to_text(checkpoint),
            .files = {"src/main.cpp", "tests/main_test.cpp"}};
}

} // namespace

MixShape one_slot() {
    MixShape shape;
    shape.slots = 1;
    return shape;
}

MixShape scattered() {
    MixShape shape;
    shape.slots = 64;
    shape.switch_one_in = 1;
    return shape;
}

MixShape one_long_thread() {
    MixShape shape;
    shape.slots = 1;
    shape.turns = {2'900, 2'900};
    shape.segments = {7, 7};
    shape.deltas = {1, 20};
    shape.calls = {1, 1};
    shape.thread_deleted_one_in = 0;
    return shape;
}

MixShape small_pieces() {
    MixShape shape;
    shape.slots = 1;
    shape.segments = {1, 1};
    shape.deltas = {3'024, 3'024};
    shape.delta_bytes = {3, 3};
    return shape;
}

MixShape ten_agents() {
    MixShape shape;
    shape.slots = 10;
    shape.switch_one_in = 1;
    return shape;
}

MixShape many_threads() {
    MixShape shape;
    shape.slots = 10;
    shape.turns = {20, 62};
    shape.thread_deleted_one_in = 0;
    shape.project_deleted_one_in = 0;
    return shape;
}

Mix::Mix(const MixShape& shape) : shape_(shape), random_(shape.seed), slots_(shape.slots) {}

Command Mix::next() {
    AgentSlot& slot = slots_[at_];
    while (slot.ahead.empty()) refill(slot);
    Command command = std::move(slot.ahead.front());
    slot.ahead.pop_front();
    if (happens(shape_.switch_one_in)) at_ = random_.next() % slots_.size();
    return command;
}

void Mix::refill(AgentSlot& slot) {
    if (slot.turns_left > 0) return turn(slot);
    if (slot.turns_begun > 0) end_thread(slot);
    if (slot.project == ProjectId{}) begin_project(slot);
    begin_thread(slot);
}

void Mix::begin_project(AgentSlot& slot) {
    slot.project = fresh<ProjectTag>();
    slot.threads = 0;
    slot.ahead.emplace_back(CreateProject{.project = slot.project,
                                          .title = "a project",
                                          .root = "/projects/" + to_text(slot.project),
                                          .default_model = {}});
}

void Mix::begin_thread(AgentSlot& slot) {
    slot.thread = fresh<ThreadTag>();
    slot.turns_left = draw(shape_.turns);
    slot.turns_begun = 0;
    ++slot.threads;
    slot.ahead.emplace_back(CreateThread{.thread = slot.thread,
                                         .project = slot.project,
                                         .title = "a thread",
                                         .model = "a model",
                                         .policy = Policy::full,
                                         .mode = Mode::default_,
                                         .workspace = Root{}});
    slot.ahead.emplace_back(
        BindSession{.thread = slot.thread, .epoch = 1, .session_ref = to_text(slot.thread), .folder = {}});
}

void Mix::end_thread(AgentSlot& slot) {
    slot.turns_begun = 0;
    if (happens(shape_.thread_deleted_one_in))
        slot.ahead.emplace_back(DeleteThread{.thread = slot.thread, .force = false});
    if (slot.threads < shape_.threads) return;
    if (happens(shape_.project_deleted_one_in))
        slot.ahead.emplace_back(DeleteProject{.project = slot.project, .force = true});
    slot.project = {};
}

void Mix::turn(AgentSlot& slot) {
    const auto turn = fresh<TurnTag>();
    const auto message = fresh<MessageTag>();
    slot.ahead.emplace_back(StartTurn{.turn = turn,
                                      .thread = slot.thread,
                                      .message = message,
                                      .input = text(shape_.prompt_bytes),
                                      .on_busy = OnBusy::reject});
    if (slot.turns_begun == 0) slot.ahead.emplace_back(captured(baseline_checkpoint_of(slot.thread)));
    slot.ahead.emplace_back(ConfirmTurnDispatched{.turn = turn, .provider_turn_ref = {}});
    TurnCommands commands(slot.ahead, turn);
    std::size_t calls = 0;
    const std::size_t segments = draw(shape_.segments);
    for (std::size_t segment = 1; segment <= segments; ++segment) {
        for (std::size_t left = draw(shape_.deltas); left > 0; --left)
            commands.ingest(provider::TextDelta{.text = text(shape_.delta_bytes), .parent = {}});
        if (segment == segments) break;
        for (std::size_t left = draw(shape_.calls); left > 0; --left) {
            const std::string call = fmt::format("call-{}", ++calls);
            commands.ingest(provider::ToolCall{.call_id = call,
                                               .name = "Bash",
                                               .input = text(shape_.input_bytes),
                                               .parent = {},
                                               .run_by_provider = false});
            if (happens(shape_.approval_one_in)) {
                commands.ingest(
                    provider::AwaitingApproval{.request_id = call, .call_id = call, .kind = ToolApproval{}});
                commands.approve(call);
            }
            commands.ingest(
                provider::ToolResult{.call_id = call, .output = text(shape_.output_bytes), .is_error = false});
        }
    }
    commands.ingest(
        provider::TurnComplete{.outcome = provider::TurnOutcome::completed, .stop_reason = {}, .usage = {}});
    slot.ahead.emplace_back(captured(end_checkpoint_of(turn)));
    --slot.turns_left;
    ++slot.turns_begun;
}

std::size_t Mix::draw(Range range) {
    return range.least + random_.next() % (range.most - range.least + 1);
}

bool Mix::happens(std::size_t one_in) {
    return one_in != 0 && random_.next() % one_in == 0;
}

/// Returns ASCII text; one character in 64 is a line break, one a quote.
std::string Mix::text(Range bytes) {
    std::string all(draw(bytes), ' ');
    for (char& one : all) {
        const std::uint64_t number = random_.next();
        const std::uint64_t rare = number % 64;
        one = rare == 0 ? '\n' : rare == 1 ? '"' : letters[(number >> 8U) % letters.size()];
    }
    return all;
}

template <class Tag>
Id<Tag> Mix::fresh() {
    Uuid uuid;
    for (std::size_t half = 0; half < 2; ++half) {
        std::uint64_t number = random_.next();
        for (std::size_t byte = 0; byte < 8; ++byte, number >>= 8U)
            uuid.bytes[half * 8 + byte] = static_cast<std::uint8_t>(number & 0xffU);
    }
    return Id<Tag>{uuid};
}

namespace {

/// Calls `visit` with each command and its events until there are `count` events.
template <class Visit>
void each_decision(const MixShape& shape, std::size_t count, Visit visit) {
    Mix mix(shape);
    Model model;
    for (std::size_t total = 0; total < count;) {
        Command command = mix.next();
        auto decided = decide(command, model);
        if (!decided) std::abort(); // the decider accepts every command of the mix
        for (const Event& event : *decided) model = project(std::move(model), event);
        total += decided->size();
        visit(std::move(command), std::move(*decided));
    }
}

} // namespace

std::vector<Event> events_of(const MixShape& shape, std::size_t count) {
    std::vector<Event> events;
    events.reserve(count);
    each_decision(shape, count, [&](const Command&, DecidedEvents made) {
        for (Event& event : made) events.push_back(std::move(event));
    });
    return events;
}

std::vector<Command> commands_of(const MixShape& shape, std::size_t count) {
    std::vector<Command> commands;
    commands.reserve(count);
    each_decision(shape, count, [&](Command command, const DecidedEvents&) { commands.push_back(std::move(command)); });
    return commands;
}

} // namespace evenfold::bench
