#include "engine/ledger/proof_text.h"

#include <gtest/gtest.h>

#include "engine/digest/encoding.h"
#include "engine/ledger/proof.h"
#include "tests/unit/ledger/naive_tree.h"

namespace ritrovo {
namespace {

constexpr std::string_view kHash = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=";

TEST(InclusionText, IsThatOfTheSpecification) {
  const std::string text = "c2sp.org/tlog-proof@v1\nextra YWdl\nindex 73894\n" + std::string(kHash) + "\n\nexample.com/log\n109482\n";
  const InclusionText proof = parse_inclusion_text(text).value();
  EXPECT_EQ(proof.extra, "age");
  EXPECT_EQ(proof.index, Position(73894));
  ASSERT_EQ(proof.path.size(), 1U);
  EXPECT_EQ(to_base64(proof.path.front().view()), kHash);
  EXPECT_EQ(proof.checkpoint, "example.com/log\n109482\n");
  EXPECT_EQ(inclusion_text(proof), text);
}

TEST(InclusionText, NeedsNoExtraAndNoHash) {
  const InclusionText proof{{}, Position(0), {}, "note\n"};
  EXPECT_EQ(inclusion_text(proof), "c2sp.org/tlog-proof@v1\nindex 0\n\nnote\n");
  EXPECT_EQ(parse_inclusion_text(inclusion_text(proof)).value(), proof);
}

TEST(InclusionText, RefusesWhatIsntOne) {
  const std::string first = "c2sp.org/tlog-proof@v1\n";
  std::string long_path;
  for (int i = 0; i < 64; ++i) long_path += std::string(kHash) + "\n";
  struct Row {
    const char* why;
    std::string text;
  };
  const std::vector<Row> rows{{"nothing", ""},
                              {"another version", "c2sp.org/tlog-proof@v2\nindex 0\n\nn\n"},
                              {"no line end", "c2sp.org/tlog-proof@v1"},
                              {"no index", first + "\nn\n"},
                              {"a leading zero", first + "index 01\n\nn\n"},
                              {"a sign", first + "index +1\n\nn\n"},
                              {"a number too large", first + "index 18446744073709551616\n\nn\n"},
                              {"extra after index", first + "index 1\nextra YQ==\n\nn\n"},
                              {"extra that isn't base64", first + "extra ?\nindex 1\n\nn\n"},
                              {"a short hash", first + "index 1\n" + to_base64("short") + "\n\nn\n"},
                              {"a hash of 33 bytes", first + "index 1\n" + to_base64(std::string(33, 'h')) + "\n\nn\n"},
                              {"unpadded base64", first + "index 1\n" + std::string(kHash.substr(0, 43)) + "\n\nn\n"},
                              {"no empty line", first + "index 1\n" + std::string(kHash) + "\n"},
                              {"more hashes than a tree is high", first + "index 1\n" + long_path + "\nn\n"}};
  for (const Row& row : rows) EXPECT_EQ(parse_inclusion_text(row.text).error().code, ErrorCode::kMalformed) << row.why;
}

TEST(GrowthText, IsTheRequestOfAWitness) {
  const std::string text = "old 20852014\n" + std::string(kHash) + "\n\nexample.com/behind-the-sofa\n20852163\n";
  const GrowthText growth = parse_growth_text(text).value();
  EXPECT_EQ(growth.before, TreeSize(20852014));
  EXPECT_EQ(growth.path.size(), 1U);
  EXPECT_EQ(growth_text(growth), text);
  for (const char* wrong : {"", "old\n\nn\n", "old 01\n\nn\n", "new 1\n\nn\n", "old 1\n", "old 1\nx\n\nn\n"})
    EXPECT_FALSE(parse_growth_text(wrong).has_value()) << wrong;
}

// What RFC 9162, sections 2.1.3.2 and 2.1.4.2, refuse, besides the empty tree, of which nothing can be proved.
TEST(Verification, RefusesWhatTheStandardRefuses) {
  const std::vector<Hash256> leaves = sample_leaves(8);
  const auto root = [&leaves](std::size_t size) { return naive_root(leaves, 0, size); };
  const Hash256 zeros{};
  struct Inclusion {
    const char* why;
    std::uint64_t position;
    std::uint64_t size;
    std::vector<Hash256> path;
    Hash256 root;
  };
  const std::vector<Inclusion> inclusions{{"a leaf of an empty tree", 0, 0, {}, empty_root()},
                                          {"a position at the size", 1, 1, {}, leaves[0]},
                                          {"a position behind the size", 9, 8, {}, root(8)},
                                          {"a path that is missing", 0, 2, {}, root(2)},
                                          {"a path of a tree of one", 0, 1, {leaves[1]}, leaves[0]},
                                          {"a path too long", 0, 2, {leaves[1], leaves[2]}, root(2)},
                                          {"an empty hash in the path", 0, 2, {zeros}, root(2)},
                                          {"an empty root", 0, 1, {}, zeros}};
  for (const Inclusion& row : inclusions)
    EXPECT_FALSE(verify_inclusion(leaves[0], Position(row.position), TreeSize(row.size), row.path, row.root)) << row.why;
  struct Consistency {
    const char* why;
    std::uint64_t before;
    std::uint64_t after;
    std::vector<Hash256> path;
    Hash256 root_before;
    Hash256 root_after;
  };
  const std::vector<Consistency> growths{{"from nothing", 0, 3, {}, empty_root(), root(3)},
                                         {"from nothing, with hashes", 0, 3, {leaves[0]}, empty_root(), root(3)},
                                         {"nothing to nothing", 0, 0, {}, empty_root(), empty_root()},
                                         {"shrinking", 3, 2, {}, root(3), root(2)},
                                         {"the same size, other roots", 3, 3, {}, root(3), leaf_hash("x")},
                                         {"the same size, with hashes", 3, 3, {leaves[0]}, root(3), root(3)},
                                         {"from one without a path", 1, 2, {}, root(1), root(2)},
                                         {"from one, an empty hash", 1, 2, {zeros}, root(1), root(2)},
                                         {"from one, one hash too many", 1, 2, {leaves[1], leaves[2]}, root(1), root(2)},
                                         {"empty roots", 1, 2, {leaves[1]}, zeros, zeros}};
  for (const Consistency& row : growths)
    EXPECT_FALSE(verify_consistency({TreeSize(row.before), TreeSize(row.after)}, row.path, row.root_before, row.root_after)) << row.why;
}

}  // namespace
}  // namespace ritrovo
