#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "evenfold/bench/suite/batches.hpp"
#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/values/sha256.hpp"
#ifdef EVENFOLD_BENCH_SIMDJSON
#include "evenfold/bench/suite/hand_written/simdjson_reader.hpp"
#endif

namespace evenfold::bench {

using namespace orchestration;

namespace {

/// A stored event, and the index and shape of its alternative, which are looked up in advance for both sides.
struct EncodedEvent {
    std::string data;
    std::size_t index;
    const Shape* shape;
};
using EncodedEvents = std::shared_ptr<const std::vector<EncodedEvent>>;

const VariantShape& events_shape() {
    return std::get<VariantShape>(shape_of<Event>().kind);
}

EncodedEvents stored(const std::vector<Event>& events) {
    auto all = std::make_shared<std::vector<EncodedEvent>>();
    for (const Event& event : events) {
        const std::size_t index = events_shape().index(&event);
        all->push_back({.data = codec::to_stored(shape_of<Event>(), &event).data,
                        .index = index,
                        .shape = &events_shape().alternatives[index]()});
    }
    return all;
}

/// Returns events like `like`, each with a text of `bytes` bytes: one in 64 is a line break, one a quote.
std::vector<Event> with_long_texts(const std::vector<Event>& like, std::size_t bytes, std::size_t count) {
    std::vector<Event> events;
    for (const Event& event : like) {
        const auto* appended = std::get_if<TextAppended>(&event);
        if (!appended) continue;
        TextAppended longer = *appended;
        std::string text;
        while (text.size() < bytes) {
            const std::size_t place = text.size() % 64;
            text += place == 20 ? '\n' : place == 40 ? '"' : static_cast<char>('a' + place % 26);
        }
        longer.text = text;
        events.emplace_back(longer);
        if (events.size() == count) break;
    }
    return events;
}

template <class Read>
std::string decode_all(RunTimer& watch, const std::vector<EncodedEvent>& all, Read read) {
    std::vector<Event> made(all.size());
    watch.start();
    for (std::size_t i = 0; i < all.size(); ++i) {
        void* held = events_shape().emplace(&made[i], all[i].index);
        if (!read(*all[i].shape, held, all[i].data)) std::abort();
    }
    watch.stop();
    Sha256 hash;
    for (const Event& event : made) hash.update(codec::encode(event));
    return to_text(hash.finish());
}

template <class Read>
void add_decode(std::string name, const EncodedEvents& all, std::size_t pairs, Read read) {
    add({.name = "hand_written/decode/" + std::move(name),
         .goal = "ours faster",
         .events = all->size(),
         .pairs = pairs,
         .product = [all](RunTimer& watch) { return decode_all(watch, *all, codec::try_decode_fast); },
         .limit = [all, read](RunTimer& watch) { return decode_all(watch, *all, read); }});
}

void add_decodes(const std::string& name, const EncodedEvents& all, std::size_t pairs) {
    add_decode(name + "/nlohmann", all, pairs, [](const Shape& shape, void* object, std::string_view json) {
        return codec::decode(shape, object, json).has_value();
    });
#ifdef EVENFOLD_BENCH_SIMDJSON
    const auto reader = std::make_shared<SimdjsonReader>();
    add_decode(name + "/simdjson", all, pairs, [reader](const Shape& shape, void* object, std::string_view json) {
        return reader->read(shape, object, json);
    });
#endif
}

/// The limit writes prepared documents; a codec over nlohmann would have to build each of them first.
void add_encode(const EncodedEvents& all, std::size_t pairs) {
    struct PreparedTexts {
        std::vector<Event> events;
        std::vector<nlohmann::ordered_json> documents;
    };
    const auto ready = std::make_shared<PreparedTexts>();
    for (const EncodedEvent& one : *all) {
        void* held = events_shape().emplace(&ready->events.emplace_back(), one.index);
        if (!codec::try_decode_fast(*one.shape, held, one.data)) std::abort();
        ready->documents.push_back(nlohmann::ordered_json::parse(one.data));
    }
    const auto written = [](RunTimer& watch, std::size_t count, const auto& write) {
        std::vector<std::string> texts(count);
        watch.start();
        for (std::size_t i = 0; i < count; ++i) texts[i] = write(i);
        watch.stop();
        Sha256 hash;
        for (const std::string& text : texts) hash.update(text);
        return to_text(hash.finish());
    };
    add({.name = "hand_written/encode/mix/nlohmann_dump",
         .goal = "ours faster",
         .events = all->size(),
         .pairs = pairs,
         .product =
             [=](RunTimer& watch) {
                 return written(watch, all->size(), [&](std::size_t i) {
                     return codec::encode(*(*all)[i].shape, events_shape().value(&ready->events[i]));
                 });
             },
         .limit =
             [=](RunTimer& watch) {
                 return written(watch, all->size(), [&](std::size_t i) { return ready->documents[i].dump(); });
             }});
}

} // namespace

void add_hand_written_decode_cases(const BenchEffort& effort) {
    const auto log = shared_events({}, std::min<std::size_t>(effort.events, 100'000));
    add_decodes("mix", stored(*log), effort.pairs);
    add_encode(stored(*log), effort.pairs);
    for (const std::size_t bytes : {std::size_t{500}, std::size_t{5'000}, std::size_t{50'000}})
        add_decodes(fmt::format("texts_of_{}", bytes),
                    stored(with_long_texts(*log, bytes, 20'000'000 / (bytes + 1'000))), effort.pairs);
}

} // namespace evenfold::bench
