#include "evenfold/cli/recording/input_reader.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <utility>

#include "evenfold/system/failure.hpp"
#include "evenfold/system/interrupts.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {
namespace {

constexpr std::size_t read_bytes = 64UL * 1024;
constexpr int moment_ms = 200;

std::string error_text(const std::string& name, int error) {
    return fmt::format("{}: {}", name, system::message_of_errno(error));
}

} // namespace

std::expected<InputReader, std::string> InputReader::open(const std::string& name) {
    if (name.empty() || name == "-") return InputReader(system::Descriptor(), "standard input");
    auto file = system::open_to_read(name.c_str());
    if (!file) return std::unexpected(error_text(name, file.error()));
    return InputReader(std::move(*file), name);
}

InputReader::InputReader(system::Descriptor file, std::string name)
    : file_(std::move(file)), name_(std::move(name)), buffer_(read_bytes, '\0') {}

std::expected<std::string_view, std::string> InputReader::next_chunk() {
    while (system::interrupt_count() == 0) {
        const auto count = system::read_some(descriptor(), buffer_);
        if (count) return std::string_view(buffer_).substr(0, *count);
        if (count.error() != EINTR) return std::unexpected(error_text(name_, count.error()));
    }
    return std::string_view();
}

int InputReader::descriptor() const {
    return file_.is_open() ? file_.number() : static_cast<int>(system::StandardStream::input);
}

bool InputReader::is_waiting() const {
    return system::interrupt_count() == 0 && !system::wait_for_input(descriptor(), moment_ms);
}

std::expected<std::string, std::string> read_whole(InputReader& input, std::size_t bytes_max) {
    std::string text;
    for (;;) {
        const auto chunk = input.next_chunk();
        if (!chunk) return std::unexpected(chunk.error());
        if (chunk->empty()) return text;
        text += *chunk;
        if (text.size() > bytes_max)
            return std::unexpected(fmt::format("{} is larger than {} bytes", input.name(), bytes_max));
    }
}

} // namespace evenfold::cli
