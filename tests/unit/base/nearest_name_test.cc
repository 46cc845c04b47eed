#include "engine/base/nearest_name.h"

#include <gtest/gtest.h>

#include <vector>

namespace ritrovo {
namespace {

TEST(NearestName, IsTheOneThatWasProbablyMeant) {
  const std::vector<std::string> names = {"nulla_osta", "visa", "visa_request", "entry"};
  EXPECT_EQ(nearest_name("nula_osta", names), "nulla_osta");
  EXPECT_EQ(nearest_name("vsia", names), "visa");
  EXPECT_EQ(nearest_name("something_else", names), "");
  EXPECT_EQ(nearest_name("", names), "");
}

TEST(NearestName, OfEquallyNearOnesTheFirst) {
  EXPECT_EQ(nearest_name("stop", std::vector<std::string_view>{"step", "shop"}), "step");
}

TEST(NearestName, LooksAtNoWordOverItsLimit) {
  const std::string longest(128, 'a');
  EXPECT_EQ(nearest_name(longest, std::vector<std::string>{longest}), longest);
  EXPECT_EQ(nearest_name(longest + "a", std::vector<std::string>{longest}), "");
  EXPECT_EQ(nearest_name(longest, std::vector<std::string>{longest + "a"}), "");
}

TEST(Edits, CountEachLetterPutInLeftOutChangedOrSwapped) {
  EXPECT_EQ(edits_between("", ""), 0U);
  EXPECT_EQ(edits_between("visa", "vsia"), 1U);
  EXPECT_EQ(edits_between("entry", "entri"), 1U);
  EXPECT_EQ(edits_between("nulla", "nula"), 1U);
  EXPECT_EQ(edits_between("abc", ""), 3U);
}

}  // namespace
}  // namespace ritrovo
