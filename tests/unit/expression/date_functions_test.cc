#include <gtest/gtest.h>

#include "tests/unit/expression/guard_fixture.h"
#include "workflows/expression/elapsed.h"

namespace ritrovo::expression {
namespace {

TEST(Age, OfOneBornOnALeapDayIsCompleteOnTheFirstOfMarch) {
  Day birth = day(2008, 2, 29);
  EXPECT_EQ(age_on(birth, day(2026, 2, 28)), 17);
  EXPECT_EQ(age_on(birth, day(2026, 3, 1)), 18);
  EXPECT_EQ(age_on(birth, day(2024, 2, 28)), 15);
  EXPECT_EQ(age_on(birth, day(2024, 2, 29)), 16);
}

TEST(Age, ChangesOnTheBirthday) {
  EXPECT_EQ(result_of("age(date('2007-10-05'), date('2025-10-04'))"), "17");
  EXPECT_EQ(result_of("age(date('2007-10-04'), date('2025-10-04'))"), "18");
  EXPECT_EQ(age_on(day(2025, 10, 4), day(2025, 10, 4)), 0);
}

TEST(Age, IsNegativeBeforeBirth) {
  EXPECT_EQ(age_on(day(2025, 6, 15), day(2025, 6, 14)), -1);
  EXPECT_EQ(age_on(day(2025, 6, 15), day(2024, 6, 15)), -1);
  EXPECT_EQ(age_on(day(2025, 6, 15), day(2024, 6, 14)), -2);
}

TEST(Months, AreFullWhenTheDayOfTheMonthIsReached) {
  EXPECT_EQ(months_between(day(2025, 1, 31), day(2025, 2, 28)), 0);
  EXPECT_EQ(months_between(day(2025, 1, 31), day(2025, 3, 1)), 1);
  EXPECT_EQ(months_between(day(2025, 3, 1), day(2025, 1, 31)), -1);
  EXPECT_EQ(months_between(day(2024, 11, 15), day(2025, 11, 15)), 12);
  EXPECT_EQ(years_between(day(2023, 3, 1), day(2025, 2, 28)), 1);
  EXPECT_EQ(years_between(day(2025, 2, 28), day(2023, 3, 1)), -1);
}

TEST(Days, AreCountedBetweenDates) {
  EXPECT_EQ(result_of("date('2024-03-01') - date('2024-02-28')"), "2");
  EXPECT_EQ(result_of("days_between(date('2024-02-28'), date('2024-03-01'))"), "2");
  EXPECT_EQ(result_of("days_between(date('2024-03-01'), date('2024-02-28'))"), "-2");
  EXPECT_EQ(result_of("months_between(date('2024-01-15'), date('2024-03-14'))"), "1");
  EXPECT_EQ(result_of("years_between(date('2020-01-15'), date('2024-01-15'))"), "4");
}

TEST(Periods, AddedToADateClipToTheLastDayOfTheMonth) {
  EXPECT_EQ(result_of("date('2024-01-31') + period('P1M')"), "2024-02-29");
  EXPECT_EQ(result_of("date('2025-01-31') + period('P1M')"), "2025-02-28");
  EXPECT_EQ(result_of("date('2024-02-29') + period('P1Y')"), "2025-02-28");
  EXPECT_EQ(result_of("date('2024-03-31') - period('P1M')"), "2024-02-29");
  EXPECT_EQ(result_of("date('2025-10-04') + period('P1Y2M3W4D')"), "2026-12-29");
  EXPECT_EQ(result_of("period('P10D') + date('2025-12-28')"), "2026-01-07");
  EXPECT_EQ(result_of("date('2025-01-10') + period('-P10D')"), "2024-12-31");
}

TEST(Periods, ThatLeaveTheCalendarAreErrors) {
  EXPECT_EQ(result_of("date('2025-10-04') + period('P9000Y')"), "error: the date leaves the years 1 to 9999");
  EXPECT_EQ(result_of("date('2025-10-04') - period('P9000Y')"), "error: the date leaves the years 1 to 9999");
}

TEST(Parts, OfDatesCountAsCelDoes) {
  EXPECT_EQ(result_of("date('2025-10-04').getFullYear()"), "2025");
  EXPECT_EQ(result_of("date('2025-10-04').getMonth()"), "9");
  EXPECT_EQ(result_of("date('2025-10-04').getDate()"), "4");
  EXPECT_EQ(result_of("date('2025-10-04').getDayOfMonth()"), "3");
  EXPECT_EQ(result_of("date('2025-10-05').getDayOfWeek()"), "0");
  EXPECT_EQ(result_of("date('2025-01-01').getDayOfYear()"), "0");
  EXPECT_EQ(result_of("date('2024-12-31').getDayOfYear()"), "365");
}

TEST(Parts, OfTimestampsTakeAnOffset) {
  EXPECT_EQ(result_of("timestamp('2025-10-04T23:30:15.125Z').getHours()"), "23");
  EXPECT_EQ(result_of("timestamp('2025-10-04T23:30:15.125Z').getMinutes()"), "30");
  EXPECT_EQ(result_of("timestamp('2025-10-04T23:30:15.125Z').getSeconds()"), "15");
  EXPECT_EQ(result_of("timestamp('2025-10-04T23:30:15.125Z').getMilliseconds()"), "125");
  EXPECT_EQ(result_of("timestamp('2025-10-04T23:30:15Z').getDate('+02:00')"), "5");
  EXPECT_EQ(result_of("timestamp('2025-10-04T00:30:00Z').getDate('-02:00')"), "3");
  EXPECT_EQ(result_of("timestamp('1969-12-31T23:59:59Z').getFullYear()"), "1969");
  EXPECT_EQ(result_of("timestamp('2025-10-04T00:30:00Z').getDate('Europe/Rome')"),
            "error: a zone here is \"UTC\" or an offset such as \"+02:00\"");
}

TEST(Durations, AreWholeMilliseconds) {
  EXPECT_EQ(result_of("duration('1h30m') == duration('90m')"), "true");
  EXPECT_EQ(result_of("duration('1h30m').getMinutes()"), "90");
  EXPECT_EQ(result_of("duration('1.5s').getMilliseconds()"), "500");
  EXPECT_EQ(result_of("timestamp('2025-01-01T00:00:00Z') + duration('-1s')"), "2024-12-31T23:59:59.000Z");
  EXPECT_EQ(result_of("timestamp('2025-01-02T00:00:00Z') - timestamp('2025-01-01T00:00:00Z') == duration('24h')"), "true");
  EXPECT_EQ(result_of("timestamp(253402300799) + duration('1s')"), "error: the instant leaves the years 1 to 9999");
  EXPECT_NE(problems_in("duration('1us')"), "");
  EXPECT_NE(problems_in("duration('1')"), "");
  EXPECT_NE(problems_in("duration('')"), "");
}

}  // namespace
}  // namespace ritrovo::expression
