#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <memory>
#include <string>
#include <vector>

#include "evenfold/core/containers/compact_string.hpp"
#include "evenfold/core/containers/compact_vector.hpp"
#include "evenfold/core/containers/inline_text.hpp"
#include "evenfold/core/containers/optional_indirect.hpp"
#include "evenfold/core/reflection/shape_of.hpp"
#include "evenfold/tests/support/law.hpp"

namespace evenfold {
namespace {

using tests::law;

/// Returns a text of a random length, in half of all cases near the limit of the inline storage.
std::string some_text(unsigned draw) {
    return std::string(draw % 2 == 0 ? draw / 2 % 12 : draw / 2 % 3000, static_cast<char>('a' + draw % 26));
}

} // namespace

TEST_CASE("CompactString: it is eight bytes, absent or not, and behaves like std::string under random operations.") {
    static_assert(sizeof(CompactString) == 8 && sizeof(OptionalIndirect<CompactString>) == 8);
    CHECK(rc::check("steps", [](const std::vector<unsigned>& steps) {
        CompactString text;
        CompactString& itself = text; // a move to itself must not lose anything
        std::string plain;
        for (const unsigned step : steps) {
            const std::string more = some_text(step / 8);
            switch (step % 8) {
            case 0: text = plain = more; break;
            case 1: text.reserve(more.size()); break;
            case 2: text.shrink_to_fit(); break;
            case 3: text = CompactString(text); break;
            case 4: text += text.view().substr(text.size() / 2), plain += std::string(plain, plain.size() / 2); break;
            case 5: text = std::move(itself); break;
            default: text += more, plain += more;
            }
            law(text == plain && text.view() == plain && text.size() == plain.size() && text.empty() == plain.empty());
            const CompactString same(plain);
            law(same == text && (same <=> text) == std::strong_ordering::equal);
            law(std::hash<CompactString>{}(same) == std::hash<CompactString>{}(text));
            law(std::string(text) == plain);
            law((CompactString(more) < text) == (more < plain) && (CompactString(more) == text) == (more == plain));
        }
    }));
}

TEST_CASE("InlineText: it is 24 bytes, and behaves like std::string under random operations.") {
    static_assert(sizeof(InlineText) == 24);
    CHECK(rc::check("steps", [](const std::vector<unsigned>& steps) {
        InlineText text;
        InlineText& itself = text;
        std::string plain;
        CompactString appended;
        std::string all;
        for (const unsigned step : steps) {
            const std::string more = step % 3 == 0 ? some_text(step / 8) : std::string(step / 8 % 27, 'b');
            switch (step % 8) {
            case 0: text = plain = more; break;
            case 1: text = InlineText(text); break;
            case 2: text += text.view().substr(text.size() / 2), plain += std::string(plain, plain.size() / 2); break;
            case 3: text = std::move(itself); break;
            case 4: appended.reserve(all.size() + step / 8 % 64); break; // often less than all bytes of a text
            default: text += more, plain += more;
            }
            appended += text, all += plain;
            law(appended == all);
            law(text == plain && text.view() == plain && text.size() == plain.size() && text.empty() == plain.empty());
            const InlineText same(plain);
            law(same == text && (same <=> text) == std::strong_ordering::equal);
            law(std::hash<InlineText>{}(same) == std::hash<InlineText>{}(text));
            law(std::string(text) == plain);
            law((InlineText(more) < text) == (more < plain) && (InlineText(more) == text) == (more == plain));
        }
    }));
    InlineText text("longer than any text of twenty-three bytes");
    const InlineText taken = std::move(text);
    CHECK(taken == "longer than any text of twenty-three bytes");
    CHECK(text.empty()); // NOLINT(bugprone-use-after-move): this is the claim
}

TEST_CASE("CompactString: it keeps any bytes, and is empty after a move from it.") {
    const std::string bytes("a\0b\377", 4);
    CHECK(CompactString(bytes).view() == bytes);
    CHECK(CompactString(bytes) != CompactString("a"));
    CompactString text("longer than seven");
    const CompactString taken = std::move(text);
    CHECK(taken == "longer than seven");
    CHECK(text.empty()); // NOLINT(bugprone-use-after-move): this is the claim
}

TEST_CASE_TEMPLATE("OptionalIndirect: it behaves like std::optional.", T, std::string, CompactString) {
    OptionalIndirect<T> rare;
    CHECK(!rare);
    CHECK(rare == std::nullopt);
    CHECK(rare == std::optional<std::string>());
    CHECK(std::optional<std::string>() == rare);
    CHECK(std::optional<std::string>("here") != rare);
    CHECK(rare.value_or("other") == T("other"));
    rare = "here and longer";
    CHECK(rare.has_value());
    CHECK(rare == "here and longer");
    CHECK(rare == std::optional<std::string>("here and longer"));
    CHECK(std::optional<std::string>("here and longer") == rare);
    CHECK(rare != std::optional<std::string>());
    CHECK(std::optional<std::string>() != rare);
    CHECK(rare->size() == 15);
    OptionalIndirect<T> copy = rare;
    CHECK(copy == rare);
    *copy = "another";
    CHECK(copy != rare);
    copy = rare;
    CHECK(copy == rare);
    const OptionalIndirect<T> moved = std::move(copy);
    CHECK(moved == rare);
    CHECK(!copy); // NOLINT(bugprone-use-after-move): a moved-from value is absent
    const std::optional<std::string> back = moved;
    CHECK(back == "here and longer");
    rare.emplace();
    CHECK(rare);
    CHECK(*rare == "");
    CHECK(rare != OptionalIndirect<T>());
    rare = std::optional<std::string>();
    CHECK(!rare);
    rare = std::optional<std::string>("again");
    rare.reset();
    CHECK(!rare);
}

TEST_CASE("CompactVector: it is one pointer and behaves like std::vector under random operations.") {
    static_assert(sizeof(CompactVector<std::string>) == 8);
    CHECK(rc::check("steps", [](const std::vector<unsigned>& steps) {
        CompactVector<std::string> all;
        std::vector<std::string> plain;
        for (const unsigned step : steps) {
            const std::string one = some_text(step / 8);
            switch (step % 8) {
            case 0: all.shrink_to_fit(); break;
            case 1: all.reserve(step / 8 % 20); break;
            case 2: all = CompactVector<std::string>(all); break;
            case 3:
                if (plain.empty()) break;
                all.erase(all.begin() + step / 8 % plain.size());
                plain.erase(plain.begin() + step / 8 % plain.size());
                break;
            case 4:
                if (plain.empty()) break;
                all.push_back(all.front()), plain.push_back(plain.front());
                law(all.back() == plain.back());
                break;
            default: all.emplace_back(one), plain.push_back(one);
            }
            law(all == plain && std::vector<std::string>(all) == plain && CompactVector<std::string>(plain) == all);
            law(all.size() == plain.size() && all.empty() == plain.empty());
        }
    }));
}

TEST_CASE("CompactVector: it is empty after a move from it, and its elements may be move-only.") {
    CompactVector<std::unique_ptr<int>> all;
    for (int number = 0; number < 20; ++number) all.push_back(std::make_unique<int>(number));
    const CompactVector<std::unique_ptr<int>> moved = std::move(all);
    CHECK(all.empty()); // NOLINT(bugprone-use-after-move): this is the claim
    CHECK(moved.size() == 20);
    CHECK(*moved[19] == 19);
}

TEST_CASE("Shapes: compact types have the shapes of the standard types that they replace.") {
    CHECK(std::holds_alternative<TextShape>(shape_of<CompactString>().kind));
    CHECK(std::holds_alternative<OptionalShape>(shape_of<OptionalIndirect<CompactString>>().kind));
    CHECK(std::holds_alternative<SequenceShape>(shape_of<CompactVector<int>>().kind));
}

} // namespace evenfold
