/// Runs the program in a process of its own, with arguments and input. Returns its output and exit code.
/// Shape: each fixture has a scratch folder; the journal is `.evenfold/journal.db` in it.
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

struct ProgramResult {
    int exit = -1; // 128 + signal if a signal ended it
    std::string out;
    std::string err;

    /// Returns the output parsed as one JSON document. If it is not one, fails a check and returns null.
    [[nodiscard]] Json json() const;
};

/// Destination of a child's output: the test, or a destination that cannot be written.
enum class OutputDestination : std::uint8_t { pipe, terminal, full, closed };

/// Restrictions and output destinations of a child.
struct ProcessOptions {
    std::uint64_t file_bytes = 0; // largest size to which a file may grow; 0 means no limit
    bool nobody = false;          // run as a user who owns no files
    OutputDestination out = OutputDestination::pipe;
    OutputDestination err = OutputDestination::pipe;
};

/// A running program. The destructor kills it if it has not ended.
class RunningProgram {
public:
    RunningProgram(const std::filesystem::path& folder, const Arguments& arguments, ProcessOptions limits = {});
    RunningProgram(const RunningProgram&) = delete;
    RunningProgram& operator=(const RunningProgram&) = delete;
    ~RunningProgram();

    /// Blocks until the program has read all of `input`. Returns false if it has ended.
    bool write(std::string_view input);
    void end_input();

    /// Blocks until the program prints a line, and returns it; returns nothing at the end of output.
    [[nodiscard]] std::optional<std::string> line();
    /// Returns the output that is not yet read. Waits up to `wait_ms` for the first byte.
    [[nodiscard]] std::string printed(int wait_ms = 0);

    /// Blocks until the program has written `text` to standard error. Returns false if it ends before.
    [[nodiscard]] bool reports(std::string_view text);

    void signal(int number) const;

    /// Returns the number of the process, or -1 if it has ended.
    [[nodiscard]] int process() const { return child_; }

    /// Writes `input`, reads all output, and waits until the program ends.
    [[nodiscard]] ProgramResult finish(std::string_view input = {});

private:
    int in_ = -1;
    int out_ = -1;
    int err_ = -1;
    int child_ = -1;
    std::string unread_;
    std::string unread_error_;
};

/// A scratch folder in which the program is run. The destructor removes it.
class CliFixture {
public:
    CliFixture();
    CliFixture(const CliFixture&) = delete;
    CliFixture& operator=(const CliFixture&) = delete;
    ~CliFixture();

    [[nodiscard]] ProgramResult
    run(const Arguments& arguments, std::string_view input = {}, ProcessOptions limits = {}) const;

    /// Writes a file in the folder and returns its path.
    std::string write(const std::string& name, std::string_view content) const;

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

/// Checks that `result` is a refusal with this exit code and an error message that contains `why`.
void check_refused(const ProgramResult& result, int exit, const std::string& why);

/// Returns the bytes of `file`; none if it cannot be read.
[[nodiscard]] std::string content(const std::string& file);

/// Returns the path of the program's executable.
[[nodiscard]] std::string program();

/// Returns an agent's byte stream: one message of text in `pieces`, without its end if `cut`.
[[nodiscard]] std::string anthropic_stream(const std::vector<std::string>& pieces, bool cut = false);

/// Returns a claude-stream-json turn with thinking, text, a tool call and its result, ended by a result line.
[[nodiscard]] std::string claude_turn(const std::string& text);

} // namespace evenfold::cli_test
