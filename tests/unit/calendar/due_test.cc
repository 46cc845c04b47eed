#include "workflows/calendar/due.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/calendar/milan.h"

/// Every expected day here was worked out by hand on a calendar; the counting stands beside it where it isn't plain.
namespace ritrovo::calendar {
namespace {

using milan::due;
using milan::entry_notice;
using milan::interrupted;
using milan::nulla_osta;
using milan::plain_term;
using milan::suspended;
using testing::HasSubstr;

TEST(WorkingDays, EightOverSaintAmbroseAndTheImmaculateConception) {
  EXPECT_EQ(due(entry_notice(), "2023-12-06"), "2023-12-20") << "11-15 five, 18-20 three; Thursday 7 and Friday 8 rest";
  EXPECT_EQ(due(entry_notice(), "2025-12-05"), "2025-12-18") << "9-12 four, 15-18 four; the 7th is a Sunday";
  EXPECT_EQ(milan::due_in(milan::italia(), entry_notice(), "2023-12-06"), "2023-12-19") << "outside Milan the 7th works";
}

TEST(WorkingDays, EightOverEaster) {
  EXPECT_EQ(due(entry_notice(), "2024-03-28"), "2024-04-10") << "29 March, 2-5, 8-10 April";
  EXPECT_EQ(due(entry_notice(), "2025-04-17"), "2025-05-02") << "18, 22-24, 28-30 April, 2 May: Easter Monday, 25 April and 1 May rest";
}

TEST(WorkingDays, EightOverChristmasAndEpiphany) {
  EXPECT_EQ(due(entry_notice(), "2024-12-20"), "2025-01-07") << "23, 24, 27, 30, 31 December, 2, 3, 7 January";
  EXPECT_EQ(due(entry_notice(), "2026-01-03"), "2026-01-15") << "entered on a Saturday";
}

TEST(WorkingDays, EightOverSaintFrancisFrom2026) {
  EXPECT_EQ(due(entry_notice(), "2021-10-01"), "2021-10-13");
  EXPECT_EQ(due(entry_notice(), "2027-10-01"), "2027-10-14");
}

TEST(WorkingDays, OfASuspensionAreNotCounted) {
  EXPECT_EQ(due(entry_notice(), "2024-03-28", {suspended("2024-04-04", "2024-04-09")}), "2024-04-15")
      << "29 March, 2, 3 April; 9-12 April; 15 April";
}

TEST(Length, IsTheOneInForceOnBothSidesOf4October2025) {
  EXPECT_EQ(due(nulla_osta(), "2025-10-03"), "2026-01-02") << "90 days end on New Year's Day";
  EXPECT_EQ(due(nulla_osta(), "2025-10-04"), "2026-03-03") << "150 days";
}

TEST(Length, IsTheOneInForceOnBothSidesOfTheEarlierSwitches) {
  EXPECT_EQ(due(nulla_osta(), "2009-08-07"), "2009-11-05") << "90 days";
  EXPECT_EQ(due(nulla_osta(), "2009-08-08"), "2010-02-04") << "180 days";
  EXPECT_EQ(due(nulla_osta(), "2017-02-17"), "2017-08-16") << "180 days";
  EXPECT_EQ(due(nulla_osta(), "2017-02-18"), "2017-05-19") << "90 days";
}

TEST(Length, IsMissingBeforeTheFirst) { EXPECT_THAT(due(nulla_osta(), "1999-11-17"), HasSubstr("nulla_osta has no length on 1999-11-17")); }

TEST(Length, IsTheRestartsWhereTheRestartChooses) {
  const Clockwork by_start{milan::day("2025-09-15"), milan::day("2025-09-15"), {interrupted("2025-10-10", "2025-10-20")}};
  const Clockwork by_restart{milan::day("2025-09-15"), std::nullopt, {interrupted("2025-10-10", "2025-10-20")}};
  EXPECT_EQ(compute_due(nulla_osta(), milan::milano(), by_start).value().day, milan::day("2026-01-19")) << "90 days, a Sunday";
  EXPECT_EQ(compute_due(nulla_osta(), milan::milano(), by_restart).value().day, milan::day("2026-03-19")) << "150 days";
}

TEST(Roll, ASaturdayASundayAndAHolidayRunToTheNextWorkingDay) {
  EXPECT_EQ(due(nulla_osta(), "2015-03-02"), "2015-08-31") << "29 August, a Saturday";
  EXPECT_EQ(due(plain_term("P30D", true), "2024-02-29"), "2024-04-02") << "30 March, the Saturday before Easter";
  EXPECT_EQ(due(plain_term("P10D", true), "2025-12-22"), "2026-01-02") << "New Year's Day";
  EXPECT_EQ(due(plain_term("P1W", true), "2024-12-25"), "2025-01-02");
  EXPECT_EQ(due(plain_term("P3M", true), "2025-09-14"), "2025-12-15") << "14 December, a Sunday";
  EXPECT_EQ(due(plain_term("P10D", true), "2018-11-27"), "2018-12-10") << "Sant'Ambrogio on a Friday";
}

TEST(Roll, IsOffWhereTheTermSaysSo) { EXPECT_EQ(due(plain_term("P30D", false), "2024-02-29"), "2024-03-30"); }

TEST(Roll, APeriodOfTwoDaysOrMoreIncludesTwoWorkingDays) {
  EXPECT_EQ(due(plain_term("P2D", true), "2024-03-29"), "2024-04-03") << "Good Friday + 2 = Easter; Tuesday is the first working day";
  EXPECT_EQ(due(plain_term("P3D", true), "2024-03-28"), "2024-04-02") << "Good Friday and Tuesday";
  EXPECT_EQ(due(plain_term("P1D", true), "2024-03-29"), "2024-04-02") << "one day needs one";
  EXPECT_EQ(due(plain_term("P4D", true), "2024-12-24"), "2024-12-30") << "27 and 30 December";
}

TEST(Count, TheDayOfTheEventIsNotCounted) {
  EXPECT_EQ(due(plain_term("P1D", true), "2025-03-03"), "2025-03-04");
  EXPECT_EQ(due(plain_term("P30D", true), "2023-01-31"), "2023-03-02");
  EXPECT_EQ(due(plain_term("P30D", true), "2024-01-31"), "2024-03-01") << "February has 29 days";
}

TEST(Count, WeeksMonthsAndYearsEndOnTheSameWeekdayOrDate) {
  EXPECT_EQ(due(plain_term("P2W", false), "2025-12-24"), "2026-01-07");
  EXPECT_EQ(due(plain_term("P6M", false), "2025-01-15"), "2025-07-15");
  EXPECT_EQ(due(plain_term("P6M", false), "2024-08-31"), "2025-02-28");
  EXPECT_EQ(due(plain_term("P6M", false), "2023-08-31"), "2024-02-29");
  EXPECT_EQ(due(plain_term("P2Y", false), "2024-02-29"), "2026-02-28");
  EXPECT_EQ(due(plain_term("P3M", true), "2024-11-30"), "2025-02-28");
}

TEST(Freeze, TheDaysFrom23FebruaryTo15May2020AreNotCounted) {
  EXPECT_EQ(due(nulla_osta(), "2020-01-10"), "2020-07-01") << "43 days to 22 February, 47 from 16 May";
  EXPECT_EQ(due(nulla_osta(), "2019-11-25"), "2020-05-18") << "the 90th day is Saturday 16 May";
  EXPECT_EQ(due(nulla_osta(), "2019-11-23"), "2020-02-21") << "over before the window";
}

TEST(Freeze, ATermBegunInsideTheWindowBeginsOnItsLastDay) {
  EXPECT_EQ(due(nulla_osta(), "2020-02-23"), "2020-08-13");
  EXPECT_EQ(due(nulla_osta(), "2020-03-10"), "2020-08-13");
  EXPECT_EQ(due(nulla_osta(), "2020-05-15"), "2020-08-13");
  EXPECT_EQ(due(nulla_osta(), "2020-05-16"), "2020-08-14");
  EXPECT_EQ(due(nulla_osta(), "2020-05-17"), "2020-08-17") << "Ferragosto, a Saturday";
}

TEST(Freeze, AnEndIsNotRolledIntoTheWindow) {
  EXPECT_EQ(due(nulla_osta(), "2019-11-24"), "2020-05-18") << "the 90th day is Saturday 22 February; Monday is frozen";
}

TEST(Freeze, PushesATermOfMonthsByTheFrozenDays) {
  Term term = plain_term("P6M", false);
  term.freezes = nulla_osta().freezes;
  EXPECT_EQ(due(term, "2019-12-01"), "2020-08-23") << "1 June and 83 days";
  EXPECT_EQ(due(term, "2020-03-01"), "2020-11-15") << "six months from 15 May";
}

TEST(Interruption, StartsTheTermAfresh) {
  EXPECT_EQ(due(nulla_osta(), "2025-10-10"), "2026-03-09");
  EXPECT_EQ(due(nulla_osta(), "2025-10-10", {interrupted("2025-11-20", "2025-12-10")}), "2026-05-11") << "150 days end on Saturday 9 May";
  EXPECT_EQ(due(nulla_osta(), "2025-10-10", {interrupted("2025-11-20", "2025-12-10"), interrupted("2026-01-15", "2026-02-02")}),
            "2026-07-02");
}

TEST(Interruption, ThatLastsLeavesNoDueDay) { EXPECT_EQ(due(nulla_osta(), "2025-10-10", {interrupted("2025-11-20")}), "interrupted"); }

TEST(Interruption, OnTheLastDayIsInTimeAndADayLaterIsNot) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10"), "2024-04-09");
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {interrupted("2024-04-09", "2024-04-30")}), "2024-07-29");
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {interrupted("2024-04-10", "2024-04-30")}), "2024-04-09");
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {interrupted("2024-04-10")}), "2024-04-09");
}

TEST(Interruption, InsideAnotherAddsNothingUnlessItEndsLater) {
  const std::string one = due(nulla_osta(), "2024-01-10", {interrupted("2024-02-01", "2024-02-20")});
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {interrupted("2024-02-01", "2024-02-20"), interrupted("2024-02-05", "2024-02-12")}), one);
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {interrupted("2024-02-01", "2024-02-20"), interrupted("2024-02-05", "2024-03-11")}),
            "2024-06-10")
      << "90 days from 11 March end on Sunday 9 June";
}

TEST(Interruption, RestartedInsideTheFreezeBeginsOnItsLastDay) {
  EXPECT_EQ(due(nulla_osta(), "2020-01-10", {interrupted("2020-02-03", "2020-04-01")}), "2020-08-13");
}

TEST(Suspension, LetsTheRestRunOn) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-03-01", "2024-03-15")}), "2024-04-23") << "9 April and 14 days";
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-03-01", "2024-03-01")}), "2024-04-09") << "ended the same day";
}

TEST(Suspension, ThatLastsLeavesNoDueDay) { EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-03-01")}), "suspended"); }

TEST(Suspension, OnTheLastDayLeavesOneDay) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-04-09", "2024-04-19")}), "2024-04-19");
}

TEST(Suspension, BegunWhileTheEndIsRolledMovesTheEnd) {
  const Term term = plain_term("P30D", true);
  EXPECT_EQ(due(term, "2024-02-29", {suspended("2024-04-02", "2024-04-12")}), "2024-04-12");
  EXPECT_EQ(due(term, "2024-02-29", {suspended("2024-04-02", "2024-04-13")}), "2024-04-15") << "rolled again";
  EXPECT_EQ(due(term, "2024-02-29", {suspended("2024-04-03", "2024-04-12")}), "2024-04-02") << "a day late";
}

TEST(Suspension, OfATermOfMonthsIsAddedInDays) {
  EXPECT_EQ(due(plain_term("P6M", false), "2024-01-31"), "2024-07-31");
  EXPECT_EQ(due(plain_term("P6M", false), "2024-01-31", {suspended("2024-03-01", "2024-03-11")}), "2024-08-10");
}

TEST(Suspension, OverlappingAnotherIsCountedOnce) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-03-01", "2024-03-10"), suspended("2024-03-05", "2024-03-15")}), "2024-04-23");
}

TEST(Suspension, AndFreezeOverlappingAreCountedOnce) {
  EXPECT_EQ(due(nulla_osta(), "2020-01-10", {suspended("2020-02-10", "2020-03-01")}), "2020-07-14")
      << "30 days to 9 February, 60 from 16 May";
}

TEST(Suspension, IsForgottenAfterAnInterruption) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-02-01", "2024-02-11"), interrupted("2024-03-01", "2024-03-11")}),
            "2024-06-10");
}

TEST(Pauses, InterruptionThatLastsPrevailsOverSuspensionThatLasts) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-02-01"), interrupted("2024-02-10")}), "interrupted");
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-02-01"), interrupted("2024-02-10", "2024-02-20")}), "suspended");
}

TEST(Pauses, BeforeTheStartChangeNothing) {
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2023-12-01", "2024-01-10"), interrupted("2023-12-01", "2024-01-10")}),
            "2024-04-09");
  EXPECT_EQ(due(nulla_osta(), "2024-01-10", {suspended("2024-01-05", "2024-01-15")}), "2024-04-15")
      << "11 to 14 January are not counted: 13 April, a Saturday";
}

TEST(Pauses, ThatEndBeforeTheyBeginAreRefused) {
  EXPECT_THAT(due(nulla_osta(), "2024-01-10", {suspended("2024-03-15", "2024-03-01")}),
              HasSubstr("suspended from 2024-03-15 until 2024-03-01"));
}

TEST(Backwards, EndsBeforeTheStartAndIsNeverRolled) {
  Term term = plain_term("P60D", false);
  term.direction = Direction::kBefore;
  EXPECT_EQ(due(term, "2025-08-30"), "2025-07-01");
  EXPECT_EQ(due(term, "2025-12-31"), "2025-11-01") << "All Saints, a Saturday";
  term.lengths.front().length = {0, 1, 0, 0};
  EXPECT_EQ(due(term, "2025-05-31"), "2025-04-30");
  term.lengths.front().length = {0, 0, 0, 8};
  term.counting = Counting::kWorkingDays;
  EXPECT_EQ(due(term, "2025-05-02"), "2025-04-17");
}

TEST(Working, SaysHowADueDayCameAbout) {
  const auto result =
      compute_due(nulla_osta(), milan::milano(),
                  {milan::day("2020-01-10"),
                   milan::day("2020-01-10"),
                   {interrupted("2020-01-20", "2020-01-31"), suspended("2020-02-10", "2020-02-15"), interrupted("2021-01-01")}});
  EXPECT_EQ(to_string(result.value().working),
            "length 2020-01-10..2017-02-18 (90)\n"
            "begins 2020-01-10\n"
            "runs 2020-01-11..2020-01-19 (9)\n"
            "interrupted 2020-01-20..2020-01-31 (9)\n"
            "length 2020-01-10..2017-02-18 (90)\n"
            "begins 2020-01-31\n"
            "runs 2020-02-01..2020-02-09 (9)\n"
            "suspended 2020-02-10..2020-02-14 (5)\n"
            "runs 2020-02-15..2020-02-22 (8)\n"
            "frozen 2020-02-23..2020-05-15 (83)\n"
            "runs 2020-05-16..2020-07-27 (73)\n"
            "ends 2020-07-27\n"
            "too_late 2021-01-01\n");
  EXPECT_EQ(to_string(result->length->length), "P90D");
}

TEST(Working, KeepsTheNumbersThatEventsStore) {
  EXPECT_EQ(static_cast<int>(WorkingStep::kLength), 1);
  EXPECT_EQ(static_cast<int>(WorkingStep::kRuns), 4);
  EXPECT_EQ(static_cast<int>(WorkingStep::kFrozen), 6);
  EXPECT_EQ(static_cast<int>(WorkingStep::kRolled), 10);
  EXPECT_EQ(static_cast<int>(WorkingStep::kTooLate), 12);
}

TEST(Working, SaysWhatWasPostponedRolledAndStopped) {
  const auto rolled =
      compute_due(nulla_osta(), milan::milano(), {milan::day("2020-03-10"), std::nullopt, {suspended("2020-06-01", "2020-06-03")}});
  EXPECT_THAT(to_string(rolled.value().working), HasSubstr("postponed 2020-03-10..2020-05-15 (66)\nbegins 2020-05-15\n"));
  EXPECT_THAT(to_string(rolled->working), HasSubstr("ends 2020-08-15\nrolled 2020-08-15..2020-08-17 (2)\n"));
  const auto stopped = compute_due(nulla_osta(), milan::milano(), {milan::day("2024-01-10"), std::nullopt, {suspended("2024-02-01")}});
  EXPECT_THAT(to_string(stopped.value().working), HasSubstr("runs 2024-01-11..2024-01-31 (21)\nstopped 2024-02-01\n"));
  const auto two = compute_due(plain_term("P2D", true), milan::milano(), {milan::day("2024-03-29"), std::nullopt, {}});
  EXPECT_THAT(to_string(two.value().working),
              HasSubstr("rolled 2024-03-31..2024-04-02 (2)\ntwo_working_days 2024-04-02..2024-04-03 (1)\n"));
}

}  // namespace
}  // namespace ritrovo::calendar
