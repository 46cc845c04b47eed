#include "workflows/expression/suggestion.h"

#include <algorithm>

namespace ritrovo::expression {

namespace {

constexpr std::size_t kComparedMax = 128;  // longer names aren't compared: the table grows with the square

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (std::size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      std::size_t change = table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, change});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view misspelt, const std::vector<std::string_view>& known) {
  if (misspelt.size() > kComparedMax) return {};
  std::size_t best = std::max<std::size_t>(1, misspelt.size() / 3) + 1;
  std::string_view found;
  for (std::string_view each : known) {
    std::size_t gap = each.size() > misspelt.size() ? each.size() - misspelt.size() : misspelt.size() - each.size();
    if (gap >= best || each.size() > kComparedMax) continue;
    std::size_t edits = distance(misspelt, each);
    if (edits < best) {
      best = edits;
      found = each;
    }
  }
  return std::string(found);
}

}  // namespace ritrovo::expression
