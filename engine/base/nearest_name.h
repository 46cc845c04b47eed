#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace ritrovo {

/// How many letters must be put in, left out, changed or swapped with their neighbour to turn `a` into `b` (optimal string alignment).
/// Time grows with the product of the two lengths, in bytes. Runs on: any thread.
[[nodiscard]] std::size_t edits_between(std::string_view a, std::string_view b);

/// The name among `known` (a range of strings) that `typed` most likely meant: the fewest edits, at most a third of its letters, one at
/// least; of equals the first. Empty where none is near, for an empty word, and for words and names over 128 bytes. Runs on: any thread.
template <typename Names>
[[nodiscard]] std::string nearest_name(std::string_view typed, const Names& known) {
  constexpr std::size_t kComparedBytesMax = 128;
  if (typed.empty() || typed.size() > kComparedBytesMax) return {};
  std::string_view nearest;
  std::size_t least = std::max<std::size_t>(1, typed.size() / 3) + 1;
  for (const std::string_view name : known) {
    const std::size_t gap = std::max(name.size(), typed.size()) - std::min(name.size(), typed.size());
    if (gap >= least || name.size() > kComparedBytesMax) continue;
    const std::size_t edits = edits_between(typed, name);
    if (edits >= least) continue;
    least = edits;
    nearest = name;
  }
  return std::string(nearest);
}

}  // namespace ritrovo
