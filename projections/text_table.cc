#include "projections/text_table.h"

#include <algorithm>
#include <cstdint>

#include "engine/base/assert.h"
#include "engine/base/printable.h"

namespace ritrovo::projections {
namespace {

struct Character {
  std::size_t bytes = 1;
  std::size_t columns = 1;
};

bool wide(std::uint32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF && code != 0x303F) || (code >= 0xAC00 && code <= 0xD7A3) ||
         (code >= 0xF900 && code <= 0xFAFF) || (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) || (code >= 0x20000 && code <= 0x3FFFD);
}

bool without_width(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x0300 && code <= 0x036F) || (code >= 0x0483 && code <= 0x0489) ||
         (code >= 0x0591 && code <= 0x05BD) || (code >= 0x0610 && code <= 0x061A) || (code >= 0x064B && code <= 0x065F) ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x20D0 && code <= 0x20F0) || (code >= 0xFE00 && code <= 0xFE0F) ||
         (code >= 0xFE20 && code <= 0xFE2F) || code == 0xFEFF;
}

/// The character that begins there. Requires: at < text.size().
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(at);
  if (lead < 0x80) return {1, without_width(lead) ? std::size_t{0} : std::size_t{1}};
  const std::size_t bytes = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
  if (bytes == 1 || at + bytes > text.size()) return {};
  std::uint32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {};
    code = code << 6U | (byte(at + i) & 0x3FU);
  }
  return {bytes, without_width(code) ? std::size_t{0} : wide(code) ? std::size_t{2} : std::size_t{1}};
}

/// Bytes of the longest beginning that takes at most `columns` columns.
std::size_t beginning(std::string_view text, std::size_t columns) {
  std::size_t taken = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const Character character = character_at(text, at);
    if (taken + character.columns > columns) break;
    taken += character.columns;
    at += character.bytes;
  }
  return at;
}

std::string padded(std::string_view text, std::size_t columns, bool right) {
  const std::size_t width = columns_of(text);
  const std::string blanks(width < columns ? columns - width : 0, ' ');
  return right ? blanks + std::string(text) : std::string(text) + blanks;
}

}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t columns = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    columns += character.columns;
    at += character.bytes;
  }
  return columns;
}

std::string fitted(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  if (columns == 0) return {};
  std::string_view kept = text.substr(0, beginning(text, columns - 1));
  while (!kept.empty() && kept.back() == ' ') kept.remove_suffix(1);
  return std::string(kept) + "…";
}

std::vector<std::string> broken(std::string_view text, std::size_t columns) {
  RITROVO_ASSERT_OP(columns, >, std::size_t{0});
  std::vector<std::string> lines;
  while (columns_of(text) > columns) {
    std::size_t cut = std::max<std::size_t>(beginning(text, columns), character_at(text, 0).bytes);
    // A word that ends exactly at the edge stays; otherwise the line ends at the last blank before it.
    if (cut < text.size() && text[cut] != ' ') {
      const std::size_t blank = text.rfind(' ', cut);
      if (blank != std::string_view::npos && blank > 0) cut = blank;
    }
    std::string_view line = text.substr(0, cut);
    while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
    if (!line.empty()) lines.emplace_back(line);
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty() || lines.empty()) lines.emplace_back(text);
  return lines;
}

std::string grouped(std::uint64_t number, std::string_view language) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, 1, language == "it" ? '.' : ',');
  return digits;
}

void TextTable::row(std::vector<std::string> cells) {
  for (std::string& cell : cells) cell = printable(cell);
  RITROVO_ASSERT_OP(cells.size(), <=, columns_.size());
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

std::vector<std::string> TextTable::lines(std::string_view indent) const {
  std::vector<std::size_t> widths(columns_.size());
  bool titled = false;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    widths[i] = columns_of(columns_[i].title);
    titled = titled || widths[i] > 0;
    for (const auto& row : rows_) widths[i] = std::max(widths[i], columns_of(row[i]));
    widths[i] = std::max<std::size_t>(1, std::min(widths[i], columns_[i].columns_max));
  }
  std::vector<std::string> lines;
  const auto put = [&](const std::vector<std::string>& cells) {
    std::string line(indent);
    for (std::size_t i = 0; i < cells.size(); ++i) line += (i > 0 ? "  " : "") + padded(cells[i], widths[i], columns_[i].right);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    lines.push_back(std::move(line));
  };
  if (titled) {
    std::vector<std::string> titles, rules;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      titles.push_back(fitted(columns_[i].title, widths[i]));
      std::string rule;
      for (std::size_t n = 0; n < widths[i]; ++n) rule += "─";
      rules.push_back(rule);
    }
    put(titles);
    put(rules);
  }
  for (const auto& row : rows_) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < row.size(); ++i) {
      cells.push_back(columns_[i].wraps ? broken(row[i], widths[i]) : std::vector<std::string>{fitted(row[i], widths[i])});
      height = std::max(height, cells.back().size());
    }
    for (std::size_t n = 0; n < height; ++n) {
      std::vector<std::string> line;
      for (const auto& cell : cells) line.push_back(n < cell.size() ? cell[n] : std::string());
      put(line);
    }
  }
  return lines;
}

}  // namespace ritrovo::projections
