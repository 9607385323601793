#include <doctest/doctest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/providers/detecting_parser.hpp"
#include "evenfold/providers/detection/sample.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/provider.hpp"

// The examples of the headers, so that the compiler checks them.

using namespace evenfold::providers;

namespace {

constexpr std::string_view session_line = R"({"type":"system","subtype":"init","session_id":"s"})"
                                          "\n";

Confidence recognise_news(const Sample& sample) {
    const bool is_news = sample.kind == SampleKind::json_object && sample.type() == "news";
    return is_news ? Confidence::certain : Confidence::none;
}

} // namespace

TEST_CASE("Examples: formats.hpp detects the format of a stream") {
    const std::string_view first_bytes = session_line;
    std::unique_ptr<StreamParser> parser;
    const Detection found = detect(first_bytes, false);
    if (const auto* format = std::get_if<Format>(&found)) parser = format->open();
    CHECK(parser != nullptr);
}

TEST_CASE("Examples: provider.hpp parses a stream") {
    const Format format = formats().front();
    const std::string_view bytes = session_line;
    std::vector<Item> items;
    const auto consume = [&](const Item& item) { items.push_back(item); };
    const std::unique_ptr<StreamParser> parser = format.open();
    for (const Item& item : parser->feed(bytes)) consume(item);
    for (const Item& item : parser->finish()) consume(item);
    CHECK(items.size() == 1);
}

TEST_CASE("Examples: detecting_parser.hpp parses a stream or describes it") {
    std::vector<Item> items;
    const auto consume = [&](std::vector<Item> more) { items.insert(items.end(), more.begin(), more.end()); };
    const auto refuse = [](const std::string& description) { FAIL(description); };
    const std::string_view bytes = session_line;
    DetectingParser parser(std::nullopt);
    consume(parser.feed(bytes));
    consume(parser.finish());
    if (parser.looks_like()) refuse(*parser.looks_like());
    CHECK(items.size() == 1);
}

TEST_CASE("Examples: sample.hpp recognises a line") {
    CHECK(recognise_news(sample_of(R"({"type":"news"})")) == Confidence::certain);
    CHECK(recognise_news(sample_of("news")) == Confidence::none);
}
