#include "workflows/expression/instant_text.h"

#include <gtest/gtest.h>

#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(Instant, IsReadOverTheYears1To9999) {
  EXPECT_EQ(read_instant("0001-01-01T00:00:00Z"), Timestamp(kInstantMin));
  EXPECT_EQ(read_instant("9999-12-31T23:59:59.999Z"), Timestamp(kInstantMax));
  EXPECT_EQ(read_instant("1970-01-01T00:00:00Z"), Timestamp(0));
  EXPECT_EQ(read_instant("1970-01-01T02:00:00.500+02:00"), Timestamp(500));
  EXPECT_EQ(read_instant("1969-12-31T18:30:00.250000000-05:30"), Timestamp(250));
  EXPECT_EQ(read_instant("2024-02-29T00:00:00Z"), Timestamp(1709164800000));
}

TEST(Instant, ThatDoesNotExistOrIsTooFineIsRefused) {
  for (const char* text : {"", "2025-10-04", "2025-10-04T08:30:00", "2025-02-29T00:00:00Z", "2025-13-01T00:00:00Z", "2025-10-04T24:00:00Z",
                           "2025-10-04T08:60:00Z", "2025-10-04T08:30:60Z", "2025-10-04T08:30:00.Z", "2025-10-04T08:30:00.0001Z",
                           "2025-10-04T08:30:00+24:00", "2025-10-04T08:30:00Zx", "2025-10-04t08:30:00Z", "0000-01-01T00:00:00Z",
                           "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01T00:00:00Z"}) {
    EXPECT_FALSE(read_instant(text).has_value()) << text;
  }
}

TEST(Instant, IsWrittenWithoutZerosThatSayNothing) {
  EXPECT_EQ(instant_text(Timestamp(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(instant_text(Timestamp(500)), "1970-01-01T00:00:00.5Z");
  EXPECT_EQ(instant_text(Timestamp(10)), "1970-01-01T00:00:00.01Z");
  EXPECT_EQ(instant_text(Timestamp(kInstantMin)), "0001-01-01T00:00:00Z");
}

TEST(Duration, StaysWhere64BitsOfNanosecondsReach) {
  EXPECT_EQ(result_of("duration('9223372036s') < duration('2562047h48m')"), "1:27 the duration is over 292 years\n");
  EXPECT_EQ(result_of("duration('9000000000s') + duration('9000000000s')"), "error: the duration is over 292 years");
  EXPECT_EQ(result_of("timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')"), "error: the duration is over 292 years");
}

}  // namespace
}  // namespace ritrovo::expression
