#include "projections/deadlines.h"

#include <gtest/gtest.h>

#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

struct DeadlinesTest : testing::Test {
  std::shared_ptr<const definition::Library> library = small_library();
  CaseFold fold{library};
  Deadlines deadlines;
  [[nodiscard]] TermFigures total(Day today) const { return deadlines.report(today, 30, "en", library.get()).total; }
};

TEST_F(DeadlinesTest, TellsPartyTermLawAndDaysLeftOfARunningOne) {
  tell(fold, deadlines, {waiting_for_prefecture(library, 1)});
  const std::vector<OpenDeadline> open = deadlines.open(day(4, 1), "it", library.get());
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].title, "Nulla osta");
  EXPECT_EQ(open[0].term_title, "Risposta");
  EXPECT_EQ(open[0].law, "Legge 3");
  EXPECT_FALSE(open[0].verified);
  EXPECT_EQ(open[0].party_title, "Prefettura");
  EXPECT_EQ(open[0].state, DeadlineState::kRunning);
  EXPECT_EQ(open[0].due, day(4, 10));
  EXPECT_EQ(open[0].days_left, 9);
}

TEST_F(DeadlinesTest, IsDueAtTheEndOfItsDayAndOverdueOnTheNext) {
  tell(fold, deadlines, {waiting_for_prefecture(library, 1)});
  EXPECT_EQ(deadlines.open(day(4, 10), "en", nullptr).at(0).state, DeadlineState::kRunning);
  EXPECT_EQ(deadlines.open(day(4, 11), "en", nullptr).at(0).state, DeadlineState::kOverdue);
}

TEST_F(DeadlinesTest, CountsSoonOverdueAndRunningAsOfTheDayAsked) {
  tell(fold, deadlines, {waiting_for_prefecture(library, 1)});
  EXPECT_EQ(total(day(2, 1)).soon, 0U);
  EXPECT_EQ(total(day(2, 1)).running, 1U);
  EXPECT_EQ(total(day(3, 20)).soon, 1U);
  EXPECT_EQ(total(day(5, 1)).overdue, 1U);
  EXPECT_EQ(total(day(5, 1)).running, 0U);
}

TEST_F(DeadlinesTest, AMissedOneIsOverdueUntilItsStepEndsAndThenMetLate) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(4, 11), "").deadline_missed("nulla_osta", day(4, 10));
  tell(fold, deadlines, {written});
  EXPECT_EQ(total(day(5, 1)).overdue, 1U);
  WrittenCase later = waiting_for_prefecture(library, 2);
  later.on(day(4, 11), "").deadline_missed("nulla_osta", day(4, 10));
  later.on(day(5, 1)).fact("decision.made").step_completed("nulla_osta", "granted");
  for (const Event& event : later.events()) fold.apply(event);
  EXPECT_EQ(total(day(5, 1)).overdue, 1U);
  EXPECT_EQ(total(day(5, 1)).met_late, 1U);
}

TEST_F(DeadlinesTest, ALateCompletionBeforeTheDayTurnedCountsAsMetLateToo) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(4, 20)).fact("decision.made").step_completed("nulla_osta", "granted").deadline_missed("nulla_osta", day(4, 10));
  tell(fold, deadlines, {written});
  EXPECT_EQ(total(day(5, 1)).met_late, 1U);
  EXPECT_TRUE(deadlines.open(day(5, 1), "en", nullptr).empty());
}

TEST_F(DeadlinesTest, AMissThatWasALateReportIsCountedAsKept) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(4, 11), "").deadline_missed("nulla_osta", day(4, 10));
  written.on(day(4, 9)).fact("decision.made").step_completed("nulla_osta", "granted").deadline_met("nulla_osta", true);
  tell(fold, deadlines, {written});
  EXPECT_EQ(total(day(5, 1)).reported_late, 1U);
  EXPECT_EQ(total(day(5, 1)).met_late, 0U);
}

TEST_F(DeadlinesTest, AMissWhoseStepIsCancelledIsNeverMet) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(4, 11), "").deadline_missed("nulla_osta", day(4, 10));
  written.on(day(5, 1)).step_terminated("nulla_osta");
  tell(fold, deadlines, {written});
  EXPECT_EQ(total(day(5, 2)).never_met, 1U);
}

TEST_F(DeadlinesTest, OneThatStandsStillHasNoDueDayAndRunsAgainWithANewOne) {
  WrittenCase written = waiting_for_prefecture(library, 1);
  const pathway::DeadlineRef ref{written.ref("nulla_osta"), 0};
  written.on(day(2, 1)).add(pathway::DeadlineInterrupted{ref, {}});
  tell(fold, deadlines, {written});
  EXPECT_EQ(deadlines.open(day(5, 1), "en", nullptr).at(0).state, DeadlineState::kInterrupted);
  EXPECT_FALSE(deadlines.open(day(5, 1), "en", nullptr).at(0).due.has_value());
  EXPECT_TRUE(deadlines.due_within(30, day(5, 1), "en", nullptr).empty());
  written.on(day(3, 1)).add(pathway::DeadlineMoved{ref, day(3, 1), day(5, 30), std::nullopt, std::nullopt, true, {}, {}});
  fold.apply(written.events().back());
  EXPECT_EQ(deadlines.open(day(5, 1), "en", nullptr).at(0).due, day(5, 30));
}

TEST_F(DeadlinesTest, FiguresStandByTermAndByParty) {
  tell(fold, deadlines, {waiting_for_prefecture(library, 1), waiting_for_prefecture(library, 2)});
  const DeadlineReport report = deadlines.report(day(4, 1), 30, "it", library.get());
  ASSERT_EQ(report.by_term.size(), 1U);
  EXPECT_EQ(report.by_term[0].term_title, "Risposta");
  EXPECT_EQ(report.by_term[0].soon, 2U);
  ASSERT_EQ(report.by_party.size(), 1U);
  EXPECT_EQ(report.by_party[0].party_title, "Prefettura");
}

}  // namespace
}  // namespace ritrovo::projections::test
