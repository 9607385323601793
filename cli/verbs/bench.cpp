#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <expected>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/numbers.hpp"
#include "evenfold/bench/page.hpp"
#include "evenfold/bench/text.hpp"
#include "evenfold/cli/output/json_printer.hpp"
#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/cli/verbs/table.hpp"
#include "evenfold/codec/ordered_json.hpp"
#include "evenfold/kernel/any_kernel.hpp"

namespace evenfold::cli {
namespace {

struct BenchOptions {
    std::optional<std::uint64_t> events; // absent: all events of the journal, or mix_events of the mix
    std::string compare;                 // a file; empty: no comparison
    double factor = 1.25;
    std::string html; // a file; empty: no page
    bool json = false;
};

using Json = codec::OrderedJson;
using evenfold::bench::Difference;
using evenfold::bench::FigureChange;
using evenfold::bench::Report;

constexpr std::size_t mix_events = 200'000;

std::string errno_message() {
    return std::error_code(errno, std::generic_category()).message();
}

/// Returns the bytes of the file, or the reason why it cannot be read.
std::expected<std::string, std::string> read_file(const std::string& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"), &std::fclose);
    if (!stream) return std::unexpected(errno_message());
    std::string text;
    std::array<char, 65536> bytes{};
    for (std::size_t size = 0; (size = std::fread(bytes.data(), 1, bytes.size(), stream.get())) > 0;)
        text.append(bytes.data(), size);
    if (std::ferror(stream.get()) != 0) return std::unexpected(errno_message());
    return text;
}

/// Reads the report of an earlier run.
std::expected<Report, ExitCode> read_report(const std::string& file) {
    constexpr std::string_view remedy = "--compare expects a file that `evenfold bench --json` printed";
    const auto text = read_file(file);
    if (!text) return std::unexpected(report_error(fmt::format("{}: {}", file, text.error()), remedy));
    auto report = evenfold::bench::report_of(*text);
    if (report) return std::move(*report);
    return std::unexpected(report_error(fmt::format("{} is not a benchmark report: {}", file, report.error()), remedy));
}

ExitCode report_unmeasurable(const ProgramDomain& domain) {
    return report_error(fmt::format("this program cannot measure the domain {} here", domain.entry->name),
                        "name a journal of the domain with --db, or measure it with the library evenfold::bench");
}

/// Measures generated events if there is no journal.
std::expected<Report, ExitCode>
measure_log(const ProgramDomain& domain, journal::Journal* journal, const BenchOptions& options) {
    if (!journal) {
        if (!domain.measure_generated) return std::unexpected(report_unmeasurable(domain));
        return domain.measure_generated(options.events.value_or(mix_events));
    }
    if (!domain.measure) return std::unexpected(report_unmeasurable(domain));
    auto report = domain.measure(*journal, options.events.value_or(std::numeric_limits<std::uint64_t>::max()));
    if (!report) return std::unexpected(report_error(report.error()));
    if (report->log.events > 0) return std::move(*report);
    return std::unexpected(report_error("the journal contains no events",
                                        "record events first, or omit --db to measure generated events"));
}

/// Returns the report as JSON, with the changes since `against`. --compare ignores the changes of its file.
std::string report_json(const Report& report, const std::optional<Difference>& against) {
    Json json = Json::parse(evenfold::bench::to_json(report));
    if (against) {
        json["notes"] = against->notes;
        Json& changes = json["changes"] = Json::array();
        for (const FigureChange& change : against->changes) {
            static constexpr std::array<std::string_view, 3> units{"ns", "bytes", "allocations"};
            changes.push_back({{"figure", change.figure},
                               {"unit", units[static_cast<std::size_t>(change.unit)]},
                               {"before", change.before},
                               {"now", change.now},
                               {"factor", change.factor}});
        }
    }
    return json.dump();
}

/// Writes the page to the file. Reports an error and returns false if that fails.
bool write_page(const std::string& file, const std::string& page) {
    std::FILE* stream = std::fopen(file.c_str(), "wb");
    const bool is_whole = stream && std::fwrite(page.data(), 1, page.size(), stream) == page.size();
    const bool is_closed = stream && std::fclose(stream) == 0;
    if (is_whole && is_closed) return true;
    report_error(fmt::format("{}: {}", file, errno_message()), "choose another file for --html", ExitCode::failure);
    return false;
}

/// Reports the figures that exceed their earlier value by more than `factor`. Returns the exit code.
ExitCode report_regressions(const Difference& against, double factor) {
    const auto worse = evenfold::bench::worse_than(against, factor);
    if (worse.empty()) return ExitCode::success;
    const ExitCode exit =
        report_error(fmt::format("{} exceeded the accepted slowdown, x {}", count_of(worse.size(), "figure"), factor));
    for (const FigureChange& change : worse)
        report_detail(fmt::format("{}: x {}, from {} to {}", change.figure, evenfold::bench::short_text(change.factor),
                                  evenfold::bench::amount_text(change.unit, change.before),
                                  evenfold::bench::amount_text(change.unit, change.now)));
    return exit;
}

ExitCode run_bench(const ProgramDomain& domain, journal::Journal* journal, const BenchOptions& options) {
    std::optional<Report> before;
    if (!options.compare.empty()) {
        auto read = read_report(options.compare);
        if (!read) return read.error();
        before = std::move(*read);
    }
    const auto report = measure_log(domain, journal, options);
    if (!report) return report.error();
    std::optional<Difference> against;
    if (before) {
        auto found = evenfold::bench::difference(*before, *report);
        if (!found)
            return report_error(fmt::format("{}: {}", options.compare, found.error()),
                                "compare reports of the same journal with the same --events");
        against = std::move(*found);
    }
    if (!options.html.empty() && !write_page(options.html, evenfold::bench::page(*report, against)))
        return ExitCode::failure;
    if (options.json) {
        print_document(report_json(*report, against));
    } else {
        write_to_stdout(evenfold::bench::to_text(*report));
        if (against) write_to_stdout("\n{}", evenfold::bench::to_text(*against));
    }
    return against ? report_regressions(*against, options.factor) : ExitCode::success;
}

RunVerb declare_bench(OptionSet& set) {
    auto options = std::make_shared<BenchOptions>();
    set.number("--events N", options->events, "Measure the first N events (default: all; without --db, 200000)")
        .at_least(1);
    const DeclaredOption compare =
        set.text("--compare FILE", options->compare, "Compare with this output of an earlier bench --json");
    set.number("--factor X", options->factor, "Largest slowdown that --compare accepts (default: 1.25)")
        .between(1.0, 1e6)
        .needs(compare);
    set.text("--html FILE", options->html, "Also write the report with plots to this file");
    set.flag("--json", options->json, "Print the report as JSON, see docs/benchmarking.md");
    return [options](const Invocation& invocation) {
        if (invocation.has_database()) {
            return invocation.with_journal(JournalAccess::read_only,
                                           [&](const ProgramDomain& domain, journal::Journal& journal) {
                                               return run_bench(domain, &journal, *options);
                                           });
        }
        const auto domain = invocation.domain();
        return domain ? run_bench(**domain, nullptr, *options) : domain.error();
    };
}

} // namespace

const Verb bench_verb{
    .name = "bench",
    .summary = "Measure the cost of folding an event",
    .details =
        "Folds the events of the journal repeatedly and reports the time per event (median, 99th percentile and\n"
        "distribution, by type of event and by position in the log), the allocations, the heap use of the model, and\n"
        "the shares of reading, decoding and folding in a replay. The journal is only read. Without --db, bench\n"
        "measures generated events, which are the same on every machine. docs/benchmarking.md explains the figures.\n"
        "\n"
        "  evenfold bench --db journal.db --json > before.json\n"
        "  evenfold bench --db journal.db --compare before.json --html bench.html\n"
        "\n"
        "Exit status: 1 if --compare finds a figure that exceeds the factor, or a report of other events.",
    .journal = JournalUse::only_if_named,
    .declare = &declare_bench};

} // namespace evenfold::cli
