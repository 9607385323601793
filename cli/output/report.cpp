#include "evenfold/cli/output/report.hpp"

#include <fmt/core.h>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/core/text/visible.hpp"
#include "evenfold/core/values/orchestration/values.hpp"

namespace evenfold::cli {

ExitCode report_error(std::string_view what, std::string_view remedy, ExitCode exit) {
    write_to_stderr(fmt::format("evenfold: {}\n", what));
    if (!remedy.empty()) report_detail(remedy);
    return exit;
}

void report_detail(std::string_view detail) {
    write_to_stderr(fmt::format("  {}\n", detail));
}

ExitCode report_error(const system::Failure& failure) {
    return report_error(failure.what, failure.remedy, to_exit_code(failure.kind));
}

std::string one_line(std::string_view text, std::size_t width) {
    std::string line = visible(text.substr(0, 4 * width));
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
