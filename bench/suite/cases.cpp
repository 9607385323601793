#include "evenfold/bench/suite/cases.hpp"

namespace evenfold::bench {

void add_all(const Effort& effort) {
    add_fold_cases(effort);
    add_decide_cases(effort);
#ifdef EVENFOLD_SQLITE
    add_codec_cases(effort);
    add_replay_cases(effort);
    add_journal_cases(effort);
#endif
}

} // namespace evenfold::bench
