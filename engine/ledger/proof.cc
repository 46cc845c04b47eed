#include "engine/ledger/proof.h"

#include <bit>

namespace ritrovo {

namespace {

/// The leaves [begin, begin + size) of a tree; `begin` is a multiple of the largest power of two in `size`, as RFC 6962's recursion leaves it.
struct Range {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

/// The largest power of two smaller than `size`. Requires: size > 1.
std::uint64_t split(std::uint64_t size) { return std::bit_floor(size - 1); }

Result<Hash256> range_root(Range range, const SubtreeReader& read) {
  // Full subtrees from the left, largest first; folded from the right.
  std::vector<Hash256> peaks;
  while (range.size > 0) {
    const std::uint64_t leaves = std::bit_floor(range.size);
    const auto level = static_cast<std::uint8_t>(std::countr_zero(leaves));
    Result<Hash256> peak = read(level, range.begin >> level);
    if (!peak) return peak;
    peaks.push_back(*peak);
    range = {range.begin + leaves, range.size - leaves};
  }
  if (peaks.empty()) return empty_root();
  Hash256 root = peaks.back();
  for (std::size_t i = peaks.size() - 1; i-- > 0;) root = node_hash(peaks[i], root);
  return root;
}

/// Reads the roots of `ranges`, last range first: the order of a proof, from the leaf upwards.
Result<std::vector<Hash256>> roots_from_below(const std::vector<Range>& ranges, const SubtreeReader& read) {
  std::vector<Hash256> path;
  for (auto range = ranges.rbegin(); range != ranges.rend(); ++range) {
    Result<Hash256> root = range_root(*range, read);
    if (!root) return tl::unexpected(root.error());
    path.push_back(*root);
  }
  return path;
}

}  // namespace

Result<Hash256> root_of(TreeSize size, const SubtreeReader& read) { return range_root({0, size.value()}, read); }

Result<std::vector<Hash256>> inclusion_proof(Position position, TreeSize size, const SubtreeReader& read) {
  if (position.value() >= size.value())
    return failure(ErrorCode::kNotFound,
                   "position " + std::to_string(position.value()) + " isn't in a tree of " + std::to_string(size.value()) + " leaves");
  std::vector<Range> siblings;
  Range range{0, size.value()};
  std::uint64_t at = position.value();
  while (range.size > 1) {
    const std::uint64_t left = split(range.size);
    const Range first{range.begin, left};
    const Range second{range.begin + left, range.size - left};
    const bool goes_left = at < left;
    siblings.push_back(goes_left ? second : first);
    range = goes_left ? first : second;
    if (!goes_left) at -= left;
  }
  return roots_from_below(siblings, read);
}

bool verify_inclusion(const Hash256& leaf, Position position, TreeSize size, const std::vector<Hash256>& path, const Hash256& root) {
  if (position.value() >= size.value()) return false;
  std::uint64_t node = position.value();
  std::uint64_t last = size.value() - 1;
  Hash256 hash = leaf;
  for (const Hash256& sibling : path) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      hash = node_hash(sibling, hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && hash == root;
}

Result<std::vector<Hash256>> consistency_proof(Growth growth, const SubtreeReader& read) {
  if (growth.before.value() == 0 || growth.before > growth.after)
    return failure(ErrorCode::kNotFound, "there is no proof from " + std::to_string(growth.before.value()) + " to " +
                                             std::to_string(growth.after.value()) + " leaves");
  std::vector<Range> parts;
  Range range{0, growth.after.value()};
  std::uint64_t before = growth.before.value();
  bool whole = true;  // the part of the old tree in `range` is the whole old tree, whose root the verifier knows
  while (before != range.size) {
    const std::uint64_t left = split(range.size);
    if (before <= left) {
      parts.push_back({range.begin + left, range.size - left});
      range = {range.begin, left};
    } else {
      parts.push_back({range.begin, left});
      range = {range.begin + left, range.size - left};
      before -= left;
      whole = false;
    }
  }
  if (!whole) parts.push_back(range);
  return roots_from_below(parts, read);
}

bool verify_consistency(Growth growth, const std::vector<Hash256>& path, const Hash256& root_before, const Hash256& root_after) {
  if (growth.before.value() == 0 || growth.before > growth.after) return false;
  if (growth.before == growth.after) return path.empty() && root_before == root_after;
  if (path.empty()) return false;
  std::uint64_t node = growth.before.value() - 1;
  std::uint64_t last = growth.after.value() - 1;
  while ((node & 1U) != 0) {
    node >>= 1;
    last >>= 1;
  }
  // An old tree that is a full subtree begins the path itself; it isn't sent, since the verifier has its root.
  const bool sent = !std::has_single_bit(growth.before.value());
  Hash256 old_hash = sent ? path.front() : root_before;
  Hash256 new_hash = old_hash;
  for (std::size_t i = sent ? 1 : 0; i < path.size(); ++i) {
    if (last == 0) return false;
    if ((node & 1U) != 0 || node == last) {
      old_hash = node_hash(path[i], old_hash);
      new_hash = node_hash(path[i], new_hash);
      while ((node & 1U) == 0 && node != 0) {
        node >>= 1;
        last >>= 1;
      }
    } else {
      new_hash = node_hash(new_hash, path[i]);
    }
    node >>= 1;
    last >>= 1;
  }
  return last == 0 && old_hash == root_before && new_hash == root_after;
}

}  // namespace ritrovo
