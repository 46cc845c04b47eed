#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/ledger/frontier.h"
#include "engine/ledger/proof.h"

/// The tree in tiles of 256 hashes, as C2SP's tlog-tiles has them: tile (level, n) holds the hashes (level, 256·n) up to (level, 256·n + 255)
/// that `Frontier::append` hands out. Level 0 is recomputed from the records.
namespace ritrovo {

inline constexpr std::uint64_t kTileHashes = 256;

/// A tile's place.
struct TileId {
  std::uint8_t level = 0;
  std::uint64_t index = 0;
  auto operator<=>(const TileId&) const = default;
};

/// The full tiles of level ≥ 1 that growing from `before` to `after` completes, lowest level first, then by index; none where it doesn't grow.
[[nodiscard]] std::vector<TileId> tiles_completed(TreeSize before, TreeSize after);

/// Reads the stored hash of that level (≥ 1) and index.
using TileHashReader = std::function<Result<Hash256>(std::uint8_t level, std::uint64_t index)>;
/// Reads a leaf's hash, from the record at that position.
using LeafReader = std::function<Result<Hash256>(Position position)>;

/// A reader for proofs over stored hashes and records: at most 255 leaves, or 255 hashes of one tile, for each subtree asked for.
[[nodiscard]] SubtreeReader subtree_reader(TileHashReader hashes, LeafReader leaves);

}  // namespace ritrovo
