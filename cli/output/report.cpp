#include "evenfold/cli/output/report.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::cli {

ExitCode report_error(std::string_view what, std::string_view remedy, ExitCode exit) {
    write_to_stderr("evenfold: " + printable(what) + "\n");
    if (!remedy.empty()) report_detail(remedy);
    return exit;
}

void report_detail(std::string_view detail) {
    write_to_stderr("  " + printable(detail) + "\n");
}

void write_to_stderr(std::string_view text) {
    (void)std::fwrite(text.data(), 1, text.size(), stderr); // a failure cannot be reported anywhere
}

ExitCode report_error(const system::Failure& failure) {
    return report_error(failure.what, failure.remedy, to_exit_code(failure.kind));
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const bool c1 = byte == 0xc2 && at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xa0;
        if (c1) {
            ++at; // U+0080 to U+009F are control characters, too
            shown += "\xef\xbf\xbd";
        } else if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t')) {
            shown += fmt::format("\\x{:02x}", byte);
        } else {
            shown += text[at];
        }
    }
    return shown;
}

std::string one_line(std::string_view text, std::size_t width) {
    std::string line = printable(text.substr(0, 4 * width));
    for (char& at : line) {
        if (at == '\n' || at == '\t') at = ' ';
    }
    if (line.size() <= width) return line;
    return std::string(orchestration::utf8_prefix(line, width - 3)) + "...";
}

std::string count_of(std::uint64_t n, std::string_view thing) {
    return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

} // namespace evenfold::cli
