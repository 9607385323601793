/// The kit in doctest: a sentence or all laws as one check, reported at the caller's line.
/// CHECK_SCENARIO(given<Bank>({...}).when(Deposit{...}).then(Deposited{...}));
/// CHECK_LAWS(Bank); or, with a Search of its own, CHECK_LAWS(Bank, search);
#pragma once

#include <doctest/doctest.h>

#include "evenfold/testing/laws.hpp"
#include "evenfold/testing/scenario.hpp"

/// Goes on after a failure, as CHECK does.
#define CHECK_SCENARIO(...)                                                                                            \
    do {                                                                                                               \
        const ::evenfold::testing::Verdict evenfold_verdict = (__VA_ARGS__);                                           \
        if (evenfold_verdict)                                                                                          \
            CHECK(true);                                                                                               \
        else                                                                                                           \
            ADD_FAIL_CHECK_AT(__FILE__, __LINE__, evenfold_verdict.told());                                            \
    } while (false)

/// Each broken law is a failure of its own, told with a test that shows it; so is a search that put nothing to the
/// test. Kinds of commands that never had events are told. After the domain, a Search of it.
#define CHECK_LAWS(domain, ...)                                                                                        \
    do {                                                                                                               \
        const auto evenfold_searched =                                                                                 \
            ::evenfold::testing::searched<domain>(::evenfold::testing::Search<domain>{__VA_ARGS__});                   \
        CHECK(true);                                                                                                   \
        for (const auto& evenfold_finding : evenfold_searched.findings)                                                \
            ADD_FAIL_CHECK_AT(__FILE__, __LINE__, to_text(evenfold_finding));                                          \
        if (const auto evenfold_never = never_text(evenfold_searched.tally); !evenfold_never.empty())                  \
            ADD_MESSAGE_AT(__FILE__, __LINE__, evenfold_never);                                                        \
    } while (false)
