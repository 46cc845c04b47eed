#include "tools/console.h"

#include <algorithm>

#include <fmt/format.h>

#include "engine/base/printable.h"

namespace ritrovo::tools {
namespace {

/// Bytes of the code point that starts with `first`; 1 for anything that isn't UTF-8.
std::size_t code_point_bytes(unsigned char first) {
  if (first >= 0xF0) return 4;
  if (first >= 0xE0) return 3;
  if (first >= 0xC0) return 2;
  return 1;
}

/// Columns of the code point at the beginning of `text`: 0 for combining marks, U+0300 … U+036F.
std::size_t columns_of(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  if (first != 0xCC && first != 0xCD) return 1;
  if (first == 0xCC) return 0;
  return text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xB0 ? 0 : 1;
}

}  // namespace

std::size_t width_of(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    columns += columns_of(text);
    text.remove_prefix(std::min(text.size(), code_point_bytes(static_cast<unsigned char>(text[0]))));
  }
  return columns;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (width_of(text) <= columns) return std::string(text);
  std::size_t taken = 0;
  std::size_t bytes = 0;
  while (bytes < text.size() && taken + 1 < columns) {
    const std::string_view rest = text.substr(bytes);
    taken += columns_of(rest);
    bytes += std::min(rest.size(), code_point_bytes(static_cast<unsigned char>(rest[0])));
  }
  while (bytes > 0 && text[bytes - 1] == ' ') --bytes;
  return std::string(text.substr(0, bytes)) + "…";
}

std::string padded(std::string_view text, std::size_t columns, bool right) {
  const std::size_t width = width_of(text);
  const std::string fill(width < columns ? columns - width : 0, ' ');
  return right ? fill + std::string(text) : std::string(text) + fill;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!line.empty() && width_of(line) + 1 + width_of(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
    at = end + 1;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, ',');
  return digits;
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double amount = static_cast<double>(bytes);
  const char* unit = "kB";
  for (const char* larger : {"kB", "MB", "GB", "TB"}) {
    amount /= 1000;
    unit = larger;
    if (amount < 999.95) break;
  }
  return fmt::format("{:.1f} {}", amount, unit);
}

std::string counted(std::uint64_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

void Table::row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  rows_.push_back(std::move(cells));
}

void Table::print(std::ostream& out, std::string_view indent) const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = width_of(columns_[i].title);
    for (const auto& cells : rows_) {
      if (i < cells.size()) width = std::max(width, std::min(width_of(cells[i]), columns_[i].width_max));
    }
    widths.push_back(width);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text(indent);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) text += "  ";
      text += padded(shortened(i < cells.size() ? cells[i] : std::string(), widths[i]), widths[i], columns_[i].right);
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out << text << '\n';
  };
  std::vector<std::string> titles;
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    titles.push_back(columns_[i].title);
    std::string rule;
    for (std::size_t column = 0; column < widths[i]; ++column) rule += "─";
    rules.push_back(std::move(rule));
  }
  line(titles);
  line(rules);
  for (const auto& cells : rows_) line(cells);
}

}  // namespace ritrovo::tools
