#include <fmt/core.h>

#include <chrono>
#include <cstdio>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/kernel/event_list.hpp"
#include "evenfold/system/interrupts.hpp"

namespace evenfold::cli {
namespace {

struct LogOptions {
    Sequence from = 1;
    std::string stream; // empty: all
    bool json = false;
    bool follow = false;
};

constexpr std::size_t data_width = 100;
constexpr std::chrono::milliseconds wait_step{1000}; // an interrupt just before a wait does not end it

/// Prints events one by one: as lines of text, as one JSON array, or, when following, as one JSON document per line.
class EventPrinter {
public:
    explicit EventPrinter(const LogOptions& options) : options_(options) {}

    void begin() const {
        if (is_array()) fmt::print("[");
    }

    void print(const journal::Record& record) {
        if (!options_.json) {
            fmt::print("{:>8}  {}  {:<26} {}  {}\n", record.sequence, to_text(record.at), record.type, record.stream,
                       one_line(record.data, data_width));
            return;
        }
        const std::string json = kernel::to_json(record);
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

/// Uses no kernel, so that it can also print events that cannot be decoded.
ExitCode print_log(journal::Journal& journal, const LogOptions& options) {
    EventPrinter printer(options);
    Sequence next = options.from;
    const auto print_rest = [&] {
        auto end =
            kernel::visit_events(journal, {.from = next, .stream = options.stream}, [&](const journal::Record& record) {
                printer.print(record);
                return std::ferror(stdout) == 0;
            });
        if (end) next = *end; // also past the events of other streams, so that the wait is for new ones
        return end;
    };
    printer.begin();
    if (auto read = print_rest(); !read) return report_error(read.error());
    printer.end();
    if (options.follow) system::catch_interrupts();
    while (options.follow && system::interrupt_count() == 0 && std::fflush(stdout) == 0) {
        const auto head = journal.wait(next - 1, wait_step);
        if (!head) return report_error(head.error());
        if (auto read = print_rest(); !read) return report_error(read.error());
    }
    return ExitCode::success;
}

RunVerb declare_log(OptionSet& set) {
    auto options = std::make_shared<LogOptions>();
    set.number("--from EVENT", options->from, "Start at this event (default: 1)").at_least(1);
    set.text("--stream NAME", options->stream, "Only this stream, such as thread-0192d3a0-...");
    set.flag("--json", options->json, "Print JSON");
    set.flag("--follow", options->follow, "Wait for new events until interrupted");
    return [options](const Invocation& invocation) {
        return invocation.with_journal(JournalAccess::read_only, [&](const ProgramDomain&, journal::Journal& journal) {
            return print_log(journal, *options);
        });
    };
}

} // namespace

const Verb log_verb{.name = "log",
                    .summary = "List the events",
                    .details = "With --json: an array of events. With --json --follow: one JSON document per line.",
                    .declare = &declare_log};

} // namespace evenfold::cli
