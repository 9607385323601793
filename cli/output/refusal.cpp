#include "evenfold/cli/output/refusal.hpp"

#include <fmt/format.h>

#include "evenfold/cli/domains/orchestration.hpp"
#include "evenfold/cli/output/report.hpp"
#include "evenfold/codec/codec.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/kernel/refusal_json.hpp"

namespace evenfold::cli {
namespace {

namespace rejection = orchestration::rejection;

constexpr std::string_view elsewhere = "record into another thread with --thread NAME";

/// Returns no explanation if the names and values of the rejection are as clear.
Explanation on(const auto&) {
    return {};
}
Explanation on(const rejection::ThreadNotFound& error) {
    return {.what = fmt::format("thread {} {}", to_text(error.thread), error.retired ? "was deleted" : "is not there"),
            .remedy = "`evenfold model` lists the threads"};
}
Explanation on(const rejection::ThreadBusy& error) {
    return {.what = fmt::format("turn {}, of somebody else, is at work or waits in the thread", to_text(error.turn)),
            .remedy = fmt::format("wait for it, or {}", elsewhere)};
}
Explanation on(const rejection::ThreadArchived& error) {
    return {.what = fmt::format("thread {} is archived", to_text(error.thread)),
            .remedy = fmt::format("unarchive it, or {}", elsewhere)};
}
Explanation on(const rejection::RevertInProgress& error) {
    return {.what = fmt::format("the thread is being reverted, by revert {}", to_text(error.revert)),
            .remedy = fmt::format("wait for it, or {}", elsewhere)};
}
Explanation on(const rejection::SlotAlreadyResolved& error) {
    return {.what = fmt::format("it is '{}' already", one_line(error.value, 80)), .remedy = "it can be set only once"};
}
Explanation on(const rejection::EmptyField& error) {
    return {.what = fmt::format("{} is empty", error.name), .remedy = "give it a value"};
}
Explanation on(const rejection::TooLarge& error) {
    return {.what = fmt::format("{} is longer than its limit of {}", error.field, error.limit),
            .remedy = "choose a shorter one"};
}

} // namespace

Explanation explain_orchestration(std::string_view refusal_json) {
    const auto error = codec::decode<orchestration::Error>(refusal_json);
    if (!error) return {}; // a refusal by the kernel, not by the domain
    return std::visit([](const auto& reason) { return on(reason); }, error->value);
}

ExitCode report_error(const Refusal& refusal, Actor actor) {
    if (const auto* failure = std::get_if<journal::Failure>(&refusal)) return report_error(*failure);
    if (const auto* rejected = std::get_if<kernel::Rejected<Domain>>(&refusal)) {
        const Explanation explained = std::visit([](const auto& error) { return on(error); }, rejected->error);
        if (!explained.what.empty()) return report_error(explained.what, explained.remedy);
    }
    return report_error("refused: " + kernel::to_json<Domain>(refusal, actor));
}

} // namespace evenfold::cli
