/// The program as its users meet it: run with arguments and input, judged by what it prints and how it ends.
/// Shape: one process a call, in a scratch folder of its own; the journal is `evenfold.db` there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace evenfold::cli_test {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

struct Result {
    int exit = -1; // 128 + signal when a signal ended it
    std::string out;
    std::string err;

    /// What was printed, as the one JSON document that it has to be; a failed check and null otherwise.
    [[nodiscard]] Json json() const;
};

/// Where a child of ours prints: to us, or to where nothing can be written.
enum class Output : std::uint8_t { pipe, terminal, full, closed };

/// Whether terminals can be made: in a folder that somebody made a root there may be no /dev/pts.
[[nodiscard]] bool has_terminals();

/// What a child of ours is not given.
struct Limits {
    std::uint64_t file_bytes = 0; // no file may grow past it; 0 is no limit
    bool nobody = false;          // run as a user who owns nothing
    Output out = Output::pipe;
    Output err = Output::pipe;
};

/// The program, started and talked to while it runs. Killed when it is still there at the end.
class Running {
public:
    Running(const std::filesystem::path& folder, const Arguments& arguments, Limits limits = {});
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running();

    /// Waits until the program has taken all of `input`; false when it is gone.
    bool write(std::string_view input);
    void end_input();

    /// The next line that it prints, waited for; nothing at the end.
    [[nodiscard]] std::optional<std::string> line();
    /// What it has printed and nobody has read; waits so long for a beginning.
    [[nodiscard]] std::string printed(int wait_ms = 0);

    void signal(int number) const;

    /// Gives `input`, reads everything, waits for the end.
    [[nodiscard]] Result finish(std::string_view input = {});

private:
    int in_ = -1;
    int out_ = -1;
    int err_ = -1;
    int child_ = -1;
    std::string unread_;
};

/// A folder that is gone at the end, and the program run in it.
class Bench {
public:
    Bench();
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench();

    [[nodiscard]] Result run(const Arguments& arguments, std::string_view input = {}, Limits limits = {}) const;

    /// Writes a file in the folder and answers its path.
    std::string write(const std::string& name, std::string_view content) const;

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

/// Checks that `result` is a refusal that a person can act on: this exit code, a message that contains `why`, no crash.
void check_refused(const Result& result, int exit, const std::string& why);

/// Returns the bytes of `file`; none if it cannot be read.
[[nodiscard]] std::string content(const std::string& file);

/// The program's file.
[[nodiscard]] std::string program();

/// Bytes of a stream as an agent sends them: one message of text in `pieces`, whole unless `cut`.
[[nodiscard]] std::string anthropic_stream(const std::vector<std::string>& pieces, bool cut = false);

/// A claude-stream-json turn with thinking, text, a tool call and its result, ended by a result line.
[[nodiscard]] std::string claude_turn(const std::string& text);

} // namespace evenfold::cli_test
