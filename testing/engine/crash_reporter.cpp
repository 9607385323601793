#include "evenfold/testing/engine/crash_reporter.hpp"

#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <fmt/format.h>

#include "evenfold/testing/code.hpp"

namespace evenfold::testing {
namespace {

constinit thread_local Activity current{};

const CrashReporter* volatile innermost = nullptr;
const Activity* volatile reported = nullptr; // of the thread of the innermost reporter
volatile unsigned seconds_allowed = 0;

constexpr std::array signals{SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTERM};
std::array<struct sigaction, signals.size()> previous{};

/// A handler needs a stack of its own when the program's has overflowed.
std::array<char, std::size_t{1} << 16U> handler_stack{};
stack_t previous_stack{};

void restore_handlers() {
    for (std::size_t index = 0; index < signals.size(); ++index) ::sigaction(signals[index], &previous[index], nullptr);
}

/// Writes to standard error, without allocating memory.
class StandardErrorSink : public TextSink {
public:
    ~StandardErrorSink() override { flush(); }
    void add(std::string_view text) override {
        for (; !text.empty(); text.remove_prefix(std::min(text.size(), part_max))) {
            const std::string_view part = text.substr(0, part_max);
            if (size_ + part.size() > buffer_.size()) flush();
            std::memcpy(buffer_.data() + size_, part.data(), part.size());
            size_ += part.size();
        }
    }
    [[nodiscard]] bool may_allocate() const override { return false; }
    void flush() {
        if (::write(STDERR_FILENO, buffer_.data(), size_) < 0) {} // nothing more can be done
        size_ = 0;
    }

private:
    static constexpr std::size_t part_max = 256;
    std::array<char, 1024> buffer_{};
    std::size_t size_ = 0;
};

void add_number(TextSink& out, std::uint64_t number) {
    const fmt::format_int digits(number);
    out.add({digits.data(), digits.size()});
}

std::string_view name_of(int signal) {
    switch (signal) {
    case SIGABRT: return "crashed (SIGABRT)";
    case SIGBUS: return "crashed (SIGBUS)";
    case SIGFPE: return "crashed (SIGFPE)";
    case SIGILL: return "crashed (SIGILL)";
    case SIGSEGV: return "crashed (SIGSEGV)";
    case SIGTERM: return "was terminated (SIGTERM)";
    default: return "gave up on a history";
    }
}

void report(int signal, const Activity& doing) {
    StandardErrorSink out;
    out.add("\nevenfold ");
    out.add(name_of(signal));
    if (signal == SIGALRM) {
        out.add(" after ");
        add_number(out, seconds_allowed);
        out.add(" s");
    }
    out.add(doing.law.empty() ? " while a history was generated" : " while checking the law ");
    out.add(doing.law);
    out.add(", EVENFOLD_SEED=");
    add_number(out, doing.seed);
    out.add(" EVENFOLD_CASES=1\n");
    out.flush(); // first, because the rest may crash, too
    if (doing.input) {
        out.add("at ");
        write_code(*doing.shape, doing.input, out);
        out.add("\n");
        out.flush();
    }
    if (!doing.history) return;
    out.add("in the history of\n");
    const AnyHistory history(*doing.domain, doing.history);
    for (std::size_t index = 0; index < history.size(); ++index) {
        out.add("    ");
        write_code(doing.domain->command_shape(), history.step(index).command, out);
        out.add(",\n");
    }
}

/// The signal is delivered to its previous handler when this one returns.
void on_signal(int signal) {
    restore_handlers();
    report(signal, *reported);
    static_cast<void>(std::raise(signal == SIGALRM ? SIGABRT : signal));
}

void install_handlers() {
    stack_t stack{};
    stack.ss_sp = handler_stack.data();
    stack.ss_size = handler_stack.size();
    ::sigaltstack(&stack, &previous_stack);
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = SA_ONSTACK;
    for (std::size_t index = 0; index < signals.size(); ++index) ::sigaction(signals[index], &action, &previous[index]);
}

void start_clock(unsigned seconds) {
    const itimerval limit{.it_interval = {}, .it_value = {.tv_sec = static_cast<time_t>(seconds), .tv_usec = 0}};
    ::setitimer(ITIMER_REAL, &limit, nullptr);
    seconds_allowed = seconds;
}

} // namespace

Activity& activity() noexcept {
    return current;
}

CrashReporter::CrashReporter(unsigned seconds_max) : outer_(innermost), before_(current), seconds_max_(seconds_max) {
    if (!outer_) install_handlers();
    innermost = this;
    reported = &current;
    current = {};
}

CrashReporter::~CrashReporter() {
    current = before_;
    innermost = outer_;
    start_clock(outer_ ? outer_->seconds_max_ : 0);
    if (outer_) return;
    restore_handlers();
    ::sigaltstack(&previous_stack, nullptr);
}

void CrashReporter::begin(std::uint64_t seed) const {
    current.seed = seed;
    start_clock(seconds_max_);
}

} // namespace evenfold::testing
