/// The program as its users meet it: run with arguments and input, judged by what it prints and how it ends.
/// Shape: one process a call, in a scratch folder of its own; the journal is `evenfold.db` there.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
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

/// A folder that is gone at the end, and the program run in it.
class Bench {
public:
    Bench();
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    ~Bench();

    [[nodiscard]] Result run(const Arguments& arguments, std::string_view input = {}) const;

    /// Writes a file in the folder and answers its path.
    std::string write(const std::string& name, std::string_view content) const;

    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

/// The program's file.
[[nodiscard]] std::string program();

/// Bytes of a stream as an agent sends them: one message of text in `pieces`, whole unless `cut`.
[[nodiscard]] std::string anthropic_stream(const std::vector<std::string>& pieces, bool cut = false);

/// A claude-stream-json turn with thinking, text, a tool call and its result, ended by a result line.
[[nodiscard]] std::string claude_turn(const std::string& text);

} // namespace evenfold::cli_test
