#include "evenfold/cli/verbs/bench.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <expected>
#include <memory>
#include <nlohmann/json.hpp>
#include <system_error>

#include "evenfold/bench/difference.hpp"
#include "evenfold/bench/numbers.hpp"
#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/bench/page.hpp"
#include "evenfold/bench/replayed.hpp"
#include "evenfold/bench/text.hpp"
#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/cli/words/report.hpp"

namespace evenfold::cli {
namespace {

using Json = nlohmann::ordered_json;
using evenfold::bench::Change;
using evenfold::bench::Difference;
using evenfold::bench::Report;

constexpr std::size_t mix_events = 200'000;

std::string reason() {
    return std::error_code(errno, std::generic_category()).message();
}

/// The bytes of the file, or why not.
std::expected<std::string, std::string> content(const std::string& file) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> stream(std::fopen(file.c_str(), "rb"), &std::fclose);
    if (!stream) return std::unexpected(reason());
    std::string text;
    std::array<char, 65536> bytes{};
    for (std::size_t size = 0; (size = std::fread(bytes.data(), 1, bytes.size(), stream.get())) > 0;)
        text.append(bytes.data(), size);
    if (std::ferror(stream.get()) != 0) return std::unexpected(reason());
    return text;
}

/// The report that an earlier run has written, or how the program ends.
std::expected<Report, Exit> earlier(const std::string& file) {
    constexpr std::string_view remedy = "--compare takes what `evenfold bench --json` has printed";
    const auto text = content(file);
    if (!text) return std::unexpected(complain(fmt::format("{}: {}", file, text.error()), remedy));
    auto report = evenfold::bench::report_of(*text);
    if (report) return std::move(*report);
    return std::unexpected(complain(fmt::format("{}: no report of a bench: {}", file, report.error()), remedy));
}

Report measured_mix(std::size_t events) {
    const evenfold::bench::MixShape shape;
    auto all = evenfold::bench::events_of(shape, events);
    all.resize(std::min(all.size(), events));
    return evenfold::bench::measure(evenfold::bench::log_of<Domain>(std::move(all), "the mix", shape.seed));
}

std::expected<Report, Exit> measured(journal::Journal* journal, const BenchOptions& options) {
    if (!journal) return measured_mix(options.events.value_or(mix_events));
    auto report =
        evenfold::bench::measure_replay<Domain>(*journal, options.events.value_or(evenfold::bench::all_events));
    if (!report) return std::unexpected(complain(report.error()));
    if (report->log.events > 0) return std::move(*report);
    return std::unexpected(complain("the journal holds no event: there is nothing to measure",
                                    "record something first, or leave --db out to measure the mix"));
}

/// The document of the report; what changed stands beside its figures, where --compare passes over it.
std::string document(const Report& report, const std::optional<Difference>& against) {
    Json json = Json::parse(evenfold::bench::to_json(report));
    if (against) {
        json["notes"] = against->notes;
        Json& changes = json["changes"] = Json::array();
        for (const Change& change : against->changes) {
            static constexpr std::array<std::string_view, 3> units{"ns", "bytes", "allocations"};
            changes.push_back({{"figure", change.figure},
                               {"unit", units[static_cast<std::size_t>(change.unit)]},
                               {"before", change.before},
                               {"now", change.now},
                               {"factor", change.factor}});
        }
    }
    return json.dump(2) + "\n";
}

/// Whether the page is in the file; complained of where it is not.
bool is_written(const std::string& file, const std::string& page) {
    std::FILE* stream = std::fopen(file.c_str(), "wb");
    const bool is_whole = stream && std::fwrite(page.data(), 1, page.size(), stream) == page.size();
    const bool is_closed = stream && std::fclose(stream) == 0;
    if (is_whole && is_closed) return true;
    complain(fmt::format("{}: {}", file, reason()), "choose another file for --html", Exit::failure);
    return false;
}

/// How the program ends when this has changed.
Exit judged(const Difference& against, double factor) {
    const auto worse = evenfold::bench::worse_than(against, factor);
    if (worse.empty()) return Exit::success;
    const Exit exit =
        complain(fmt::format("{} worse than before by more than x {}", count_of(worse.size(), "figure"), factor));
    for (const Change& change : worse)
        complain_more(fmt::format("{}: x {}, from {} to {}", change.figure, evenfold::bench::short_text(change.factor),
                                  evenfold::bench::amount_text(change.unit, change.before),
                                  evenfold::bench::amount_text(change.unit, change.now)));
    return exit;
}

} // namespace

Exit bench(journal::Journal* journal, const BenchOptions& options) {
    std::optional<Report> before;
    if (!options.compare.empty()) {
        auto read = earlier(options.compare);
        if (!read) return read.error();
        before = std::move(*read);
    }
    const auto report = measured(journal, options);
    if (!report) return report.error();
    std::optional<Difference> against;
    if (before) {
        auto found = evenfold::bench::difference(*before, *report);
        if (!found)
            return complain(fmt::format("{}: {}", options.compare, found.error()),
                            "compare reports of the same events: the same --db, with the same --events");
        against = std::move(*found);
    }
    if (!options.html.empty() && !is_written(options.html, evenfold::bench::page(*report, against)))
        return Exit::failure;
    if (options.json) {
        fmt::print("{}", document(*report, against));
    } else {
        fmt::print("{}", printable(evenfold::bench::to_text(*report)));
        if (against) fmt::print("\n{}", printable(evenfold::bench::to_text(*against)));
    }
    return against ? judged(*against, options.factor) : Exit::success;
}

} // namespace evenfold::cli
