#include "evenfold/tests/house/language/duplicate_names.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>

#include "evenfold/tests/house/domains.hpp"

namespace evenfold::house {
namespace {

constexpr std::array<std::string_view, 11> product_folders{
    "core", "codec", "providers", "system", "storage", "journal", "kernel", "reactors", "testing", "bench", "cli"};

struct Exemption {
    std::string_view text; // a name, or the prefix of a path
    std::string_view reason;
};
constexpr std::array<Exemption, 6> exempt_names{{
    {"Command", "the concept Domain requires it of each domain and of each composition of domains"},
    {"Event", "the concept Domain requires it of each domain and of each composition of domains"},
    {"Error", "the concept Domain requires it of each domain and of each composition of domains"},
    {"Model", "the concept Domain requires it of each domain and of each composition of domains"},
    {"Effect", "the type of each domain's effects, and generic code refers to it by this name"},
    {"Json", "the JSON value of nlohmann, with or without the order of its fields"},
}};
constexpr std::array<Exemption, 2> exempt_paths{{
    {"bench/suite/bare/", "a program without the library, which repeats the entities of the domain on purpose"},
    {"bench/peers/", "programs for other libraries, which repeat the entities of the domain on purpose"},
}};

struct Token {
    std::string_view text; // a word, or one other character
    std::size_t line = 0;
};
using Statement = std::span<const Token>;

bool in_word(char letter) {
    return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_';
}

/// Returns the tokens of `code`, which is blanked by code_of(), without preprocessor directives.
std::vector<Token> tokens_of(std::string_view code) {
    std::vector<Token> tokens;
    bool continues = false; // whether the directive of the previous line continues
    for (const auto& [number, line] : lines_of(code)) {
        const std::size_t first = line.find_first_not_of(' ');
        const bool directive = continues || (first != std::string_view::npos && line[first] == '#');
        continues = directive && line.ends_with('\\');
        for (std::size_t at = 0; at < line.size() && !directive;) {
            std::size_t end = at + 1;
            while (in_word(line[at]) && end < line.size() && in_word(line[end])) ++end;
            if (line[at] != ' ') tokens.push_back({line.substr(at, end - at), number});
            at = end;
        }
    }
    return tokens;
}

bool is_at(Statement statement, std::size_t at, std::string_view text) {
    return at < statement.size() && statement[at].text == text;
}

/// Returns the position after the bracket that matches the one at `at`.
std::size_t past_brackets(Statement statement, std::size_t at, std::string_view open, std::string_view close) {
    std::size_t depth = 0;
    for (; at < statement.size(); ++at) {
        if (statement[at].text == open) ++depth;
        if (statement[at].text == close && --depth == 0) return at + 1;
    }
    return at;
}

/// Returns the statement without its leading `template <...>`.
Statement without_template(Statement statement) {
    while (is_at(statement, 0, "template")) statement = statement.subspan(past_brackets(statement, 1, "<", ">"));
    return statement;
}

/// What a `{` opens. Only the statements of namespaces and types define names that the rule is about.
struct Opening {
    bool has_members = false;       // a namespace or a type
    const Token* defined = nullptr; // the name of the type, unless it is a specialisation
};

/// Returns what a `{` after `statement` opens, from the keyword of a type at `at` on.
Opening opening_of_type(Statement statement, std::size_t at) {
    if (is_at(statement, at, "enum") && (is_at(statement, at + 1, "class") || is_at(statement, at + 1, "struct"))) ++at;
    ++at;
    if (is_at(statement, at, "[")) at = past_brackets(statement, at, "[", "]");
    if (is_at(statement, at, "alignas")) at = past_brackets(statement, at + 1, "(", ")");
    const auto is_qualified = [&] { return is_at(statement, at + 1, ":") && is_at(statement, at + 2, ":"); };
    while (is_qualified()) at += 3;
    if (at >= statement.size()) return {.has_members = true}; // without a name
    if (is_at(statement, at + 1, "<")) return {.has_members = true};
    const bool ends = at + 1 == statement.size() || is_at(statement, at + 1, ":") || is_at(statement, at + 1, "final");
    return ends ? Opening{.has_members = true, .defined = &statement[at]} : Opening{};
}

Opening opening_of(Statement statement) {
    statement = without_template(statement);
    const auto is_namespace = [](const Token& token) { return token.text == "namespace"; };
    if (std::ranges::any_of(statement, is_namespace)) return {.has_members = true};
    for (std::size_t at = 0; at < statement.size(); ++at) {
        if (is_at(statement, at, "(")) {
            at = past_brackets(statement, at, "(", ")") - 1;
            continue;
        }
        const std::string_view word = statement[at].text;
        if (word == "struct" || word == "class" || word == "union" || word == "enum")
            return opening_of_type(statement, at);
    }
    return {};
}

std::string joined(Statement statement) {
    std::string text;
    for (const Token& token : statement) {
        if (!text.empty() && in_word(text.back()) && in_word(token.text.front())) text += ' ';
        text += token.text;
    }
    return text;
}

/// Returns whether `target` ends in `name`, ignoring template arguments: `kernel::Kernel<D>` ends in Kernel.
bool repeats_name(std::string_view target, std::string_view name) {
    target = target.substr(0, target.find('<'));
    return target == name || (target.ends_with(name) && !in_word(target[target.size() - name.size() - 1]));
}

void add_alias(Statement statement, std::vector<TypeDefinition>& types) {
    statement = without_template(statement);
    if (!is_at(statement, 0, "using") || !is_at(statement, 2, "=")) return;
    TypeDefinition alias{
        .name = std::string(statement[1].text), .target = joined(statement.subspan(3)), .line = statement[1].line};
    if (!repeats_name(alias.target, alias.name)) types.push_back(std::move(alias));
}

bool is_one_word(std::string_view name) {
    return name.size() > 1 && std::isupper(static_cast<unsigned char>(name.front())) != 0 &&
           std::ranges::all_of(name.substr(1), [](unsigned char letter) {
               return std::islower(letter) != 0 || std::isdigit(letter) != 0;
           });
}

bool is_checked(std::string_view path) {
    return std::ranges::find(product_folders, top_folder_of(path)) != product_folders.end() &&
           std::ranges::none_of(exempt_paths, [&](const Exemption& exempt) { return path.starts_with(exempt.text); });
}

/// Returns the domain whose rows `path` belongs to: `orchestration` for core/events/orchestration/turn.hpp.
std::string domain_of(std::string_view path) {
    if (!path.starts_with("core/")) return {};
    const std::string_view rest = path.substr(path.find('/', 5) + 1);
    const std::string_view domain = rest.substr(0, rest.find_first_of("./"));
    const bool is_listed = std::ranges::find(domains, domain, &DomainEntry::name) != domains.end();
    return is_listed ? std::string(domain) : std::string();
}

} // namespace

std::vector<TypeDefinition> types_of(const Source& source) {
    std::vector<TypeDefinition> types;
    const std::string code = code_of(source.text);
    const std::vector<Token> tokens = tokens_of(code);
    std::vector<bool> scopes; // whether each open brace belongs to a namespace or type
    std::size_t begin = 0;    // of the current statement
    for (std::size_t at = 0; at < tokens.size(); ++at) {
        const std::string_view text = tokens[at].text;
        const bool label =
            text == ":" && at == begin + 1 &&
            (tokens[begin].text == "public" || tokens[begin].text == "private" || tokens[begin].text == "protected");
        if (text != "{" && text != "}" && text != ";" && !label) continue;
        const Statement statement = Statement(tokens).subspan(begin, at - begin);
        begin = at + 1;
        const bool inside_function = std::ranges::find(scopes, false) != scopes.end();
        if (text == ";" && !inside_function) add_alias(statement, types);
        if (text == "}" && !scopes.empty()) scopes.pop_back();
        if (text != "{") continue;
        const Opening opening = opening_of(statement);
        if (opening.defined && !inside_function)
            types.push_back({.name = std::string(opening.defined->text), .target = {}, .line = opening.defined->line});
        scopes.push_back(opening.has_members);
    }
    return types;
}

SharedNames shared_names(std::span<const Source> tree) {
    SharedNames all;
    std::set<std::pair<std::string, std::string>> known; // each name with what identifies its type
    for (const Source& source : tree) {
        if (!is_cpp(source) || !is_checked(source.path)) continue;
        const std::string domain = domain_of(source.path);
        for (const TypeDefinition& type : types_of(source)) {
            if (!is_one_word(type.name) || std::ranges::count(exempt_names, type.name, &Exemption::text) > 0) continue;
            const std::string place = source.path + ":" + std::to_string(type.line);
            const std::string& identity = !domain.empty() ? domain : type.target.empty() ? place : type.target;
            if (known.emplace(type.name, identity).second) all[type.name].push_back(place);
        }
    }
    std::erase_if(all, [](const auto& entry) { return entry.second.size() < 2; });
    return all;
}

} // namespace evenfold::house
