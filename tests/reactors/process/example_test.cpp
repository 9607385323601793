#include <doctest/doctest.h>

#include <optional>

#include "evenfold/reactors/process/agent_session.hpp"
#include "evenfold/tests/reactors/process/stand_in.hpp"

// The example of the public header, so that the compiler checks it.

using namespace evenfold;
using namespace evenfold::reactors::process;
using evenfold::reactors::process::tests::Script;

TEST_CASE("Examples: agent_session.hpp sends a message and reads the items until the agent ends.") {
    const Script script("await-user\n"
                        R"(print {"type":"system","subtype":"init","session_id":"s","model":"m","cwd":"c"})"
                        "\n");
    const Agent agent = script.agent();
    std::size_t items = 0;
    const auto handle = [&](const providers::Item&) { ++items; };

    auto session = AgentSession::start(agent);
    if (!session->send("Fix the parser")) return;
    for (std::optional<AgentExit> ended; !ended;) {
        const SteadyTime now = std::chrono::steady_clock::now();
        const auto result = session->pump(now, now + std::chrono::seconds(1));
        for (const providers::Item& item : result->items) handle(item);
        ended = result->agent_exit;
    }
    CHECK(items > 0);
}
