#include "evenfold/tests/faults/writing_process.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <sched.h>

namespace evenfold::tests::faults {

namespace {

constexpr std::uint64_t steps_ahead = 8; // how early a premature acknowledgement comes

} // namespace

int write_steps(const TestedStore& store, std::uint64_t done, const journal::Pipe& acknowledged,
                const WritingOptions& options) {
    std::optional<StepWriter> writer;
    for (std::uint64_t step = done + 1; step <= options.last;) {
        if (!writer) {
            auto opened = StepWriter::open(store, {.acknowledged = step - 1, .attempted = step - 1});
            if (opened) writer = std::move(*opened);
        }
        if (options.when == Acknowledge::before) acknowledged.write(step + steps_ahead);
        if (writer && writer->perform(step)) {
            if (options.when == Acknowledge::after) acknowledged.write(step);
            ++step;
            continue;
        }
        if (!options.repeats_failures) return writer ? 2 : 1;
        writer.reset();
    }
    return 0;
}

WritingProcess::WritingProcess(std::uint64_t done, const Write& write)
    : last_(done), process_([&] {
          pipe_.close_read();
          return write(pipe_);
      }) {
    pipe_.close_write();
}

WritingProcess::WritingProcess(const TestedStore& store, std::uint64_t done, const WritingOptions& options)
    : WritingProcess(
          done, [&](const journal::Pipe& acknowledged) { return write_steps(store, done, acknowledged, options); }) {}

bool WritingProcess::await(std::uint64_t count) {
    for (; count > 0; --count) {
        const auto number = pipe_.read();
        if (!number) return false;
        last_ = *number;
    }
    return true;
}

std::uint64_t WritingProcess::acknowledged() {
    while (pipe_.is_readable()) {
        const auto number = pipe_.read();
        if (!number) break;
        last_ = *number;
    }
    return last_;
}

void WritingProcess::kill_soon(std::mt19937& random) {
    const auto moment = std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 3000);
    while (std::chrono::steady_clock::now() < moment) sched_yield();
    process_.signal(SIGKILL);
    CHECK(end() == -SIGKILL);
}

void WritingProcess::stop() {
    process_.signal(SIGKILL);
    end();
}

int WritingProcess::end() {
    while (const auto number = pipe_.read()) last_ = *number;
    return process_.end();
}

} // namespace evenfold::tests::faults
