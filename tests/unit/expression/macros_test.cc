#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(MacrosWithTwoVariables, SeePlacesAndElementsOfAList) {
  EXPECT_EQ(result_of("[7, 8, 9].all(i, v, v == i + 7)"), "true");
  EXPECT_EQ(result_of("[7, 8, 9].exists(i, v, i == 1 && v == 8)"), "true");
  EXPECT_EQ(result_of("[7, 8, 9].existsOne(i, v, v > 7 && i < 2)"), "true");
  EXPECT_EQ(result_of("[7, 8, 9].transformList(i, v, i * v)"), "[0, 8, 18]");
  EXPECT_EQ(result_of("[7, 8, 9].transformList(i, v, i > 0, v)"), "[8, 9]");
  EXPECT_EQ(result_of("['a', 'b'].transformMap(i, v, v + v)"), "{0: \"aa\", 1: \"bb\"}");
}

TEST(MacrosWithTwoVariables, SeeKeysAndValuesOfAMap) {
  EXPECT_EQ(result_of("{'a': 1, 'b': 2}.all(k, v, v < 3 && k < 'c')"), "true");
  EXPECT_EQ(result_of("{'a': 1, 'b': 2}.transformList(k, v, v)"), "[1, 2]");
  EXPECT_EQ(result_of("{'a': 1, 'b': 2}.transformMap(k, v, v > 1, v * 10)"), "{\"b\": 20}");
  EXPECT_EQ(result_of("{'a': 1, 'b': 2}.transformMapEntry(k, v, {v: k})"), "{1: \"a\", 2: \"b\"}");
  EXPECT_EQ(result_of("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k})"), "error: a map has the same key twice");
}

TEST(MacrosWithTwoVariables, NestWithoutMixingTheirVariables) {
  EXPECT_EQ(result_of("[[1, 2], [3]].transformList(i, v, v.transformList(j, w, i * 10 + j + w))"), "[[1, 3], [13]]");
  EXPECT_EQ(result_of("[1, 2].transformList(i, v, [5].map(v, v + i))"), "[[5], [6]]");
}

TEST(MacrosWithTwoVariables, PassUnknownsOn) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("numbers", Value::list({Value::integer(1), Value::unknown(3)}));
  EXPECT_EQ(result_of("numbers.exists(i, v, v == 1)", environment, facts), "true");
  EXPECT_EQ(result_of("numbers.all(i, v, v == 1)", environment, facts), "unknown(3)");
  EXPECT_EQ(result_of("numbers.transformMap(i, v, v + 1)", environment, facts), "unknown(3)");
}

TEST(MacrosWithTwoVariables, AreRefusedWithTheSameNameTwice) {
  EXPECT_NE(problems_in("numbers.all(n, n, true)").find("both variables of all are called `n`"), std::string::npos);
  EXPECT_NE(problems_in("numbers.all(n, 1, true)").find("the second argument of all must be a plain name"), std::string::npos);
  EXPECT_NE(problems_in("numbers.transformList(n, true)").find("takes 3 or 4 arguments"), std::string::npos);
  EXPECT_NE(problems_in("numbers.transformMapEntry(i, n, n)").find("must be a map, not int"), std::string::npos);
}

TEST(MacrosWithTwoVariables, HaveTypes) {
  Environment environment = little_environment();
  auto type_of = [&environment](const char* source) { return compile(source, environment).program->result_type().printed(); };
  EXPECT_EQ(type_of("numbers.transformMap(i, n, string(n))"), "map(int, string)");
  EXPECT_EQ(type_of("limits.transformList(name, limit, limit > 1)"), "list(bool)");
  EXPECT_EQ(type_of("limits.transformMapEntry(name, limit, {limit: name})"), "map(int, string)");
}

}  // namespace
}  // namespace ritrovo::expression
