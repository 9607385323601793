/// A table for a person: columns as wide as their widest cell, one line per row.
/// Shapes: cells are text of any kind. Control characters are printed as escapes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace evenfold::cli {

class TextTable {
public:
    explicit TextTable(std::vector<std::string> headings) : rows_{std::move(headings)} {}

    /// Adds a row. `cells` must have as many elements as there are headings.
    void add(std::vector<std::string> cells);

    /// Prints headings and rows, or `if_empty` if there are no rows.
    void print(std::string_view if_empty) const;

private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace evenfold::cli
