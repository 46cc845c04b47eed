#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/ledger/frontier.h"

namespace ritrovo {

/// The leaves "leaf 0", "leaf 1" …
inline std::vector<Hash256> sample_leaves(std::size_t count) {
  std::vector<Hash256> leaves;
  for (std::size_t i = 0; i < count; ++i) leaves.push_back(leaf_hash("leaf " + std::to_string(i)));
  return leaves;
}

/// The root of leaves [begin, end), word for word as RFC 6962, section 2.1, defines it.
inline Hash256 naive_root(const std::vector<Hash256>& leaves, std::size_t begin, std::size_t end) {
  if (begin == end) return empty_root();
  if (end - begin == 1) return leaves[begin];
  std::size_t split = 1;
  while (split * 2 < end - begin) split *= 2;
  return node_hash(naive_root(leaves, begin, begin + split), naive_root(leaves, begin + split, end));
}

}  // namespace ritrovo
