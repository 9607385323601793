/// A table for a person: columns as wide as they need to be, one row a line.
/// Shapes: cells are text of any kind; what a terminal would obey is shown, not sent.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenfold::cli {

class Columns {
public:
    explicit Columns(std::vector<std::string> heads) : rows_{std::move(heads)} {}

    /// A row of as many cells as there are heads.
    void add(std::vector<std::string> cells);

    /// Prints heads and rows, or `nothing` where there is no row.
    void print(std::string_view nothing) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace evenfold::cli
