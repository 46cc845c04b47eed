#include "workflows/reasons/why.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/unit/reasons/told_case.h"

namespace ritrovo::reasons {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using test::texts;

test::ToldCase decided() {
  test::ToldCase told;
  told.give("2024-01-09 report income.declared amount=6000.00")
      .give("2024-01-09 task complete prepare as=clerk:u1")
      .give("2024-01-09 task complete check outcome=good as=clerk:u2")
      .give("2024-01-10 task complete file receipt=R1 filed_on=2024-01-10")
      .give("2024-02-01 report papers.requested requested_on=2024-02-01 as=authority:a1")
      .give("2024-02-15 report papers.deposited deposited_on=2024-02-15")
      .give("2024-03-01 report decision.granted number=N1 as=authority:a1");
  return told;
}

const Link* link(const Explanation& explanation, std::string_view event) {
  const auto found = std::find_if(explanation.chain.begin(), explanation.chain.end(), [event](const Link& one) { return one.event == event; });
  return found == explanation.chain.end() ? nullptr : &*found;
}

TEST(Why, GoesBackToWhatPersonsTold) {
  const test::ToldCase told = decided();
  const Knowledge known = told.knowledge(test::day(2024, 3, 1));
  const CaseStory story(known, reading::Language::kEnglish);
  for (const pathway::StepInstance& step : story.core().steps) {
    const Explanation why = explain_step(story, step.ref);
    ASSERT_FALSE(why.chain.empty()) << why.about;
    std::set<Version> there;
    for (const Link& one : why.chain) there.insert(one.version);
    for (const Link& one : why.chain) {
      EXPECT_TRUE(std::all_of(one.because.begin(), one.because.end(), [&](Version cause) { return cause < one.version && there.contains(cause); })) << one.text;
      EXPECT_EQ(one.told, one.because.empty() && pathway::is_command_event(story.body(one.version))) << one.text;
      EXPECT_TRUE(one.told || !one.because.empty()) << one.text << " rests on nothing";
    }
  }
}

TEST(Why, ShowsTheValuesThatTheGuardSawAndTheWorking) {
  const test::ToldCase told = decided();
  const Knowledge known = told.knowledge(test::day(2024, 3, 1));
  const CaseStory story(known, reading::Language::kEnglish);
  const Explanation why = explain_step(story, told.ref("means"));
  const Link* ended = link(why, "step_completed");
  ASSERT_NE(ended, nullptr);
  EXPECT_THAT(texts(ended->lines, "value"), ElementsAre(HasSubstr("6000.00  [event"), HasSubstr("the value of “Income needed”: 6000")));
  EXPECT_THAT(texts(ended->lines, "working"), ElementsAre("6000.00 ≥ 6000: true"));
}

TEST(Why, KeepsPersonalValuesSealedWhereTheyMayNotBeShown) {
  const test::ToldCase told = decided();
  Knowledge known = told.knowledge(test::day(2024, 3, 1));
  known.shows_personal = false;
  const CaseStory story(known, reading::Language::kEnglish);
  for (const Link& one : explain_step(story, told.ref("means")).chain)
    for (const std::string_view kind : {"value", "working"})
      EXPECT_THAT(texts(one.lines, kind), Not(Contains(HasSubstr("6000.00")))) << one.text;
}

TEST(Why, SaysThatAValueWasErased) {
  test::ToldCase told;
  told.give("2024-01-09 report entry.made @rel-1 entered_on=2024-01-09");
  told.bench().erase("rel-1");
  const Knowledge known = told.knowledge(test::day(2024, 3, 1));
  const CaseStory story(known, reading::Language::kEnglish);
  const Explanation why = explain_step(story, told.ref("need"));
  const Link* joined = link(why, "value_computed");
  ASSERT_NE(joined, nullptr);
  EXPECT_THAT(texts(joined->lines, "value"), ElementsAre(HasSubstr("rel-1")));
}

TEST(Why, CountsADeadlineBackToTheFactsThatMovedIt) {
  const test::ToldCase told = decided();
  const Knowledge known = told.knowledge(test::day(2024, 3, 1));
  const CaseStory story(known, reading::Language::kEnglish);
  const Explanation why = explain_deadline(story, {told.ref("decision"), 0});
  EXPECT_EQ(why.life, "met");
  const Link* moved = link(why, "deadline_moved");
  ASSERT_NE(moved, nullptr);
  EXPECT_THAT(texts(moved->lines, "counting"), ElementsAre(HasSubstr("90 days from 2024-01-10")));
  EXPECT_THAT(texts(moved->lines, "note"), ElementsAre(HasSubstr("interrupted on 2024-02-01, started afresh on 2024-02-15")));
  EXPECT_THAT(texts(moved->lines, "term"), ElementsAre(HasSubstr("version 1")));
}

TEST(Why, AMissedDeadlineRestsOnTheEventThatSetItsDay) {
  test::ToldCase told;
  told.give("2024-01-09 report income.declared amount=6000.00")
      .give("2024-01-09 task complete prepare as=clerk:u1")
      .give("2024-01-09 task complete check outcome=good as=clerk:u2")
      .give("2024-01-10 task complete file receipt=R1 filed_on=2024-01-10");
  told.bench().ring(test::day(2024, 6, 1));
  const Knowledge known = told.knowledge(test::day(2024, 6, 1));
  const CaseStory story(known, reading::Language::kEnglish);
  const Explanation why = explain_deadline(story, {told.ref("decision"), 0});
  const Link* missed = link(why, "deadline_missed");
  ASSERT_NE(missed, nullptr);
  ASSERT_THAT(missed->because, testing::SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<pathway::DeadlineSet>(story.body(missed->because.front())));
}

TEST(Why, IsToldInItalianToo) {
  const test::ToldCase told = decided();
  const Knowledge known = told.knowledge(test::day(2024, 3, 1));
  const CaseStory story(known, reading::Language::kItalian);
  EXPECT_EQ(explain_step(story, told.ref("means")).standing, "«Mezzi» si è concluso il 2024-01-09 con l'esito «Enough»");
}

}  // namespace
}  // namespace ritrovo::reasons
