#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <memory>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/payloads/readers.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/values/sha256.hpp"

namespace evenfold::bench {

using namespace orchestration;

namespace {

/// The text deltas of the mix, nine in ten of its events, and their stored form.
struct Pieces {
    std::vector<Event> events;
    std::vector<codec::StoredForm> stored;
};

std::shared_ptr<const Pieces> pieces_of(std::size_t count) {
    auto pieces = std::make_shared<Pieces>();
    for (Event& event : events_of({}, count)) {
        if (!std::holds_alternative<TextAppended>(event)) continue;
        pieces->stored.push_back(codec::to_stored(shape_of<Event>(), &event));
        pieces->events.push_back(std::move(event));
    }
    return pieces;
}

void write_number(std::string& out, std::uint64_t value) {
    std::array<char, 20> digits{};
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr);
}

std::string written_barely(const TextAppended& event) {
    std::string out;
    out.reserve(128);
    const UuidText turn = characters(event.turn.uuid);
    out.append(R"({"turn":")").append(turn.data(), turn.size()).append(R"(","seq":)");
    write_number(out, event.seq);
    out += R"(,"block":)";
    write_number(out, event.block);
    out += R"(,"text":")";
    for (const char at : event.text.view()) {
        if (at == '\n')
            out += "\\n";
        else if (at == '"' || at == '\\')
            (out += '\\') += at;
        else
            out += at;
    }
    out += "\"}";
    return out;
}

std::string digest_of(const std::vector<Event>& events) {
    Sha256 hash;
    for (const Event& event : events) hash.update(codec::encode(event));
    return to_text(hash.finish());
}

std::string digest_of(const std::vector<std::string>& texts) {
    Sha256 hash;
    for (const std::string& text : texts) hash.update(text);
    return to_text(hash.finish());
}

/// Times `one` for each element of `from`, keeping the results.
template <class Made, class From, class One>
std::string each(RunTimer& watch, const std::vector<From>& from, One one) {
    std::vector<Made> made(from.size());
    watch.start();
    for (std::size_t place = 0; place < from.size(); ++place) one(from[place], made[place]);
    watch.stop();
    return digest_of(made);
}

using ReadPayload = std::function<bool(std::string_view data, TextAppended& event)>;

/// Adds a reader of `payloads`, compared with the reader of JSON by hand over the same events. The ratio is therefore
/// comparable with that of codec/decode, whose limit is the same.
void add_payload(const std::string& name, std::vector<std::string> payloads, std::vector<std::string> json,
                 const BenchEffort& effort, const ReadPayload& read) {
    const auto side = [](std::vector<std::string> from, ReadPayload reads) {
        return [from = std::move(from), reads = std::move(reads)](RunTimer& watch) {
            return each<Event>(watch, from, [&](const std::string& data, Event& event) {
                if (!reads(data, event.emplace<TextAppended>())) std::abort();
            });
        };
    };
    const std::size_t events = json.size();
    add({.name = "payload/" + name,
         .goal = "of JSON by hand",
         .events = events,
         .pairs = effort.pairs,
         .product = side(std::move(payloads), read),
         .limit = side(std::move(json), &read_by_hand)});
}

/// Reports the bytes of the JSON (`ns`) and of the binary form (`limit_ns`).
void add_payload_bytes(const std::vector<std::string>& json, const std::vector<std::string>& binary) {
    const auto bytes_of_each = [](const std::vector<std::string>& payloads) {
        std::size_t bytes = 0;
        for (const std::string& payload : payloads) bytes += payload.size();
        return static_cast<double>(bytes) / static_cast<double>(payloads.size());
    };
    const double of_json = bytes_of_each(json);
    const double of_binary = bytes_of_each(binary);
    benchmark::RegisterBenchmark("payload/bytes",
                                 [=](benchmark::State& state) {
                                     for (auto _ : state) state.SetIterationTime(1e-9);
                                     report_result(state, {.goal = "bytes of binary over JSON",
                                                           .ratio = of_binary / of_json,
                                                           .required = 0,
                                                           .aimed = 0,
                                                           .product = of_json,
                                                           .limit = of_binary});
                                 })
        ->Iterations(1)
        ->UseManualTime();
}

void add_payloads(const Pieces& pieces, const BenchEffort& effort) {
    std::vector<std::string> json;
    std::vector<std::string> binary;
    for (const codec::StoredForm& form : pieces.stored) json.push_back(form.data);
    for (const Event& event : pieces.events) binary.push_back(write_binary(std::get<TextAppended>(event)));
    add_payload("json_generated", json, json, effort, &read_generated);
#ifdef EVENFOLD_BENCH_SIMDJSON
    const auto simdjson = std::make_shared<SimdjsonTextReader>();
    add_payload("json_simdjson_on_demand", json, json, effort,
                [simdjson](std::string_view data, TextAppended& event) { return simdjson->read(data, event); });
#endif
    add_payload("binary_by_hand", binary, json, effort, &read_binary);
    add_payload_bytes(json, binary);
}

} // namespace

void add_codec_cases(const BenchEffort& effort) {
    const auto pieces = pieces_of(std::min<std::size_t>(effort.events, 200'000));
    const auto reader = std::make_shared<const codec::EventReader>(shape_of<Event>());
    Pair decode{.name = "codec/decode",
                .goal = "decode",
                .required = 0.6,
                .aimed = 0.8,
                .events = pieces->stored.size(),
                .pairs = effort.pairs,
                .product =
                    [pieces, reader](RunTimer& watch) {
                        return each<Event>(watch, pieces->stored, [&](const codec::StoredForm& form, Event& event) {
                            if (!reader->read(&event, form)) std::abort();
                        });
                    },
                .limit =
                    [pieces](RunTimer& watch) {
                        return each<Event>(watch, pieces->stored, [](const codec::StoredForm& form, Event& event) {
                            if (form.type != "TextAppended" || form.version != 1 ||
                                !read_by_hand(form.data, event.emplace<TextAppended>()))
                                std::abort();
                        });
                    }};
    add(decode);
    add_payloads(*pieces, effort);
    Pair encode{.name = "codec/encode",
                .goal = "encode",
                .required = 0.35,
                .aimed = 0.5,
                .events = pieces->events.size(),
                .pairs = effort.pairs,
                .product =
                    [pieces](RunTimer& watch) {
                        return each<std::string>(watch, pieces->events, [](const Event& event, std::string& text) {
                            text = codec::to_stored(shape_of<Event>(), &event).data;
                        });
                    },
                .limit =
                    [pieces](RunTimer& watch) {
                        return each<std::string>(watch, pieces->events, [](const Event& event, std::string& text) {
                            text = written_barely(std::get<TextAppended>(event));
                        });
                    }};
    add(encode);
}

} // namespace evenfold::bench
