/// A table for a person: columns as wide as their widest cell, one line per row.
/// Shapes: cells are text of any kind. Control characters are printed as escapes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenfold::cli {

class TextTable {
public:
    explicit TextTable(std::vector<std::string> heads) : rows_{std::move(heads)} {}

    /// Adds a row. `cells` must have as many elements as there are heads.
    void add(std::vector<std::string> cells);

    /// Prints heads and rows, or `nothing` if there are no rows.
    void print(std::string_view nothing) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace evenfold::cli
