#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ritrovo::expression {

/// The name of `known` that a misspelt one most likely means, by edit distance (insertions, deletions, changes and swapped
/// neighbours count one each); empty where none is within a third of the length. Of equals, the first.
[[nodiscard]] std::string nearest(std::string_view misspelt, const std::vector<std::string_view>& known);

}  // namespace ritrovo::expression
