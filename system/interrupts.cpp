#include "evenfold/system/interrupts.hpp"

#include <csignal>

namespace evenfold::system {

namespace {

volatile std::sig_atomic_t interrupt_counter = 0;

} // namespace

void catch_interrupts() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupt_counter = interrupt_counter + 1; };
    ::sigaction(SIGINT, &action, nullptr); // without SA_RESTART, so that a blocked read returns
    ::sigaction(SIGTERM, &action, nullptr);
    struct sigaction before{};
    const bool is_ignored = ::sigaction(SIGHUP, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
    if (!is_ignored) ::sigaction(SIGHUP, &action, nullptr);
}

unsigned interrupt_count() {
    return static_cast<unsigned>(interrupt_counter);
}

void ignore_broken_pipes() {
    (void)std::signal(SIGPIPE, SIG_IGN);
}

void survive_file_size_limit() {
    struct sigaction action{};
    action.sa_handler = [](int) {}; // unlike SIG_IGN, a handler is not inherited by started programs
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGXFSZ, &action, nullptr);
}

} // namespace evenfold::system
