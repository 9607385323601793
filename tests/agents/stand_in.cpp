// A stand-in agent program for tests: speaks Claude Code's stream of JSON in both directions, as a script directs.
//
//     stand_in_agent SCRIPT [ANYTHING...]
//
// A script has one verb per line; empty lines, and lines that begin with #, are ignored. While it waits, it responds to
// the control requests `initialize` and `interrupt`. After its last verb it exits with 0.
//
//     print TEXT          print TEXT and a newline
//     raw TEXT            print TEXT without a newline
//     replay FILE [MS]    print the lines of FILE (relative to the script), MS milliseconds between them
//     delay MS            wait for MS milliseconds
//     await-user          wait for a message of the user; from then on, $USER in `print` stands for its text
//     await-end           wait for the end of the input
//     ask ID MEMBERS      request can_use_tool with the members of this JSON object, and wait for the response
//     request ID OBJECT   send any other control request, and wait for the response
//     cancel ID           cancel a request
//     offer ID MEMBERS    same as ask, without waiting
//     allowed VERB...     run VERB if the last response allowed; likewise `denied`, and `refused` if it was an error
//     interruptible       from now on, an interrupt prints the interrupted result; after a control request the script
//                         skips to await-end, after SIGINT the program exits with 0
//     refuse-interrupt    from now on, respond to control requests to interrupt with an error
//     ignore INT|TERM     ignore this signal
//     stderr TEXT         print TEXT and a newline to standard error
//     stderr-bytes N      print N bytes to standard error
//     garbage N           print N bytes that are not valid input, without a newline
//     flood               print lines forever
//     hang                never end, even if the input ends
//     wide-output N       set the capacity of the pipe of standard output to N bytes
//     close-output        close standard output
//     close-input         close standard input
//     received FILE       from now on, append each line of input to FILE
//     exit N              exit with N
//     crash               end by SIGSEGV
//
// If the input ends while a verb waits, the program exits with 0; if a script or line of input is invalid, with 90.
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr int failure_code = 90;
constexpr std::string_view session = R"("session_id":"stand-in")";

volatile std::sig_atomic_t interrupt_came = 0;

[[noreturn]] void fail(const std::string& why) {
    std::fprintf(stderr, "stand-in: %s\n", why.c_str());
    std::_Exit(failure_code);
}

/// Writes all of `bytes`. Exits if the reader has closed the pipe.
void put(int number, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(number, bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) std::_Exit(failure_code);
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

void print(const std::string& line) {
    put(STDOUT_FILENO, line + "\n");
}

void block_interrupts(int how) {
    sigset_t interrupt;
    ::sigemptyset(&interrupt);
    ::sigaddset(&interrupt, SIGINT);
    ::sigprocmask(how, &interrupt, nullptr);
}

/// Removes the first word of `text` and returns it.
std::string take_word(std::string& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string word = text.substr(0, end);
    text.erase(0, std::min(end + 1, text.size()));
    return word;
}

class StandInAgent {
public:
    explicit StandInAgent(std::filesystem::path script) : script_(std::move(script)) {}

    int run() {
        std::ifstream lines(script_);
        if (!lines) fail("cannot read the script " + script_.string());
        for (std::string line; std::getline(lines, line);) {
            if (!line.empty() && line.front() != '#') perform(line);
        }
        return 0;
    }

private:
    void perform(std::string rest) {
        const std::string verb = take_word(rest);
        if (verb == "allowed" || verb == "denied" || verb == "refused") {
            if (verb == last_response_) perform(rest);
        } else if (!perform_waiting(verb, rest) && !perform_print(verb, rest) && !perform_setting(verb, rest)) {
            fail("unknown verb " + verb);
        }
    }

    bool perform_waiting(const std::string& verb, std::string& rest) {
        if (verb == "delay")
            wait_for_line([](const Json&) { return false; }, Clock::now() + std::chrono::milliseconds(std::stol(rest)));
        else if (verb == "await-user")
            wait_for_line([this](const Json& line) { return is_message(line); });
        else if (verb == "await-end" || verb == "hang")
            wait_for_line([](const Json&) { return false; }, std::nullopt, verb == "hang");
        else if (verb == "ask" || verb == "offer" || verb == "request")
            ask(verb, rest);
        else if (verb == "cancel")
            print(R"({"type":"control_cancel_request","request_id":)" + Json(rest).dump() + "}");
        else
            return false;
        return true;
    }

    bool perform_print(const std::string& verb, std::string& rest) {
        if (verb == "print") {
            for (std::size_t at = 0; (at = rest.find("$USER", at)) != std::string::npos; at += user_text_.size())
                rest.replace(at, 5, user_text_);
            print(rest);
        } else if (verb == "raw") {
            put(STDOUT_FILENO, rest);
        } else if (verb == "replay") {
            replay(rest);
        } else if (verb == "stderr") {
            put(STDERR_FILENO, rest + "\n");
        } else if (verb == "stderr-bytes") {
            put(STDERR_FILENO, std::string(std::stoul(rest), 'e'));
        } else if (verb == "garbage") {
            put(STDOUT_FILENO, std::string(std::stoul(rest), '\x01'));
        } else if (verb == "flood") {
            block_interrupts(SIG_UNBLOCK);
            while (interrupt_came == 0) print(R"({"type":"keep_alive"})");
            interrupted(std::nullopt);
        } else {
            return false;
        }
        return true;
    }

    bool perform_setting(const std::string& verb, const std::string& rest) {
        if (verb == "interruptible") {
            interruptible_ = true;
            block_interrupts(SIG_BLOCK); // except while it waits
            struct sigaction action{};
            action.sa_handler = [](int) { interrupt_came = 1; };
            ::sigaction(SIGINT, &action, nullptr);
        } else if (verb == "refuse-interrupt") {
            refuses_ = true;
        } else if (verb == "ignore") {
            std::signal(rest == "INT" ? SIGINT : SIGTERM, SIG_IGN);
        } else if (verb == "wide-output") {
            if (::fcntl(STDOUT_FILENO, F_SETPIPE_SZ, std::stoi(rest)) < 0)
                fail("the capacity of the pipe cannot be set");
        } else if (verb == "close-output") {
            ::close(STDOUT_FILENO);
        } else if (verb == "close-input") {
            ::close(STDIN_FILENO);
        } else if (verb == "received") {
            received_.open(rest, std::ios::app);
        } else if (verb == "exit") {
            std::_Exit(std::stoi(rest));
        } else if (verb == "crash") {
            const rlimit no_core{};
            ::setrlimit(RLIMIT_CORE, &no_core);
            std::signal(SIGSEGV, SIG_DFL);
            std::raise(SIGSEGV);
        } else {
            return false;
        }
        return true;
    }

    void replay(std::string& rest) {
        std::ifstream lines(script_.parent_path() / take_word(rest));
        if (!lines) fail("cannot read the recording");
        for (std::string line; std::getline(lines, line);) {
            print(line);
            if (!rest.empty()) perform("delay " + rest);
        }
    }

    void ask(const std::string& verb, std::string& rest) {
        const std::string id = take_word(rest);
        Json request = Json::parse(rest, nullptr, false);
        if (!request.is_object()) fail("expected a JSON object: " + rest);
        if (verb != "request") request["subtype"] = "can_use_tool";
        print(Json{{"type", "control_request"}, {"request_id", id}, {"request", request}}.dump());
        if (verb != "offer") wait_for_line([&](const Json& line) { return is_response(line, id); });
    }

    bool is_message(const Json& line) {
        if (line.value("type", "") != "user") return false;
        user_text_ = line.at("message").at("content").get<std::string>();
        return true;
    }

    bool is_response(const Json& line, const std::string& id) {
        if (line.value("type", "") != "control_response") return false;
        const Json& response = line.at("response");
        if (response.at("request_id") != id) return false;
        if (response.at("subtype") == "error")
            last_response_ = "refused";
        else
            last_response_ = response.at("response").at("behavior") == "allow" ? "allowed" : "denied";
        return true;
    }

    /// Reads input until `is_it` accepts a line, or until `deadline`.
    void wait_for_line(const std::function<bool(const Json&)>& is_it, std::optional<Clock::time_point> deadline = {},
                       bool ignores_end = false) {
        while (!deadline || Clock::now() < *deadline) {
            for (auto at = unread_lines_.begin(); at != unread_lines_.end(); ++at) {
                if (!is_it(*at)) continue;
                unread_lines_.erase(at);
                return;
            }
            if (ended_ && !deadline && !ignores_end) std::_Exit(0);
            if (read_input(deadline)) ended_ = true;
        }
    }

    /// Waits for input and keeps the lines that arrive. Returns true at the end of input.
    bool read_input(std::optional<Clock::time_point> deadline) {
        timespec timeout{};
        if (deadline) {
            const auto left = std::max(*deadline - Clock::now(), Clock::duration::zero());
            timeout.tv_sec = std::chrono::duration_cast<std::chrono::seconds>(left).count();
            timeout.tv_nsec = std::chrono::nanoseconds(left % std::chrono::seconds(1)).count();
        }
        sigset_t none;
        ::sigemptyset(&none);
        pollfd input{.fd = ended_ ? -1 : STDIN_FILENO, .events = POLLIN, .revents = 0};
        const int ready = ::ppoll(&input, 1, deadline ? &timeout : nullptr, &none);
        if (interrupt_came != 0) interrupted(std::nullopt);
        if (ready <= 0) return false;
        std::array<char, 65536> bytes{};
        const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count <= 0) return true;
        partial_line_.append(bytes.data(), static_cast<std::size_t>(count));
        for (std::size_t end = partial_line_.find('\n'); end != std::string::npos; end = partial_line_.find('\n')) {
            const std::string line = partial_line_.substr(0, end);
            partial_line_.erase(0, end + 1);
            handle_line(line);
        }
        return false;
    }

    void handle_line(const std::string& line) {
        if (received_.is_open()) received_ << line << std::endl;
        const Json json = Json::parse(line, nullptr, false);
        if (!json.is_object()) fail("expected a JSON object on standard input: " + line);
        if (json.value("type", "") != "control_request") {
            unread_lines_.push_back(json);
            return;
        }
        const std::string subtype = json.at("request").at("subtype");
        const std::string id = json.at("request_id");
        if (subtype == "interrupt") return interrupted(id);
        if (subtype != "initialize") return reply(id, "error", R"("error":"no such request")");
        reply(id, "success", R"("response":{"commands":[{"name":"compact"}],"models":[],"output_style":"default"})");
    }

    static void reply(const std::string& id, const std::string& subtype, const std::string& rest) {
        print(R"({"type":"control_response","response":{"subtype":")" + subtype + R"(","request_id":)" +
              Json(id).dump() + "," + rest + "}}");
    }

    void interrupted(const std::optional<std::string>& id) {
        if (id && refuses_) return reply(*id, "error", R"("error":"not in this mood")");
        if (!interruptible_) return;
        if (id) reply(*id, "success", R"("response":{})");
        print(R"({"type":"user","message":{"role":"user","content":[{"type":"text",)"
              R"("text":"[Request interrupted by user]"}]},)" +
              std::string(session) + "}");
        print(R"({"type":"result","subtype":"error_during_execution","is_error":true,)"
              R"("terminal_reason":"aborted_streaming",)" +
              std::string(session) + "}");
        if (!id) std::_Exit(0);
        interruptible_ = false;
        wait_for_line([](const Json&) { return false; });
    }

    std::filesystem::path script_;
    std::ofstream received_;
    std::deque<Json> unread_lines_; // lines that arrived before a verb waited for them
    std::string partial_line_;
    std::string user_text_;
    std::string last_response_;
    bool interruptible_ = false;
    bool refuses_ = false;
    bool ended_ = false; // whether the input has ended
};

} // namespace

int main(int count, char** arguments) {
    if (count < 2) fail("usage: stand_in_agent SCRIPT");
    try {
        return StandInAgent(arguments[1]).run();
    } catch (const std::exception& error) {
        fail(error.what());
    }
}
