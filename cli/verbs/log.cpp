#include "evenfold/cli/verbs/log.hpp"

#include <fmt/core.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "evenfold/cli/words/record_json.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t data_width = 100;
constexpr std::chrono::milliseconds wait_step{1000}; // an interrupt may come just before a wait, and not end it

/// Prints events one by one: as lines for a person, as one JSON array, or, when following, as one JSON document a line.
class Printer {
public:
    explicit Printer(const LogOptions& options) : options_(options) {}

    void begin() const {
        if (is_array()) fmt::print("[");
    }

    void print(const journal::Record& record) {
        if (!options_.stream.empty() && record.stream != options_.stream) return;
        if (!options_.json) {
            fmt::print("{:>8}  {}  {:<26} {}  {}\n", record.sequence, to_text(record.at), record.type, record.stream,
                       one_line(record.data, data_width));
            return;
        }
        const std::string json = json_of(record).dump(-1, ' ', false, Json::error_handler_t::replace);
        if (is_array())
            fmt::print("{}\n{}", any_ ? "," : "", json);
        else
            fmt::print("{}\n", json);
        any_ = true;
    }

    void end() const {
        if (is_array()) fmt::print("{}]\n", any_ ? "\n" : "");
    }

private:
    [[nodiscard]] bool is_array() const { return options_.json && !options_.follow; }

    const LogOptions& options_;
    bool any_ = false;
};

} // namespace

Exit log(journal::Journal& journal, const LogOptions& options) {
    Printer printer(options);
    Sequence next = options.from;
    journal::Page page;
    const auto print_rest = [&]() -> std::optional<journal::Failure> {
        const auto cursor = journal.open_cursor({.from = next});
        if (!cursor) return cursor.error();
        while (std::ferror(stdout) == 0) {
            const auto has_events = (*cursor)->next(page);
            if (!has_events) return has_events.error();
            if (!*has_events) break;
            for (const journal::Record& record : page.records()) printer.print(record);
            next = page.records().back().sequence + 1;
        }
        return std::nullopt;
    };
    printer.begin();
    if (const auto failure = print_rest()) return complain(*failure);
    printer.end();
    if (options.follow) system::catch_interrupts();
    while (options.follow && system::interrupts() == 0 && std::fflush(stdout) == 0) {
        const auto head = journal.wait(next - 1, wait_step);
        if (!head) return complain(head.error());
        if (const auto failure = print_rest()) return complain(*failure);
    }
    return Exit::success;
}

} // namespace evenfold::cli
