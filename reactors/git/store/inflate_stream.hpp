/// Inflates data of zlib's format in a file, piece by piece.
/// Shapes: an open file and an offset in it; `shown` names the file in failures.
/// Errors: Failure; damaged for data that ends too early or is not in the format.
/// Source: RFC 1950.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <memory>
#include <string_view>

#include "evenfold/reactors/git/failure.hpp"

namespace evenfold::git {

/// Takes the next bytes of a sequence. A failure ends the sequence.
using TakeBytes = std::function<std::expected<void, Failure>(std::string_view bytes)>;

/// The file must stay open. Not thread-safe.
class InflateStream {
public:
    InflateStream(int file, std::uint64_t offset, std::filesystem::path shown);
    InflateStream(InflateStream&&) noexcept;
    ~InflateStream();

    /// Returns at least one and at most `bytes_max` bytes, which stay valid until the next call; none at the end.
    [[nodiscard]] std::expected<std::string_view, Failure> next(std::size_t bytes_max);

    /// Passes the next `size` bytes to `take`. Fails if there are fewer.
    [[nodiscard]] std::expected<void, Failure> pass_on(std::uint64_t size, const TakeBytes& take);

private:
    struct InflateState;
    [[nodiscard]] std::expected<void, Failure> fill();

    std::unique_ptr<InflateState> state_;
};

} // namespace evenfold::git
