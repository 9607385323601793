/// Writes a journal as an export: a text of one JSON object per line, from which another program can verify all events
/// (docs/export.md).
/// Shapes: rows of a `ChainSource` in, bytes out, in constant memory. Equal rows give equal bytes, so that the export
/// of an import is the same file. Rows are written as they are stored, whether they verify or not.
/// Errors: a Failure of the source or the sink; kind damaged for a row that cannot be read, kind too_large for one
/// whose line is longer than the bound. The bytes before have been written then.
///
///     using namespace journal::exchange;
///     std::string text;
///     const ExportSink sink = [&](std::string_view bytes) -> std::expected<void, system::Failure> {
///         text += bytes;
///         return {};
///     };
///     const std::expected<ExportSummary, system::Failure> written = write_export(source, sink);
///     if (!written) return written.error().what;
///     assert(written->events == 2);
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <string_view>

#include "evenfold/journal/chain/source.hpp"
#include "evenfold/journal/exchange/export_end.hpp"

namespace evenfold::journal::exchange {

/// Lines have at most this number of bytes, unless a caller allows more.
inline constexpr std::size_t default_line_bytes_max = 67'108'864; // 64 MiB

/// Takes the next bytes. A failure ends the export.
using ExportSink = std::function<std::expected<void, system::Failure>(std::string_view bytes)>;

struct ExportOptions {
    std::size_t line_bytes_max = default_line_bytes_max;
    EndSigner sign_end; // empty: the end is not signed
};

struct ExportSummary {
    std::uint64_t events = 0;
    std::uint64_t lines = 0; // with the last one
    chain::Hash digest{};    // as the last line states it
};

/// Writes all rows of `source`, which must not have been read before.
[[nodiscard]] std::expected<ExportSummary, system::Failure>
write_export(chain::ChainSource& source, const ExportSink& sink, const ExportOptions& options = {});

} // namespace evenfold::journal::exchange
