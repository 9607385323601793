#include "evenfold/bench/suite/cases.hpp"

namespace evenfold::bench {

void add_all(const Effort& effort) {
    add_fold_cases(effort);
    add_decide_cases(effort);
    add_readers_cases(effort);
    const Effort on_disk = effort.quick ? Effort{.events = 20'000, .pairs = 3, .quick = true}
                                        : Effort{.events = 500'000, .pairs = 9, .quick = false};
    add_codec_cases(on_disk);
    add_replay_cases(on_disk);
    add_journal_cases(on_disk);
}

} // namespace evenfold::bench
