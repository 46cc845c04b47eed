#include "workflows/calendar/calendar.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo::calendar {
namespace {

using milan::day;
using testing::ElementsAre;
using testing::HasSubstr;

/// Days from 21 March to Easter Sunday, 1900 to 2100. Source: the Python library dateutil, which its tests compare with published tables.
constexpr std::array<int, 201> kEasterAfter21March = {
    25, 17, 9,  22, 13, 33, 25, 10, 29, 21, 6,  26, 17, 2,  22, 14, 33, 18, 10, 30, 14, 6,  26, 11, 30, 22, 14, 27, 18, 10, 30, 15, 6,  26,
    11, 31, 22, 7,  27, 19, 3,  23, 15, 35, 19, 11, 31, 16, 7,  27, 19, 4,  23, 15, 28, 20, 11, 31, 16, 8,  27, 12, 32, 24, 8,  28, 20, 5,
    24, 16, 8,  21, 12, 32, 24, 9,  28, 20, 5,  25, 16, 29, 21, 13, 32, 17, 9,  29, 13, 5,  25, 10, 29, 21, 13, 26, 17, 9,  22, 14, 33, 25,
    10, 30, 21, 6,  26, 18, 2,  22, 14, 34, 18, 10, 30, 15, 6,  26, 11, 31, 22, 14, 27, 19, 10, 30, 15, 7,  26, 11, 31, 23, 7,  27, 19, 4,
    23, 15, 35, 20, 11, 31, 16, 8,  27, 19, 4,  24, 15, 28, 20, 12, 31, 16, 8,  28, 12, 32, 24, 9,  28, 20, 5,  25, 16, 8,  21, 13, 32, 24,
    9,  29, 20, 5,  25, 17, 29, 21, 13, 33, 17, 9,  29, 14, 5,  25, 10, 30, 21, 13, 26, 18, 9,  22, 14, 34, 25, 10, 30, 22, 7,
};

TEST(Easter, FallsOnTheKnownDatesFrom1900To2100) {
  for (std::int32_t year = 1900; year <= 2100; ++year) {
    const Day march_21(std::chrono::year_month_day(std::chrono::year(year), std::chrono::March, std::chrono::day(21)));
    EXPECT_EQ(easter_sunday(year), march_21.plus(kEasterAfter21March.at(static_cast<std::size_t>(year - 1900)))) << year;
    EXPECT_EQ(easter_sunday(year).weekday(), std::chrono::Sunday);
  }
}

TEST(Easter, ReachesItsEarliestAndItsLatestDate) {
  EXPECT_EQ(easter_sunday(1818), day("1818-03-22"));
  EXPECT_EQ(easter_sunday(1913), day("1913-03-23"));
  EXPECT_EQ(easter_sunday(1943), day("1943-04-25"));
  EXPECT_EQ(easter_sunday(2038), day("2038-04-25"));
  EXPECT_EQ(easter_sunday(2024), day("2024-03-31"));
  EXPECT_EQ(easter_sunday(2025), day("2025-04-20"));
  EXPECT_EQ(easter_sunday(2026), day("2026-04-05"));
}

TEST(Holidays, OfItalyIn2025AreTheTwelveAndEaster) {
  std::vector<std::string> found;
  for (Day each = day("2025-01-01"); each <= day("2025-12-31"); each = each.plus(1)) {
    if (milan::italia().holiday(each) != nullptr) found.push_back(to_string(each).substr(5));
  }
  EXPECT_THAT(found,
              ElementsAre("01-01", "01-06", "04-20", "04-21", "04-25", "05-01", "06-02", "08-15", "11-01", "12-08", "12-25", "12-26"));
}

TEST(Holidays, SaintFrancisIsOneFrom2026) {
  EXPECT_TRUE(milan::italia().working_day(day("2021-10-04")));
  EXPECT_EQ(milan::italia().holiday(day("2025-10-04")), nullptr);
  EXPECT_NE(milan::italia().holiday(day("2026-10-04")), nullptr);
  EXPECT_FALSE(milan::italia().working_day(day("2027-10-04")));
}

TEST(Holidays, SaintAmbroseIsOneInMilanOnly) {
  EXPECT_TRUE(milan::italia().working_day(day("2023-12-07")));
  EXPECT_FALSE(milan::milano().working_day(day("2023-12-07")));
  EXPECT_FALSE(milan::milano().working_day(day("2023-12-08"))) << "what it extends holds too";
  EXPECT_FALSE(milan::milano().working_day(day("2023-12-09"))) << "a Saturday";
}

TEST(Holidays, HoldOnlyInTheirYears) {
  EXPECT_TRUE(milan::italia().working_day(day("1999-06-02")));
  EXPECT_FALSE(milan::italia().working_day(day("2003-06-02")));
}

TEST(Calendar, NextWorkingDayIsTheDayItselfIfItWorks) {
  EXPECT_EQ(milan::milano().next_working_day(day("2025-04-17")), day("2025-04-17"));
  EXPECT_EQ(milan::milano().next_working_day(day("2024-03-30")), day("2024-04-02")) << "Easter";
  EXPECT_EQ(milan::milano().next_working_day(day("2018-12-07")), day("2018-12-10")) << "Sant'Ambrogio on a Friday, 8 December on Saturday";
  EXPECT_EQ(milan::milano().next_working_day(day("2025-01-01")), day("2025-01-02"));
}

TEST(Calendar, AddsWorkingDaysInBothDirections) {
  EXPECT_EQ(milan::milano().add_working_days(day("2025-04-17"), 8), day("2025-05-02"));
  EXPECT_EQ(milan::milano().add_working_days(day("2025-05-02"), -8), day("2025-04-17"));
  EXPECT_EQ(milan::milano().add_working_days(day("2025-04-20"), 0), day("2025-04-20"));
  EXPECT_EQ(milan::milano().working_days_between(day("2025-04-17"), day("2025-05-02")), 8);
  EXPECT_EQ(milan::milano().working_days_between(day("2025-05-02"), day("2025-04-17")), 0);
}

TEST(Calendar, KeepsClosuresAndSingleDays) {
  CalendarRules rules = milan::italia_rules();
  rules.closures = {{day("2025-08-11"), day("2025-08-22"), {"chiusura", "closed"}, {}}};
  rules.holidays.push_back({{"giorno", "day"}, day("2026-05-04"), std::nullopt, std::nullopt, {}});
  const Calendar calendar(rules);
  EXPECT_EQ(calendar.next_working_day(day("2025-08-11")), day("2025-08-25"));
  EXPECT_EQ(calendar.next_working_day(day("2026-05-04")), day("2026-05-05"));
  EXPECT_TRUE(calendar.working_day(day("2027-05-04")));
}

TEST(Calendar, AgreesInsideAndOutsideTheYearsThatItKeepsReady) {
  for (Day each = day("1985-01-01"); each <= day("2075-12-31"); each = each.plus(1)) {
    const bool rests = each.weekday() == std::chrono::Saturday || each.weekday() == std::chrono::Sunday;
    EXPECT_EQ(milan::milano().working_day(each), !rests && milan::milano().holiday(each) == nullptr) << each;
  }
}

TEST(Calendar, TwentyNineFebruaryIsAHolidayInLeapYearsOnly) {
  CalendarRules rules;
  rules.holidays = {{{"bisestile", "leap day"}, MonthDay{2, 29}, std::nullopt, std::nullopt, {}}};
  const Calendar calendar(rules);
  EXPECT_FALSE(calendar.working_day(day("2024-02-29")));
  EXPECT_TRUE(calendar.working_day(day("2023-03-01")));
}

TEST(CalendarRules, NamesEveryProblemAtOnce) {
  CalendarRules rules;
  rules.version = 0;
  rules.rest_weekdays.fill(true);
  rules.holidays = {{{"x", "x"}, MonthDay{2, 30}, std::nullopt, std::nullopt, {}}, {{"y", ""}, EasterOffset{300}, 2020, 2019, {}}};
  rules.closures = {{day("2025-08-11"), day("2025-08-10"), {}, {}}, {day("2025-01-01"), day("2025-12-31"), {}, {}}};
  const auto problems = problems_of(rules);
  EXPECT_EQ(problems.size(), 10U);
  EXPECT_THAT(problems, testing::Contains(HasSubstr("all seven")));
  EXPECT_THAT(problems_of(milan::italia_rules()), testing::IsEmpty());
}

}  // namespace
}  // namespace ritrovo::calendar
