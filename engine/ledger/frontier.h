#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/digest/hash256.h"

namespace ritrovo {

/// The number of leaves of a tree.
using TreeSize = Strong<struct TreeSizeTag, std::uint64_t>;

/// SHA-256(0x00 ‖ bytes): a leaf of RFC 6962, section 2.1; `bytes` are a record's stored bytes.
[[nodiscard]] Hash256 leaf_hash(std::string_view bytes);
/// SHA-256(0x01 ‖ left ‖ right): an inner node.
[[nodiscard]] Hash256 node_hash(const Hash256& left, const Hash256& right);
/// SHA-256 of nothing: the root of a tree without leaves.
[[nodiscard]] Hash256 empty_root();

/// The root of a full subtree of 256^level leaves, the index-th of its level: one hash of a tile of that level (C2SP tlog-tiles). Level 0,
/// the leaves, isn't kept: it is what the records hash to.
struct TileHash {
  std::uint8_t level = 1;
  std::uint64_t index = 0;
  Hash256 hash;
  bool operator==(const TileHash&) const = default;
};

/// The right edge of a growing tree: the roots of its full subtrees, largest first, one for each set bit of its size. All that is needed to
/// append and to tell the root; at most 64 hashes.
class Frontier {
 public:
  [[nodiscard]] TreeSize size() const { return TreeSize(size_); }
  /// Appends one leaf's hash: O(log n) at worst, two hashes on average.
  void append(const Hash256& leaf);
  /// The same; adds to `completed` what the leaf completes of the tree's upper levels, lowest level first: one hash for every 256 leaves, one
  /// more for every 65,536 and so on. Kept, they are enough to make proofs without reading more than 255 records a hash.
  void append(const Hash256& leaf, std::vector<TileHash>& completed);
  /// The tree's root (RFC 6962, section 2.1); `empty_root()` without leaves. O(log n).
  [[nodiscard]] Hash256 root() const;
  /// Size, 8 bytes big-endian, then the hashes.
  [[nodiscard]] std::string encode() const;
  /// What `encode` wrote; kMalformed where the count of hashes isn't that of the size.
  [[nodiscard]] static Result<Frontier> decode(std::string_view bytes);
  /// The roots of the full subtrees, largest first.
  [[nodiscard]] const std::vector<Hash256>& peaks() const { return peaks_; }
  bool operator==(const Frontier&) const = default;

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash256> peaks_;
};

}  // namespace ritrovo
