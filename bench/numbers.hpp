/// Numbers formatted for people.
/// Shapes: three significant digits, suitable units, thousands separated by commas.
#pragma once

#include <cstdint>
#include <string>

namespace evenfold::bench {

/// `1,234,567`
[[nodiscard]] std::string grouped(std::uint64_t number);

/// `8.21 ns`, `41 ns`, `1.9 µs`, `83 ms`
[[nodiscard]] std::string time_text(double ns);

/// `512 B`, `21.4 kB`, `1.3 MB`: decimal units, as for disks.
[[nodiscard]] std::string bytes_text(double bytes);

/// Three significant digits, without an exponent: `0.0312`, `21.4`, `1,230`
[[nodiscard]] std::string short_text(double number);

/// `90 %`, `0.2 %`
[[nodiscard]] std::string share_text(double share);

} // namespace evenfold::bench
