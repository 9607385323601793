#include "evenfold/cli/recording/input.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace evenfold::cli {
namespace {

constexpr std::size_t read_bytes = 64UL * 1024;

volatile std::sig_atomic_t interrupts_came = 0;

std::string trouble(const std::string& name) {
    return fmt::format("{}: {}", name, std::generic_category().message(errno));
}

} // namespace

std::expected<Input, std::string> Input::open(const std::string& name) {
    if (name.empty() || name == "-") return Input(STDIN_FILENO, "standard input");
    const int file = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::unexpected(trouble(name));
    return Input(file, name);
}

Input::Input(int file, std::string name) : file_(file), name_(std::move(name)), buffer_(read_bytes, '\0') {}

Input::Input(Input&& other) noexcept
    : file_(std::exchange(other.file_, -1)), name_(std::move(other.name_)), buffer_(std::move(other.buffer_)) {}

Input::~Input() {
    if (file_ > STDIN_FILENO) ::close(file_);
}

std::expected<std::string_view, std::string> Input::more() {
    while (!interrupted()) {
        const ssize_t count = ::read(file_, buffer_.data(), buffer_.size());
        if (count >= 0) return std::string_view(buffer_).substr(0, static_cast<std::size_t>(count));
        if (errno != EINTR) return std::unexpected(trouble(name_));
    }
    return std::string_view();
}

std::expected<std::string, std::string> read_whole(Input& input, std::size_t bytes_max) {
    std::string text;
    for (;;) {
        const auto more = input.more();
        if (!more) return std::unexpected(more.error());
        if (more->empty()) return text;
        text += *more;
        if (text.size() > bytes_max)
            return std::unexpected(fmt::format("{} is longer than {} bytes", input.name(), bytes_max));
    }
}

void catch_interrupts() {
    struct sigaction action{};
    action.sa_handler = [](int) { interrupts_came = interrupts_came + 1; };
    ::sigaction(SIGINT, &action, nullptr); // without SA_RESTART: a read that waits is woken
    ::sigaction(SIGTERM, &action, nullptr);
}

bool interrupted() {
    return interrupts() > 0;
}

unsigned interrupts() {
    return static_cast<unsigned>(interrupts_came);
}

} // namespace evenfold::cli
