#include <algorithm>
#include <array>
#include <string>

#include "evenfold/tests/house/rules.hpp"

namespace evenfold::house {
namespace {

constexpr std::string_view spelling = "evenfold/";

// The allowed includes. A file belongs to the part with the longest matching prefix, and each part may include itself.
// A folder in a list means all files in it, except for the adapters: the parts beneath journal/ and storage/.
struct Dependency {
    std::string_view from;
    std::string_view includes; // separated by spaces
};
constexpr std::array<Dependency, 40> dependencies{{
    {"core/", "core/reflection/ core/containers/ core/values/ core/variants/ core/events/events.hpp"},
    {"core/composition/", "core/"},
    {"core/erased/", "core/"},
    {"core/text/", ""},
    {"core/variants/", ""},
    {"core/values/", "core/text/"},
    {"core/values/orchestration/", "core/reflection/ core/containers/ core/values/ core/text/"}, // values of a domain
    {"core/containers/", "core/values/ core/text/"},
    {"core/reflection/", "core/containers/ core/values/ core/variants/"},
    {"core/commands/", "core/reflection/ core/containers/ core/values/ core/variants/ core/events/events.hpp"},
    {"core/events/", "core/reflection/ core/containers/ core/values/ core/variants/"},
    {"core/projector/", "core/reflection/ core/containers/ core/values/ core/variants/ core/commands/ core/events/ "
                        "core/slot.hpp"},
    {"core/decider/", "core/"},
    {"system/", ""},
    {"storage/", "core/text/ system/"},
    {"storage/sqlite/", "core/text/ system/ storage/"},
    {"storage/postgres/", "system/ storage/"},
    {"codec/", "core/ system/failure.hpp"},
    {"providers/", "core/ providers/"},
    {"providers/wire/", "core/text/ core/values/hex.hpp"},
    {"providers/detection/", "core/ providers/"},
    {"providers/anthropic/", "core/ providers/items.hpp providers/provider.hpp "
                             "providers/wire/"},
    {"providers/claude/", "core/ providers/items.hpp providers/provider.hpp "
                          "providers/wire/ providers/anthropic/message.hpp"}, // which its streams carry
    {"journal/", "core/ system/ codec/ journal/chain/"},
    {"journal/chain/", "core/ system/"},
    {"journal/keys/", "core/ system/ journal/chain/"},
    {"journal/heads/", "core/ system/ journal/ journal/chain/"},
    {"journal/sealing/", "core/ system/ codec/ journal/chain/"},
    {"journal/exchange/", "core/ system/ codec/ journal/chain/ journal/heads/"},
    {"journal/memory/", "core/ system/ codec/ journal/ journal/chain/"},
    {"journal/sqlite/", "core/ system/ storage/sqlite/ codec/ journal/ journal/chain/"},
    {"journal/postgres/", "core/ system/ storage/postgres/ codec/ journal/ journal/chain/"},
    {"kernel/", "core/ system/ codec/ journal/ journal/chain/"},
    {"reactors/", "core/ system/ codec/ journal/ kernel/ providers/"},
    {"reactors/anchors/", "core/ system/ journal/chain/ journal/heads/ reactors/"},
    {"testing/", "core/ system/ codec/ journal/ journal/memory/ kernel/"},
    {"bench/", "core/ system/ codec/ journal/ kernel/ testing/"},
    {"cli/", "cli/journals/ core/ system/ codec/ journal/ journal/chain/ journal/exchange/ journal/heads/ "
             "journal/keys/ kernel/ "
             "providers/ reactors/ bench/"},
    {"cli/journals/", "cli/ core/ system/ journal/ journal/chain/ journal/postgres/"},
    {"cli/main.cpp", "cli/ core/ system/ codec/ journal/ kernel/ providers/ reactors/ bench/ journal/chain/ "
                     "journal/heads/ journal/memory/ journal/sqlite/ cli/journals/"},
}};
constexpr std::array<std::string_view, 3> unrestricted_folders{"tests", "examples", "bench"};

/// The folders that may include the headers under a third-party prefix, and whether their headers may.
struct ThirdParty {
    std::string_view prefix;
    std::string_view folders; // separated by spaces
    bool in_headers;
};
constexpr std::array<ThirdParty, 12> third_parties{{
    {"<nlohmann/json_fwd.hpp>", "codec providers cli tests examples bench", true},
    {"<nlohmann/", "codec kernel providers journal/exchange cli tests examples bench", false},
    {"<CLI/", "cli", true},
    {"<sqlite3.h>", "storage/sqlite tests bench", true},
    {"<libpq-fe.h>", "storage/postgres tests bench", true},
    {"<git2", "reactors/git tests bench", true},
    {"<zlib.h>", "reactors/git", false},
    {"<openssl/", "reactors/git journal/heads journal/sealing tests bench", false},
    {"<doctest/", "tests testing", true},
    {"<rapidcheck", "tests testing", true},
    {"<boost/hana.hpp>", "", false},
    {"<boost/hana/define_struct.hpp>", "core tests testing examples bench codec providers journal kernel cli", true},
}};

// The operating system's headers: by name, or by folder where the name ends in a slash.
constexpr std::array<std::string_view, 20> system_headers{
    "<aio.h>",     "<arpa/",    "<csignal>",  "<dirent.h>", "<dlfcn.h>",   "<fcntl.h>", "<glob.h>",
    "<ifaddrs.h>", "<linux/",   "<net/",      "<netdb.h>",  "<netinet/",   "<poll.h>",  "<pthread.h>",
    "<pwd.h>",     "<sched.h>", "<signal.h>", "<sys/",      "<termios.h>", "<unistd.h>"};
constexpr std::string_view system_folders = "system storage reactors/process reactors/git tests bench";
// Other files that include one. The first handles the signals of a crash, where only write(2) may be called; the second
// replaces functions of the C library.
constexpr std::array<std::string_view, 2> system_files{"testing/engine/crash_reporter.cpp",
                                                       "testing/ambient/calls.cpp"};
constexpr std::string_view database_folders = "storage tests bench";

const Dependency* part_of(std::string_view path) {
    const Dependency* longest = nullptr;
    for (const Dependency& part : dependencies) {
        if (path.starts_with(part.from) && (!longest || part.from.size() > longest->from.size())) longest = &part;
    }
    return longest;
}

/// Returns whether `fits` is true of one of the space-separated `words`.
template <class Fits>
bool any_word(std::string_view words, const Fits& fits) {
    while (!words.empty()) {
        const std::size_t end = std::min(words.find(' '), words.size());
        if (fits(words.substr(0, end))) return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

/// Returns whether `source` is in one of the space-separated folders.
bool is_in(const Source& source, std::string_view folders) {
    return any_word(folders,
                    [&](std::string_view folder) { return source.path.starts_with(std::string(folder) + "/"); });
}

/// Returns a fault for each line of code that contains one of `names`.
Faults lines_with_names(const Source& source, std::span<const std::string_view> names, const std::string& remedy) {
    Faults faults;
    const std::string code = code_of(source.text);
    for (const auto& [number, text] : lines_of(code)) {
        if (std::ranges::any_of(names, [line = text](std::string_view name) { return has_word(line, name); }))
            faults.push_back(fault(source, number, remedy));
    }
    return faults;
}

bool may_include(const Dependency& from, const Dependency& to, std::string_view header) {
    if (&from == &to) return true;
    const bool adapter = (to.from.starts_with("journal/") && to.from != "journal/") ||
                         (to.from.starts_with("storage/") && to.from != "storage/");
    return any_word(from.includes, [&](std::string_view word) {
        return word == header || word == to.from || (!adapter && to.from.starts_with(word));
    });
}

/// Returns whether `text` has a name of libpq's functions, such as PQexec.
bool calls_libpq(std::string_view text) {
    const auto is_letter = [](char character) {
        return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') || character == '_';
    };
    for (std::size_t at = text.find("PQ"); at != std::string_view::npos; at = text.find("PQ", at + 1)) {
        const bool begins = at == 0 || !is_letter(text[at - 1]);
        if (begins && at + 2 < text.size() && text[at + 2] >= 'a' && text[at + 2] <= 'z') return true;
    }
    return false;
}

/// Returns whether `source` is part of an outside project, which may spell its own includes in any form.
bool is_outside(const Source& source) {
    return source.path.starts_with("tests/consumer/") || source.path.starts_with("examples/");
}

} // namespace

Faults include_arrows(const Source& source) {
    if (!is_cpp(source)) return {};
    Faults faults;
    const bool is_unrestricted = std::ranges::count(unrestricted_folders, top_folder_of(source.path)) != 0;
    const Dependency* from = part_of(source.path);
    for (const auto& [number, text] : includes_of(source)) {
        const bool own = text.substr(1).starts_with(spelling);
        if (own != text.starts_with('"') && !is_outside(source))
            faults.push_back(fault(source, number, "write it as \"evenfold/<module>/<file>.hpp\""));
        if (!own || is_unrestricted) continue;
        const std::string_view header = text.substr(1 + spelling.size(), text.size() - spelling.size() - 2);
        if (header == "version.hpp" || header == "core/platform/language.hpp")
            continue; // values that know nothing else
        const Dependency* to = part_of(header);
        if (!from || !to || !may_include(*from, *to, header)) {
            faults.push_back(fault(source, number, "must not include " + std::string(header)));
        }
    }
    return faults;
}

Faults operating_system(const Source& source) {
    if (!is_cpp(source) || is_in(source, system_folders) || is_outside(source)) return {};
    if (std::ranges::count(system_files, source.path)) return {};
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        const auto is_named = [included = text](std::string_view header) { return included.starts_with(header); };
        if (std::ranges::any_of(system_headers, is_named))
            faults.push_back(
                fault(source, number, std::string(text) + ": use a function of system/, or add one there"));
    }
    return faults;
}

Faults database_calls(const Source& source) {
    if (!is_cpp(source) || is_in(source, database_folders)) return {};
    Faults faults;
    const std::string code = code_of(source.text);
    for (const auto& [number, text] : lines_of(code)) {
        if (text.find("sqlite3_") != std::string_view::npos)
            faults.push_back(fault(source, number, "calls SQLite, which only storage/sqlite may do"));
        if (calls_libpq(text))
            faults.push_back(fault(source, number, "calls libpq, which only storage/postgres may do"));
    }
    return faults;
}

Faults foreign_headers(const Source& source) {
    if (!is_cpp(source)) return {};
    Faults faults;
    for (const auto& [number, text] : includes_of(source)) {
        const auto rule = std::ranges::find_if(
            third_parties, [included = text](const ThirdParty& party) { return included.starts_with(party.prefix); });
        if (rule == third_parties.end()) continue;
        const bool is_allowed = is_in(source, rule->folders);
        if (!is_allowed || (is_header(source) && !rule->in_headers && top_folder_of(source.path) != "tests")) {
            faults.push_back(fault(source, number, std::string(text) + " must not be included here"));
        }
    }
    return faults;
}

Faults raw_output(const Source& source) {
    constexpr std::array<std::string_view, 14> ways{"fmt::print", "printf", "fputs",         "puts",         "fputc",
                                                    "putchar",    "putc",   "stdout",        "stderr",       "cout",
                                                    "cerr",       "clog",   "STDOUT_FILENO", "STDERR_FILENO"};
    if (!source.path.starts_with("cli/") || !is_cpp(source) || source.path == "cli/output/print.cpp") return {};
    return lines_with_names(source, ways, "print through cli/output/print.hpp");
}

Faults slow_documents(const Source& source) {
    constexpr std::array<std::string_view, 1> names{"ordered_json"};
    if (!is_cpp(source) || source.path.starts_with("tests/") || source.path.starts_with("bench/suite/")) return {};
    return lines_with_names(source, names, "use codec::OrderedJson");
}

} // namespace evenfold::house
