#include "workflows/reasons/why_not.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/reasons/told_case.h"

namespace ritrovo::reasons {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using test::texts;

TEST(WhyNot, NamesThePartThatWaitsAndWhatWouldMoveIt) {
  const test::ToldCase told;
  const Knowledge known = told.knowledge(test::day(2024, 1, 8));
  const CaseStory story(known, reading::Language::kEnglish);
  const std::vector<Line> waits = waits_of(story, told.ref("check"));
  ASSERT_FALSE(waits.empty());
  EXPECT_EQ(waits.front().kind, "waits");
  EXPECT_EQ(waits.front().text, "when “Prepare” ends");
  // Prepare waits for the means, which wait for the income.
  EXPECT_THAT(texts(waits, "unknown"), ElementsAre(HasSubstr("“Amount” (“Income”): not yet reported")));
  EXPECT_THAT(texts(waits, "next"), ElementsAre(HasSubstr("“Means”")));
}

TEST(WhyNot, ShowsWhyAGuardIsFalse) {
  test::ToldCase told;
  told.give("2024-01-08 report income.declared amount=5000.00");
  const Knowledge known = told.knowledge(test::day(2024, 1, 8));
  const CaseStory story(known, reading::Language::kEnglish);
  EXPECT_THAT(texts(waits_of(story, told.ref("means")), "working"), ElementsAre("5000.00 ≥ 6000: false"));
}

TEST(WhyNot, TellsWhatCannotHappenAnyMoreFromWhatMerelyWaits) {
  test::ToldCase told;
  told.give("2024-01-09 report income.declared amount=6000.00")
      .give("2024-01-09 task complete prepare as=clerk:u1")
      .give("2024-01-09 task complete check outcome=bad as=clerk:u2");
  const Knowledge known = told.knowledge(test::day(2024, 1, 9));
  const CaseStory story(known, reading::Language::kEnglish);
  const std::vector<Line> waits = waits_of(story, told.ref("file"));
  EXPECT_THAT(texts(waits, "never"), ElementsAre("the case has ended: nothing opens any more", HasSubstr("“Check” ends with “Good”")));
}

TEST(WhyNot, HasNothingToSayOfWhatHasEnded) {
  test::ToldCase told;
  told.give("2024-01-09 report income.declared amount=6000.00");
  const Knowledge known = told.knowledge(test::day(2024, 1, 9));
  const CaseStory story(known, reading::Language::kEnglish);
  EXPECT_THAT(waits_of(story, told.ref("means")), IsEmpty());
}

TEST(WhyNot, AskingChangesNothing) {
  test::ToldCase told;
  const pathway::CaseState before = told.bench().state();
  const Knowledge known = told.knowledge(test::day(2024, 1, 8));
  const CaseStory story(known, reading::Language::kItalian);
  for (std::size_t i = 0; i < story.pathway().steps.size(); ++i) (void)waits_of(story, {static_cast<definition::StepIndex>(i), pathway::kNobody, Version()});
  EXPECT_EQ(story.state(), before);
}

}  // namespace
}  // namespace ritrovo::reasons
