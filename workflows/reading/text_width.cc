#include "workflows/reading/text_width.h"

#include <algorithm>
#include <array>

namespace ritrovo::reading {
namespace {

/// Advance widths of U+0020 to U+007E in thousandths of the font's size. Source: the hmtx tables of DejaVu Sans 2.37, bold and regular.
using Widths = std::array<int, 95>;
constexpr Widths kBold = {348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838,  380, 415, 380, 365, 696, 696, 696,  696, 696, 696, 696, 696,
                          696, 696, 400, 400, 838, 838,  838, 580, 1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372,  775, 637, 995, 837, 850,
                          733, 850, 770, 720, 682, 812,  774, 1103, 771, 724, 725, 457, 365, 457, 838, 500, 500, 675, 716,  593, 716, 678, 435, 716,
                          712, 343, 343, 665, 343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838};
constexpr Widths kRegular = {318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
                             636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
                             603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
                             634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838};
constexpr int kBeyondAscii = 760;

/// Bytes of the character that begins at `at`.
std::size_t character_bytes(std::string_view text, std::size_t at) {
  std::size_t end = at + 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end - at;
}

}  // namespace

int text_width(std::string_view text, int size, bool bold) {
  const Widths& widths = bold ? kBold : kRegular;
  int thousandths = 0;
  for (std::size_t at = 0; at < text.size(); at += character_bytes(text, at)) {
    const auto code = static_cast<unsigned char>(text[at]);
    thousandths += code >= 0x20 && code < 0x7F ? widths[code - 0x20U] : kBeyondAscii;
  }
  return (thousandths * size + 999) / 1000;
}

std::vector<std::string> broken(std::string_view text, int width, int size, bool bold, std::size_t lines_max) {
  std::vector<std::string> lines;
  std::string line;
  const auto fits = [&](const std::string& candidate) { return text_width(candidate, size, bold) <= width; };
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    std::string word(text.substr(at, space - at));
    at = space + 1;
    if (!line.empty() && fits(line + ' ' + word)) {
      line += ' ' + word;
      continue;
    }
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
    while (!fits(word)) {
      std::size_t bytes = 0;
      while (fits(word.substr(0, bytes + character_bytes(word, bytes)))) bytes += character_bytes(word, bytes);
      lines.push_back(word.substr(0, bytes));
      word.erase(0, bytes);
    }
    line = std::move(word);
  }
  if (!line.empty()) lines.push_back(std::move(line));
  if (lines.size() <= lines_max) return lines;
  lines.resize(lines_max);
  while (!fits(lines.back() + "…")) {
    const std::size_t space = lines.back().rfind(' ');
    if (space == std::string::npos) break;
    lines.back().resize(space);
  }
  lines.back() += "…";
  return lines;
}

}  // namespace ritrovo::reading
