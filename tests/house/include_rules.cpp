#include <algorithm>
#include <array>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::string_view spelling = "evenfold/";

// Who may see whom. A part is the longest prefix of the path that is listed; each sees itself.
// A list ends in "core" for all of core/, and so on: seeing a folder is seeing what lies in it,
// except for what is a part of its own beneath journal/, the adapters.
struct Arrow {
    std::string_view from;
    std::string_view sees; // separated by spaces
};
constexpr std::array<Arrow, 27> arrows{{
    {"core/", "core/reflection/ core/values/ core/variants/ core/events/events.hpp"},
    {"core/composition/", "core/"},
    {"core/erased/", "core/"},
    {"core/reflection/", "core/values/ core/variants/"}, // it knows the leaves
    {"core/text/", ""},
    {"core/values/", "core/reflection/ core/text/"}, // and they describe themselves
    {"core/variants/", ""},
    {"core/commands/", "core/reflection/ core/values/ core/variants/ core/events/events.hpp"},
    {"core/events/", "core/reflection/ core/values/ core/variants/"},
    {"core/projector/", "core/reflection/ core/values/ core/variants/ core/commands/ core/events/"},
    {"core/decider/", "core/"},
    {"codec/", "core/"},
    {"providers/", "core/ providers/"},
    {"providers/wire/", "core/text/"},
    {"providers/detection/", "core/ providers/"},
    {"providers/anthropic/", "core/ providers/items.hpp providers/provider.hpp providers/detection/sample.hpp "
                             "providers/wire/"},
    {"providers/claude/", "core/ providers/items.hpp providers/provider.hpp providers/detection/sample.hpp "
                          "providers/wire/ providers/anthropic/message.hpp"}, // which its streams carry
    {"journal/", "core/ codec/"},
    {"journal/memory/", "core/ codec/ journal/"},
    {"journal/sqlite/", "core/ codec/ journal/"},
    {"journal/postgres/", "core/ codec/ journal/"},
    {"kernel/", "core/ codec/ journal/"},
    {"reactors/", "core/ codec/ journal/ kernel/ providers/"},
    {"testing/", "core/ codec/ journal/ journal/memory/ kernel/"},
    {"bench/", "core/ codec/ journal/ kernel/ testing/"},
    {"cli/", "core/ codec/ journal/ kernel/ providers/ reactors/ bench/"},
    {"cli/main.cpp", "cli/ core/ codec/ journal/ kernel/ providers/ reactors/ bench/ journal/memory/ journal/sqlite/ "
                     "journal/postgres/"},
}};
constexpr std::array<std::string_view, 3> free_rooms{"tests", "examples", "bench"};
constexpr std::array<std::string_view, 5> generic_rooms{"core", "codec", "journal", "kernel", "testing"};

/// Who may include the headers under a third-party prefix; in headers or not at all.
struct Foreign {
    std::string_view prefix;
    std::string_view rooms; // separated by spaces
    bool in_headers;
};
constexpr std::array<Foreign, 10> foreigners{{
    {"<nlohmann/json_fwd.hpp>", "codec providers cli tests examples bench", true},
    {"<nlohmann/", "codec providers cli tests examples bench", false},
    {"<CLI/", "cli", true},
    {"<sqlite3.h>", "journal/sqlite tests bench", true},
    {"<git2", "reactors/git tests bench", true},
    {"<zlib.h>", "reactors/git", false},
    {"<doctest/", "tests testing", true},
    {"<rapidcheck", "tests testing", true},
    {"<boost/hana.hpp>", "", false},
    {"<boost/hana/define_struct.hpp>", "core tests testing examples bench codec providers journal kernel cli", true},
}};

const Arrow* part_of(std::string_view path) {
    const Arrow* longest = nullptr;
    for (const Arrow& arrow : arrows) {
        if (path.starts_with(arrow.from) && (!longest || arrow.from.size() > longest->from.size())) longest = &arrow;
    }
    return longest;
}

/// Whether one of the space-separated `words` fits `fits`.
template <class Fits>
bool any_word(std::string_view words, const Fits& fits) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (fits(words.substr(0, end))) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

bool may_see(const Arrow& from, const Arrow& to, std::string_view header) {
    if (&from == &to) return true;
    const bool adapter = to.from.starts_with("journal/") && to.from != "journal/";
    return any_word(from.sees, [&](std::string_view word) {
        return word == header || word == to.from || (!adapter && to.from.starts_with(word));
    });
}

/// A project of somebody else's, which spells its own includes as it likes.
bool is_outside(const Source& source) {
    return source.path.starts_with("tests/consumer/") || source.path.starts_with("examples/");
}

} // namespace

Faults include_arrows(const Source& source) {
    if (!is_cpp(source)) return {};
    Faults faults;
    const bool free = std::ranges::count(free_rooms, room_of(source.path)) != 0;
    const Arrow* from = part_of(source.path);
    for (const auto& [number, text] : includes_of(source)) {
        const bool own = text.substr(1).starts_with(spelling);
        if (own != text.starts_with('"') && !is_outside(source))
            faults.push_back(fault(source, number, "spell it \"evenfold/<room>/<file>.hpp\""));
        if (!own || free) continue;
        const std::string_view header = text.substr(1 + spelling.size(), text.size() - spelling.size() - 2);
        const Arrow* to = part_of(header);
        if (!from || !to || !may_see(*from, *to, header)) {
            faults.push_back(fault(source, number, "must not see " + std::string(header)));
        }
    }
    return faults;
}

Faults domains_apart(const Source& source, std::span<const std::string_view> domains) {
    if (!source.path.starts_with("core/")) return {};
    const auto domain_of = [&](std::string_view path) {
        const auto found = std::ranges::find_if(domains, [&](std::string_view domain) {
            const std::string part = "/" + std::string(domain);
            return path.find(part + "/") != std::string_view::npos || path.find(part + ".") != std::string_view::npos;
        });
        return found == domains.end() ? std::string_view{} : *found;
    };
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        const std::string_view other = domain_of(text);
        const std::string_view own = domain_of(source.path);
        if (own.empty() || other.empty() || own == other) continue;
        faults.push_back(fault(source, number, "a domain sees the domain " + std::string(other)));
    }
    return faults;
}

Faults named_domains(const Source& source, std::span<const std::string_view> domains) {
    if (!is_cpp(source) || !std::ranges::count(generic_rooms, room_of(source.path))) return {};
    Faults faults;
    for (const std::string_view domain : domains) {
        const std::string own = "/" + std::string(domain); // a folder, or how the names of its files begin
        if (source.path.starts_with("core/") && source.path.find(own) != std::string::npos) return {};
        for (const auto& [number, text] : lines_of(source.text)) {
            if (text.find(domain) != std::string_view::npos)
                faults.push_back(fault(source, number, "generic code names the domain " + std::string(domain)));
        }
    }
    return faults;
}

Faults foreign_headers(const Source& source) {
    if (!is_cpp(source)) return {};
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        const auto rule = std::ranges::find_if(
            foreigners, [included = text](const Foreign& foreign) { return included.starts_with(foreign.prefix); });
        if (rule == foreigners.end()) continue;
        const bool at_home = any_word(
            rule->rooms, [&](std::string_view room) { return source.path.starts_with(std::string(room) + "/"); });
        if (!at_home || (is_header(source) && !rule->in_headers && room_of(source.path) != "tests")) {
            faults.push_back(fault(source, number, std::string(text) + " does not belong here"));
        }
    }
    return faults;
}

} // namespace evenfold::house
