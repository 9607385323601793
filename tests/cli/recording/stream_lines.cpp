#include "evenfold/tests/cli/recording/stream_lines.hpp"

namespace evenfold::cli_test {

Json comparable_turns(const CliFixture& fixture) {
    Json turns = fixture.run({"transcript", "--json"}).json();
    for (Json& turn : turns) {
        for (const char* key : {"thread", "turn", "started_at_ms", "ended_at_ms"}) turn.erase(key);
        for (Json& block : turn["blocks"]) block.erase("at_ms");
        for (Json& approval : turn["approvals"]) approval.erase("id");
    }
    return turns;
}

Json turns_without_blocks(const CliFixture& fixture) {
    Json turns = comparable_turns(fixture);
    for (Json& turn : turns) turn.erase("blocks");
    return turns;
}

std::string line_of(const Json& json) {
    return json.dump() + "\n";
}

std::string streamed(const std::string& id, const std::string& words) {
    const auto event = [](const Json& json) {
        return line_of({{"type", "stream_event"}, {"session_id", "s-1"}, {"event", json}});
    };
    return event({{"type", "message_start"}, {"message", {{"id", id}, {"model", "m"}}}}) +
           event({{"type", "content_block_start"}, {"index", 0}, {"content_block", {{"type", "text"}, {"text", ""}}}}) +
           event({{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", words}}}});
}

std::string snapshot(const std::string& id, const Json& block, const std::string& parent) {
    return line_of({{"type", "assistant"},
                    {"session_id", "s-1"},
                    {"parent_tool_use_id", parent.empty() ? Json(nullptr) : Json(parent)},
                    {"message", {{"id", id}, {"model", "m"}, {"content", {block}}}}});
}

std::string said(const std::string& id, const std::string& words, const std::string& parent) {
    return snapshot(id, {{"type", "text"}, {"text", words}}, parent);
}

std::string called(const std::string& id, const std::string& call) {
    return snapshot(id, {{"type", "tool_use"}, {"id", call}, {"name", "Bash"}, {"input", Json::object()}});
}

const std::string init = line_of({{"type", "system"},
                                  {"subtype", "init"},
                                  {"session_id", "s-1"},
                                  {"cwd", "/"},
                                  {"model", "m"},
                                  {"tools", Json::array()},
                                  {"mcp_servers", Json::array()}});

std::string done(double cost) {
    return line_of({{"type", "result"},
                    {"subtype", "success"},
                    {"is_error", false},
                    {"session_id", "s-1"},
                    {"total_cost_usd", cost},
                    {"stop_reason", "end_turn"}});
}

std::string typed(const std::string& words) {
    return line_of({{"type", "user"}, {"session_id", "s-1"}, {"message", {{"content", words}}}});
}

std::string returned(const std::string& call, const std::string& output) {
    return line_of(
        {{"type", "user"},
         {"session_id", "s-1"},
         {"message", {{"content", {{{"type", "tool_result"}, {"tool_use_id", call}, {"content", output}}}}}}});
}

std::uint64_t cost_of(const CliFixture& fixture) {
    return fixture.run({"threads", "--json"}).json()[0]["cost_usd_micros"].get<std::uint64_t>();
}

std::string rich_stream() {
    return "npm warn old\n" + init + typed("one") + streamed("a", "cut o") + said("b", "before") + called("b", "t1") +
           said("x", "below", "t1") + returned("t1", "ok") + returned("t9", "of no call") +
           line_of({{"type", "news"}}) + said("c", "after") + done(0.01) + init + typed("two") +
           streamed("d", "second") + done(0.03);
}

} // namespace evenfold::cli_test
