#include "evenfold/bench/suite/stored/stored.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/journal/sqlite/sqlite_journal.hpp"

namespace evenfold::bench {

using namespace orchestration;

namespace {

Actor actor_of(const orchestration::Command& command) {
    for (const Actor actor : {Actor::provider, Actor::user, Actor::reactor}) {
        if (!forbid(actor, command)) return actor;
    }
    return Actor::system;
}

Accepted accepted(std::size_t number, orchestration::Command body, const Model& model) {
    auto events = decide(body, model);
    if (!events) std::abort(); // the decider accepts every command of the mix
    const CommandId id{derive(Uuid{}, "command", fmt::format("{}", number))};
    const Actor actor = actor_of(body);
    return {.command = {.command = id,
                        .actor = actor,
                        .at = {stored_at.unix_ms - 1},
                        .cause = {},
                        .correlation = {},
                        .body = std::move(body)},
            .events = std::move(*events),
            .batch = {.command = id,
                      .fingerprint = {},
                      .actor = actor,
                      .cause = {},
                      .correlation = id,
                      .at = {stored_at.unix_ms - 1},
                      .stored_at = stored_at,
                      .expectations = {},
                      .events = {}}};
}

} // namespace

std::vector<Accepted> accepted_of(std::size_t events) {
    std::vector<Accepted> all;
    Mix mix;
    Model model;
    for (std::size_t count = 0; count < events;) {
        Accepted one = accepted(all.size() + 1, mix.next(), model);
        for (const Event& event : one.events) {
            one.batch.events.push_back({.stream = stream_of(event, model), .type = {}, .type_version = 1, .data = {}});
            model = project(std::move(model), event);
        }
        count += one.events.size();
        one.batch = encoded(one);
        all.push_back(std::move(one));
    }
    return all;
}

journal::Batch encoded(const Accepted& one) {
    const journal::Batch& known = one.batch;
    journal::Batch batch{.command = known.command,
                         .fingerprint = codec::fingerprint(one.command.body),
                         .actor = known.actor,
                         .cause = known.cause,
                         .correlation = known.correlation,
                         .at = known.at,
                         .stored_at = known.stored_at,
                         .expectations = {},
                         .events = {}};
    for (std::size_t index = 0; index < one.events.size(); ++index) {
        auto form = codec::to_stored(shape_of<Event>(), &one.events[index]);
        batch.events.push_back({.stream = known.events[index].stream,
                                .type = std::move(form.type),
                                .type_version = form.version,
                                .data = std::move(form.data)});
    }
    return batch;
}

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "evenfold-bench-XXXXXX").string();
    if (!mkdtemp(name.data())) std::abort();
    folder_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

journal::chain::JournalKey suite_key() {
    return journal::chain::JournalKey::from_secret(journal::chain::development_secret).value();
}

std::unique_ptr<journal::Journal> new_journal(const std::filesystem::path& file, bool is_signed) {
    journal::SqliteOptions options;
    if (is_signed) options.signing = journal::SigningOptions{.key = suite_key()};
    auto opened = journal::open_sqlite_journal(file, journal::Access::create, options);
    if (!opened) std::abort();
    return std::move(*opened);
}

} // namespace evenfold::bench
