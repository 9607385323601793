#include "evenfold/bench/suite/cases.hpp"

namespace evenfold::bench {

void add_all(const BenchEffort& effort) {
    add_fold_cases(effort);
    add_decide_cases(effort);
    add_readers_cases(effort);
    const BenchEffort on_disk = effort.quick ? BenchEffort{.events = 20'000, .pairs = 3, .quick = true}
                                             : BenchEffort{.events = 500'000, .pairs = 9, .quick = false};
    add_codec_cases(on_disk);
    add_replay_cases(on_disk);
    add_journal_cases(on_disk);
    add_hand_written_decode_cases(on_disk);
    add_hand_written_text_cases(effort);
#ifdef EVENFOLD_BENCH_GIT
    add_git_cases(effort);
    add_hand_written_git_cases(on_disk);
    add_hand_written_pack_cases(on_disk);
#endif
#ifdef EVENFOLD_BENCH_INGEST
    add_ingest_cases(on_disk);
#endif
#ifdef EVENFOLD_BENCH_OPENSSL
    add_hand_written_hash_cases(on_disk);
#endif
}

} // namespace evenfold::bench
