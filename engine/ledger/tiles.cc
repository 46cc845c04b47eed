#include "engine/ledger/tiles.h"

#include <utility>

#include "engine/base/assert.h"

namespace ritrovo {

namespace {

constexpr std::uint8_t kTileHeight = 8;
constexpr std::uint8_t kHeightMax = 63;

}  // namespace

std::vector<TileId> tiles_completed(TreeSize before, TreeSize after) {
  std::vector<TileId> tiles;
  // A tile of level n is full when 256^(n+1) leaves more are there.
  for (std::uint8_t level = 1; (level + 1) * kTileHeight <= kHeightMax; ++level) {
    const int height = (level + 1) * kTileHeight;
    for (std::uint64_t index = before.value() >> height; index < after.value() >> height; ++index) tiles.push_back({level, index});
  }
  return tiles;
}

SubtreeReader subtree_reader(TileHashReader hashes, LeafReader leaves) {
  return [hashes = std::move(hashes), leaves = std::move(leaves)](std::uint8_t height, std::uint64_t index) -> Result<Hash256> {
    RITROVO_ASSERT_OP(+height, <=, +kHeightMax);
    const auto level = static_cast<std::uint8_t>(height / kTileHeight);
    const int above = height % kTileHeight;
    Frontier subtree;
    for (std::uint64_t i = index << above; i < (index + 1) << above; ++i) {
      const Result<Hash256> hash = level == 0 ? leaves(Position(i)) : hashes(level, i);
      if (!hash) return hash;
      subtree.append(*hash);
    }
    return subtree.root();
  };
}

}  // namespace ritrovo
