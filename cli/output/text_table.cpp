#include "evenfold/cli/output/text_table.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "evenfold/cli/output/report.hpp"
#include "evenfold/core/text/utf8.hpp"

namespace evenfold::cli {
namespace {

constexpr std::size_t cell_bytes_max = 120;

} // namespace

void TextTable::add(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = one_line(cell, cell_bytes_max);
    rows_.push_back(std::move(cells));
}

void TextTable::print(std::string_view if_empty) const {
    if (rows_.size() == 1) {
        fmt::print("{}\n", if_empty);
        return;
    }
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], utf8::count(row[column]));
    }
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            const bool is_last = column + 1 == row.size();
            const std::size_t space = is_last ? 0 : widths[column] - utf8::count(row[column]) + 2;
            fmt::print("{}{}", row[column], std::string(space, ' '));
        }
        fmt::print("\n");
    }
}

} // namespace evenfold::cli
