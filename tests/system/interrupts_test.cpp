#include "evenfold/system/interrupts.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <initializer_list>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// Returns the number of interrupts that a child process counts, or -1 if a signal ended it.
int interrupts_counted(int signal, bool was_ignored) {
    const pid_t child = ::fork();
    if (child == 0) {
        (void)std::signal(signal, was_ignored ? SIG_IGN : SIG_DFL);
        evenfold::system::catch_interrupts();
        (void)std::raise(signal);
        ::_exit(static_cast<int>(evenfold::system::interrupt_count()));
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

} // namespace

TEST_CASE("Interrupts: SIGINT, SIGTERM and SIGHUP are counted, except a SIGHUP that nohup ignores.") {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) CHECK(interrupts_counted(signal, false) == 1);
    CHECK(interrupts_counted(SIGHUP, true) == 0);
    CHECK(interrupts_counted(SIGUSR1, false) == -1); // negative control
}
