#include "evenfold/cli/output/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "evenfold/cli/output/print.hpp"
#include "evenfold/cli/output/report.hpp"

namespace evenfold::cli {
namespace {

constexpr std::size_t cell_bytes_max = 120;

/// Returns the number of columns of a terminal that `text` takes. No character takes more columns than bytes.
std::size_t columns_of(const std::string& text) {
    const std::size_t most = text.size();
    const std::size_t padding = fmt::formatted_size("{:<{}}", text, most) - most; // the library knows wide characters
    return most - padding;
}

} // namespace

void TextTable::add(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = one_line(cell, cell_bytes_max);
    rows_.push_back(std::move(cells));
}

void TextTable::print(std::string_view if_empty) const {
    if (rows_.size() == 1) {
        write_to_stdout("{}\n", if_empty);
        return;
    }
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < row.size(); ++column)
            widths[column] = std::max(widths[column], columns_of(row[column]));
    }
    for (const auto& row : rows_) {
        for (std::size_t column = 0; column < row.size(); ++column) {
            const bool is_last = column + 1 == row.size();
            const std::size_t space = is_last ? 0 : widths[column] - columns_of(row[column]) + 2;
            write_to_stdout("{}{}", row[column], std::string(space, ' '));
        }
        write_to_stdout("\n");
    }
}

} // namespace evenfold::cli
