// Logs of other programs that were signed under compat-v1: read, checked, and sealed by a key of v2.
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "evenfold/core/values/hex.hpp"
#include "evenfold/journal/exchange/compat_line.hpp"
#include "evenfold/journal/exchange/compat_log.hpp"
#include "evenfold/tests/journal/exchange/exports.hpp"

namespace evenfold::tests::exchange {
namespace {

using chain::key_of;
using chain::trust_of;
using journal::chain::FirstPrevious;

struct LogEvent {
    std::string stream;
    std::string type;
    std::string payload;
};

/// Returns the log that another program would write, with the secret `key`. `as_object` writes payloads as objects.
std::string
log_of(const std::vector<LogEvent>& events, FirstPrevious first = FirstPrevious::empty, bool as_object = false) {
    std::string log;
    std::map<std::string, journal::chain::Hash> macs;
    for (const LogEvent& event : events) {
        const auto payload = journal::chain::payload_hash_of({}, event.payload);
        const auto known = macs.find(event.stream);
        const auto previous = known == macs.end() ? std::nullopt : std::optional(known->second);
        const auto mac = compat_mac(key_of(1).compat(), {event.stream, event.type, payload, previous, first});
        const std::string data = as_object ? event.payload : nlohmann::json(event.payload).dump();
        const std::string previous_text = previous ? nlohmann::json(hex::encode(*previous)).dump()
                                          : first == FirstPrevious::empty ? R"("")"
                                                                          : "null";
        log += R"({"stream":)" + nlohmann::json(event.stream).dump() + R"(,"type":")" + event.type +
               R"(", "payload" : )" + data + R"( ,"payload_hash":")" + hex::encode(payload) + R"(","prev_hash":)" +
               previous_text + R"(,"mac":")" + hex::encode(mac) + R"(","at":1790000000000})" + "\n";
        macs[event.stream] = mac;
    }
    return log;
}

const std::vector<LogEvent> plan{{"plan-7", "plan.drafted", R"({"amount":100,"a":"}\",\"payload\":"})"},
                                 {"plan-8", "plan.drafted", "{}"},
                                 {"plan-7", "plan.submitted", "{}"}};

CompatLogOptions
options_with(FirstPrevious first = FirstPrevious::empty, CompatPayload payload = CompatPayload::as_is) {
    return {.key = key_of(1),
            .next = key_of(2),
            .origin = "journal/test",
            .domain = "plans",
            .first_previous = first,
            .payload = payload};
}

std::string error_of_log(const std::string& text, const CompatLogOptions& options = options_with()) {
    const ExportFile file(text);
    const auto log = CompatLog::open(file.path(), options);
    return log ? "" : log.error().what.substr(file.path().string().size());
}

ChainReport report_of_log(const std::string& text, const CompatLogOptions& options) {
    const ExportFile file(text);
    const auto log = CompatLog::open(file.path(), options);
    REQUIRE_MESSAGE(log, log.error().what);
    auto trust = trust_of(2);
    trust.first_previous = options.first_previous;
    const auto report = verify(**log, trust);
    REQUIRE(report);
    return *report;
}

} // namespace

TEST_CASE("Compat log: its events verify under their key, and a key of v2 seals them.") {
    for (const FirstPrevious first : {FirstPrevious::empty, FirstPrevious::null, FirstPrevious::zeros}) {
        for (const bool as_object : {false, true}) {
            const ChainReport report = report_of_log(log_of(plan, first, as_object), options_with(first));
            CHECK(report.ok());
            CHECK(report.signed_events == 3);
            CHECK(chain::remark_of(report, journal::chain::RemarkKind::compat_scheme)->count == 3);
        }
    }
    CHECK(report_of_log("", options_with()).ok());
}

TEST_CASE("Compat log: a payload whose members a database has sorted, or not, is written as it was signed.") {
    const std::vector<LogEvent> sorted{{"plan-7", "plan.drafted", R"({"a":1,"b":[1,{"c":"d"}]})"}};
    std::string log = log_of(sorted, FirstPrevious::empty, true);
    const std::string stored = R"({"b": [1, {"c": "d"}], "a": 1})"; // as a database returns it
    log.replace(log.find(sorted[0].payload), sorted[0].payload.size(), stored);
    CHECK(report_of_log(log, options_with(FirstPrevious::empty, CompatPayload::sorted_keys)).ok());
    CHECK(error_of_log(log).starts_with(":1: the payload is not the one whose hash was signed"));
}

TEST_CASE("Compat log: a changed payload, signature or predecessor is found at its line.") {
    const std::string good = log_of(plan);
    const auto changed = [&](const std::string& from, const std::string& to) {
        std::string log = good;
        log.replace(log.rfind(from), from.size(), to);
        return error_of_log(log);
    };
    CHECK(changed(R"("{}")", R"("{ }")").starts_with(":3: the payload is not the one whose hash was signed"));
    CHECK(changed("plan.submitted", "plan.approved").starts_with(":3: the mac is not that of its event"));
    CHECK(changed(R"("plan-7")", R"("plan-8")").starts_with(":3: prev_hash is not the mac of the stream's previous"));
    CHECK(error_of_log(good, options_with(FirstPrevious::zeros)).starts_with(":1: the mac is not that of its event"));
    const std::size_t line = good.find('\n') + 1;
    CHECK(error_of_log(good.substr(line)).starts_with(":2: prev_hash of the stream's first event"));
}

TEST_CASE("Compat log: lines of another form are refused with the member.") {
    CHECK(error_of_log("[]\n") == ":1: it is not a JSON object");
    CHECK(error_of_log("{\n") == ":1: it is not a JSON object");
    CHECK(error_of_log("{}\n") == ":1: it has no member 'stream'");
    CHECK(error_of_log(R"({"stream":7})") == ":1: its member 'stream' is not a text");
    CHECK(error_of_log(R"({"planId":"p","type":"t","payload":"","signature":"00"})") ==
          ":1: its member 'mac' is not a hash of 64 hexadecimal digits");
    CHECK(error_of_log("\n" + log_of(plan)).empty()); // empty lines are no lines
    for (const char bracket : {'[', '{'}) {
        const std::string deep(100'000, bracket); // a recursive parser would exhaust the stack
        CHECK(error_of_log(R"({"payload":)" + deep) == ":1: it is nested too deeply to be read");
    }
}

} // namespace evenfold::tests::exchange
