// Recordings of an agent, read and recorded, compared with simdjson, which only parses each line. The stages: an index
// of each line; items by a provider's parser; items decided and projected, without a journal; the whole command
// `evenfold ingest` with a journal in a file.

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <simdjson.h>
#include <string>
#include <string_view>
#include <vector>

#include "evenfold/bench/suite/cases.hpp"
#include "evenfold/bench/suite/ingest/recording.hpp"
#include "evenfold/bench/suite/stored/stored.hpp"
#include "evenfold/core/decider/orchestration.hpp"
#include "evenfold/core/projector/orchestration.hpp"
#include "evenfold/core/values/sha256.hpp"
#include "evenfold/providers/formats.hpp"
#include "evenfold/providers/wire/json_index.hpp"

namespace evenfold::bench {
namespace {

using namespace orchestration;
using SharedRecording = std::shared_ptr<const Recording>;

constexpr std::size_t chunk_bytes = 64U << 10; // as the program reads

std::string digest_of(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return to_text(hash.finish());
}

/// Parses each line into a document. The digest is the correct one, because documents have no state to compare.
PairSide parse_lines(const SharedRecording& recording) {
    return [recording](RunTimer& watch) {
        const simdjson::padded_string padded(recording->lines);
        simdjson::dom::parser parser;
        const std::string_view all = padded;
        watch.start();
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = all.find('\n', at);
            if (parser.parse(all.data() + at, end - at, false).error() != simdjson::SUCCESS) std::abort();
            at = end + 1;
        }
        watch.stop();
        return digest_of(recording->text);
    };
}

/// Reads each line into an index. The digest is the correct one, because an index has no state to compare.
PairSide index_lines(const SharedRecording& recording) {
    return [recording](RunTimer& watch) {
        providers::JsonIndex index;
        const std::string_view all = recording->lines;
        watch.start();
        for (std::size_t at = 0; at < all.size();) {
            const std::size_t end = all.find('\n', at);
            if (!index.read(all.substr(at, end - at))) std::abort();
            at = end + 1;
        }
        watch.stop();
        return digest_of(recording->text);
    };
}

/// Calls `take` with each item of the recording.
template <class Take>
void each_item(const Recording& recording, Take take) {
    const auto parser = providers::format_named("claude-stream-json")->open();
    const std::string_view all = recording.lines;
    for (std::size_t at = 0; at < all.size(); at += chunk_bytes)
        for (providers::Item& item : parser->feed(all.substr(at, chunk_bytes))) take(std::move(item));
    for (providers::Item& item : parser->finish()) take(std::move(item));
}

/// Keeps only the text of the items, as `parse_lines` keeps no documents.
PairSide read_items(const SharedRecording& recording) {
    return [recording](RunTimer& watch) {
        std::string text;
        watch.start();
        each_item(*recording, [&](const providers::Item& item) {
            const auto* event = std::get_if<ProviderEvent>(&item);
            if (!event) return;
            if (const auto* delta = std::get_if<provider::TextDelta>(event)) text += delta->text;
            if (const auto* result = std::get_if<provider::ToolResult>(event)) text += result->output;
        });
        watch.stop();
        return digest_of(text);
    };
}

/// Decides and projects the commands that record the items of a stream.
class PureRecorder {
public:
    explicit PureRecorder(const Recording& recording) : recording_(recording) {
        for (const orchestration::Command& command : recording.setup) submit(command);
    }

    void on(providers::Item&& item) {
        auto* event = std::get_if<ProviderEvent>(&item);
        if (!event) return;
        if (!turn_) {
            const StartTurn& start = recording_.turns.at(turns_++);
            turn_ = start.turn;
            seq_ = 0;
            submit(start);
            submit(ConfirmTurnDispatched{.turn = start.turn, .provider_turn_ref = {}});
        }
        const TurnId turn = *turn_;
        if (std::holds_alternative<provider::TurnComplete>(*event)) turn_.reset();
        auto& ingest = std::get<IngestProviderEvent>(ingest_);
        ingest.turn = turn;
        ingest.seq = ++seq_;
        ingest.event = std::move(*event);
        submit(ingest_);
    }

    /// Returns the text of the replies and the results.
    [[nodiscard]] std::string text() const {
        std::string text;
        for (const StartTurn& start : recording_.turns) {
            const Exchange* exchange = model_->transcript.exchanges.find(start.turn);
            if (!exchange || !exchange->reply) continue;
            for (const Block& block : exchange->reply->blocks) {
                if (const auto* said = std::get_if<Text>(&block)) text += said->text;
                const auto* use = std::get_if<ToolUse>(&block);
                const ToolOutput* output = use ? exchange->outputs.find(use->call_id) : nullptr;
                if (output) text += output->output.view();
            }
        }
        return text;
    }

private:
    void submit(const orchestration::Command& command) {
        const auto decided = decide(command, model_);
        if (!decided) std::abort(); // the decider accepts every command of a recording
        for (const Event& event : *decided) model_ = project(std::move(model_), event);
    }

    const Recording& recording_;
    Model model_;
    std::optional<TurnId> turn_; // the active turn
    std::size_t turns_ = 0;      // begun
    std::uint64_t seq_ = 0;
    orchestration::Command ingest_ = IngestProviderEvent{.turn = {}, .epoch = 1, .seq = 0, .event = {}}; // the last one
};

PairSide decide_and_project_items(const SharedRecording& recording) {
    return [recording](RunTimer& watch) {
        PureRecorder recorder(*recording);
        watch.start();
        each_item(*recording, [&](providers::Item&& item) { recorder.on(std::move(item)); });
        watch.stop();
        return digest_of(recorder.text());
    };
}

/// Runs the program on a file of the recording. Its exit status shows whether it has recorded each turn to its end.
PairSide run_ingest(const SharedRecording& recording) {
    return [recording](RunTimer& watch) {
        const Folder folder;
        const std::string file = folder.file("recording.jsonl").string();
        std::ofstream(file) << recording->lines;
        const std::string command =
            fmt::format("'{}' --db '{}' ingest '{}' > '{}'", EVENFOLD_BENCH_INGEST, folder.file("journal.db").string(),
                        file, folder.file("summary").string());
        watch.start();
        const int status = std::system(command.c_str()); // NOLINT(concurrency-mt-unsafe): no thread runs
        watch.stop();
        return status == 0 ? digest_of(recording->text) : fmt::format("exit status {}", status);
    };
}

} // namespace

void add_ingest_cases(const BenchEffort& effort) {
    const auto recording = std::make_shared<const Recording>(recording_of(effort.events));
    const auto pair = [&](const char* name, const char* goal, double required, PairSide product) {
        add({.name = name,
             .goal = goal,
             .required = required,
             .events = effort.events,
             .pairs = effort.pairs,
             .product = std::move(product),
             .limit = parse_lines(recording)});
    };
    pair("hand_written/json_index/simdjson", "hand-written: an index of each line, against simdjson's documents", 0,
         index_lines(recording));
    pair("ingest/items", "ingest: items, against simdjson's documents", 0.30, read_items(recording));
    pair("ingest/decide_and_project", "ingest: without a journal, against simdjson's documents", 0.25,
         decide_and_project_items(recording));
    if (!std::filesystem::exists(EVENFOLD_BENCH_INGEST)) return; // tools/bench --quick does not build the program
    pair("ingest/whole_command", "ingest: the whole command, against simdjson's documents", 0, run_ingest(recording));
}

} // namespace evenfold::bench
