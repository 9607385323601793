#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "evenfold/core/events/orchestration.hpp"
#include "evenfold/core/reflection/shape.hpp"
#include "evenfold/tests/support/build_paths.hpp"

// An earlier build refuses an event of a version that it knows if it finds an enumerator or an alternative that it does
// not know (docs/codec.md). The names inside a version of an event must therefore never change.

namespace evenfold {
namespace {

/// The names of an enumeration or a variant, by the event, its version and the path inside it.
using EventNames = std::map<std::string, std::string>;

class NameLister {
public:
    explicit NameLister(const Shape& variant) {
        for (const ShapeFunction alternative : std::get<VariantShape>(variant.kind).alternatives) {
            const Shape& event = alternative();
            if (event.name != "Unknown") add(event, fmt::format("{} v{}", event.name, event.version));
        }
    }

    [[nodiscard]] const EventNames& names() const { return names_; }

private:
    void add(const Shape& shape, const std::string& path) {
        if (!around_.insert(&shape).second) return; // a type inside itself
        std::visit([&](const auto& kind) { on(kind, path); }, shape.kind);
        around_.erase(&shape);
    }

    void on(const auto& /*kind*/, const std::string& /*path*/) {} // other kinds have no names and no parts
    void on(const EnumerationShape& kind, const std::string& path) {
        names_[path] = fmt::format("{}", fmt::join(kind.names, " "));
    }
    void on(const StructureShape& kind, const std::string& path) {
        for (const Field& field : kind.fields) add(field.shape(), fmt::format("{}/{}", path, field.name));
    }
    void on(const VariantShape& kind, const std::string& path) {
        std::vector<std::string_view> names;
        for (const ShapeFunction alternative : kind.alternatives) {
            names.push_back(alternative().name);
            add(alternative(), fmt::format("{}/{}", path, alternative().name));
        }
        names_[path] = fmt::format("{}", fmt::join(names, " "));
    }
    void on(const OptionalShape& kind, const std::string& path) { add(kind.element(), path); }
    void on(const SequenceShape& kind, const std::string& path) { add(kind.element(), path + "/*"); }
    void on(const IndirectShape& kind, const std::string& path) { add(kind.content(), path); }
    void on(const PersonalShape& kind, const std::string& path) { add(kind.content(), path); }

    EventNames names_;
    std::set<const Shape*> around_;
};

/// Returns the lines `path: names` of the pinned file.
EventNames read_names(std::istream& lines) {
    EventNames names;
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.find(": ");
        if (colon != std::string::npos) names[line.substr(0, colon)] = line.substr(colon + 2);
    }
    return names;
}

/// Returns the lines of `pinned` that `present` has with other names. A line that it lacks is of an earlier version.
std::vector<std::string> changed_lines(const EventNames& pinned, const EventNames& present) {
    std::vector<std::string> changed;
    for (const auto& [path, names] : pinned) {
        const auto found = present.find(path);
        if (found != present.end() && found->second != names)
            changed.push_back(path + ": " + names + " became " + found->second);
    }
    return changed;
}

} // namespace

TEST_CASE("Golden: the names of enumerators and alternatives inside a version of an event never change.") {
    const auto file = std::filesystem::path(tests::source_tree()) / "tests" / "golden" / "event_names.txt";
    const EventNames present = NameLister(shape_of<orchestration::Event>()).names();
    std::ifstream stream(file);
    const EventNames pinned = read_names(stream);
    for (const std::string& change : changed_lines(pinned, present))
        FAIL_CHECK(change << "; raise stored_version of the event and add an upcaster that returns its argument");
    EventNames all = pinned;
    all.insert(present.begin(), present.end());
    const char* wish = std::getenv("EVENFOLD_UPDATE_GOLDEN"); // adds lines, and never changes one
    if (wish && std::string_view(wish) == "1") {
        std::ofstream updated(file);
        for (const auto& [path, names] : all) updated << path << ": " << names << '\n';
        return;
    }
    CHECK(all.size() == pinned.size()); // each line of this build is pinned
    CHECK_FALSE(pinned.empty());
}

TEST_CASE("Golden: an added enumerator is detected, and a new version is not a change (control).") {
    std::istringstream lines("Opened v1/size: small large\nClosed v1/reason: done\n");
    const EventNames pinned = read_names(lines);
    CHECK(changed_lines(pinned, {{"Opened v1/size", "small large huge"}, {"Closed v1/reason", "done"}}) ==
          std::vector<std::string>{"Opened v1/size: small large became small large huge"});
    CHECK(changed_lines(pinned, {{"Opened v2/size", "small large huge"}, {"Closed v1/reason", "done"}}).empty());
}

} // namespace evenfold
