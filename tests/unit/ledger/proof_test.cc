#include "engine/ledger/proof.h"

#include <gtest/gtest.h>

#include <map>

#include "engine/ledger/tiles.h"
#include "tests/unit/ledger/naive_tree.h"

namespace ritrovo {
namespace {

SubtreeReader reader_over(const std::vector<Hash256>& leaves) {
  return [&leaves](std::uint8_t level, std::uint64_t index) -> Result<Hash256> {
    const std::size_t begin = index << level;
    const std::size_t end = (index + 1) << level;
    if (end > leaves.size()) return failure(ErrorCode::kNotFound, "not a full subtree");
    return naive_root(leaves, begin, end);
  };
}

TEST(InclusionProof, LeadsFromEveryLeafToEveryRoot) {
  const std::vector<Hash256> leaves = sample_leaves(40);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const Hash256 root = naive_root(leaves, 0, size);
    EXPECT_EQ(root_of(TreeSize(size), reader_over(leaves)).value(), root);
    for (std::size_t at = 0; at < size; ++at) {
      std::vector<Hash256> path = inclusion_proof(Position(at), TreeSize(size), reader_over(leaves)).value();
      ASSERT_TRUE(verify_inclusion(leaves[at], Position(at), TreeSize(size), path, root)) << at << " of " << size;
      EXPECT_FALSE(verify_inclusion(leaf_hash("other"), Position(at), TreeSize(size), path, root));
      EXPECT_FALSE(verify_inclusion(leaves[at], Position(at + 1), TreeSize(size), path, root));
      path.push_back(root);
      EXPECT_FALSE(verify_inclusion(leaves[at], Position(at), TreeSize(size), path, root));
    }
  }
}

TEST(InclusionProof, IsRefusedOutsideTheTree) {
  const std::vector<Hash256> leaves = sample_leaves(3);
  EXPECT_EQ(inclusion_proof(Position(3), TreeSize(3), reader_over(leaves)).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(verify_inclusion(leaves[0], Position(0), TreeSize(0), {}, empty_root()));
}

TEST(ConsistencyProof, HoldsBetweenAllPairsOfSizes) {
  const std::vector<Hash256> leaves = sample_leaves(40);
  for (std::size_t after = 1; after <= leaves.size(); ++after) {
    for (std::size_t before = 1; before <= after; ++before) {
      const Growth growth{TreeSize(before), TreeSize(after)};
      const Hash256 old_root = naive_root(leaves, 0, before);
      const Hash256 new_root = naive_root(leaves, 0, after);
      std::vector<Hash256> path = consistency_proof(growth, reader_over(leaves)).value();
      ASSERT_TRUE(verify_consistency(growth, path, old_root, new_root)) << before << " to " << after;
      EXPECT_FALSE(verify_consistency(growth, path, leaf_hash("other"), new_root));
      EXPECT_FALSE(verify_consistency(growth, path, old_root, leaf_hash("other")));
      if (path.empty()) continue;
      path.pop_back();
      EXPECT_FALSE(verify_consistency(growth, path, old_root, new_root));
    }
  }
}

TEST(ConsistencyProof, SaysNothingOfAnEmptyTree) {
  const std::vector<Hash256> leaves = sample_leaves(3);
  const Hash256 root = naive_root(leaves, 0, 3);
  EXPECT_FALSE(consistency_proof({TreeSize(0), TreeSize(3)}, reader_over(leaves)).has_value());
  EXPECT_FALSE(consistency_proof({TreeSize(3), TreeSize(2)}, reader_over(leaves)).has_value());
  EXPECT_FALSE(verify_consistency({TreeSize(0), TreeSize(3)}, {}, empty_root(), root));
  EXPECT_FALSE(verify_consistency({TreeSize(3), TreeSize(2)}, {}, root, root));
}

TEST(SubtreeReader, MakesProofsFromKeptHashesAndRecords) {
  const std::vector<Hash256> leaves = sample_leaves(1500);
  Frontier frontier;
  std::vector<TileHash> completed;
  for (const Hash256& leaf : leaves) frontier.append(leaf, completed);
  std::map<std::pair<std::uint8_t, std::uint64_t>, Hash256> kept;
  for (const TileHash& hash : completed) kept[{hash.level, hash.index}] = hash.hash;
  const SubtreeReader read = subtree_reader(
      [&kept](std::uint8_t level, std::uint64_t index) -> Result<Hash256> {
        return kept.at({level, index});
      },
      [&leaves](Position position) -> Result<Hash256> { return leaves.at(position.value()); });
  EXPECT_EQ(root_of(TreeSize(1500), read).value(), frontier.root());
  const auto path = inclusion_proof(Position(777), TreeSize(1500), read).value();
  EXPECT_TRUE(verify_inclusion(leaves[777], Position(777), TreeSize(1500), path, frontier.root()));
}

}  // namespace
}  // namespace ritrovo
