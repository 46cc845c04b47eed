#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(Literals, AreReadAsCelHasThem) {
  EXPECT_EQ(result_of("42"), "42");
  EXPECT_EQ(result_of("-42"), "-42");
  EXPECT_EQ(result_of("0xFF"), "255");
  EXPECT_EQ(result_of("-0x10"), "-16");
  EXPECT_EQ(result_of("42u"), "42u");
  EXPECT_EQ(result_of("0xFFu"), "255u");
  EXPECT_EQ(result_of("1.5"), "1.5");
  EXPECT_EQ(result_of(".5"), "0.5");
  EXPECT_EQ(result_of("2e3"), "2000");
  EXPECT_EQ(result_of("1.5e-3"), "0.0015");
  EXPECT_EQ(result_of("true"), "true");
  EXPECT_EQ(result_of("null"), "null");
  EXPECT_EQ(result_of("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(result_of("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(result_of("18446744073709551615u"), "18446744073709551615u");
}

TEST(Literals, TooLargeForTheirTypeAreProblems) {
  EXPECT_EQ(problems_in("9223372036854775808"), "1:1 the number is too large for an int (64 bits) [write 1u for an unsigned number]\n");
  EXPECT_NE(problems_in("-9223372036854775809"), "");
  EXPECT_NE(problems_in("18446744073709551616u"), "");
  EXPECT_NE(problems_in("1e999"), "");
}

TEST(Texts, HaveEscapesRawFormsAndTripleQuotes) {
  EXPECT_EQ(result_of(R"('it\'s' == "it's")"), "true");
  EXPECT_EQ(result_of(R"("\x41\u00e8\U0001F600\101" == "Aè😀A")"), "true");
  EXPECT_EQ(result_of(R"(r"\n" == "\\n")"), "true");
  EXPECT_EQ(result_of("'''a\n'b' ''' == 'a\\n\\'b\\' '"), "true");
  EXPECT_EQ(result_of("\"\"\"say \"hi\"!\"\"\" == 'say \"hi\"!'"), "true");
  EXPECT_EQ(result_of(R"('\a\b\f\n\r\t\v\?\`'.size())"), "9");
  EXPECT_EQ(result_of(R"(b"\xff\000".size())"), "2");
  EXPECT_EQ(result_of(R"(rb"\x" == b"\\x")"), "true");
  EXPECT_EQ(result_of("b'è'.size()"), "2");
}

TEST(Texts, WithBadEscapesOrWithoutAnEndAreProblems) {
  EXPECT_NE(problems_in(R"("\q")"), "");
  EXPECT_NE(problems_in(R"("\ud800")"), "");
  EXPECT_NE(problems_in(R"(b"\u0041")"), "");
  EXPECT_NE(problems_in("'abc"), "");
  EXPECT_NE(problems_in("'abc\ndef'"), "");
}

TEST(Grammar, BindsAsCelDoes) {
  EXPECT_EQ(result_of("1 + 2 * 3 - 4 / 2 % 2"), "7");
  EXPECT_EQ(result_of("(1 + 2) * 3"), "9");
  EXPECT_EQ(result_of("10 - 3 - 2"), "5");
  EXPECT_EQ(result_of("1 + 1 == 2 && 3 > 2 || false"), "true");
  EXPECT_EQ(result_of("true || false && false"), "true");
  EXPECT_EQ(result_of("!true || true"), "true");
  EXPECT_EQ(result_of("true ? 1 : false ? 2 : 3"), "1");
  EXPECT_EQ(result_of("false ? 1 : false ? 2 : 3"), "3");
  EXPECT_EQ(result_of("-2 * -3"), "6");
  EXPECT_EQ(result_of("--2"), "2");
  EXPECT_EQ(result_of("!!true"), "true");
  EXPECT_EQ(result_of("3-2"), "1");
  EXPECT_EQ(result_of("2 in [1, 2] == true"), "true");
}

TEST(Grammar, HasCommentsListsMapsAndTrailingCommas) {
  EXPECT_EQ(result_of("1 + // one\n 2"), "3");
  EXPECT_EQ(result_of("[1, 2, 3,][2]"), "3");
  EXPECT_EQ(result_of("{'a': 1, 'b': 2,}.b"), "2");
  EXPECT_EQ(result_of("{'a': 1}['a']"), "1");
  EXPECT_EQ(result_of("{'for': 1}.for"), "1");
  EXPECT_EQ(result_of("{'a-b': 1}.`a-b`"), "1");
  EXPECT_EQ(result_of("[]"), "[]");
  EXPECT_EQ(result_of("{}"), "{}");
}

TEST(Problems, AreFoundAllAtOnceWithLineAndColumn) {
  EXPECT_EQ(problems_in("a &&\n  (x + ) > 1 && missing_thing == 3"),
            "2:8 expected an expression but found ')'\n"
            "2:17 there is no `missing_thing` here\n");
  EXPECT_EQ(problems_in("'è' + §"), "1:7 unexpected character\n1:8 expected an expression but found end of the expression\n");
}

TEST(Problems, NameWhatWasExpected) {
  EXPECT_EQ(problems_in(""), "1:1 expected an expression but found end of the expression\n");
  EXPECT_EQ(problems_in("(1"), "1:3 expected ')' but found end of the expression [it closes the bracket that begins at its character 1]\n");
  EXPECT_EQ(problems_in("1 2"), "1:3 unexpected '2' [one expression only; join two with && or ||]\n");
  EXPECT_EQ(problems_in("a ? 1"),
            "1:6 expected ':' but found end of the expression [a choice is written condition ? value : other value]\n");
  EXPECT_EQ(problems_in("x = 1"),
            "1:3 unexpected character '=' [write == to compare]\n") << "told once: what follows is read as if it were right";
  EXPECT_EQ(problems_in("a and a"), "1:3 unexpected 'and' [write && for and]\n");
  EXPECT_EQ(problems_in("a OR a"), "1:3 unexpected 'OR' [write || for or]\n");
  EXPECT_EQ(problems_in("a && not a"), "1:6 unexpected 'not' [write ! for not]\n");
  EXPECT_EQ(problems_in("text == \u201Cvisa or permit\u201D"), "1:9 unexpected character [write plain quotes, ' or \"]\n");
  EXPECT_EQ(problems_in("for"), "1:1 'for' is a word that the language keeps for itself [choose another name]\n");
  EXPECT_NE(problems_in("Thing{a: 1}").find("messages can't be built"), std::string::npos);
  EXPECT_NE(problems_in("a.b.Thing{a: 1}").find("messages can't be built"), std::string::npos);
  EXPECT_NE(problems_in("!-1 == 1").find("can't be mixed"), std::string::npos);
  EXPECT_NE(problems_in("1abc").find("a letter follows a number"), std::string::npos);
  EXPECT_NE(problems_in("numbers.all(1, true)").find("must be a plain name"), std::string::npos);
  EXPECT_NE(problems_in("numbers.all(n)").find("takes 2 or 3 arguments"), std::string::npos);
  EXPECT_NE(problems_in("has(x)").find("has takes one field selection"), std::string::npos);
}

TEST(Limits, OfLengthAndNestingAreProblems) {
  EXPECT_NE(problems_in(std::string(5000, ' ')).find("kGuardBytesMax"), std::string::npos);
  std::string deep = std::string(100, '(') + "1" + std::string(100, ')');
  EXPECT_NE(problems_in(deep).find("kGuardNestingMax"), std::string::npos);
  std::string chain = "1";
  for (int i = 0; i < 100; ++i) chain += "+1";
  EXPECT_NE(problems_in(chain).find("kGuardNestingMax"), std::string::npos);
  EXPECT_EQ(result_of(std::string(40, '(') + "1" + std::string(40, ')')), "1");
}

TEST(Limits, DontCountTheTermsOfOneConjunction) {
  std::string many = "true";
  for (int i = 0; i < 300; ++i) many += " && true";
  EXPECT_EQ(result_of(many), "true");
}

}  // namespace
}  // namespace ritrovo::expression
