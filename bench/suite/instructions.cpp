// One case of work on a small fixed log, counted by callgrind between two marks; tools/instructions runs all cases.
// `bench_instructions` lists the cases. `bench_instructions CASE` runs one and prints its number of events.

#include <fmt/format.h>
#include <valgrind/callgrind.h>

#include <algorithm>
#include <cstdlib>
#include <expected>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/bench/suite/ingest/recording.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"
#include "evenfold/journal/chain/verify.hpp"
#include "evenfold/journal/memory/memory_journal.hpp"
#include "evenfold/journal/signatures.hpp"
#include "evenfold/kernel/kernel.hpp"
#include "evenfold/providers/formats.hpp"

using namespace evenfold;
using namespace evenfold::orchestration;

namespace {

constexpr std::size_t commands_count = 20'000;

std::vector<Command> commands() {
    std::vector<Command> all;
    bench::Mix mix;
    while (all.size() < commands_count) all.push_back(mix.next());
    return all;
}

/// Counts the instructions of `work`. Returns its result, the number of events.
std::size_t counted(const std::function<std::size_t()>& work) {
    CALLGRIND_TOGGLE_COLLECT;
    const std::size_t events = work();
    CALLGRIND_TOGGLE_COLLECT;
    return events;
}

std::size_t fold_of(const bench::MixShape& shape) {
    const auto events = bench::events_of(shape, commands_count);
    Model model;
    return counted([&] {
        model = fold(std::move(model), events);
        return events.size();
    });
}

std::size_t fold_case() {
    return fold_of({});
}

std::size_t fold_scattered_case() {
    return fold_of(bench::scattered());
}

std::size_t fold_small_pieces_case() {
    return fold_of(bench::small_pieces());
}

std::size_t decide_case() {
    const auto asked = commands();
    Model model;
    return counted([&] {
        std::size_t events = 0;
        for (const Command& command : asked) {
            const auto decided = decide(command, model);
            events += decided->size();
            for (const Event& event : *decided) model = project(std::move(model), event);
        }
        return events;
    });
}

std::size_t encode_case() {
    const auto events = bench::events_of({}, commands_count);
    return counted([&] {
        std::size_t bytes = 0;
        for (const Event& event : events) bytes += codec::to_stored(shape_of<Event>(), &event).data.size();
        return bytes == 0 ? bytes : events.size();
    });
}

std::size_t decode_case() {
    const auto events = bench::events_of({}, commands_count);
    std::vector<codec::StoredForm> stored;
    for (const Event& event : events) stored.push_back(codec::to_stored(shape_of<Event>(), &event));
    const codec::EventReader reader(shape_of<Event>());
    return counted([&] {
        for (const codec::StoredForm& form : stored) {
            Event event;
            if (!reader.read(&event, form)) std::abort();
        }
        return stored.size();
    });
}

/// Decodes stored events a few at a time and folds them, as a reader of an event file or of a journal does.
std::size_t decode_and_fold_case() {
    const auto events = bench::events_of({}, commands_count);
    std::vector<codec::StoredForm> stored;
    for (const Event& event : events) stored.push_back(codec::to_stored(shape_of<Event>(), &event));
    const codec::EventReader reader(shape_of<Event>());
    std::vector<Event> batch(64);
    Model model;
    return counted([&] {
        for (std::span<const codec::StoredForm> rest = stored; !rest.empty();) {
            const std::size_t size = std::min(rest.size(), batch.size());
            for (std::size_t index = 0; index < size; ++index) {
                if (!reader.read(&batch[index], rest[index])) std::abort();
            }
            model = fold(std::move(model), std::span<const Event>(batch).first(size));
            rest = rest.subspan(size);
        }
        return stored.size();
    });
}

/// Submits commands through a kernel over a journal in memory, a hundred at a time.
std::size_t submit_case() {
    journal::MemoryJournal journal;
    auto kernel = kernel::Kernel<Orchestration>::open(journal, [] { return Instant{}; });
    if (!kernel) std::abort();
    std::uint64_t asked = 0;
    std::vector<std::vector<CommandEnvelope<Command>>> groups(1);
    for (const Command& command : commands()) {
        if (groups.back().size() == 100) groups.emplace_back();
        const auto id = derive<CommandTag>(CommandId{}, "command", std::to_string(++asked));
        groups.back().push_back(
            {.command = id, .actor = Actor::system, .at = {}, .cause = {}, .correlation = {}, .body = command});
    }
    return counted([&] {
        for (auto& group : groups) {
            for (const auto& outcome : (*kernel)->submit_all(std::move(group))) {
                if (!outcome) std::abort();
            }
        }
        return static_cast<std::size_t>((*kernel)->read([](const Model&, Sequence head) { return head; }));
    });
}

/// Reads the items of a recording.
std::size_t ingest_items_case() {
    const bench::Recording recording = bench::recording_of(commands_count);
    const auto parser = providers::format_named("claude-stream-json")->open();
    const std::size_t items = counted([&] { return parser->feed(recording.lines).size() + parser->finish().size(); });
    return items == 0 ? items : commands_count; // per event of the mix, about as many as there are
}

journal::chain::JournalKey signing_key() {
    return journal::chain::JournalKey::from_secret(journal::chain::development_secret).value();
}

/// Salts that are always the same, so that the count does not depend on them.
std::expected<void, journal::Failure> fill_with_zeros(std::span<char> salts) {
    std::ranges::fill(salts, '\0');
    return {};
}

/// Appends the events of the mix, one per batch, a hundred batches at a time. Returns the number of events.
std::size_t append_all(journal::Journal& journal) {
    std::vector<journal::Batch> group;
    std::size_t events = 0;
    const auto append = [&] {
        if (!journal.append(group, std::nullopt)) std::abort();
        group.clear();
    };
    for (const Event& event : bench::events_of({}, commands_count)) {
        codec::StoredForm form = codec::to_stored(shape_of<Event>(), &event);
        journal::Batch& batch = group.emplace_back();
        batch.command = derive<CommandTag>(CommandId{}, "command", std::to_string(++events));
        batch.fingerprint.assign(64, 'f');
        batch.events.push_back({.stream = "thread-" + std::to_string(events % 50),
                                .type = std::move(form.type),
                                .type_version = form.version,
                                .data = std::move(form.data)});
        if (group.size() == 100) append();
    }
    append();
    return events;
}

std::size_t append_signed_case() {
    journal::MemoryJournal journal(
        {.domain = "orchestration",
         .origin = "journal/bench",
         .signing = journal::SigningOptions{.key = signing_key(), .salts = &fill_with_zeros}});
    return counted([&] { return append_all(journal); });
}

std::size_t verify_case() {
    journal::MemoryJournal journal(
        {.domain = "orchestration",
         .origin = "journal/bench",
         .signing = journal::SigningOptions{.key = signing_key(), .salts = &fill_with_zeros}});
    append_all(journal);
    journal::chain::ChainTrust trust;
    trust.secrets.push_back(signing_key());
    return counted([&] {
        const auto source = journal.signatures()->open_chain();
        if (!source) std::abort();
        const auto report = journal::chain::verify(**source, trust);
        return report && report->ok() ? report->events : 0;
    });
}

std::size_t digest_case() {
    const auto events = bench::events_of({}, commands_count);
    const Model model = fold(Model{}, events);
    return counted([&] { return digest(model) == Sha256::Digest{} ? 0 : events.size(); });
}

} // namespace

int main(int count, char** arguments) {
    const std::map<std::string, std::function<std::size_t()>> cases{{"fold", fold_case},
                                                                    {"fold_scattered", fold_scattered_case},
                                                                    {"fold_small_pieces", fold_small_pieces_case},
                                                                    {"decide_and_project", decide_case},
                                                                    {"encode", encode_case},
                                                                    {"decode", decode_case},
                                                                    {"decode_and_fold", decode_and_fold_case},
                                                                    {"ingest_items", ingest_items_case},
                                                                    {"submit", submit_case},
                                                                    {"append_signed", append_signed_case},
                                                                    {"verify", verify_case},
                                                                    {"digest", digest_case}};
    if (count == 1) {
        for (const auto& [name, run] : cases) fmt::print("{}\n", name);
        return 0;
    }
    const auto chosen = cases.find(arguments[1]);
    if (count != 2 || chosen == cases.end()) {
        fmt::print(stderr, "bench_instructions: there is no case {}; without arguments it names them\n", arguments[1]);
        return 2;
    }
    fmt::print("{}\n", chosen->second());
    return 0;
}
