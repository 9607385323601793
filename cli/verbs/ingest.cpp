#include "evenfold/cli/verbs/ingest.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "evenfold/cli/recording/input.hpp"
#include "evenfold/cli/recording/place.hpp"
#include "evenfold/cli/recording/recorder.hpp"
#include "evenfold/cli/words/refusal.hpp"
#include "evenfold/cli/words/report.hpp"
#include "evenfold/kernel/fresh_id.hpp"

namespace evenfold::cli {
namespace {

/// Shows how far the reading is, on a terminal, and tells what is safe, where that is asked for.
class Progress {
public:
    explicit Progress(bool acks) : acks_(acks), terminal_(::isatty(STDERR_FILENO) == 1) {}

    void show(std::uint64_t bytes, const Recorded& recorded) {
        if (acks_ && recorded.last != acked_) {
            acked_ = recorded.last;
            fmt::print("{}\n", acked_);
            std::fflush(stdout);
        }
        if (!terminal_) return;
        fmt::print(stderr, "\r\x1b[K{} KiB read, {}, safe up to event {}", bytes / 1024,
                   count_of(recorded.turns, "turn"), recorded.last);
        shown_ = true;
    }

    void clear() const {
        if (shown_) fmt::print(stderr, "\r\x1b[K");
    }

private:
    bool acks_;
    bool terminal_;
    bool shown_ = false;
    Sequence acked_ = 0;
};

/// The fold for the stream, once its format is certain; bytes wait until then.
class Reader {
public:
    explicit Reader(std::optional<providers::Format> format) {
        if (format) stream_ = providers::open_stream(*format);
    }

    /// The items that `bytes` complete, or what the input looks like when it is no stream.
    std::expected<std::vector<providers::Item>, std::string> feed(std::string_view bytes, bool at_end) {
        if (stream_) return at_end ? stream_->finish() : stream_->feed(bytes);
        beginning_ += bytes;
        const providers::Detection found = providers::detect(beginning_, at_end);
        if (std::holds_alternative<providers::Undecided>(found)) return std::vector<providers::Item>{};
        if (const auto* none = std::get_if<providers::NoFormat>(&found)) return std::unexpected(none->looks_like);
        stream_ = providers::open_stream(std::get<providers::Format>(found));
        auto items = stream_->feed(beginning_);
        if (at_end) std::ranges::move(stream_->finish(), std::back_inserter(items));
        return items;
    }

    [[nodiscard]] providers::Passed passed() const { return stream_ ? stream_->passed() : providers::Passed{}; }

private:
    std::unique_ptr<providers::Stream> stream_;
    std::string beginning_;
};

/// One run of the verb. Steps answer how the program ends where they cannot go on; the complaint is made by then.
class Ingestion {
public:
    Ingestion(Kernel& kernel, Presence presence, Input input, const IngestOptions& options)
        : kernel_(kernel),
          presence_(std::move(presence)),
          input_(std::move(input)),
          options_(options),
          reader_(providers::format_named(options.format)),
          progress_(options.acks) {}

    Exit run() {
        std::optional<Exit> stop;
        for (bool at_end = false; !at_end && !stop;) {
            const auto more = input_.more();
            if (!more) trouble_ = more.error();
            const std::string_view bytes = more.value_or(std::string_view());
            at_end = bytes.empty();
            bytes_ += bytes.size();
            stop = take(bytes, at_end);
        }
        progress_.clear();
        return stop ? *stop : summarise();
    }

private:
    std::optional<Exit> take(std::string_view bytes, bool at_end) {
        if (at_end && bytes_ == 0) return std::nullopt; // nothing to find a format in
        const auto items = reader_.feed(bytes, at_end);
        if (!items) {
            progress_.clear();
            return complain(
                fmt::format("{} looks like {}, not like a stream that evenfold reads", input_.name(), items.error()),
                fmt::format("the formats are {}; name one with --format if it is one of them all the same",
                            fmt::join(providers::format_names(), ", ")));
        }
        if (items->empty() && !recorder_) return std::nullopt; // nothing to make a thread for
        if (!recorder_) {
            const auto thread = claim_thread(kernel_, presence_, options_);
            if (!thread) return thread.error();
            recorder_.emplace(kernel_, *thread);
        }
        for (const providers::Item& item : *items) recorder_->take(item);
        const auto saved = at_end ? recorder_->finish() : recorder_->save();
        if (saved) {
            progress_.show(bytes_, recorder_->recorded());
            return std::nullopt;
        }
        progress_.clear();
        const Exit exit = complain(saved.error(), Actor::provider);
        fmt::print(stderr, "  all events up to {} are safe\n", recorder_->recorded().last);
        return exit;
    }

    Exit summarise() {
        const Recorded recorded = recorder_ ? recorder_->recorded() : Recorded{};
        const providers::Passed passed = reader_.passed();
        if (options_.json)
            print_json(recorded, passed);
        else if (!options_.acks)
            print_words(recorded, passed);
        if (!trouble_.empty()) return complain(trouble_, "what was read before is kept", Exit::failure);
        if (recorded.turns == 0) {
            return complain(fmt::format("{} holds no turn", input_.name()),
                            bytes_ == 0 ? "it is empty: check what was to write it"
                                        : "check that it is the whole stream");
        }
        if (recorded.broken_off) {
            return complain(fmt::format("{} broke off before the end of a turn", input_.name()),
                            "what came before is kept; the turn is recorded as failed");
        }
        if (passed.unreadable_lines > 0) {
            return complain(
                fmt::format("{} of {} could not be read", count_of(passed.unreadable_lines, "line"), input_.name()),
                "the transcript's notices tell where; everything else is kept");
        }
        if (passed.repaired_lines > 0) {
            return complain(fmt::format("{} of {} held characters that are not UTF-8",
                                        count_of(passed.repaired_lines, "line"), input_.name()),
                            "they are kept as U+FFFD; the transcript's notices tell where");
        }
        return Exit::success;
    }

    void print_words(const Recorded& recorded, const providers::Passed& passed) const {
        if (recorded.turns == 0) return;
        fmt::print("{}: {} ({} completed, {} failed, {} interrupted), events {} to {}\n", input_.name(),
                   count_of(recorded.turns, "turn"), recorded.completed, recorded.failed, recorded.interrupted,
                   recorded.first, recorded.last);
        if (passed.unknown_events > 0)
            fmt::print("  {} of a kind that this evenfold does not know passed over\n",
                       count_of(passed.unknown_events, "event"));
        if (recorded.stray_remarks > 0)
            fmt::print("  {} after the last turn left out\n", count_of(recorded.stray_remarks, "remark"));
        if (recorded.dropped > 0)
            fmt::print("  {} for turns that somebody else had ended\n", count_of(recorded.dropped, "command"));
    }

    void print_json(const Recorded& recorded, const providers::Passed& passed) const {
        const nlohmann::ordered_json json{{"input", input_.name()},
                                          {"bytes", bytes_},
                                          {"turns", recorded.turns},
                                          {"completed", recorded.completed},
                                          {"failed", recorded.failed},
                                          {"interrupted", recorded.interrupted},
                                          {"first_sequence", recorded.first},
                                          {"last_sequence", recorded.last},
                                          {"broken_off", recorded.broken_off},
                                          {"unknown_events", passed.unknown_events},
                                          {"unreadable_lines", passed.unreadable_lines},
                                          {"repaired_lines", passed.repaired_lines},
                                          {"stray_remarks", recorded.stray_remarks},
                                          {"dropped", recorded.dropped}};
        fmt::print("{}\n", json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    }

    Kernel& kernel_;
    Presence presence_;
    Input input_;
    const IngestOptions& options_;
    Reader reader_;
    Progress progress_;
    std::optional<Recorder> recorder_;
    std::uint64_t bytes_ = 0;
    std::string trouble_;
};

} // namespace

Exit ingest(journal::Journal& journal, const std::string& path, const IngestOptions& options) {
    auto input = Input::open(options.input);
    if (!input) return complain(input.error(), "check the name of the input");
    auto presence = Presence::open(path);
    if (!presence) return complain(presence.error());
    auto kernel = Kernel::open(journal, &kernel::now);
    if (!kernel) return complain(kernel.error());
    catch_interrupts();
    return Ingestion(**kernel, std::move(*presence), std::move(*input), options).run();
}

} // namespace evenfold::cli
