#include "engine/record/json_reader.h"

#include <gtest/gtest.h>

#include "engine/base/limits.h"
#include "engine/record/value_json.h"

namespace ritrovo {
namespace {

JsonRead read(std::string_view text) { return read_json(text, {limits::kCommandBytesMax, limits::kCommandNestingMax}); }

TEST(JsonReader, ReadsValues) {
  EXPECT_EQ(read(R"({"b":[1,true,null,"x\u00e9"],"a":{}})").value,
            Value(Values{{"a", Values{}}, {"b", ValueList{1, true, Null{}, "x\u00e9"}}}));
  EXPECT_EQ(read("-9223372036854775808").value, Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(to_json(read(R"( {"b" : [1, "x"]} )").value), R"({"b":[1,"x"]})");
}

TEST(JsonReader, NamesLineAndColumnOfBadSyntax) {
  const JsonRead bad = read("{\"a\": 1,\n  \"b\": tru }");
  ASSERT_TRUE(bad.syntax_error);
  EXPECT_EQ(bad.problems.at(0).pointer, "line 2, column 8");
  for (const char* text : {"", "{", "[1,]", "{\"a\":1}}", "'a'", "// x\n1", "nul", "01", "+1", "\"\xff\"", "\"\\ud800\"", "[1] [2]"})
    EXPECT_TRUE(read(text).syntax_error) << text;
}

TEST(JsonReader, RefusesNumbersThatArentWholeNumbersOf64Bits) {
  for (const char* text :
       {"[1.5]", "[1e2]", "[9223372036854775808]", "[-9223372036854775809]", "[1.0]", "[123456789012345678901234567890]"}) {
    const JsonRead bad = read(text);
    ASSERT_EQ(bad.problems.size(), 1U) << text;
    EXPECT_EQ(bad.problems[0].pointer, "/0");
    EXPECT_NE(bad.problems[0].message.find("write it as a string"), std::string::npos);
  }
}

TEST(JsonReader, NamesMembersThatStandTwice) {
  const JsonRead bad = read(R"({"x":{"a~/b":1,"c":2,"a~/b":3}})");
  ASSERT_EQ(bad.problems.size(), 1U);
  EXPECT_EQ(bad.problems[0].pointer, "/x/a~0~1b");
}

TEST(JsonReader, HoldsItsLimits) {
  EXPECT_FALSE(read("[[[[[[[1]]]]]]]").syntax_error);
  EXPECT_NE(read("[[[[[[[[[1]]]]]]]]]").problems.at(0).message.find("8 levels"), std::string::npos);
  EXPECT_EQ(read("{\"a\":\"" + std::string(limits::kTextBytesMax + 1, 'x') + "\"}").problems.at(0).pointer, "/a");
  EXPECT_EQ(read("{\"" + std::string(limits::kNameBytesMax + 1, 'x') + "\":1}").problems.size(), 1U);
  std::string many = "[0";
  for (std::size_t i = 0; i < limits::kValueEntriesMax; ++i) many += ",0";
  EXPECT_EQ(read(many + "]").problems.size(), 1U);
  EXPECT_TRUE(read(std::string(limits::kCommandBytesMax + 1, ' ')).syntax_error);
  EXPECT_EQ(read(R"(["\u0000"])").problems.at(0).pointer, "/0");
}

}  // namespace
}  // namespace ritrovo
