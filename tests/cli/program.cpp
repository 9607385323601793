#include "evenfold/tests/cli/program.hpp"
#include "evenfold/tests/cli/terminal.hpp"
#include "evenfold/tests/support/build_paths.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

namespace evenfold::cli_test {
namespace {

/// In the child: redirects descriptor `number` to `to` or to a full device, or closes it.
void redirect(OutputDestination output, int to, int number) {
    if (output == OutputDestination::closed)
        ::close(number);
    else
        ::dup2(output == OutputDestination::full ? ::open("/dev/full", O_WRONLY) : to, number);
}

void close_descriptor(int& file) {
    if (file >= 0) ::close(file);
    file = -1;
}

constexpr uid_t nobody = 65534;

void apply_limits(ProcessOptions limits) {
    if (limits.file_bytes > 0) {
        const rlimit limit{limits.file_bytes, limits.file_bytes};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (limits.nobody && ::getuid() == 0 && (::setgid(nobody) != 0 || ::setuid(nobody) != 0)) ::_exit(126);
}

[[noreturn]] void exec_program(const std::string& folder, const Arguments& arguments, ProcessOptions limits) {
    std::string name = program();
    std::vector<char*> argv{name.data()};
    std::vector<std::string> copies = arguments;
    for (std::string& copy : copies) argv.push_back(copy.data());
    argv.push_back(nullptr);
    ::unsetenv("EVENFOLD_DB");
    const bool there = ::chdir(folder.c_str()) == 0;
    apply_limits(limits);
    if (there) ::execv(name.c_str(), argv.data());
    ::_exit(127);
}

/// Appends the available input to `text`. Returns false at the end of input.
bool read_available(int file, std::string& text) {
    std::array<char, 65536> buffer{};
    const ssize_t count = ::read(file, buffer.data(), buffer.size());
    if (count > 0) text.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
}

/// Returns whether input or the end of input is available within `wait_ms`.
bool is_ready(int file, int wait_ms) {
    pollfd wait{file, POLLIN, 0};
    return ::poll(&wait, 1, wait_ms) > 0;
}

} // namespace

Json ProgramResult::json() const {
    Json json = Json::parse(out, nullptr, false);
    CHECK_MESSAGE(!json.is_discarded(), "not one JSON document: ", out, "\n", err);
    return json.is_discarded() ? Json() : json;
}

CliFixture::CliFixture() {
    std::string pattern = (std::filesystem::temp_directory_path() / "evenfold-cli-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
}

CliFixture::~CliFixture() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

RunningProgram::RunningProgram(const std::filesystem::path& folder, const Arguments& arguments, ProcessOptions limits) {
    ::signal(SIGPIPE, SIG_IGN);
    DescriptorPair in = make_pipe();
    DescriptorPair out = limits.out == OutputDestination::terminal ? make_terminal() : make_pipe();
    DescriptorPair err = limits.err == OutputDestination::terminal ? make_terminal() : make_pipe();
    child_ = ::fork();
    REQUIRE(child_ >= 0);
    if (child_ == 0) {
        ::signal(SIGPIPE, SIG_DFL);
        ::dup2(in[0], STDIN_FILENO);
        redirect(limits.out, out[1], STDOUT_FILENO);
        redirect(limits.err, err[1], STDERR_FILENO);
        exec_program(folder.string(), arguments, limits);
    }
    close_descriptor(in[0]);
    close_descriptor(out[1]);
    close_descriptor(err[1]);
    in_ = in[1];
    out_ = out[0];
    err_ = err[0];
}

RunningProgram::~RunningProgram() {
    if (child_ > 0) {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
    }
    close_descriptor(in_);
    close_descriptor(out_);
    close_descriptor(err_);
}

bool RunningProgram::write(std::string_view input) {
    while (!input.empty()) {
        const ssize_t count = ::write(in_, input.data(), input.size());
        if (count <= 0) return false;
        input.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void RunningProgram::end_input() {
    close_descriptor(in_);
}

std::optional<std::string> RunningProgram::line() {
    std::size_t end = unread_.find('\n');
    while (end == std::string::npos) {
        if (!read_available(out_, unread_)) return std::nullopt;
        end = unread_.find('\n');
    }
    std::string line = unread_.substr(0, end);
    unread_.erase(0, end + 1);
    return line;
}

std::string RunningProgram::printed(int wait_ms) {
    while (is_ready(out_, wait_ms) && read_available(out_, unread_)) wait_ms = 0;
    return std::exchange(unread_, {});
}

bool RunningProgram::reports(std::string_view text) {
    while (unread_error_.find(text) == std::string::npos)
        if (!read_available(err_, unread_error_)) return false;
    return true;
}

void RunningProgram::signal(int number) const {
    ::kill(child_, number);
}

ProgramResult RunningProgram::finish(std::string_view input) {
    ProgramResult result;
    result.out = std::exchange(unread_, {});
    result.err = std::exchange(unread_error_, {});
    ::fcntl(in_, F_SETFL, O_NONBLOCK);
    if (input.empty()) end_input();
    while (out_ >= 0 || err_ >= 0) {
        std::array<pollfd, 3> waits{{{in_, POLLOUT, 0}, {out_, POLLIN, 0}, {err_, POLLIN, 0}}};
        REQUIRE(::poll(waits.data(), waits.size(), -1) > 0);
        if (waits[0].revents != 0) {
            const ssize_t count = ::write(in_, input.data(), input.size());
            if (count > 0) input.remove_prefix(static_cast<std::size_t>(count));
            if (count <= 0 || input.empty()) end_input();
        }
        if (waits[1].revents != 0 && !read_available(out_, result.out)) close_descriptor(out_);
        if (waits[2].revents != 0 && !read_available(err_, result.err)) close_descriptor(err_);
    }
    int status = 0;
    REQUIRE(::waitpid(std::exchange(child_, -1), &status, 0) > 0);
    result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return result;
}

ProgramResult CliFixture::run(const Arguments& arguments, std::string_view input, ProcessOptions limits) const {
    return RunningProgram(folder_, arguments, limits).finish(input);
}

std::string CliFixture::write(const std::string& name, std::string_view content) const {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << content;
    return path(name);
}

void check_refused(const ProgramResult& result, int exit, const std::string& why) {
    CAPTURE(result.out);
    CAPTURE(result.err);
    CHECK(result.exit == exit);
    CHECK(result.err.starts_with("evenfold: "));
    CHECK(result.err.find(why) != std::string::npos);
}

std::string content(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

std::string program() {
    return tests::program_file();
}

namespace {

/// Returns a new id of a message, since a message with a known id is not recorded again.
std::string next_message_id() {
    static int last = 0;
    return "msg_" + std::to_string(++last);
}

} // namespace

std::string anthropic_stream(const std::vector<std::string>& pieces, bool cut) {
    std::string stream = "event: message_start\n"
                         R"(data: {"type":"message_start","message":{"id":")" +
                         next_message_id() +
                         R"(","type":"message","role":"assistant",)"
                         R"("model":"m","content":[],"stop_reason":null,"usage":{"input_tokens":3,"output_tokens":1}}})"
                         "\n\nevent: content_block_start\n"
                         R"(data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}})"
                         "\n\n";
    for (const std::string& piece : pieces) {
        stream +=
            "event: content_block_delta\ndata: " +
            Json{{"type", "content_block_delta"}, {"index", 0}, {"delta", {{"type", "text_delta"}, {"text", piece}}}}
                .dump() +
            "\n\n";
    }
    if (cut) return stream;
    return stream + "event: content_block_stop\n"
                    R"(data: {"type":"content_block_stop","index":0})"
                    "\n\nevent: message_delta\n"
                    R"(data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},)"
                    R"("usage":{"output_tokens":9}})"
                    "\n\nevent: message_stop\n"
                    R"(data: {"type":"message_stop"})"
                    "\n\n";
}

std::string claude_turn(const std::string& text) {
    const std::string first = next_message_id();
    const auto said = [](const std::string& id, const Json& block) {
        return Json{{"type", "assistant"},
                    {"message",
                     {{"id", id},
                      {"role", "assistant"},
                      {"model", "m"},
                      {"content", {block}},
                      {"stop_reason", nullptr}}},
                    {"parent_tool_use_id", nullptr},
                    {"session_id", "s-1"}}
                   .dump() +
               "\n";
    };
    return R"({"type":"system","subtype":"init","session_id":"s-1","cwd":"/home/ada","model":"m","tools":[]})"
           "\n" +
           said(first, {{"type", "thinking"}, {"thinking", "hm"}, {"signature", "c2ln"}}) +
           said(first, {{"type", "tool_use"}, {"id", "toolu_1"}, {"name", "Bash"}, {"input", {{"command", "ls"}}}}) +
           R"({"type":"user","message":{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1",)"
           R"("content":"a.txt","is_error":false}]},"parent_tool_use_id":null,"session_id":"s-1"})"
           "\n" +
           said(next_message_id(), {{"type", "text"}, {"text", text}}) +
           R"({"is_error":false,"num_turns":2,"session_id":"s-1","stop_reason":"end_turn","subtype":"success",)"
           R"("total_cost_usd":0.01,"type":"result","usage":{"input_tokens":5,"output_tokens":7},"result":)" +
           Json(text).dump() + "}\n";
}

} // namespace evenfold::cli_test
