#include "evenfold/cli/words/report.hpp"

#include <fmt/core.h>

#include <cstdio>

#include "evenfold/core/values/orchestration.hpp"

namespace evenfold::cli {

Exit complain(std::string_view what, std::string_view remedy, Exit exit) {
    to_terminal("evenfold: " + printable(what) + "\n");
    if (!remedy.empty()) complain_more(remedy);
    return exit;
}

void complain_more(std::string_view more) {
    to_terminal("  " + printable(more) + "\n");
}

void to_terminal(std::string_view text) {
    (void)std::fwrite(text.data(), 1, text.size(), stderr); // there is nowhere left to tell that it failed
}

Exit complain(const system::Failure& failure) {
    return complain(failure.what, failure.remedy, static_cast<Exit>(system::exit_code_of(failure.kind)));
}

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    for (std::size_t place = 0; place < text.size(); ++place) {
        const auto byte = static_cast<unsigned char>(text[place]);
        const bool c1 = byte == 0xc2 && place + 1 < text.size() && static_cast<unsigned char>(text[place + 1]) < 0xa0;
        if (c1) {
            ++place; // U+0080 to U+009F steer terminals, too
            shown += "\xef\xbf\xbd";
        } else if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t')) {
            shown += fmt::format("\\x{:02x}", byte);
        } else {
            shown += text[place];
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
    return std::string(orchestration::head_of(line, width - 3)) + "...";
}

std::string count_of(std::uint64_t n, std::string_view thing) {
    return fmt::format("{} {}{}", n, thing, n == 1 ? "" : "s");
}

} // namespace evenfold::cli
