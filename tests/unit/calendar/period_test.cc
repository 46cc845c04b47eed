#include "engine/base/period.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo {
namespace {

using calendar::milan::day;

std::string after(std::string_view start, std::string_view period) { return to_string(add(day(start), parse_period(period).value())); }

TEST(Period, ReadsAndWritesTheSameText) {
  for (const char* text : {"P2Y", "P6M", "P2W", "P90D", "P1Y6M", "P1Y2M3W4D", "-P60D", "P0D", "P9999D"}) {
    const auto period = parse_period(text);
    ASSERT_TRUE(period) << text;
    EXPECT_EQ(to_string(*period), text);
  }
}

TEST(Period, RefusesWhatIsNoPeriod) {
  for (const char* text : {"", "P", "-P", "90D", "P90", "PD", "P1D1M", "P1D1D", "PT1H", "P1DT1H", "P1.5D", "P-1D", "p1d", "P1D ", " P1D",
                           "+P1D", "P10000D", "P99999999999999999999D", "P1Y-1M"}) {
    const auto period = parse_period(text);
    ASSERT_FALSE(period) << text;
    EXPECT_EQ(period.error().code, ErrorCode::kMalformed);
  }
}

TEST(Period, OfMonthsIsClippedToTheMonthsLastDay) {
  EXPECT_EQ(after("2023-01-31", "P1M"), "2023-02-28");
  EXPECT_EQ(after("2024-01-31", "P1M"), "2024-02-29");
  EXPECT_EQ(after("2024-08-31", "P6M"), "2025-02-28");
  EXPECT_EQ(after("2024-03-31", "P1M"), "2024-04-30");
  EXPECT_EQ(after("2024-02-29", "P1Y"), "2025-02-28");
  EXPECT_EQ(after("2024-02-29", "P4Y"), "2028-02-29");
  EXPECT_EQ(after("2024-02-28", "P1M"), "2024-03-28") << "a month's last day doesn't stick";
}

TEST(Period, ClipsOnceAndThenAddsDays) {
  EXPECT_EQ(after("2024-01-31", "P1M1D"), "2024-03-01");
  EXPECT_EQ(after("2023-12-31", "P1Y2M"), "2025-02-28");
  EXPECT_EQ(after("2024-12-30", "P1W"), "2025-01-06");
}

TEST(Period, BackwardsIsSubtraction) {
  EXPECT_EQ(after("2025-03-31", "-P1M"), "2025-02-28");
  EXPECT_EQ(after("2025-08-30", "-P60D"), "2025-07-01");
  EXPECT_EQ(subtract(day("2025-08-30"), parse_period("P60D").value()), day("2025-07-01"));
  EXPECT_EQ(after("2025-01-15", "-P1Y1M"), "2023-12-15");
}

RC_GTEST_PROP(Period, AddingIsMonotoneInTheDay, ()) {
  const Period period{*rc::gen::inRange(0, 10), *rc::gen::inRange(0, 30), *rc::gen::inRange(0, 10), *rc::gen::inRange(0, 400)};
  const Day start(*rc::gen::inRange(0, 40000));
  RC_ASSERT(add(start, period) <= add(start.plus(1), period));
  RC_ASSERT(start <= add(start, period));
  RC_ASSERT(parse_period(to_string(period)).value() == period);
  RC_ASSERT(parse_period(to_string(negated(period))).value() == negated(period));
}

}  // namespace
}  // namespace ritrovo
