// Writes the first events of the mix to a file for the peers, and prints the digest that they must reach.
//   bench_write_events FOLDER COUNT...
// Writes FOLDER/<COUNT>.jsonl, one event per line, {"type", "version", "data"} (docs/codec.md). Prints one line per
// file: {"count", "seed", "digest"}. The digest is that of the whole model (docs/digest.md).
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evenfold/bench/orchestration/mix.hpp"
#include "evenfold/codec/event.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"

namespace {

using namespace evenfold;

[[noreturn]] void give_up(std::string_view why) {
    fmt::print(stderr, "bench_write_events: {}\n", why);
    std::exit(1);
}

std::string line_of(const orchestration::Event& event) {
    const codec::StoredForm stored = codec::to_stored(shape_of<orchestration::Event>(), &event);
    return fmt::format("{{\"type\":\"{}\",\"version\":{},\"data\":{}}}\n", stored.type, stored.version, stored.data);
}

} // namespace

int main(int count, char** words) {
    if (count < 3) give_up("say a folder, and of how many events");
    std::vector<std::uint64_t> lengths;
    for (int place = 2; place < count; ++place) lengths.push_back(std::strtoull(words[place], nullptr, 10));
    std::ranges::sort(lengths);
    if (lengths.front() == 0) give_up("a count is a number above 0");
    const bench::MixShape shape;
    const auto events = bench::events_of(shape, lengths.back());
    orchestration::Model model;
    std::string text;
    std::size_t written = 0;
    for (const std::uint64_t length : lengths) {
        for (; written < length; ++written) {
            model = project(std::move(model), events[written]);
            text += line_of(events[written]);
        }
        std::ofstream file(fmt::format("{}/{}.jsonl", words[1], length), std::ios::binary | std::ios::trunc);
        file << text;
        file.close();
        if (!file) give_up("the folder takes no file");
        fmt::print("{{\"count\":{},\"seed\":{},\"digest\":\"{}\"}}\n", length, shape.seed, to_text(digest(model)));
    }
    return 0;
}
