#include <fmt/core.h>

#include <chrono>

#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
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

    void begin() {
        if (is_array()) array_.write("[");
    }

    void print(const journal::Record& record) {
        if (is_array()) {
            array_.write(any_ ? ",\n" : "\n");
            array_.write(kernel::to_json(record));
        } else if (options_.json) {
            print_document(kernel::to_json(record), JsonLayout::compact);
        } else {
            write_to_stdout("{:>8}  {}  {:<26} {}  {}\n", record.sequence, to_text(record.at), one_line(record.type),
                            one_line(record.stream),
                            record.removed ? "(payload removed)" : one_line(record.data, data_width));
        }
        any_ = true;
    }

    [[nodiscard]] bool has_printed() const { return any_; }

    void end() {
        if (!is_array()) return;
        array_.write(any_ ? "\n]" : "]");
        array_.end();
    }

private:
    [[nodiscard]] bool is_array() const { return options_.json && !options_.follow; }

    const LogOptions& options_;
    JsonPrinter array_{JsonLayout::compact};
    bool any_ = false;
};

std::expected<bool, journal::Failure> has_stream(journal::Journal& journal, const std::string& stream) {
    const auto cursor = journal.open_cursor({.at_most = 1, .stream = stream});
    if (!cursor) return std::unexpected(cursor.error());
    journal::EventPage page;
    return (*cursor)->next(page);
}

/// Uses no kernel, so that it can also print events that cannot be decoded.
ExitCode print_log(journal::Journal& journal, const LogOptions& options) {
    EventPrinter printer(options);
    Sequence next = options.from;
    const auto print_rest = [&] {
        auto end =
            kernel::visit_events(journal, {.from = next, .stream = options.stream}, [&](const journal::Record& record) {
                printer.print(record);
                return true;
            });
        if (end) next = *end; // also past the events of other streams, so that the wait is for new ones
        return end;
    };
    printer.begin();
    if (auto read = print_rest(); !read) return report_error(read.error());
    printer.end();
    if (!options.follow && !printer.has_printed() && !options.stream.empty()) {
        const auto exists = has_stream(journal, options.stream);
        if (!exists) return report_error(exists.error());
        if (!*exists)
            return report_error(fmt::format("no event is in the stream '{}'", one_line(options.stream)),
                                "`evenfold log` shows the stream of each event, before its data");
    }
    if (options.follow) system::catch_interrupts();
    while (options.follow && system::interrupt_count() == 0 && flush_stdout()) {
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
