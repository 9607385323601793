#include "evenfold/reactors/git/store/inflate_stream.hpp"

#include <algorithm>
#include <cerrno>
#include <string>
#include <unistd.h>
#include <zlib.h>

namespace evenfold::git {

namespace {

constexpr std::size_t chunk = 1U << 16U;

} // namespace

struct InflateStream::InflateState {
    InflateState(int number, std::uint64_t at, std::filesystem::path named)
        : file(number), offset(at), shown(std::move(named)) {
        is_ready = inflateInit(&stream) == Z_OK;
    }
    InflateState(const InflateState&) = delete;
    InflateState& operator=(const InflateState&) = delete;
    ~InflateState() { inflateEnd(&stream); }

    int file;
    std::uint64_t offset; // of the bytes of the file that follow `input`
    std::filesystem::path shown;
    z_stream stream{};
    bool is_ready = false;
    bool is_complete = false;
    std::string input = std::string(chunk, '\0');
    std::string output = std::string(chunk, '\0');
    std::string_view inflated; // of `output`, not returned yet
};

InflateStream::InflateStream(int file, std::uint64_t offset, std::filesystem::path shown)
    : state_(std::make_unique<InflateState>(file, offset, std::move(shown))) {}
InflateStream::InflateStream(InflateStream&&) noexcept = default;
InflateStream::~InflateStream() = default;

/// Inflates the next bytes into `output`.
std::expected<void, Failure> InflateStream::fill() {
    InflateState& state = *state_;
    const auto damaged = [&] {
        return std::unexpected(failure_of(FailureKind::damaged, state.shown.string() + ": an object is damaged"));
    };
    if (!state.is_ready) return std::unexpected(failure_of(state.shown, "decompress", ENOMEM));
    state.stream.next_out = reinterpret_cast<unsigned char*>(state.output.data());
    state.stream.avail_out = static_cast<unsigned>(state.output.size());
    while (state.stream.avail_out == state.output.size() && !state.is_complete) {
        if (state.stream.avail_in == 0) {
            const ssize_t size =
                ::pread(state.file, state.input.data(), state.input.size(), static_cast<off_t>(state.offset));
            if (size < 0) return std::unexpected(failure_of(state.shown, "read an object", errno));
            if (size == 0) return damaged();
            state.offset += static_cast<std::uint64_t>(size);
            state.stream.next_in = reinterpret_cast<unsigned char*>(state.input.data());
            state.stream.avail_in = static_cast<unsigned>(size);
        }
        const int code = inflate(&state.stream, Z_NO_FLUSH);
        if (code != Z_OK && code != Z_STREAM_END) return damaged();
        state.is_complete = code == Z_STREAM_END;
    }
    state.inflated = std::string_view(state.output).substr(0, state.output.size() - state.stream.avail_out);
    return {};
}

std::expected<std::string_view, Failure> InflateStream::next(std::size_t bytes_max) {
    if (state_->inflated.empty() && !state_->is_complete)
        if (auto filled = fill(); !filled) return std::unexpected(filled.error());
    const std::string_view part = state_->inflated.substr(0, bytes_max);
    state_->inflated.remove_prefix(part.size());
    return part;
}

std::expected<void, Failure> InflateStream::pass_on(std::uint64_t size, const TakeBytes& take) {
    while (size > 0) {
        const auto part = next(std::min<std::uint64_t>(size, chunk));
        if (!part) return std::unexpected(part.error());
        if (part->empty())
            return std::unexpected(
                failure_of(FailureKind::damaged, state_->shown.string() + ": an object ends too early"));
        if (auto taken = take(*part); !taken) return taken;
        size -= part->size();
    }
    return {};
}

} // namespace evenfold::git
