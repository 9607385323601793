#include "evenfold/cli/output/print.hpp"

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "evenfold/core/text/visible.hpp"

namespace evenfold::cli {

void write_bytes_to_stdout(std::string_view bytes) {
    if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) < bytes.size())
        throw std::system_error(errno, std::generic_category());
}

void write_to_stdout(std::string_view text) {
    write_visible(text, EscapeStyle::text, &write_bytes_to_stdout);
}

void write_to_stderr(std::string_view text) {
    write_visible(text, EscapeStyle::text, [](std::string_view piece) {
        (void)std::fwrite(piece.data(), 1, piece.size(), stderr); // a failure cannot be reported anywhere
    });
}

void erase_line_on_stderr() {
    (void)std::fputs("\r\x1b[K", stderr);
}

bool flush_stdout() {
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

void write_or_drop(std::string_view text) {
    write_visible(text, EscapeStyle::text,
                  [](std::string_view piece) { (void)std::fwrite(piece.data(), 1, piece.size(), stdout); });
    (void)std::fflush(stdout);
    std::clearerr(stdout);
}

} // namespace evenfold::cli
