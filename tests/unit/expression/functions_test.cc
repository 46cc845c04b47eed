#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(Size, CountsCodePointsBytesAndEntries) {
  EXPECT_EQ(result_of("size('perché')"), "6");
  EXPECT_EQ(result_of("'😀'.size()"), "1");
  EXPECT_EQ(result_of("size(b'perché')"), "7");
  EXPECT_EQ(result_of("size([1, 2]) + size({'a': 1})"), "3");
}

TEST(Texts, AreSearched) {
  EXPECT_EQ(result_of("'ricongiungimento'.contains('giungi')"), "true");
  EXPECT_EQ(result_of("'aaab'.contains('aab')"), "true");
  EXPECT_EQ(result_of("'aaa'.contains('b')"), "false");
  EXPECT_EQ(result_of("''.contains('')"), "true");
  EXPECT_EQ(result_of("'abc'.startsWith('ab') && 'abc'.endsWith('bc') && !'abc'.endsWith('ab')"), "true");
  EXPECT_EQ(result_of("'a' + 'b'"), "\"ab\"");
  EXPECT_EQ(result_of("'AB123'.matches('^[A-Z]{2}[0-9]+$')"), "true");
  EXPECT_EQ(result_of("matches('x', 'y|z')"), "false");
  EXPECT_EQ(result_of("'x'.matches(dyn('('))"), "error: the pattern has a ( without a )");
}

TEST(Conversions, FollowCel) {
  EXPECT_EQ(result_of("int('-12') + int(3.9) + int(-3.9) + int(5u)"), "-7");
  EXPECT_EQ(result_of("int(decimal('-3.9'))"), "-3");
  EXPECT_EQ(result_of("int(timestamp('1970-01-01T00:00:01Z'))"), "1");
  EXPECT_EQ(result_of("uint('7') + uint(1) + uint(2.9)"), "10u");
  EXPECT_EQ(result_of("double('1.5') + double(1) + double(1u)"), "3.5");
  EXPECT_EQ(result_of("string(1) + string(2u) + string(1.5) + string(true) + string(b'x')"), "\"121.5truex\"");
  EXPECT_EQ(result_of("string(date('2025-10-04')) + string(decimal('1.50')) + string(period('P1Y6M'))"), "\"2025-10-041.50P1Y6M\"");
  EXPECT_EQ(result_of("string(duration('90.5s'))"), "\"90.5s\"");
  EXPECT_EQ(result_of("bool('true') && !bool('0')"), "true");
  EXPECT_EQ(result_of("bytes('è').size()"), "2");
}

TEST(Conversions, OutOfRangeAreErrors) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("text", Value::text("no number")).set("x", Value::integer(-1)).set("anything", Value::floating(1e300));
  EXPECT_EQ(result_of("int(text)", environment, facts), "error: the text can't be read as an int");
  EXPECT_EQ(result_of("uint(x)", environment, facts), "error: a negative number is no uint");
  EXPECT_EQ(result_of("int(anything)", environment, facts), "error: the number is too large for an int");
  EXPECT_EQ(result_of("date(text)", environment, facts), "error: the text can't be read as a date: write for instance \"2025-10-04\"");
  EXPECT_EQ(result_of("bool(text)", environment, facts), "error: the text can't be read as a bool");
}

TEST(Failures, NeverRepeatTheTextThatFailed) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("text", Value::text("Amina Rossi"));
  for (const char* source : {"int(text)", "uint(text)", "double(text)", "bool(text)", "date(text)", "period(text)", "decimal(text)",
                             "timestamp(text)", "duration(text)"}) {
    EXPECT_EQ(result_of(source, environment, facts).find("Amina"), std::string::npos) << source;
  }
}

}  // namespace
}  // namespace ritrovo::expression
