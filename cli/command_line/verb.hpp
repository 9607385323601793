/// A verb of the program: its name, its help, its options and its function.
///
///     RunVerb declare_count(OptionSet& set) {
///         auto options = std::make_shared<CountOptions>();
///         set.text("--type", options->type, "Only events of this type [all]");
///         return [options](const Invocation& invocation) { return count(invocation, *options); };
///     }
///     const Verb count_verb{.name = "count", .summary = "Count the events", .declare = &declare_count};
///
/// Shape: one source under verbs/ per verb, and one row in verbs/table.hpp.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "evenfold/cli/command_line/invocation.hpp"
#include "evenfold/cli/command_line/option_set.hpp"

namespace evenfold::cli {

/// Runs a verb with the parsed options.
using RunVerb = std::function<ExitCode(const Invocation& invocation)>;

/// The journal that a verb uses if --db is absent.
enum class JournalUse : std::uint8_t {
    by_default,   // the default journal
    only_if_named // no journal
};

struct Verb {
    std::string_view name;
    std::string_view summary; // in the list of verbs
    // NOLINTBEGIN(readability-redundant-member-init): without it, g++ warns of lists that omit the member
    std::string_view details = {}; // below the options in the help of the verb
    std::string_view domain = {};  // the only domain that the verb works on; empty: any domain, and --domain chooses it
    // NOLINTEND(readability-redundant-member-init)
    JournalUse journal = JournalUse::by_default;
    bool may_create = false; // whether it creates the journal if there is none
    bool takes_keys = false; // whether the options of the journal's secrets may follow it
    /// Declares the options. Returns the function that runs the verb with their values.
    RunVerb (*declare)(OptionSet& set);
};

} // namespace evenfold::cli
