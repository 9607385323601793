#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>

#include "evenfold/bench/suite/cases.hpp"
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

/// A reader for this one type with its fields in order, close to the minimum of hand-written code. It examines every
/// byte and fails on any other input.
class BareReader {
public:
    explicit BareReader(std::string_view json) : at_(json.begin()), end_(json.end()) {}

    bool read(TextAppended& event) {
        return passes(R"({"turn":")") && id(event.turn.uuid) && passes(R"(","seq":)") && number(event.seq) &&
               passes(R"(,"block":)") && number(event.block) && passes(R"(,"text":")") && text(event.text) &&
               passes("}");
    }

private:
    bool passes(std::string_view wanted) {
        if (!std::string_view(at_, end_).starts_with(wanted)) return false;
        at_ += wanted.size();
        return true;
    }
    bool id(Uuid& uuid) {
        if (end_ - at_ < 36) return false;
        const auto read = parse_uuid({at_, at_ + 36});
        if (!read) return false;
        uuid = *read;
        at_ += 36;
        return true;
    }
    bool number(std::uint64_t& value) {
        const auto [end, error] = std::from_chars(at_, end_, value);
        at_ = end;
        return error == std::errc();
    }
    bool text(InlineText& text) {
        for (;;) {
            const char* run = at_;
            while (at_ != end_ && *at_ != '"' && *at_ != '\\') ++at_;
            text += std::string_view(run, at_);
            if (at_ == end_) return false;
            if (*at_++ == '"') return true;
            if (at_ == end_) return false;
            text += *at_ == 'n' ? std::string_view("\n") : std::string_view(at_, 1);
            ++at_;
        }
    }

    const char* at_;
    const char* end_;
};

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

} // namespace

void add_codec_cases(const BenchEffort& effort) {
    const auto pieces = pieces_of(std::min<std::size_t>(effort.events, 200'000));
    const auto reader = std::make_shared<const codec::EventReader>(shape_of<Event>());
    Pair decode{.name = "codec/decode",
                .goal = "decode",
                .required = 0.35,
                .aimed = 0.5,
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
                                !BareReader(form.data).read(event.emplace<TextAppended>()))
                                std::abort();
                        });
                    }};
    add(decode);
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
