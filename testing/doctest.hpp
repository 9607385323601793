/// The kit in doctest: a scenario or all laws as one check, reported at the caller's line.
/// CHECK_SCENARIO(given<Bank>({...}).when(Deposit{...}).then(Deposited{...}));
/// CHECK_LAWS(Bank); or, with a Search of its own, CHECK_LAWS(Bank, search);
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

/// Reports each broken law as its own failure, with a test that reproduces it. Also reports a search that tested
/// nothing, and lists the kinds of commands that never had events. A Search of the domain may follow the domain.
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
