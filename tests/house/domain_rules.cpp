#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::array<std::string_view, 4> directories_of_domains{"commands", "events", "projector", "decider"};
// Headers that all domains share, in these directories.
constexpr std::array<std::string_view, 5> shared_headers{"commands/commands", "events/events", "events/unknown",
                                                         "projector/projector", "decider/decider"};
constexpr std::array<std::string_view, 7> generic_folders{"core",    "system", "storage", "codec",
                                                          "journal", "kernel", "testing"};

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (end > 0) all.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

/// Returns the path relative to core/ and without extension; empty for files elsewhere and for those that are not C++.
std::string_view core_name(const Source& source) {
    std::string_view path = source.path;
    if (!path.starts_with("core/") || !is_cpp(source)) return {};
    path.remove_prefix(5);
    return path.substr(0, path.rfind('.'));
}

/// Returns the file names of the rows of `domain`, in the form of core_name().
std::set<std::string> row_files(const DomainEntry& domain) {
    std::set<std::string> all;
    for (const std::string_view directory : directories_of_domains) {
        const std::string base = std::string(directory) + "/" + std::string(domain.name);
        all.insert(base);
        for (const std::string& row : words(domain.rows)) all.insert(base + "/" + row);
    }
    return all;
}

bool in_domain_directory(std::string_view name) {
    return std::ranges::any_of(directories_of_domains, [&](std::string_view directory) {
        return name.starts_with(std::string(directory) + "/");
    });
}

/// Returns whether the file has the domain's name: `a/name/b`, `a/name` or `a/name_b`.
bool bears_name(std::string_view name, const DomainEntry& domain) {
    const std::string_view rest = name.substr(name.find('/') + 1);
    if (!rest.starts_with(domain.name)) return false;
    const std::string_view tail = rest.substr(domain.name.size());
    return tail.empty() || tail.front() == '/' || tail.front() == '_';
}

bool has_header(std::span<const Source> tree, const std::string& name) {
    return std::ranges::count(tree, "core/" + name + ".hpp", &Source::path) > 0;
}

bool is_listed(std::span<const Exception> list, std::string_view name) {
    return std::ranges::count(list, name, &Exception::path) > 0;
}

bool may_name(std::string_view path, const DomainEntry& domain) {
    const std::string name(domain.name);
    const std::string_view core = path.starts_with("core/") ? path.substr(5) : std::string_view{};
    if (!core.empty()) {
        const std::string_view stem = core.substr(0, core.rfind('.'));
        return bears_name(stem, domain) || is_listed(domain.also, stem);
    }
    const std::array<std::string, 6> everywhere{"reactors/" + name + "/",
                                                "bench/" + name + "/",
                                                "server/routes/" + name + ".",
                                                "server/routes/" + name + "/",
                                                "tests/",
                                                "examples/"};
    const auto begins = [&](std::string_view prefix) { return path.starts_with(prefix); };
    return path.ends_with("/main.cpp") || std::ranges::any_of(everywhere, begins) ||
           std::ranges::any_of(domain.users, begins, &Exception::path);
}

/// Returns whether the header is one of the domain's: `"evenfold/a/b/name.hpp"`, `"evenfold/a/b/name/c.hpp"` or one
/// that is listed for it.
bool includes_domain(std::string_view included, const DomainEntry& domain) {
    if (!included.starts_with("\"evenfold/core/")) return false;
    const std::string_view path = included.substr(15, included.size() - 16);
    const std::string_view name = path.substr(0, path.rfind('.'));
    return bears_name(name, domain) || is_listed(domain.also, name);
}

} // namespace

Faults domain_files(std::span<const Source> tree, const DomainEntry& domain) {
    Faults faults;
    const std::set<std::string> rows = row_files(domain);
    for (const std::string& name : rows) {
        if (!has_header(tree, name)) faults.push_back("core/" + name + ".hpp: this row of the domain is missing");
    }
    for (const Exception& also : domain.also) {
        const auto is = [&](const Source& source) { return core_name(source) == also.path; };
        if (std::ranges::none_of(tree, is))
            faults.push_back("core/" + std::string(also.path) +
                             ": is listed in tests/house/domains.hpp, but does not exist");
    }
    const std::string space = "\nnamespace evenfold::" + std::string(domain.name);
    for (const Source& source : tree) {
        const std::string name(core_name(source));
        if (name.empty() || (!bears_name(name, domain) && !is_listed(domain.also, name))) continue;
        if (in_domain_directory(name) && !rows.contains(name) && !is_listed(domain.also, name))
            faults.push_back(fault(source, 1,
                                   "is not a row of the domain: list it in tests/house/domains.hpp, "
                                   "with the reason"));
        if (is_header(source) && source.text.find(space) == std::string::npos)
            faults.push_back(fault(source, 1, "must declare namespace evenfold::" + std::string(domain.name)));
    }
    return faults;
}

Faults unlisted_domains(std::span<const Source> tree, std::span<const DomainEntry> table) {
    Faults faults;
    for (const Source& source : tree) {
        const std::string_view name = core_name(source);
        if (!in_domain_directory(name) || std::ranges::count(shared_headers, name) > 0) continue;
        if (std::ranges::none_of(table, [&](const DomainEntry& domain) { return bears_name(name, domain); }))
            faults.push_back(fault(source, 1, "belongs to no domain of the table in tests/house/domains.hpp"));
    }
    return faults;
}

Faults domain_named(const Source& source, const DomainEntry& domain) {
    if (!is_cpp(source) || may_name(source.path, domain)) return {};
    Faults faults;
    const std::string why = "must not name the domain " + std::string(domain.name);
    if (std::ranges::count(generic_folders, top_folder_of(source.path)) > 0) {
        for (const auto& [number, text] : lines_of(source.text)) {
            if (text.find(domain.name) != std::string_view::npos) faults.push_back(fault(source, number, why));
        }
        return faults;
    }
    for (const auto& [number, text] : includes_of(source)) {
        if (includes_domain(text, domain)) faults.push_back(fault(source, number, why));
    }
    const std::string code = code_of(source.text);
    const std::string qualified = std::string(domain.name) + "::";
    for (const auto& [number, text] : lines_of(code)) {
        const bool spelled = has_word(text, qualified) || has_word(text, "evenfold::" + std::string(domain.name));
        if (spelled) faults.push_back(fault(source, number, why));
    }
    return faults;
}

} // namespace evenfold::house
