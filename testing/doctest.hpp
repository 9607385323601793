/// The testing kit in doctest: a scenario or all laws as one check, reported at the caller's line.
/// A failed scenario shows the difference field by field. A broken law shows a short test that breaks it. Both continue
/// with the rest of the test, as CHECK does. EVENFOLD_SEED and EVENFOLD_CASES change the search (docs/laws.md).
///
///     CHECK_SCENARIO(given<Counter>({Added{60}}).when(Add{60}).then_error(TooMuch{100}));
///     CHECK_SCENARIO(given<Counter>({Added{60}}).when(Clear{}).then(Cleared{}));
///     CHECK_LAWS(Counter); // or, with a Search of its own, CHECK_LAWS(Counter, search)
#pragma once

#include <doctest/doctest.h>

#include "evenfold/testing/laws.hpp"
#include "evenfold/testing/scenario.hpp"

/// Continues after a failure, as CHECK does.
#define CHECK_SCENARIO(...)                                                                                            \
    do {                                                                                                               \
        const ::evenfold::testing::Verdict evenfold_verdict = (__VA_ARGS__);                                           \
        if (evenfold_verdict)                                                                                          \
            CHECK(true);                                                                                               \
        else                                                                                                           \
            ADD_FAIL_CHECK_AT(__FILE__, __LINE__, evenfold_verdict.message());                                         \
    } while (false)

/// Reports each cause of broken laws as its own failure, with a test that reproduces it. Also reports a search that
/// tested nothing, and kinds of commands that hardly had events. A Search, or its members, may follow the domain:
/// CHECK_LAWS(Counter, .rare_kinds = {"Clear"}).
#define CHECK_LAWS(domain, ...)                                                                                        \
    do {                                                                                                               \
        const auto evenfold_searched =                                                                                 \
            ::evenfold::testing::run_search<domain>(::evenfold::testing::Search<domain>{__VA_ARGS__});                 \
        CHECK(true);                                                                                                   \
        for (const auto& evenfold_finding : evenfold_searched.findings)                                                \
            ADD_FAIL_CHECK_AT(__FILE__, __LINE__, to_text(evenfold_finding));                                          \
        if (const auto evenfold_never = uncovered_text(evenfold_searched.coverage); !evenfold_never.empty())           \
            ADD_MESSAGE_AT(__FILE__, __LINE__, evenfold_never);                                                        \
    } while (false)
