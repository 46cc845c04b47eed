#pragma once

#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace ritrovo::tools {

/// Columns that a text takes on a terminal: code points, combining marks aside.
[[nodiscard]] std::size_t width_of(std::string_view text);
/// At most `columns` columns of the text; what is cut off is shown by "…".
[[nodiscard]] std::string shortened(std::string_view text, std::size_t columns);
/// The text, filled with blanks up to `columns`; `right` fills on the left.
[[nodiscard]] std::string padded(std::string_view text, std::size_t columns, bool right = false);
/// Breaks a text between words into lines of at most `columns` columns.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t columns);
/// 1234567 as "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t number);
/// Bytes for a person: "18.4 MB".
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);
/// "1 case", "2 cases".
[[nodiscard]] std::string counted(std::uint64_t number, std::string_view one, std::string_view many);

/// A table for a terminal: columns as wide as their widest cell, up to a limit each.
class Table {
 public:
  struct Column {
    std::string title;
    bool right = false;
    std::size_t width_max = 60;
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  /// One more row; what is hidden in a cell is escaped (printable.h).
  void row(std::vector<std::string> cells);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  void print(std::ostream& out, std::string_view indent = "") const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace ritrovo::tools
