#include "evenfold/tests/cli/program.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <fstream>

namespace evenfold::cli_test {
namespace {

struct Pipe {
    Pipe() { REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0); }
    ~Pipe() {
        close_end(0);
        close_end(1);
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;
    void close_end(std::size_t end) {
        if (ends[end] >= 0) ::close(ends[end]);
        ends[end] = -1;
    }
    std::array<int, 2> ends{-1, -1};
};

[[noreturn]] void become_program(const std::string& folder, const Arguments& arguments, Pipe& in, Pipe& out, Pipe& err) {
    ::dup2(in.ends[0], STDIN_FILENO);
    ::dup2(out.ends[1], STDOUT_FILENO);
    ::dup2(err.ends[1], STDERR_FILENO);
    std::string name = program();
    std::vector<char*> argv{name.data()};
    std::vector<std::string> copies = arguments;
    for (std::string& copy : copies) argv.push_back(copy.data());
    argv.push_back(nullptr);
    ::unsetenv("EVENFOLD_DB");
    if (::chdir(folder.c_str()) == 0) ::execv(name.c_str(), argv.data());
    ::_exit(127);
}

/// Reads what has come into `text`; false at the end.
bool drain(int file, std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
}

/// Writes `input` and reads both outputs until all are through.
void converse(std::string_view input, Pipe& in, Pipe& out, Pipe& err, Result& result) {
    ::fcntl(in.ends[1], F_SETFL, O_NONBLOCK);
    if (input.empty()) in.close_end(1);
    while (out.ends[0] >= 0 || err.ends[0] >= 0) {
        std::array<pollfd, 3> waits{{{in.ends[1], POLLOUT, 0}, {out.ends[0], POLLIN, 0}, {err.ends[0], POLLIN, 0}}};
        REQUIRE(::poll(waits.data(), waits.size(), -1) > 0);
        if (waits[0].revents != 0) {
            const ssize_t count = ::write(in.ends[1], input.data(), input.size());
            if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
            if (count <= 0 || input.empty()) in.close_end(1);
        }
        if (waits[1].revents != 0 && !drain(out.ends[0], result.out)) out.close_end(0);
        if (waits[2].revents != 0 && !drain(err.ends[0], result.err)) err.close_end(0);
    }
}

} // namespace

Json Result::json() const {
    Json json = Json::parse(out, nullptr, false);
    CHECK_MESSAGE(!json.is_discarded(), "not one JSON document: ", out, "\n", err);
    return json.is_discarded() ? Json() : json;
}

Bench::Bench() {
    std::string pattern = (std::filesystem::temp_directory_path() / "evenfold-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
}

Bench::~Bench() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

Result Bench::run(const Arguments& arguments, std::string_view input) const {
    Pipe in;
    Pipe out;
    Pipe err;
    ::signal(SIGPIPE, SIG_IGN);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) become_program(folder_.string(), arguments, in, out, err);
    in.close_end(0);
    out.close_end(1);
    err.close_end(1);
    Result result;
    converse(input, in, out, err, result);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

std::string Bench::write(const std::string& name, std::string_view content) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << content;
    return path(name);
}

std::string program() {
    return EVENFOLD_PROGRAM_FILE;
}

std::string anthropic_stream(const std::vector<std::string>& pieces, bool cut) {
    std::string stream =
        "event: message_start\n"
        R"(data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}})"
        "\n\nevent: content_block_start\n"
        R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
        "\n\n";
    for (const std::string& piece : pieces) {
        stream += "event: content_block_delta\ndata: " +
                  Json{{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", piece}}}}.dump() +
                  "\n\n";
    }
    if (cut) return stream;
    return stream +
           "event: content_block_stop\n"
           R"(data: {"type":"content_block_stop","index":0})"
           "\n\nevent: message_delta\n"
           R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":9}})"
           "\n\nevent: message_stop\n"
           R"(data: {"type":"message_stop"})"
           "\n\n";
}

std::string claude_turn(const std::string& text) {
    const auto said = [](const char* id, const Json& block) {
        return Json{{"type", "assistant"},
                    {"message", {{"id", id}, {"role", "assistant"}, {"model", "m"}, {"content", {block}}, {"stop_reason", nullptr}}},
                    {"parent_tool_use_id", nullptr},
                    {"session_id", "s-1"}}
                   .dump() +
               "\n";
    };
    return R"({"type":"system","subtype":"init","session_id":"s-1","cwd":"/home/ada","model":"m","tools":[]})"
           "\n" +
           said("msg_1", {{"type", "thinking"}, {"thinking", "hm"}, {"signature", "c2ln"}}) +
           said("msg_1", {{"type", "tool_use"}, {"id", "toolu_1"}, {"name", "Bash"}, {"input", {{"command", "ls"}}}}) +
           R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"a.txt","is_error":false}]},"parent_tool_use_id":null,"session_id":"s-1"})"
           "\n" +
           said("msg_2", {{"type", "text"}, {"text", text}}) +
           Json{{"type", "result"}, {"subtype", "success"}, {"is_error", false}, {"result", text}, {"session_id", "s-1"},
                {"num_turns", 2}, {"stop_reason", "end_turn"}, {"total_cost_usd", 0.01},
                {"usage", {{"input_tokens", 5}, {"output_tokens", 7}}}}
               .dump() +
           "\n";
}

} // namespace evenfold::cli_test
