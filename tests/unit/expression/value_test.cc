#include "workflows/expression/value.h"

#include <gtest/gtest.h>

namespace ritrovo::expression {
namespace {

TEST(Value, IsSmall) { EXPECT_LE(sizeof(Value), 32U); }

TEST(Value, RecordsComeBackAsTheyWere) {
  ritrovo::Value record(Values{{"born", Day(7000)},
                               {"cents", Decimal{1050, 2}},
                               {"list", ValueList{ritrovo::Value(true), ritrovo::Value(), ritrovo::Value("x")}},
                               {"number", std::int64_t{-3}},
                               {"seen", Timestamp(1234)}});
  Value value = from_record(record);
  EXPECT_EQ(value.kind(), Kind::kMap);
  EXPECT_EQ(value.entry("cents")->as_decimal(), (Decimal{1050, 2}));
  auto back = to_record(value);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(*back, record);
}

TEST(Value, ThatEventsCantHoldIsRefused) {
  EXPECT_FALSE(to_record(Value::floating(1.5)).has_value());
  EXPECT_FALSE(to_record(Value::bytes("x")).has_value());
  EXPECT_FALSE(to_record(Value::type(Kind::kInt)).has_value());
  EXPECT_FALSE(to_record(Value::unknown(1)).has_value());
  EXPECT_FALSE(to_record(Value::error(FailureKind::kErased, "erased")).has_value());
  EXPECT_FALSE(to_record(Value::unsigned_integer(UINT64_MAX)).has_value());
  EXPECT_FALSE(to_record(Value::map({{Value::integer(1), Value::integer(1)}})).has_value());
  EXPECT_FALSE(to_record(Value::list({Value::floating(1)})).has_value());
}

TEST(Value, SpansAreRecordedAsIsoTexts) {
  EXPECT_EQ(*to_record(Value::duration_ms(90'500)), ritrovo::Value("PT90.500S"));
  EXPECT_EQ(*to_record(Value::duration_ms(-1000)), ritrovo::Value("-PT1S"));
  EXPECT_EQ(*to_record(Value::period(Period{1, 6, 0, 0})), ritrovo::Value("P1Y6M"));
}

TEST(Value, KeepsPeriodsOfBothSigns) {
  Period period{-1, -2, -3, -9999};
  EXPECT_EQ(Value::period(period).as_period(), period);
  EXPECT_ANY_THROW((void)Value::period(Period{0, 0, 0, 100'000}));
}

TEST(Value, MapsAreSortedAndFoundUnderAnyNumber) {
  Value map = Value::map({{Value::text("b"), Value::integer(1)},
                          {Value::integer(2), Value::integer(2)},
                          {Value::text("a"), Value::integer(3)},
                          {Value::text("a"), Value::integer(4)}});
  EXPECT_EQ(map.printed(), "{2: 2, \"a\": 4, \"b\": 1}");
  EXPECT_EQ(map.entry(Value::unsigned_integer(2))->as_int(), 2);
  EXPECT_EQ(map.entry(Value::floating(2.5)), nullptr);
  EXPECT_EQ(map.entry("c"), nullptr);
  EXPECT_EQ(map.entry(Value::date(Day(2))), nullptr);
}

TEST(Value, ReadAsAnotherKindIsABug) {
  EXPECT_ANY_THROW((void)Value::integer(1).as_text());
  EXPECT_ANY_THROW((void)Value::text("x").items());
}

TEST(Unknown, IsASortedSet) {
  EXPECT_EQ(Value::unknown({3, 1, 3}).unknown_variables(), (std::vector<std::uint32_t>{1, 3}));
  EXPECT_EQ(Value::unknown(7).printed(), "unknown(7)");
}

TEST(Type, AcceptsItsOwnDynAndNull) {
  EXPECT_TRUE(Type::list(Kind::kInt).accepts(Type::list(Kind::kDyn)));
  EXPECT_FALSE(Type::list(Kind::kInt).accepts(Type::list(Kind::kString)));
  EXPECT_TRUE(Type(Kind::kDate).accepts(Kind::kNull));
  EXPECT_TRUE(Type(Kind::kDyn).accepts(Kind::kDate));
  EXPECT_FALSE(Type(Kind::kInt).accepts(Kind::kUint));
  EXPECT_EQ(Type::map(Kind::kString, Type::list(Kind::kDecimal)).printed(), "map(string, list(decimal))");
}

}  // namespace
}  // namespace ritrovo::expression
