#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <algorithm>

#include "evenfold/bench/suite/bare/fold.hpp"
#include "evenfold/bench/suite/batches.hpp"
#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/reflection/digest.hpp"

namespace evenfold::bench {
namespace {

using orchestration::Event;
using orchestration::Model;

/// Folds the log; `move_on` advances the model over a batch.
template <class MoveOn>
std::string folded(const SharedEvents& log, RunTimer& watch, MoveOn move_on) {
    Model model;
    each_batch(log, [&](const std::vector<Event>& batch) {
        watch.start();
        model = move_on(std::move(model), batch);
        watch.stop();
    });
    return to_text(digest(model));
}

PairSide batches(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        return folded(log, watch,
                      [](Model model, const std::vector<Event>& batch) { return fold(std::move(model), batch); });
    };
}

PairSide one_by_one(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        return folded(log, watch, [](Model model, const std::vector<Event>& batch) {
            for (const Event& event : batch) model = project(std::move(model), event);
            return model;
        });
    };
}

PairSide bare(const SharedEvents& log) {
    return [log](RunTimer& watch) {
        BareModel model;
        IndexResolver resolver;
        std::vector<BareEvent> ready;
        each_batch(log, [&](const std::vector<Event>& batch) {
            ready.clear();
            for (const Event& event : batch) ready.push_back(resolver(event));
            watch.start();
            model.fold(ready);
            watch.stop();
        });
        return to_text(digest(model.model()));
    };
}

/// Scales the time of `side`, to compare the times per event of two logs: growth, not two designs.
PairSide scaled(PairSide side, double factor) {
    return [side = std::move(side), factor](RunTimer& watch) {
        (void)side(watch);
        watch.scale(factor);
        return std::string();
    };
}

/// Returns a log that is almost only deltas of one block.
SharedEvents one_block(std::size_t deltas) {
    MixShape shape = one_slot();
    shape.segments = {1, 1};
    shape.deltas = {deltas, deltas};
    std::vector<Event> events = events_of(shape, deltas + 20);
    const auto is_delta = [](const Event& event) { return std::holds_alternative<orchestration::TextAppended>(event); };
    const auto end = std::find_if_not(std::ranges::find_if(events, is_delta), events.end(), is_delta);
    events.erase(end, events.end());
    return std::make_shared<const std::vector<Event>>(std::move(events));
}

/// Returns the heap that the model may occupy: all live text and tool payloads, and 100 bytes per entity.
std::size_t allowed_heap(const Model& model) {
    std::size_t bytes = 0;
    std::size_t entities = model->index.turns.size() + model->index.checkpoints.size() + model->index.requests.size() +
                           model->index.threads.size();
    const auto add_block = [&](const orchestration::Block& block) {
        if (const auto* text = std::get_if<orchestration::Text>(&block)) bytes += text->text.size();
        const auto* call = std::get_if<orchestration::ToolUse>(&block);
        if (!call) return;
        bytes += call->input.size();
        ++entities;
    };
    const auto add_message = [&](const std::optional<orchestration::Message>& message) {
        if (!message) return;
        ++entities;
        std::ranges::for_each(message->blocks, add_block);
    };
    for (const orchestration::Exchange* exchange : model->transcript.exchanges.sorted()) {
        add_message(exchange->input);
        add_message(exchange->reply);
        for (const orchestration::ToolOutput* output : exchange->outputs.sorted()) bytes += output->output.size();
    }
    return bytes + 100 * entities;
}

/// Reports allowed over occupied heap as if it were a speed.
void heap_of_the_model(benchmark::State& state, const SharedEvents& log) {
    double taken = 0;
    double allowed = 0;
    for (auto _ : state) {
        RunTimer watch;
        watch.start();
        const Model model = fold(Model{}, *log);
        watch.stop();
        taken = static_cast<double>(watch.heap_bytes());
        allowed = static_cast<double>(allowed_heap(model));
        state.SetIterationTime(watch.seconds());
    }
    report_result(state, {.goal = "P6: heap allowed (text, payloads, 100 B an entity) over heap taken",
                          .ratio = allowed / taken,
                          .required = 1 / 1.3,
                          .aimed = 1 / 1.1,
                          .product = taken / static_cast<double>(log->size()),
                          .limit = allowed / static_cast<double>(log->size())});
}

/// Counts allocations of the mix's deltas, including blocks and growth of text. `limit` is the allowed number.
void allocations_of_deltas(benchmark::State& state, const SharedEvents& log) {
    RunTimer watch;
    std::size_t deltas = 0;
    for (auto _ : state) {
        Model model;
        for (const Event& event : *log) {
            const bool is_delta = std::holds_alternative<orchestration::TextAppended>(event);
            if (is_delta) watch.start();
            model = project(std::move(model), event);
            if (is_delta) watch.stop();
            if (is_delta) ++deltas;
        }
        state.SetIterationTime(watch.seconds());
    }
    const double each = static_cast<double>(watch.allocations()) / static_cast<double>(deltas);
    report_result(state, {.goal = "P10: 0.05 allocations a delta over those made",
                          .ratio = 0.05 / each,
                          .required = 1,
                          .aimed = 5,
                          .product = each,
                          .limit = 0.05});
}

void add_growth(const BenchEffort& effort) {
    const std::size_t small = 100'000;
    const std::size_t large = effort.quick ? 1'000'000 : 10'000'000;
    const SharedEvents few = shared_events({}, small);
    const SharedEvents many = shared_events({}, large);
    const auto share = static_cast<double>(few->size()) / static_cast<double>(many->size());
    add({.name = fmt::format("fold/growth_to_{}", large),
         .goal = "P7: ns an event, against 100,000 events",
         .required = 1 / 1.2,
         .aimed = 1 / 1.05,
         .events = few->size(),
         .pairs = effort.quick ? 3U : 5U,
         .product = scaled(batches(many), share),
         .limit = scaled(batches(few), 1)});
}

void add_blocks(const BenchEffort& effort) {
    const std::size_t deltas = effort.quick ? 100'000 : 1'000'000;
    const SharedEvents block = one_block(deltas);
    const SharedEvents short_block = one_block(100);
    const auto blocks = static_cast<double>(block->size()) / static_cast<double>(short_block->size());
    const PairSide many_short = [short_block, rounds = static_cast<std::size_t>(blocks)](RunTimer& watch) {
        for (std::size_t round = 0; round < rounds; ++round) (void)batches(short_block)(watch);
        return std::string();
    };
    add({.name = fmt::format("fold/block_of_{}_deltas", deltas),
         .goal = "P7: against blocks of 100",
         .required = 1 / 1.2,
         .aimed = 1 / 1.05,
         .events = block->size(),
         .pairs = effort.pairs,
         .product = scaled(batches(block), 1),
         .limit = many_short});
}

} // namespace

void add_fold_cases(const BenchEffort& effort) {
    const auto against_bare = [&](const char* name, const MixShape& shape, const char* goal, double required) {
        const SharedEvents log = shared_events(shape, effort.events);
        add({.name = fmt::format("fold/{}", name),
             .goal = goal,
             .required = required,
             .aimed = required > 0 ? 1.0 : 0,
             .events = log->size(),
             .pairs = effort.pairs,
             .product = batches(log),
             .limit = bare(log)});
    };
    against_bare("mix", {}, "P1: against a bare fold", 0.85);
    against_bare("one_slot", one_slot(), "against a bare fold", 0);
    against_bare("scattered", scattered(), "P1: against a bare fold", 0.75);
    against_bare("one_long_thread", one_long_thread(), "against a bare fold", 0);
    against_bare("small_pieces", small_pieces(), "P1: against a bare fold", 0.70);
    against_bare("ten_agents", ten_agents(), "against a bare fold", 0);

    const SharedEvents log = shared_events({}, effort.events);
    add({.name = "project/one_by_one",
         .goal = "P2: against the fold of batches",
         .required = 0.90,
         .aimed = 1.0,
         .events = log->size(),
         .pairs = effort.pairs,
         .product = one_by_one(log),
         .limit = batches(log)});

    add_growth(effort);
    add_blocks(effort);
    benchmark::RegisterBenchmark("fold/heap", [log](benchmark::State& state) { heap_of_the_model(state, log); })
        ->UseManualTime()
        ->Iterations(1);
    benchmark::RegisterBenchmark("fold/allocations",
                                 [log](benchmark::State& state) { allocations_of_deltas(state, log); })
        ->UseManualTime()
        ->Iterations(1);
}

} // namespace evenfold::bench
