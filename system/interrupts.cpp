#include "evenfold/system/interrupts.hpp"

#include <csignal>

namespace evenfold::system {

namespace {

volatile std::sig_atomic_t interrupts_came = 0;

} // namespace

void catch_interrupts() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupts_came = interrupts_came + 1; };
    ::sigaction(SIGINT, &action, nullptr); // without SA_RESTART, so that a blocked read returns
    ::sigaction(SIGTERM, &action, nullptr);
}

unsigned interrupts() {
    return static_cast<unsigned>(interrupts_came);
}

void ignore_broken_pipes() {
    (void)std::signal(SIGPIPE, SIG_IGN);
}

} // namespace evenfold::system
