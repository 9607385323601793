// Code that the compiler refuses with its own message, which is short enough.
// The name of one case is defined on the command line; without any, the file compiles.

#include "evenfold/testing/scenario.hpp"
#ifdef KIND_OF_NO_JOURNAL
#include "evenfold/testing/law/journal_laws.hpp"
#endif

namespace {

struct Counter {
    using Command = int;
    using Event = int;
    using Model = int;
    using Error = int;
#ifdef NOT_CONSTEXPR
    static std::expected<std::vector<int>, int> decide(const Command&, const Model&) { return {}; }
#else
    static constexpr std::expected<std::vector<int>, int> decide(const Command&, const Model&) { return {}; }
#endif
    static constexpr Model project(Model model, const Event& event) { return model + event; }
};

using namespace evenfold::testing;

static_assert(given<Counter>().when(1).then_nothing());

#ifdef KIND_OF_NO_JOURNAL
const JournalKind kind{"none", [] { return 0; }};
#endif

} // namespace

int main() {}
