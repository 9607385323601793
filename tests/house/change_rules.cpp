#include <algorithm>
#include <string>
#include <vector>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

/// Returns the names between `std::variant<` and `>` in the header at `path`, in order.
std::vector<std::string> alternatives_in(std::span<const Source> tree, const std::string& path) {
    const auto header = std::ranges::find(tree, path, &Source::path);
    if (header == tree.end()) return {};
    const std::string code = code_of(header->text);
    const std::string opening = "std::variant<";
    const std::size_t begin = code.find(opening);
    if (begin == std::string::npos) return {};
    const std::string_view list =
        std::string_view(code).substr(begin + opening.size(), code.find('>', begin) - begin - opening.size());
    std::vector<std::string> names;
    for (std::size_t at = list.find_first_not_of(" \n,"); at != std::string_view::npos;) {
        const std::size_t end = std::min(list.find_first_of(" \n,", at), list.size());
        names.emplace_back(list.substr(at, end - at));
        at = list.find_first_not_of(" \n,", end);
    }
    return names;
}

/// Searches the files that must name one alternative, and records the missing ones as faults.
class Places {
public:
    Places(std::span<const Source> tree, std::string name, Faults& faults)
        : tree_(tree), name_(std::move(name)), faults_(faults) {}

    /// Returns the file name, without folder and extension, of the header that defines the struct. Adds a fault if
    /// there is none.
    std::string row_in(const std::string& directory) {
        for (const Source& source : tree_) {
            if (!source.path.starts_with(directory) || !is_header(source)) continue;
            if (source.text.find("struct " + name_ + " {") == std::string::npos) continue;
            const std::size_t begin = source.path.rfind('/') + 1;
            return source.path.substr(begin, source.path.rfind('.') - begin);
        }
        faults_.push_back(name_ + ": no header in " + directory + " defines it");
        return {};
    }

    /// Adds a fault that `what` is missing, unless `holds` is true of a line in a file whose path begins with `prefix`.
    template <class Holds>
    void need(const std::string& prefix, const std::string& what, const Holds& holds) {
        for (const Source& source : tree_) {
            if (!source.path.starts_with(prefix)) continue;
            const auto lines = lines_of(source.text);
            if (std::ranges::any_of(lines, holds, &Line::text)) return;
        }
        faults_.push_back(name_ + ": " + prefix + " has no " + what);
    }

    void need_overload(const std::string& directory, const std::string& row) {
        if (row.empty()) return;
        const auto declares = [&](std::string_view line) { return has_word(line, "const " + name_ + "&"); };
        need(directory + row + ".hpp", "overload of on() for it", declares);
    }
    void need_row(const std::string& page) {
        need(page, "row for it",
             [&](std::string_view line) { return line.starts_with("| ") && has_word(line, name_); });
    }
    void need_listing(const std::string& file) {
        need(file, "line for it", [&](std::string_view line) { return line.starts_with(name_ + " v"); });
    }
    void need_file(const std::string& prefix) {
        need(prefix + name_ + ".v", "file of a stored form", [](std::string_view) { return true; });
    }
    void need_fingerprint(const std::string& file) {
        need(file, "line for it", [&](std::string_view line) { return line.ends_with(" " + name_); });
    }
    void need_test(const std::string& directory) {
        need(directory, "test of it", [&](std::string_view line) { return has_word(line, name_); });
    }

private:
    std::span<const Source> tree_;
    std::string name_;
    Faults& faults_;
};

/// Returns the directory of the domain's rows, or of its one header.
std::string rows_in(const std::string& directory, const DomainEntry& domain) {
    return "core/" + directory + "/" + (domain.rows.empty() ? std::string() : std::string(domain.name) + "/");
}

} // namespace

Faults missing_places(std::span<const Source> tree, const DomainEntry& domain) {
    Faults faults;
    const std::string name(domain.name);
    const std::string page = "docs/" + name + ".md";
    const std::string golden(domain.golden);
    const auto commands = alternatives_in(tree, "core/commands/" + name + ".hpp");
    const auto events = alternatives_in(tree, "core/events/" + name + ".hpp");
    if (commands.empty() || events.empty())
        faults.push_back(name + ": its variants of commands and events are missing");
    for (const std::string& command : commands) {
        Places places(tree, command, faults);
        places.need_overload(rows_in("decider", domain), places.row_in(rows_in("commands", domain)));
        places.need_row(page);
        places.need_listing(golden + "commands.txt");
        places.need_fingerprint(golden + "fingerprints.txt");
        places.need_test("tests/core/decider/");
    }
    for (const std::string& event : events) {
        if (event == "Unknown") continue; // shared by all domains, without a stored form of its own
        Places places(tree, event, faults);
        places.need_overload(rows_in("projector", domain), places.row_in(rows_in("events", domain)));
        places.need_row(page);
        places.need_listing(golden + "events.txt");
        places.need_file(golden + "events/");
    }
    return faults;
}

} // namespace evenfold::house
