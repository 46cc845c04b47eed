#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

std::string type_of(const std::string& source) {
  Compiled compiled = compile(source, little_environment());
  return compiled.program ? compiled.program->result_type().printed() : problems_of(compiled);
}

TEST(Types, OfExpressionsAreKnownBeforeEvaluation) {
  EXPECT_EQ(type_of("age(relative.birth_date, today) < 18"), "bool");
  EXPECT_EQ(type_of("today - relative.birth_date"), "int");
  EXPECT_EQ(type_of("today + period('P1M')"), "date");
  EXPECT_EQ(type_of("amount * 2 + 1"), "decimal");
  EXPECT_EQ(type_of("sum(amounts)"), "decimal");
  EXPECT_EQ(type_of("sum(numbers)"), "int");
  EXPECT_EQ(type_of("relatives[0].birth_date"), "date");
  EXPECT_EQ(type_of("relatives.map(r, age(r.birth_date, today))"), "list(int)");
  EXPECT_EQ(type_of("relatives.filter(r, r.kinship == 'child')"), "list(relative)");
  EXPECT_EQ(type_of("limits.map(k, limits[k])"), "list(int)");
  EXPECT_EQ(type_of("{'a': [1]}"), "map(string, list(int))");
  EXPECT_EQ(type_of("[1, 'a']"), "list(dyn)");
  EXPECT_EQ(type_of("a ? null : today"), "date");
  EXPECT_EQ(type_of("max(amount, amount)"), "decimal");
  EXPECT_EQ(type_of("parameter('social_allowance', today)"), "decimal");
  EXPECT_EQ(type_of("anything.field"), "dyn");
  EXPECT_EQ(type_of("type(1)"), "type");
}

TEST(Types, ThatDontGoTogetherAreProblemsWithARemedy) {
  EXPECT_EQ(problems_in("today + 3"), "1:7 `+` isn't defined for date and int [add a period: date + period(\"P10D\")]\n");
  EXPECT_EQ(problems_in("today < '2025-10-04'"), "1:7 `<` isn't defined for date and string [write date(\"2025-10-04\")]\n");
  EXPECT_EQ(problems_in("amount * 0.5"), "1:8 `*` isn't defined for decimal and double [money is never a float: write decimal(\"0.5\")]\n");
  EXPECT_EQ(problems_in("amount / 2"), "1:8 `/` isn't defined for decimal and int [say how to round: divide(a, b, digits)]\n");
  EXPECT_EQ(problems_in("today == x"), "1:7 `==` isn't defined for date and int [compare a date with a date: date(\"2025-10-04\"); or count years: age(date, today)]\n");
  EXPECT_EQ(problems_in("text == 5"), "1:6 `==` isn't defined for string and int [a text stands in quotes, a number without]\n");
  EXPECT_EQ(problems_in("a == 'true'"), "1:3 `==` isn't defined for bool and string [true and false stand without quotes, and a text with them]\n");
  EXPECT_EQ(problems_in("age(today)"), "1:1 `age` isn't defined for date [there is: age(date, date)]\n");
  EXPECT_NE(problems_in("x + 1.0"), "");
  EXPECT_NE(problems_in("x && a"), "");
  EXPECT_NE(problems_in("x ? 1 : 2"), "");
  EXPECT_NE(problems_in("a ? 1 : 'b'"), "");
  EXPECT_NE(problems_in("text in numbers"), "");
  EXPECT_NE(problems_in("x.all(n, true)"), "");
  EXPECT_NE(problems_in("sum(['a'])"), "");
  EXPECT_NE(problems_in("{1.5: 1}"), "");
  EXPECT_NE(problems_in("!x"), "");
  EXPECT_NE(problems_in("null + 1"), "");
  EXPECT_NE(problems_in("amount == 1.5"), "");
}

TEST(Types, DynIsCheckedWhenEvaluated) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("anything", Value::text("many"));
  EXPECT_EQ(result_of("anything + 'y'", environment, facts), "\"manyy\"");
  EXPECT_EQ(result_of("anything + 1", environment, facts), "error: `+` isn't defined for string and int");
  EXPECT_EQ(result_of("anything && a", environment, Facts(environment).set("anything", Value::integer(1)).set("a", Value::boolean(false))),
            "false");
}

TEST(ExpectedType, IsCheckedAndEnforced) {
  EXPECT_EQ(problems_in("x + 1", Kind::kBool), "1:3 the expression is of type int, where bool is asked for [compare it with something]\n");
  EXPECT_EQ(problems_in("x > 1", Kind::kBool), "");
  Environment environment = little_environment();
  auto compiled = compile("anything", environment, Kind::kBool);
  ASSERT_TRUE(compiled.program);
  EXPECT_EQ(compiled.program->result_type().kind(), Kind::kBool);
  EXPECT_TRUE(compiled.program->evaluate(Facts(environment).set("anything", Value::integer(1))).is_error());
  EXPECT_TRUE(compiled.program->evaluate(Facts(environment).set("anything", Value::null())).is_error());
  EXPECT_TRUE(compiled.program->evaluate(Facts(environment).set("anything", Value::boolean(true))).is_true());
}

TEST(Names, MisspeltGetASuggestion) {
  EXPECT_EQ(problems_in("relative.brith_date < today"),
            "1:1 there is no `relative.brith_date` here [did you mean `relative.birth_date`?]\n");
  EXPECT_EQ(problems_in("relatives[0].birthdate < today"), "1:13 relative has no field `birthdate` [did you mean `birth_date`?]\n");
  EXPECT_EQ(problems_in("aeg(today, today)"), "1:1 there is no function `aeg` [did you mean `age`?]\n");
  EXPECT_EQ(problems_in("entry.made == null"), "1:1 `entry.made` isn't a value itself [there are: entered_on]\n");
  EXPECT_EQ(problems_in("size"), "1:1 there is no `size` here\n");
  EXPECT_EQ(problems_in("contains(text, 'a')"), "1:1 there is no function `contains` [write value.contains(…)]\n");
  EXPECT_NE(problems_in("today.getFullYear == 1").find("write .getFullYear()"), std::string::npos);
  EXPECT_NE(problems_in("parameter(today, 'x')").find("there is: parameter(string, date)"), std::string::npos);
}

TEST(Names, ResolveToTheLongestDeclaredPrefix) {
  Environment environment;
  auto outer = environment.declare(Variable{"p", Type::object("person", {{"name", Kind::kString}, {"born", Kind::kDate}})});
  auto inner = environment.declare(Variable{"p.born", Kind::kDate});
  auto by_prefix = compile("p.born.getFullYear()", environment);
  ASSERT_TRUE(by_prefix.program) << problems_of(by_prefix);
  EXPECT_EQ(by_prefix.program->reads(), std::vector<std::uint32_t>{inner});
  auto by_object = compile("p.name", environment);
  ASSERT_TRUE(by_object.program) << problems_of(by_object);
  EXPECT_EQ(by_object.program->reads(), std::vector<std::uint32_t>{outer});
}

TEST(Names, OfMacrosHideVariablesUnlessRooted) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("x", Value::integer(7));
  EXPECT_EQ(result_of("[1, 2].map(x, x)", environment, facts), "[1, 2]");
  EXPECT_EQ(result_of("[1, 2].map(x, .x)", environment, facts), "[7, 7]");
  EXPECT_EQ(result_of("[1, 2].map(x, [10].map(y, x + y))", environment, facts), "[[11], [12]]");
}

TEST(Reads, ListsEachVariableOnceInOrder) {
  Environment environment = little_environment();
  auto compiled = compile("y > x && y > 0 && known(text)", environment);
  ASSERT_TRUE(compiled.program);
  EXPECT_EQ(compiled.program->reads(),
            (std::vector<std::uint32_t>{*environment.find("x"), *environment.find("y"), *environment.find("text")}));
  EXPECT_EQ(compiled.program->source(), "y > x && y > 0 && known(text)");
}

TEST(Taint, FollowsSealedValuesButNotTheirBeingKnown) {
  auto tainted = [](const std::string& source) { return compile(source, little_environment()).program->tainted(); };
  EXPECT_TRUE(tainted("age(relative.birth_date, today) < 18"));
  EXPECT_TRUE(tainted("a ? relative.birth_date == today : b"));
  EXPECT_TRUE(tainted("known(age(relative.birth_date, today))"));
  EXPECT_FALSE(tainted("known(relative.birth_date)"));
  EXPECT_FALSE(tainted("has(relative.birth_date)"));
  EXPECT_FALSE(tainted("relative.age_band == '0-17'"));
  EXPECT_FALSE(tainted("today > date('2025-01-01')"));
}

TEST(Literals, ThatCantBeConvertedAreFoundBeforeEvaluation) {
  EXPECT_NE(problems_in("today > date('2025-02-29')").find("can't be read as a date"), std::string::npos);
  EXPECT_NE(problems_in("today + period('2Y')").find("can't be read as a period"), std::string::npos);
  EXPECT_NE(problems_in("amount > decimal('1,5')").find("can't be read as a decimal"), std::string::npos);
  EXPECT_NE(problems_in("text.matches('(a')").find("a ( without a )"), std::string::npos);
}

TEST(Environment, RefusesWhatCantBeNamed) {
  Environment environment = little_environment();
  EXPECT_ANY_THROW(environment.declare(Variable{"x", Kind::kInt}));
  EXPECT_ANY_THROW(environment.declare(Variable{"no good", Kind::kInt}));
  EXPECT_ANY_THROW(environment.declare(Variable{"trailing.", Kind::kInt}));
  EXPECT_ANY_THROW(environment.declare(HostFunction{"size", {}, Kind::kInt, [](const Host&, std::span<const Value>) { return Value(); }}));
}

TEST(EmptyList, TakesTheTypeOfItsNeighbours) {
  EXPECT_EQ(type_of("[[], ['a']]"), "list(list(string))");
  EXPECT_EQ(type_of("a ? [] : numbers"), "list(int)");
  EXPECT_EQ(type_of("[{}, {'a': 1}]"), "list(map(string, int))");
  EXPECT_EQ(type_of("[]"), "list(dyn)");
}

TEST(Container, IsWhereNamesAreLookedUpFirst) {
  Environment environment;
  std::uint32_t inner = environment.declare(Variable{"a.b.x", Kind::kInt});
  std::uint32_t outer = environment.declare(Variable{"x", Kind::kInt});
  std::uint32_t middle = environment.declare(Variable{"a.y", Kind::kInt});
  environment.set_container("a.b");
  EXPECT_EQ(compile("x", environment).program->reads(), std::vector{inner});
  EXPECT_EQ(compile(".x", environment).program->reads(), std::vector{outer});
  EXPECT_EQ(compile("y", environment).program->reads(), std::vector{middle});
}

TEST(CheckingWhenRun, MakesErrorsOfMisfitsOnlyWhereTheyAreReached) {
  Environment environment = little_environment();
  Facts facts(environment);
  auto result = [&](const char* source) {
    return compile(source, environment, Kind::kDyn, Checking::kWhenRun).program->evaluate(facts).printed();
  };
  EXPECT_EQ(result("nobody || true"), "true");
  EXPECT_EQ(result("nobody || false"), "error: there is no `nobody` here");
  EXPECT_EQ(result("'a' == 1"), "false");
  EXPECT_EQ(result("no_such_function(1) && false"), "false");
  EXPECT_EQ(result("1 + 'a'"), "error: `+` isn't defined for int and string");
  EXPECT_FALSE(compile("1 +", environment, Kind::kDyn, Checking::kWhenRun).program.has_value()) << "the grammar holds in any case";
}

}  // namespace
}  // namespace ritrovo::expression
