#include "engine/record/value.h"

#include <gtest/gtest.h>

#include "engine/record/value_codec.h"
#include "tests/unit/record/samples.h"

namespace ritrovo {
namespace {

TEST(Decimal, IsReadAndPrintedAsWritten) {
  for (const char* text : {"0", "-1234.50", "0.05", "-0.5", "999999999999999999", "0.000000000000000001", "12.00"})
    EXPECT_EQ(to_string(parse_decimal(text).value()), text);
}

TEST(Decimal, RefusesOtherForms) {
  for (const char* text :
       {"", "-", ".5", "5.", "1e2", "+1", "01", "1,5", " 1", "1 ", "1.2.3", "1000000000000000000", "0.0000000000000000001", "--1", "1.-5"})
    EXPECT_FALSE(parse_decimal(text).has_value()) << text;
}

TEST(Decimal, IsComparedByValue) {
  EXPECT_EQ((Decimal{150, 2}), (Decimal{15, 1}));
  EXPECT_LT((Decimal{149, 2}), (Decimal{15, 1}));
  EXPECT_LT((Decimal{-1, 0}), (Decimal{1, 18}));
  EXPECT_GT((Decimal{999999999999999999, 0}), (Decimal{999999999999999999, 18}));
}

TEST(Values, KeepTheirOrder) {
  Values values;
  set(values, "b", 2);
  set(values, "a", 1);
  set(values, "b", 3);
  ASSERT_EQ(values.size(), 2U);
  EXPECT_EQ(values[0].first, "a");
  EXPECT_EQ(*find(values, "b"), Value(3));
  EXPECT_EQ(find(values, "c"), nullptr);
}

TEST(Values, ComeBackFromTheirBytes) {
  const Values values = full_command().data;
  EXPECT_EQ(decode_values(encode_values(values)).value(), values);
  EXPECT_EQ(encode_values(decode_values(encode_values(values)).value()), encode_values(values));
}

TEST(Values, RefuseNamesOutOfOrderAndDeepNesting) {
  EXPECT_FALSE(decode_values(std::string("\x01\x02\x01"
                                         "b\x00\x01"
                                         "a\x00",
                                         8))
                   .has_value());
  EXPECT_FALSE(decode_values(std::string("\x01\x02\x01"
                                         "a\x00\x01"
                                         "a\x00",
                                         8))
                   .has_value());
  EXPECT_TRUE(decode_values(std::string("\x01\x02\x01"
                                        "a\x00\x01"
                                        "b\x00",
                                        8))
                  .has_value());
  std::string deep(
      "\x01\x01\x01"
      "a",
      4);
  for (int i = 0; i < 40; ++i) deep += "\x07\x01";
  deep.push_back('\0');
  EXPECT_FALSE(decode_values(deep).has_value());
}

}  // namespace
}  // namespace ritrovo
