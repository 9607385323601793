#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration/compaction.hpp"
#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/tests/support/ids.hpp"

// `assert` in an example is a check of these tests.
#undef assert
#define assert(...) CHECK(static_cast<bool>(__VA_ARGS__))

namespace evenfold {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;

const orchestration::ProjectId project = orchestration::tests::the_project;

orchestration::Command create_project() {
#include "evenfold/header_examples/core/commands/orchestration.hpp"
    return command;
}

/// For the failures that examples report, which do not occur here.
void report(const std::string& words) {
    FAIL(words);
}
void refuse(const orchestration::Error&) {
    FAIL("the command is accepted");
}

void decide_and_project(const orchestration::Command& command) {
    orchestration::Model model;
#include "evenfold/header_examples/core/decider/orchestration.hpp"
    CHECK(effects.empty());
    CHECK(model->index.find(project) != nullptr);
}

orchestration::Model model_of(const std::vector<orchestration::Event>& events) {
    orchestration::Model model;
    for (const orchestration::Event& event : events) model = orchestration::project(std::move(model), event);
    return model;
}

/// Items, and the refusals and warnings of a stream.
struct Record {
    std::size_t items = 0;
    std::string words;

    void operator()(const providers::Item&) { ++items; }
    void operator()(const std::vector<providers::Item>& some) { items += some.size(); }
};

const std::string first_line = R"({"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"/home/ada"})"
                               "\n";

void run_agent(const reactors::process::Agent& agent, Record& record) {
#include "evenfold/header_examples/reactors/process/agent_session.hpp"
}

} // namespace

TEST_CASE("Header examples: the domain of coding agents.") {
    decide_and_project(create_project());
    {
#include "evenfold/header_examples/bench/orchestration/mix.hpp"
        CHECK(events.size() >= 1'000);
    }
    const std::vector<orchestration::Event> log = bench::events_of({.seed = 7}, 2'000);
    {
#include "evenfold/header_examples/core/projector/orchestration/compaction.hpp"
    }
    {
        const std::vector<orchestration::Event>& events = log;
#include "evenfold/header_examples/core/events/orchestration.hpp"
        CHECK_FALSE(reply.empty());
    }
    {
        const auto events = *orchestration::decide(create_project(), orchestration::Model{});
#include "evenfold/header_examples/core/projector/orchestration.hpp"
    }
}

TEST_CASE("Header examples: streams of agents.") {
    const std::string bytes = first_line;
    Record record;
    const auto warn = [&](const std::string& words) { record.words += words; };
    const auto refuse = warn;
    {
#include "evenfold/header_examples/providers/provider.hpp"
        CHECK(record.items >= 1);
    }
    {
        const std::string first_bytes = first_line;
        std::unique_ptr<providers::StreamParser> stream;
#include "evenfold/header_examples/providers/formats.hpp"
        CHECK(stream);
    }
    {
#include "evenfold/header_examples/providers/detecting_parser.hpp"
    }
    CHECK(record.words.empty());
}

TEST_CASE("Header examples: an agent program.") {
    Record record;
    run_agent(
        {.program = {.command = {"/bin/sh", "-c", "printf '%s' '" + first_line + "'"}, .folder = {}, .environment = {}},
         .format = {},
         .prompting = reactors::process::Prompting::argument,
         .grace = {}},
        record);
    CHECK(record.items >= 1);
}

} // namespace evenfold
