#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <set>
#include <sstream>

#include "evenfold/codec/event.hpp"
#include "evenfold/codec/fingerprint.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/tests/support/arbitrary.hpp"
#include "evenfold/tests/support/build_paths.hpp"

namespace evenfold {
namespace {

using namespace orchestration;

const std::filesystem::path folder = std::filesystem::path(tests::source_tree()) / "tests" / "golden";

/// `EVENFOLD_UPDATE_GOLDEN=1` rewrites the files; then read the difference.
bool updating() {
    const char* wish = std::getenv("EVENFOLD_UPDATE_GOLDEN");
    return wish && std::string_view(wish) == "1";
}

std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    return text.str();
}

void compare(const std::filesystem::path& file, const std::string& text) {
    if (updating()) std::ofstream(file, std::ios::binary) << text;
    CAPTURE(file.filename().string());
    CHECK(content(file) == text);
}

/// The types that are reached from a value, a line each: its name and version, and what it is made of.
class Listing {
public:
    std::string of(const Shape& shape) {
        name_of(shape);
        return fmt::format("{}\n", fmt::join(lines_, "\n"));
    }

private:
    std::string name_of(const Shape& shape) {
        return std::visit([&](const auto& kind) { return on(kind, shape); }, shape.kind);
    }

    std::string on(const BooleanShape&, const Shape&) { return "boolean"; }
    std::string on(const IntegerShape&, const Shape&) { return "integer"; }
    std::string on(const NaturalShape&, const Shape&) { return "natural"; }
    std::string on(const RealShape&, const Shape&) { return "real"; }
    std::string on(const TextShape&, const Shape&) { return "text"; }
    std::string on(const UuidShape&, const Shape&) { return "id"; }
    std::string on(const InstantShape&, const Shape&) { return "instant"; }
    std::string on(const OptionalShape& kind, const Shape&) { return name_of(kind.element()) + "?"; }
    std::string on(const IndirectShape& kind, const Shape&) { return name_of(kind.content()); }
    std::string on(const PersonalShape& kind, const Shape&) { return "personal " + name_of(kind.content()); }
    std::string on(const SequenceShape& kind, const Shape&) {
        return fmt::format(fmt::runtime(kind.ordered ? "[{}]" : "{{{}}}"), name_of(kind.element()));
    }
    std::string on(const EnumerationShape& kind, const Shape& shape) {
        return list(shape, [&] { return fmt::format("one of {}", fmt::join(kind.names, " ")); });
    }
    std::string on(const StructureShape& kind, const Shape& shape) {
        return list(shape, [&] {
            std::vector<std::string> fields;
            for (const Field& field : kind.fields)
                fields.push_back(fmt::format("{}: {}", field.name, name_of(field.shape())));
            return fields.empty() ? "nothing" : fmt::format("{}", fmt::join(fields, ", "));
        });
    }
    std::string on(const VariantShape& kind, const Shape&) {
        std::vector<std::string> names;
        for (const ShapeFunction alternative : kind.alternatives) names.push_back(name_of(alternative()));
        return fmt::format("{}", fmt::join(names, " | "));
    }

    /// The line of that type stands before those of its parts.
    template <class Tell>
    std::string list(const Shape& shape, Tell tell) {
        std::string name(shape.name);
        if (!seen_.insert(&shape).second) return name;
        const std::size_t place = lines_.size();
        lines_.emplace_back();
        lines_[place] = fmt::format("{} v{} = {}", name, shape.version, tell());
        return name;
    }

    std::set<const Shape*> seen_;
    std::vector<std::string> lines_;
};

template <class T>
std::string listing() {
    return Listing().of(shape_of<T>());
}

} // namespace

TEST_CASE("Golden: the stored form of each event, in each version, is what it always was.") {
    const Shape& shape = shape_of<Event>();
    const auto& kind = std::get<VariantShape>(shape.kind);
    std::set<std::string> files;
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        const Shape& alternative = kind.alternatives[index]();
        if (alternative.name == "Unknown") continue; // it has no form of its own
        Event event;
        tests::fill_plainly(alternative, kind.emplace(&event, index));
        const auto stored = codec::to_stored(shape, &event);
        const std::string file = fmt::format("{}.v{}.json", stored.type, stored.version);
        compare(folder / "events" / file, stored.data + "\n");
        CHECK(files.insert(file).second);
    }
    CHECK(files.size() == std::variant_size_v<Event> - 1);
}

TEST_CASE("Golden: every form that was ever stored can still be read.") {
    std::size_t read = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "events")) {
        const std::string name = entry.path().stem().string(); // <Type>.v<version>
        const std::size_t dot = name.find(".v");
        REQUIRE(dot != std::string::npos);
        const auto version = static_cast<std::uint32_t>(std::stoul(name.substr(dot + 2)));
        Event event;
        CAPTURE(name);
        CHECK(codec::from_stored(shape_of<Event>(), &event, {name.substr(0, dot), version, content(entry.path())}));
        CHECK_FALSE(std::holds_alternative<Unknown>(event));
        ++read;
    }
    CHECK(read >= std::variant_size_v<Event> - 1);
}

TEST_CASE("Golden: names, fields and enumerators are spelt as they always were.") {
    compare(folder / "commands.txt", listing<Command>());
    compare(folder / "events.txt", listing<Event>());
    compare(folder / "errors.txt", listing<Error>());
    compare(folder / "effects.txt", listing<Effect>());
}

TEST_CASE("Golden: the fingerprint of each command is what it always was: journals keep it.") {
    const Shape& shape = shape_of<Command>();
    const auto& kind = std::get<VariantShape>(shape.kind);
    std::string lines;
    for (std::size_t index = 0; index < kind.alternatives.size(); ++index) {
        const Shape& alternative = kind.alternatives[index]();
        Command command;
        tests::fill_plainly(alternative, kind.emplace(&command, index));
        lines += fmt::format("{} {}\n", codec::fingerprint(command), alternative.name);
    }
    compare(folder / "fingerprints.txt", lines);
}

TEST_CASE("Golden: the alternatives of a variant have names of their own.") {
    for (const Shape* shape : {&shape_of<Command>(), &shape_of<Event>(), &shape_of<Error>()}) {
        const auto& kind = std::get<VariantShape>(shape->kind);
        std::set<std::string_view> names;
        for (const ShapeFunction alternative : kind.alternatives) names.insert(alternative().name);
        CHECK(names.size() == kind.alternatives.size());
    }
}

} // namespace evenfold
