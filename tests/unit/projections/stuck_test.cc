#include "projections/stuck.h"

#include <gtest/gtest.h>

#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

TEST(Stuck, PassesOverACaseThatWaitsForSomebody) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  tell(fold, stuck, {waiting_for_prefecture(library, 1)});
  EXPECT_TRUE(stuck.cases(day(7, 1), "it", *library).empty());
}

TEST(Stuck, NamesACaseThatNothingCanMoveAndItsLastStep) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  WrittenCase written = waiting_for_prefecture(library, 1);
  const pathway::DeadlineRef ref{written.ref("nulla_osta"), 0};
  written.on(day(3, 1)).step_terminated("nulla_osta").add(pathway::DeadlineVoided{ref});
  tell(fold, stuck, {written});
  const std::vector<StuckCase> cases = stuck.cases(day(7, 1), "it", *library);
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_TRUE(cases[0].nothing_moves);
  EXPECT_EQ(cases[0].last_step, "Domanda");
  EXPECT_EQ(cases[0].last_event_on, day(3, 1));
}

TEST(Stuck, ListsIncidentsUntilTheyAreResolved) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  WrittenCase written = waiting_for_prefecture(library, 1);
  const pathway::Because guard{pathway::Rule::kGuard, 0, {}, {}};
  written.on(day(2, 1)).add(pathway::IncidentOpened{written.ref("nulla_osta"), pathway::Failure::kComputing, "no length", guard});
  tell(fold, stuck, {written});
  ASSERT_EQ(stuck.cases(day(7, 1), "it", *library).size(), 1U);
  EXPECT_EQ(stuck.cases(day(7, 1), "it", *library)[0].incidents, (std::vector<std::string>{"Nulla osta"}));
  EXPECT_FALSE(stuck.cases(day(7, 1), "it", *library)[0].nothing_moves);
  written.on(day(2, 2)).add(pathway::IncidentResolved{written.ref("nulla_osta"), guard});
  fold.apply(written.events().back());
  EXPECT_TRUE(stuck.cases(day(7, 1), "it", *library).empty());
}

TEST(Stuck, ForgetsACaseThatHasEnded) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  WrittenCase written = waiting_for_prefecture(library, 1);
  written.on(day(3, 1)).step_terminated("nulla_osta").add(pathway::CaseClosed{});
  written.on(day(3, 2)).fact("decision.made");
  tell(fold, stuck, {written});
  EXPECT_TRUE(stuck.cases(day(7, 1), "it", *library).empty());
}

TEST(Stuck, KnowsACaseAgainThatWasReopenedAfterItHadEnded) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  WrittenCase written = waiting_for_prefecture(library, 1);
  const pathway::Because guard{pathway::Rule::kGuard, 0, {}, {}};
  written.on(day(3, 1)).step_terminated("nulla_osta").add(pathway::DeadlineVoided{{written.ref("nulla_osta"), 0}});
  written.on(day(3, 2)).add(pathway::PathwayCompleted{definition::kNoOutcome, guard});
  tell(fold, stuck, {written});
  EXPECT_TRUE(stuck.cases(day(7, 1), "it", *library).empty());
  written.on(day(4, 1)).add(pathway::CaseReopened{guard});
  fold.apply(written.events().back());
  const std::vector<StuckCase> cases = stuck.cases(day(7, 1), "it", *library);
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_TRUE(cases[0].nothing_moves);
  EXPECT_EQ(cases[0].opened_on, written.events().front().effective);
  EXPECT_EQ(cases[0].last_step, "Domanda");
  EXPECT_EQ(cases[0].last_event_on, day(4, 1));
}

TEST(Stuck, SaysTheSameFromItsRows) {
  const auto library = small_library();
  CaseFold fold(library);
  Stuck stuck;
  WrittenCase open = waiting_for_prefecture(library, 1);
  open.on(day(3, 1)).step_terminated("nulla_osta").add(pathway::DeadlineVoided{{open.ref("nulla_osta"), 0}});
  WrittenCase ended = waiting_for_prefecture(library, 2);
  ended.on(day(3, 1)).add(pathway::CaseClosed{});
  tell(fold, stuck, {open, ended});
  CaseFold kept_fold(library);
  Stuck kept;
  for (const WrittenCase* one : {&open, &ended}) {
    ASSERT_TRUE(kept_fold.restore(one->id(), fold.saved(one->id())));
    ASSERT_TRUE(kept.put_row(*kept_fold.frame(one->id()), stuck.row(one->id())));
    EXPECT_EQ(kept.row(one->id()), stuck.row(one->id()));
  }
  EXPECT_EQ(kept.cases(day(7, 1), "it", *library), stuck.cases(day(7, 1), "it", *library));
  EXPECT_FALSE(kept.put_row(*kept_fold.frame(open.id()), "\x01 no row"));
}

}  // namespace
}  // namespace ritrovo::projections::test
