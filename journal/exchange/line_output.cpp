#include "evenfold/journal/exchange/line_output.hpp"

#include <utility>

namespace evenfold::journal::exchange {
namespace {

constexpr std::size_t chunk_bytes_max = 65'536;

} // namespace

using system::Failure;
using system::FailureKind;

/// Completes the line that was appended to the text, and passes the text on when it is long.
Written LineOutput::end_line(std::size_t from) {
    const std::size_t size = text_.size() - from;
    if (size > options_->line_bytes_max)
        return std::unexpected(Failure{.kind = FailureKind::too_large,
                                       .what = "line " + std::to_string(summary_.lines + 1) +
                                               " of the export would have " + std::to_string(size) + " bytes, of " +
                                               std::to_string(options_->line_bytes_max) + " allowed",
                                       .remedy = "allow longer lines"});
    text_ += '\n';
    digest_.update(std::string_view(text_).substr(from));
    ++summary_.lines;
    return text_.size() < chunk_bytes_max ? Written() : flush();
}

Written LineOutput::flush() {
    Written written = (*sink_)(text_);
    text_.clear();
    return written;
}

Written LineOutput::write_start(HeaderLine header, const chain::ChainStart& start) {
    header.origin = start.origin;
    header.domain = start.domain;
    header.keys = start.keys.size();
    header.removals = start.removals.size();
    header.line_bytes_max = options_->line_bytes_max;
    if (Written done = write(header); !done) return done;
    for (const chain::KeyRow& row : start.keys) {
        if (Written done = write(row); !done) return done;
    }
    for (const chain::RemovalRow& row : start.removals) {
        if (Written done = write(row); !done) return done;
    }
    return {};
}

Written LineOutput::write_end(const std::string& origin) {
    EndStatement statement{.origin = origin, .lines = summary_.lines, .digest = digest_.finish(), .distrust = {}};
    summary_.digest = statement.digest;
    EndLine end{.lines = statement.lines, .digest = std::string(chain::bytes_of(statement.digest)), .note = {}};
    if (options_->sign_end) {
        auto note = options_->sign_end(statement);
        if (!note) return std::unexpected(std::move(note.error()));
        end.note = std::move(*note);
    }
    append_line(text_, end);
    text_ += '\n';
    ++summary_.lines;
    return flush();
}

Failure damaged_row(std::string what) {
    return {.kind = FailureKind::damaged, .what = std::move(what), .remedy = "verify the journal itself"};
}

} // namespace evenfold::journal::exchange
