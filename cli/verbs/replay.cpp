#include "evenfold/cli/verbs/replay.hpp"

#include <fmt/core.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "evenfold/cli/orchestration_kernel.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/codec/codec.hpp"
#include "evenfold/core/values/digest.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

using Seconds = std::chrono::duration<double>;

/// The log folded from nothing in two parts, with a snapshot between them that went through the codec.
std::expected<Replayed, journal::Failure> replay_by_snapshot(journal::Journal& journal, Sequence head) {
    auto half = kernel::replay<Domain>(journal, {}, head / 2);
    if (!half) return half;
    auto snapshot = codec::decode<orchestration::Model>(codec::encode(half->model));
    if (!snapshot) {
        return std::unexpected(
            journal::Failure{.kind = journal::FailureKind::damaged,
                             .what = "a snapshot cannot be read back: " + codec::to_text(snapshot.error()),
                             .remedy = "report this as a defect of evenfold"});
    }
    half->model = std::move(snapshot->value);
    return kernel::replay<Domain>(journal, std::move(*half), head);
}

} // namespace

Exit replay(journal::Journal& journal, const ReplayOptions& options) {
    auto kernel = Kernel::open(journal, &kernel::now);
    if (!kernel) return complain(kernel.error());
    const auto [live, head] = (*kernel)->read(
        [](const orchestration::Model& model, Sequence at) { return std::pair(to_text(digest(model)), at); });

    const auto begin = std::chrono::steady_clock::now();
    const auto whole = kernel::replay<Domain>(journal, {}, head);
    const Seconds taken = std::chrono::steady_clock::now() - begin;
    if (!whole) return complain(whole.error());
    const auto parts = replay_by_snapshot(journal, head);
    if (!parts) return complain(parts.error());

    const std::string from_nothing = to_text(digest(whole->model));
    const std::string from_snapshot = to_text(digest(parts->model));
    const bool equal = live == from_nothing && live == from_snapshot;
    const double rate = taken.count() > 0 ? static_cast<double>(whole->head) / taken.count() : 0;
    if (options.json) {
        const nlohmann::ordered_json json{{"events", whole->head},
                                          {"events_per_second", rate},
                                          {"unknown_events", whole->unknown_events},
                                          {"equal", equal},
                                          {"digest_live", live},
                                          {"digest_replayed", from_nothing},
                                          {"digest_from_snapshot", from_snapshot}};
        fmt::print("{}\n", json.dump(2));
    } else {
        fmt::print("{} replayed at {:.0f} events/s\n", count_of(whole->head, "event"), rate);
        if (whole->unknown_events > 0)
            fmt::print("{} of a kind that this evenfold does not know, kept as it is\n",
                       count_of(whole->unknown_events, "event"));
        fmt::print("live model      {}\nfrom nothing    {}\nfrom a snapshot {}\n", live, from_nothing, from_snapshot);
        if (equal) fmt::print("equal\n");
    }
    if (equal) return Exit::success;
    return complain("the replayed model differs from the live one",
                    "keep the journal and report this as a defect of evenfold");
}

} // namespace evenfold::cli
