#include "workflows/reasons/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reasons/told_case.h"

namespace ritrovo::reasons {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Address : testing::Test {
  test::ToldCase told;
  Knowledge known = told.knowledge(test::day(2024, 1, 8));
  CaseStory story{known, reading::Language::kEnglish};
  std::string refused(const Asked& asked) const {
    const Result<Meant> meant = meant_by(story, asked);
    return meant ? std::string() : meant.error().message;
  }
};

TEST_F(Address, NamesAStepByItselfOrByItsPath) {
  EXPECT_THAT(meant_by(story, {"means", {}, {}})->steps, SizeIs(1));
  EXPECT_FALSE(meant_by(story, {"means", {}, {}})->deadline);
}

TEST_F(Address, NamesADeadlineOfAStep) {
  const Result<Meant> meant = meant_by(story, {"decision/deadline", {}, {}});
  ASSERT_TRUE(meant);
  EXPECT_EQ(meant->deadline, definition::DeadlineIndex(0));
}

TEST_F(Address, AnUnknownNameGetsTheNearestOne) { EXPECT_THAT(refused({"meens", {}, {}}), HasSubstr("did you mean 'means'?")); }

TEST_F(Address, AStrangerIsToldWhoIsInTheCase) { EXPECT_THAT(refused({"means@rel-9", {}, {}}), HasSubstr("there are: sponsor, rel-1")); }

TEST_F(Address, APersonWhomTheStepDoesNotConcernIsSaidSo) { EXPECT_THAT(refused({"means@rel-1", {}, {}}), HasSubstr("concerns nobody of that name")); }

}  // namespace
}  // namespace ritrovo::reasons
