#include "engine/base/ids.h"

#include <gtest/gtest.h>

#include <array>

namespace ritrovo {
namespace {

constexpr std::array<std::uint64_t, 6> kSamples = {
    0, 1, 0x7f00000163767e2bULL, 0xffffffffffffffffULL, 0x0123456789abcdefULL, 0x8000000000000000ULL};

TEST(CaseId, IsReadBackFromWhatItPrints) {
  for (const std::uint64_t sample : kSamples) {
    const CaseId id(sample);
    ASSERT_TRUE(CaseId::parse(id.printed()).has_value()) << id;
    EXPECT_EQ(*CaseId::parse(id.printed()), id);
    EXPECT_EQ(*PersonId::parse(PersonId(sample).printed()), PersonId(sample));
  }
}

TEST(CaseId, PrintsProquintsAndACheckCharacter) {
  // 127.0.0.1 is "lusab-babad" in the proposal for proquints.
  EXPECT_EQ(CaseId(0x7f0000013f54dcc1ULL).printed().substr(0, 28), "fam-lusab-babad-gutih-tugad-");
  EXPECT_EQ(CaseId(0x7f0000013f54dcc1ULL).printed(), "fam-lusab-babad-gutih-tugad-4");
}

TEST(CaseId, IsReadInEitherLetterCase) {
  const CaseId id(0x0123456789abcdefULL);
  std::string shouted = id.printed();
  for (char& c : shouted) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  EXPECT_EQ(CaseId::parse(shouted).value(), id);
}

TEST(CaseId, EverySingleWrongLetterIsFound) {
  const std::string good = CaseId(0x0123456789abcdefULL).printed();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyz0123456789-")) {
      if (c == good[i]) continue;
      std::string bad = good;
      bad[i] = c;
      EXPECT_FALSE(CaseId::parse(bad).has_value()) << bad;
    }
  }
}

TEST(CaseId, EverySwapOfNeighbouringLettersIsFound) {
  const std::string good = CaseId(0x0123456789abcdefULL).printed();
  for (std::size_t i = 4; i + 3 < good.size(); ++i) {
    std::string bad = good;
    std::swap(bad[i], bad[i + 1]);
    if (bad == good) continue;
    EXPECT_FALSE(CaseId::parse(bad).has_value()) << bad;
  }
}

TEST(CaseId, SaysWhatIsWrong) {
  EXPECT_NE(CaseId::parse("fam-1").error().message.find("29 characters"), std::string::npos);
  EXPECT_NE(CaseId::parse(PersonId(7).printed()).error().message.find("prefix"), std::string::npos);
  EXPECT_NE(CaseId::parse("fam-lusab-xabad-gutih-tugad-4").error().message.find("group 2"), std::string::npos);
  EXPECT_NE(CaseId::parse("fam-lusab-babad-gutih-tugad-0").error().message.find("check character"), std::string::npos);
  EXPECT_EQ(CaseId::parse("").error().code, ErrorCode::kMalformed);
}

TEST(PartitionOf, StaysInRangeAndSpreadsCases) {
  std::array<int, 16> counts{};
  for (std::uint64_t i = 0; i < 16'000; ++i) {
    const PartitionId partition = partition_of(CaseId(i * 0x9e3779b97f4a7c15ULL), 16);
    ASSERT_LT(partition.value(), 16);
    ++counts[partition.value()];
  }
  for (const int count : counts) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

}  // namespace
}  // namespace ritrovo
