#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ritrovo::projections {

/// Columns that a UTF-8 text takes on a terminal: combining marks and control characters none, East Asian wide characters two, all others
/// one. Bytes that are no UTF-8 count one each.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// At most `columns` columns of it; what is cut off is shown by "…".
[[nodiscard]] std::string fitted(std::string_view text, std::size_t columns);
/// Broken between words into lines of at most `columns` columns (a longer word is cut); at least one line. Requires: columns > 0.
[[nodiscard]] std::vector<std::string> broken(std::string_view text, std::size_t columns);
/// 1234567 as "1.234.567" in Italian, "1,234,567" otherwise.
[[nodiscard]] std::string grouped(std::uint64_t number, std::string_view language);

/// A table in plain text: columns as wide as their widest cell, up to a limit each, two blanks between them. A cell that is wider goes on in
/// the next line of its row if its column wraps, and is cut off otherwise.
class TextTable {
 public:
  struct Column {
    std::string title;
    bool right = false;            ///< aligned right, for figures
    std::size_t columns_max = 60;
    bool wraps = false;
  };
  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// Adds a row; missing cells are empty, and what is hidden in one is escaped (engine/base/printable.h). Requires: no more cells than columns.
  void row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// The lines, without blanks at their ends: the titles (if any column has one), a rule, the rows.
  [[nodiscard]] std::vector<std::string> lines(std::string_view indent = "") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ritrovo::projections
