#pragma once

#include <functional>
#include <vector>

#include "engine/ledger/frontier.h"

namespace ritrovo {

/// Reads the root of the full subtree at `level` (0: leaves) and `index` in that level: leaves index·2^level up to (index+1)·2^level.
/// Asked only for full subtrees.
using SubtreeReader = std::function<Result<Hash256>(std::uint8_t level, std::uint64_t index)>;

/// Root of the first `size` leaves, from full subtrees; `empty_root()` for 0.
[[nodiscard]] Result<Hash256> root_of(TreeSize size, const SubtreeReader& read);

/// The path from the leaf at `position` to the root of the tree of `size` leaves (RFC 6962, section 2.1.1). kNotFound if it isn't in it.
[[nodiscard]] Result<std::vector<Hash256>> inclusion_proof(Position position, TreeSize size, const SubtreeReader& read);
/// Whether `path` leads from `leaf` at `position` to `root` (RFC 9162, section 2.1.3.2).
[[nodiscard]] bool verify_inclusion(const Hash256& leaf, Position position, TreeSize size, const std::vector<Hash256>& path,
                                    const Hash256& root);

/// Two trees of one ledger, the smaller first.
struct Growth {
  TreeSize before;
  TreeSize after;
};

/// Proof that the tree of `after` leaves begins with that of `before` (RFC 6962, section 2.1.2). kNotFound for 0 or for a shrinking tree.
[[nodiscard]] Result<std::vector<Hash256>> consistency_proof(Growth growth, const SubtreeReader& read);
/// Whether `path` proves it between these roots (RFC 9162, section 2.1.4.2). False for a `before` of 0: nothing can be proved of an empty tree.
[[nodiscard]] bool verify_consistency(Growth growth, const std::vector<Hash256>& path, const Hash256& root_before,
                                      const Hash256& root_after);

}  // namespace ritrovo
