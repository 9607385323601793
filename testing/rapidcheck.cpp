#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <stdexcept>
#include <string>
#include <string_view>

#include "evenfold/testing/search.hpp"

namespace evenfold::testing {

/// Declared in rapidcheck.hpp, which this file does not include because the kit is built without rapidcheck.
bool pass_environment_to_rapidcheck();

bool pass_environment_to_rapidcheck() {
    // NOLINTBEGIN(concurrency-mt-unsafe): before main
    const char* given = std::getenv("RC_PARAMS");
    std::string parameters = given ? given : "";
    const auto pass = [&](const char* variable, std::uint64_t least, std::string_view parameter) {
        const char* value = std::getenv(variable);
        if (!value || parameters.find(parameter) != std::string::npos) return;
        try {
            static_cast<void>(number_from_environment(variable, 0, least));
        } catch (const std::invalid_argument& invalid) { // rapidcheck refuses the value, but does not know its variable
            fmt::print(stderr, "evenfold: {}\n", invalid.what());
        }
        parameters += " " + std::string(parameter) + value;
    };
    pass("EVENFOLD_SEED", 0, "seed=");
    pass("EVENFOLD_CASES", 1, "max_success=");
    return parameters.empty() || ::setenv("RC_PARAMS", parameters.c_str(), 1) == 0;
    // NOLINTEND(concurrency-mt-unsafe)
}

} // namespace evenfold::testing
