#include "engine/base/time.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

TEST(ParseDay, ReadsWhatToStringWrites) {
  for (std::int32_t day = -62'000; day < 84'000; day += 97) {
    EXPECT_EQ(parse_day(to_string(Day(day))).value(), Day(day));
  }
  EXPECT_EQ(to_string(Day(0)), "1970-01-01");
  EXPECT_EQ(parse_day("2024-02-29").value().value(), 19782);
}

TEST(ParseDay, RefusesOtherFormsAndDaysThatDontExist) {
  for (const char* bad : {"", "2025-02-29", "2025-13-01", "2025-00-01", "2025-01-00", "1799-12-31", "2201-01-01", "2025-1-01",
                          "2025-01-01 ", " 2025-01-01", "2025/01/01", "+025-01-01", "20250101", "2025-01-01T00:00:00Z"}) {
    EXPECT_FALSE(parse_day(bad).has_value()) << bad;
  }
}

TEST(ParseTimestamp, ReadsOffsetsAndFractions) {
  EXPECT_EQ(to_string(parse_timestamp("2025-10-04T08:30:00.125+02:00").value()), "2025-10-04T06:30:00.125Z");
  EXPECT_EQ(to_string(parse_timestamp("2025-12-31T23:30:00-01:00").value()), "2026-01-01T00:30:00.000Z");
  EXPECT_EQ(to_string(parse_timestamp("2025-10-04T08:30:00.5Z").value()), "2025-10-04T08:30:00.500Z");
  EXPECT_EQ(parse_timestamp("1969-12-31T23:59:59.999Z").value().value(), -1);
  EXPECT_EQ(to_string(Timestamp(-1)), "1969-12-31T23:59:59.999Z");
}

TEST(ParseTimestamp, RefusesOtherForms) {
  for (const char* bad : {"", "2025-10-04", "2025-10-04T08:30:00", "2025-10-04T08:30Z", "2025-10-04T24:00:00Z", "2025-10-04T08:60:00Z",
                          "2025-10-04T08:30:60Z", "2025-10-04T08:30:00.Z", "2025-10-04T08:30:00.1234Z", "2025-10-04T08:30:00+2:00",
                          "2025-10-04T08:30:00Z ", "2025-10-04 08:30:00Z", "2025-10-04T08:30:00+24:00"}) {
    EXPECT_FALSE(parse_timestamp(bad).has_value()) << bad;
  }
}

}  // namespace
}  // namespace ritrovo
