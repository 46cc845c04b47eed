#include "engine/ledger/frontier.h"

#include <gtest/gtest.h>

#include "engine/digest/encoding.h"
#include "engine/ledger/tiles.h"
#include "tests/unit/ledger/naive_tree.h"

namespace ritrovo {
namespace {

// The eight leaves and the roots that certificate-transparency's own tests use for RFC 6962.
TEST(Frontier, AgreesWithCertificateTransparencysVectors) {
  Frontier frontier;
  for (const char* hex : {"", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"})
    frontier.append(leaf_hash(from_hex(hex).value()));
  EXPECT_EQ(leaf_hash("").hex(), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  EXPECT_EQ(frontier.root().hex(), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
  EXPECT_EQ(empty_root().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Frontier, HasTheRootOfTheWholeTreeAtEverySize) {
  const std::vector<Hash256> leaves = sample_leaves(300);
  Frontier frontier;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    ASSERT_EQ(frontier.root(), naive_root(leaves, 0, size)) << size;
    ASSERT_EQ(Frontier::decode(frontier.encode()).value(), frontier);
    if (size < leaves.size()) frontier.append(leaves[size]);
  }
}

TEST(Frontier, HandsOutTheUpperTreesHashesWhenTheyAreComplete) {
  const std::vector<Hash256> leaves = sample_leaves(600);
  Frontier frontier;
  std::vector<TileHash> completed;
  for (const Hash256& leaf : leaves) frontier.append(leaf, completed);
  ASSERT_EQ(completed.size(), 2U);
  EXPECT_EQ(completed[0], (TileHash{1, 0, naive_root(leaves, 0, 256)}));
  EXPECT_EQ(completed[1], (TileHash{1, 1, naive_root(leaves, 256, 512)}));
}

TEST(Frontier, HandsOutOneHashOfTheSecondLevelFor65536Leaves) {
  const Hash256 leaf = leaf_hash("");
  Frontier frontier;
  std::vector<TileHash> completed;
  for (int i = 0; i < 65536; ++i) frontier.append(leaf, completed);
  ASSERT_EQ(completed.size(), 257U);
  EXPECT_EQ(completed.back().level, 2);
  EXPECT_EQ(completed.back().index, 0U);
  EXPECT_EQ(completed.back().hash, frontier.root());
}

TEST(Frontier, RefusesBytesThatDontFitItsSize) {
  Frontier frontier;
  for (const Hash256& leaf : sample_leaves(7)) frontier.append(leaf);
  const std::string bytes = frontier.encode();
  for (std::size_t length = 0; length < bytes.size(); ++length) EXPECT_FALSE(Frontier::decode(bytes.substr(0, length)).has_value());
  EXPECT_FALSE(Frontier::decode(bytes + "x").has_value());
}

TEST(Tiles, AreCompletedByTheLeafThatFillsThem) {
  const std::uint64_t full = 256 * 256;
  EXPECT_TRUE(tiles_completed(TreeSize(0), TreeSize(full - 1)).empty());
  EXPECT_EQ(tiles_completed(TreeSize(full - 1), TreeSize(full)), (std::vector<TileId>{{1, 0}}));
  EXPECT_EQ(tiles_completed(TreeSize(0), TreeSize(3 * full)), (std::vector<TileId>{{1, 0}, {1, 1}, {1, 2}}));
  EXPECT_EQ(tiles_completed(TreeSize(full * 255), TreeSize(full * 256)), (std::vector<TileId>{{1, 255}, {2, 0}}));
  EXPECT_TRUE(tiles_completed(TreeSize(full), TreeSize(full)).empty());
}

}  // namespace
}  // namespace ritrovo
