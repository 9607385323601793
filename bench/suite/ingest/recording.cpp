#include "evenfold/bench/suite/ingest/recording.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>
#include <variant>

#include "evenfold/bench/orchestration/mix.hpp"

namespace evenfold::bench {
namespace {

using namespace orchestration;

constexpr std::string_view usage =
    R"("usage":{"input_tokens":2,"cache_creation_input_tokens":5212,"cache_read_input_tokens":44122,)"
    R"("cache_creation":{"ephemeral_5m_input_tokens":5212,"ephemeral_1h_input_tokens":0},"output_tokens":98,)"
    R"("service_tier":"standard","inference_geo":"not_available"})";

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump();
}

/// Writes the lines of one session.
class RecordingWriter {
public:
    explicit RecordingWriter(Recording& recording) : recording_(recording) {}

    template <class Other>
    void on(const Other& command) {
        if (recording_.turns.empty()) recording_.setup.emplace_back(command);
    }

    void on(const StartTurn& turn) {
        recording_.turns.push_back(turn);
        session_ = to_text(turn.thread);
        is_in_turn_ = true;
        line(R"("type":"system","subtype":"init","cwd":"/workspace","tools":["Bash","Edit","Read","Write"],)"
             R"("mcp_servers":[],"model":"claude-sonnet-5","permissionMode":"default","slash_commands":["compact"],)"
             R"("apiKeySource":"none","claude_code_version":"2.1.233","output_style":"default","agents":[],)"
             R"("skills":[])");
    }

    void on(const IngestProviderEvent& command) {
        std::visit([&](const auto& event) { on_event(event); }, command.event);
    }

    /// Removes the last turn if it has not ended.
    void finish() {
        recording_.lines.resize(ended_lines_);
        recording_.text.resize(ended_text_);
        if (is_in_turn_) recording_.turns.pop_back();
    }

private:
    void on_event(const provider::TextDelta& delta) {
        if (text_.empty()) {
            begin_message();
            stream(fmt::format(R"("type":"content_block_start","index":{},"content_block":{{"type":"text","text":""}})",
                               index_));
        }
        text_ += delta.text;
        recording_.text += delta.text;
        stream(fmt::format(R"("type":"content_block_delta","index":{},"delta":{{"type":"text_delta","text":{}}})",
                           index_, json_text(delta.text)));
    }

    void on_event(const provider::ToolCall& call) {
        end_text();
        begin_message();
        const std::string input = fmt::format(R"({{"command":{}}})", json_text(call.input));
        const std::string start =
            fmt::format(R"("type":"tool_use","id":"{}","name":"{}","input":)", call_id(call.call_id), call.name);
        stream(fmt::format(R"("type":"content_block_start","index":{},"content_block":{{{}{{}}}})", index_, start));
        stream(fmt::format(
            R"("type":"content_block_delta","index":{},"delta":{{"type":"input_json_delta","partial_json":{}}})",
            index_, json_text(input)));
        end_block(start + input);
        end_message("tool_use");
    }

    void on_event(const provider::ToolResult& result) {
        recording_.text += result.output;
        const std::string output = json_text(result.output);
        line(fmt::format(
            R"("type":"user","message":{{"role":"user","content":[{{"tool_use_id":"{}","type":"tool_result",)"
            R"("content":{},"is_error":{}}}]}},"parent_tool_use_id":null,"tool_use_result":{{"stdout":{},"stderr":"",)"
            R"("interrupted":false,"isImage":false}})",
            call_id(result.call_id), output, result.is_error, output));
    }

    void on_event(const provider::TurnComplete& /*end*/) {
        const std::string last = json_text(text_);
        end_text();
        end_message("end_turn");
        line(fmt::format(R"("type":"result","subtype":"success","is_error":false,"duration_ms":7600,"num_turns":1,)"
                         R"("result":{},"stop_reason":"end_turn","total_cost_usd":0.04139385,{})",
                         last, usage));
        is_in_turn_ = false;
        ended_lines_ = recording_.lines.size();
        ended_text_ = recording_.text.size();
    }

    void on_event(const auto& /*not in such a recording*/) {}

    void begin_message() {
        if (std::exchange(is_in_message_, true)) return;
        ++message_;
        index_ = 0;
        stream(fmt::format(R"("type":"message_start","message":{{{},"content":[],"stop_reason":null,{}}})", message(),
                           usage));
    }

    void end_text() {
        if (text_.empty()) return;
        end_block(R"("type":"text","text":)" + json_text(std::exchange(text_, {})));
    }

    /// Writes the snapshot of a block with these fields, and its end.
    void end_block(const std::string& fields) {
        line(fmt::format(
            R"("type":"assistant","message":{{{},"content":[{{{}}}],"stop_reason":null,"stop_sequence":null,{}}},)"
            R"("parent_tool_use_id":null)",
            message(), fields, usage));
        stream(fmt::format(R"("type":"content_block_stop","index":{})", index_++));
    }

    void end_message(std::string_view reason) {
        is_in_message_ = false;
        stream(fmt::format(R"("type":"message_delta","delta":{{"stop_reason":"{}","stop_sequence":null}},{})", reason,
                           usage));
        stream(R"("type":"message_stop")");
    }

    [[nodiscard]] std::string message() const {
        return fmt::format(R"("model":"claude-sonnet-5","id":"msg_{:024}","type":"message","role":"assistant")",
                           message_);
    }

    /// The calls of the mix are numbered in their turn, those of a session are unique.
    [[nodiscard]] std::string call_id(const std::string& in_turn) const {
        return fmt::format("toolu_{:012}_{}", recording_.turns.size(), in_turn);
    }

    void stream(const std::string& event) {
        line(fmt::format(R"("type":"stream_event","event":{{{}}},"parent_tool_use_id":null)", event));
    }

    void line(const std::string& fields) {
        recording_.lines += fmt::format(R"({{{},"session_id":"{}","uuid":"00000000-0000-4000-8000-{:012}"}})", fields,
                                        session_, ++line_);
        recording_.lines += '\n';
    }

    Recording& recording_;
    std::string session_;
    std::string text_; // of the open block
    bool is_in_turn_ = false;
    bool is_in_message_ = false;
    std::size_t message_ = 0;
    std::size_t index_ = 0; // of the block in the message
    std::size_t line_ = 0;
    std::size_t ended_lines_ = 0; // bytes of the lines up to the end of the last turn that has ended
    std::size_t ended_text_ = 0;  // bytes of the text
};

} // namespace

Recording recording_of(std::size_t events) {
    MixShape shape = one_slot();
    shape.turns = {events, events}; // one thread
    shape.approval_one_in = 0;
    Recording recording;
    RecordingWriter writer(recording);
    for (const Command& command : commands_of(shape, events))
        std::visit([&](const auto& one) { writer.on(one); }, command);
    writer.finish();
    return recording;
}

} // namespace evenfold::bench
