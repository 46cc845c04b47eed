#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo::calendar {
namespace {

/// 2018 to 2027, so that the freeze and the switch of length fall in.
Day any_start() { return milan::day("2018-01-01").plus(*rc::gen::inRange(0, 3400)); }

std::vector<Pause> any_pauses(Day near) {
  std::vector<Pause> pauses(static_cast<std::size_t>(*rc::gen::inRange(0, 5)));
  for (Pause& pause : pauses) {
    pause.kind = *rc::gen::element(PauseKind::kSuspended, PauseKind::kInterrupted);
    pause.from = near.plus(*rc::gen::inRange(-20, 200));
    pause.until = pause.from.plus(*rc::gen::inRange(0, 60));
  }
  return pauses;
}

Term any_term() {
  Term term = *rc::gen::element(milan::nulla_osta(), milan::entry_notice(), milan::plain_term("P10D", true), milan::plain_term("P3D", true),
                                milan::plain_term("P2W", false), milan::plain_term("P30D", true));
  if (*rc::gen::arbitrary<bool>()) term.freezes = milan::nulla_osta().freezes;
  return term;
}

Due worked(const Term& term, Day start, std::vector<Pause> pauses, Day choice) {
  return compute_due(term, milan::milano(), {start, choice, std::move(pauses)}).value();
}

RC_GTEST_PROP(DueDay, IsAfterTheStartAndOnAWorkingDayWhereRolled, ()) {
  const Term term = any_term();
  const Day start = any_start();
  const Day due = *worked(term, start, any_pauses(start), start).day;
  RC_ASSERT(due > start);
  if (term.roll_to_working_day) RC_ASSERT(milan::milano().working_day(due));
  for (const Freeze& freeze : term.freezes) RC_ASSERT(due < freeze.from || due > freeze.to);
}

RC_GTEST_PROP(DueDay, IsMonotoneInTheStart, ()) {
  const Term term = any_term();
  const Day start = any_start();
  const auto pauses = any_pauses(start);
  RC_ASSERT(*worked(term, start, pauses, start).day <= *worked(term, start.plus(1), pauses, start).day);
}

RC_GTEST_PROP(DueDay, IsNeverEarlierForAFreeze, ()) {
  Term frozen = any_term();
  if (*rc::gen::arbitrary<bool>()) frozen = milan::plain_term("P6M", *rc::gen::arbitrary<bool>());
  frozen.freezes = milan::nulla_osta().freezes;
  Term thawed = frozen;
  thawed.freezes.clear();
  const Day start = any_start();
  const auto pauses = any_pauses(start);
  RC_ASSERT(*worked(thawed, start, pauses, start).day <= *worked(frozen, start, pauses, start).day);
}

RC_GTEST_PROP(DueDay, DoesNotDependOnTheOrderOfPauses, ()) {
  const Term term = any_term();
  const Day start = any_start();
  auto pauses = any_pauses(start);
  const Due one = worked(term, start, pauses, start);
  std::reverse(pauses.begin(), pauses.end());
  const Due other = worked(term, start, pauses, start);
  RC_ASSERT(one.day == other.day);
  RC_ASSERT(one.working == other.working);
}

RC_GTEST_PROP(DueDay, MovesByExactlyTheDaysOfASuspensionInsideTheRun, ()) {
  const Term term = milan::plain_term("P90D", false);
  const Day start = any_start();
  const Day from = start.plus(*rc::gen::inRange(1, 91));
  const std::int32_t days = *rc::gen::inRange(0, 400);
  RC_ASSERT(*worked(term, start, {{PauseKind::kSuspended, from, from.plus(days)}}, start).day == start.plus(90 + days));
}

RC_GTEST_PROP(DueDay, AgreesWithCountingDayByDay, ()) {
  const Term term = any_term();
  const Day start = any_start();
  const Due due = worked(term, start, {}, start);
  std::int32_t left = due.working.front().days;
  Day last = start;
  while (left > 0) {
    last = last.plus(1);
    const bool frozen =
        std::any_of(term.freezes.begin(), term.freezes.end(), [&](const Freeze& each) { return each.from <= last && last <= each.to; });
    if (!frozen && (term.counting == Counting::kCalendarDays || milan::milano().working_day(last))) --left;
  }
  RC_ASSERT(last <= *due.day);
  if (!term.roll_to_working_day) RC_ASSERT(last == *due.day);
}

/// The lines of one run lie end to end from its first day to its last, and what they count is the length.
RC_GTEST_PROP(WorkingLines, CoverTheLastRunAndAddUpToItsLength, ()) {
  const Day start = any_start();
  const Due due = worked(any_term(), start, any_pauses(start), start);
  std::int32_t wanted = 0;
  std::int32_t counted = 0;
  Day reached;
  bool ended = false;
  for (const WorkingLine& line : due.working) {
    if (line.what == WorkingStep::kLength) std::tie(wanted, counted) = std::make_pair(line.days, 0);
    if (line.what == WorkingStep::kBegins) reached = line.to;
    if (line.what == WorkingStep::kEnds) {
      RC_ASSERT(reached == line.to);
      RC_ASSERT(counted == wanted);
      ended = true;
    }
    const bool span = line.what == WorkingStep::kRuns || line.what == WorkingStep::kSuspended || line.what == WorkingStep::kFrozen;
    if (!span || ended) continue;
    RC_ASSERT(line.from == reached.plus(1));
    reached = line.to;
    if (line.what == WorkingStep::kRuns) counted += line.days;
  }
  RC_ASSERT(ended);
}

}  // namespace
}  // namespace ritrovo::calendar
