#include "evenfold/cli/reacting/confirm.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/system/standard_streams.hpp"

namespace evenfold::cli {

bool can_confirm() {
    return system::is_terminal(system::StandardStream::input) && system::is_terminal(system::StandardStream::error);
}

std::string read_reply(std::string_view question) {
    write_to_stderr(fmt::format("{} ", question));
    system::discard_typed_input();  // it was typed before the question was visible
    std::array<char, 256> buffer{}; // a terminal returns one line per read
    const auto size = system::read_some(static_cast<int>(system::StandardStream::input), buffer);
    std::string line(buffer.data(), size.value_or(0));
    while (line.ends_with('\n') || line.ends_with('\r') || line.ends_with(' ')) line.pop_back();
    return line;
}

bool confirm(std::string_view question) {
    const std::string line = read_reply(fmt::format("{} [y/N]", question));
    return line == "y" || line == "Y" || line == "yes";
}

} // namespace evenfold::cli
