/// The verbs of the program, in one table: help lists them in this order.
/// Shape: each verb is defined, with its options and its function, in the source of its name (verb.hpp).
#pragma once

#include <array>

#include "evenfold/cli/command_line/verb.hpp"

namespace evenfold::cli {

extern const Verb run_verb, ingest_verb, threads_verb, transcript_verb, checkpoint_verb, checkpoints_verb, diff_verb,
    revert_verb, commit_verb, model_verb, log_verb, replay_verb, verify_verb, anchor_verb, proof_verb, keys_verb,
    journal_verb, erase_verb, retain_verb, compact_verb, bench_verb, submit_verb, commands_verb;

inline constexpr std::array<const Verb*, 23> verb_table{
    &run_verb,    &ingest_verb,  &threads_verb, &transcript_verb, &checkpoint_verb, &checkpoints_verb,
    &diff_verb,   &revert_verb,  &commit_verb,  &model_verb,      &log_verb,        &replay_verb,
    &verify_verb, &anchor_verb,  &proof_verb,   &keys_verb,       &journal_verb,    &erase_verb,
    &retain_verb, &compact_verb, &bench_verb,   &submit_verb,     &commands_verb};

} // namespace evenfold::cli
