/// The domains of the tree: the rows of each, and the places above core/ that may name it.
/// Shape: a table, one entry per domain. To add a domain, add an entry here and an evenfold_library() call in
/// core/CMakeLists.txt; tests/house/domain_rules.cpp checks every entry.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace evenfold::house {

/// A file or folder outside the rows of a domain, and the reason for it.
struct Exception {
    std::string_view path;
    std::string_view reason;
};

struct DomainEntry {
    std::string_view name;            // of its folders, its files and its namespace
    std::string_view rows;            // file names, separated by spaces; empty: one header per directory, no folders
    std::string_view golden;          // the folder of its golden files
    std::span<const Exception> also;  // further files of the domain, relative to core/ and without extension
    std::span<const Exception> users; // prefixes of paths that may name the domain, beside those that each domain has
};

inline constexpr std::array<Exception, 19> orchestration_also{{
    {"commands/orchestration/provider_event", "the variant of what providers report, within one command"},
    {"commands/orchestration_shapes", "instantiates shapes, because that is slow to compile"},
    {"events/orchestration_shapes", "instantiates shapes, because that is slow to compile"},
    {"projector/orchestration/cascade", "removes entities with all that belongs to them, for several rows"},
    {"projector/orchestration/compaction", "shortens a log, across rows"},
    {"projector/orchestration/open_texts", "a cache of the texts of the replies"},
    {"projector/orchestration/reply", "the replies of a transcript"},
    {"projector/orchestration_shapes", "instantiates shapes, because that is slow to compile"},
    {"projector/orchestration_state", "instantiates State once, because that is slow to compile"},
    {"projector/orchestration_streams", "the stream of each event"},
    {"decider/orchestration/checks", "questions that several rows ask"},
    {"decider/orchestration/closing", "the batch of events that ends a turn, for several rows"},
    {"decider/orchestration/content", "decides each provider event, for the row ingestion"},
    {"decider/orchestration/decision", "the result type of all rows"},
    {"decider/orchestration/effect_shapes", "instantiates shapes, because that is slow to compile"},
    {"decider/orchestration/effects", "the outstanding effects of a model"},
    {"decider/orchestration/error_shapes", "instantiates shapes, because that is slow to compile"},
    {"decider/orchestration/errors", "the variant of rejections and their classes"},
    {"decider/orchestration/rejections", "the rejections of all rows"},
}};
inline constexpr std::array<Exception, 5> orchestration_users{{
    {"providers/", "they translate to orchestration's ProviderEvent"},
    {"reactors/process/agent_session", "it reports ProviderEvents of a child process"},
    {"bench/suite/", "its pairs measure orchestration"},
    {"bench/peers/", "others are compared with orchestration"},
    {"cli/", "the program's verbs are those of orchestration"},
}};

inline constexpr std::array<DomainEntry, 1> domains{{
    {"orchestration", "project thread turn ingestion checkpoint git", "tests/golden/", orchestration_also,
     orchestration_users},
}};

} // namespace evenfold::house
