#include "workflows/expression/comparison.h"

#include <cmath>
#include <limits>

#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(Numbers, CompareByMathematicalValueAcrossTypes) {
  EXPECT_EQ(result_of("1 == 1u && 1 == 1.0 && 1u == 1.0"), "true");
  EXPECT_EQ(result_of("1 < 1.5 && 1.5 < 2u && -1 < 1u"), "true");
  EXPECT_EQ(result_of("18446744073709551615u > decimal('0.5')"), "true");
}

TEST(Numbers, AreRoundedToADoubleBeforeTheyAreComparedWithOne) {
  EXPECT_EQ(result_of("9223372036854775807 == 9223372036854775808.0"), "true");
  EXPECT_EQ(result_of("9007199254740993 <= 9007199254740992.0"), "true");
  EXPECT_EQ(result_of("18446744073709551615u < 18446744073709551616.0"), "false");
  EXPECT_EQ(result_of("{9007199254740993: 1}.exists(key, key == 9007199254740992.0)"), "true");
  EXPECT_EQ(result_of("9007199254740992.0 in {9007199254740993: 1}"), "false") << "keys are looked up exactly";
}

TEST(Numbers, ThatAreNaNAreEqualToNothing) {
  EXPECT_EQ(result_of("0.0 / 0.0 == 0.0 / 0.0"), "false");
  EXPECT_EQ(result_of("0.0 / 0.0 != 0.0 / 0.0"), "true");
  EXPECT_EQ(result_of("0.0 / 0.0 < 1.0"), "false");
  EXPECT_EQ(result_of("1 > 0.0 / 0.0"), "false");
  EXPECT_EQ(compare_numbers(Value::floating(std::nan("")), Value::integer(1)), std::partial_ordering::unordered);
}

TEST(Decimals, AndDoublesHaveNoOrder) {
  EXPECT_FALSE(compare(Value::decimal(Decimal{1, 0}), Value::floating(1)).has_value());
  Meter meter{100};
  EXPECT_FALSE(equal(Value::decimal(Decimal{1, 0}), Value::floating(1), meter));
}

TEST(Equality, OfDifferentTypesIsFalseWhereNothingWasDeclared) {
  EXPECT_EQ(result_of("dyn('1') == dyn(1)"), "false");
  EXPECT_EQ(result_of("dyn([1, 2]) == [1.0, 2u]"), "true");
  EXPECT_EQ(result_of("dyn({'a': 1}) == dyn({'a': 1u})"), "true");
  EXPECT_EQ(result_of("null == null"), "true");
  EXPECT_EQ(result_of("type(1) == int && type(null) == null_type && type([]) == list"), "true");
  EXPECT_EQ(result_of("type(timestamp(0)) == google.protobuf.Timestamp"), "true");
}

TEST(Order, HoldsWithinTextsBytesBoolsAndTimes) {
  EXPECT_EQ(result_of("'a' < 'b' && 'a' < 'aa' && 'Z' < 'a' && 'z' < 'è'"), "true");
  EXPECT_EQ(result_of("b'a' < b'b' && false < true"), "true");
  EXPECT_EQ(result_of("date('2024-02-29') < date('2024-03-01')"), "true");
  EXPECT_EQ(result_of("timestamp('2025-01-01T00:00:00+01:00') < timestamp('2025-01-01T00:00:00Z')"), "true");
  EXPECT_EQ(result_of("duration('59m') < duration('1h')"), "true");
  EXPECT_EQ(result_of("max(3, 5) + min(3, 5)"), "8");
  EXPECT_EQ(result_of("max(date('2024-01-01'), date('2025-01-01'))"), "2025-01-01");
}

TEST(Meter, StaysSpent) {
  Meter meter{2};
  EXPECT_TRUE(meter.charge(2));
  EXPECT_FALSE(meter.charge(1));
  EXPECT_FALSE(meter.charge(0));
}

}  // namespace
}  // namespace ritrovo::expression
