#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

TEST(Arithmetic, OverflowsAndZeroDivisorsAreErrors) {
  EXPECT_EQ(result_of("9223372036854775807 + 1"), "error: the result is too large");
  EXPECT_EQ(result_of("-9223372036854775808 - 1"), "error: the result is too large");
  EXPECT_EQ(result_of("-(-9223372036854775808)"), "error: the result is too large");
  EXPECT_EQ(result_of("9223372036854775807 * 2"), "error: the result is too large");
  EXPECT_EQ(result_of("-9223372036854775808 / -1"), "error: the result is too large");
  EXPECT_EQ(result_of("1 / 0"), "error: division by zero");
  EXPECT_EQ(result_of("1 % 0"), "error: division by zero");
  EXPECT_EQ(result_of("1u - 2u"), "error: the result is too large");
  EXPECT_EQ(result_of("1u / 0u"), "error: division by zero");
  EXPECT_EQ(result_of("1.0 / 0.0"), "inf");
  EXPECT_EQ(result_of("-7 / 2"), "-3");
  EXPECT_EQ(result_of("-7 % 2"), "-1");
}

TEST(Decimals, AreExact) {
  EXPECT_EQ(result_of("decimal('0.10') + decimal('0.2')"), "0.30");
  EXPECT_EQ(result_of("decimal('6002.84') * 2"), "12005.68");
  EXPECT_EQ(result_of("decimal('6002.84') * decimal('1.5')"), "9004.260");
  EXPECT_EQ(result_of("decimal('1.5') == decimal('1.50')"), "true");
  EXPECT_EQ(result_of("decimal('2.00') == 2"), "true");
  EXPECT_EQ(result_of("decimal('2.01') > 2"), "true");
  EXPECT_EQ(result_of("decimal(3) - decimal('0.01')"), "2.99");
  EXPECT_EQ(result_of("-decimal('1.5')"), "-1.5");
  EXPECT_EQ(result_of("sum([decimal('1.1'), decimal('2.2')])"), "3.3");
  EXPECT_EQ(result_of("decimal('999999999999999999') * 1000"), "error: the result is too large");
}

TEST(Rounding, IsHalfAwayFromZero) {
  EXPECT_EQ(result_of("round(decimal('2.345'), 2)"), "2.35");
  EXPECT_EQ(result_of("round(decimal('-2.345'), 2)"), "-2.35");
  EXPECT_EQ(result_of("round(decimal('2.344'), 2)"), "2.34");
  EXPECT_EQ(result_of("round(decimal('2.5'), 0)"), "3");
  EXPECT_EQ(result_of("round(decimal('2.5'), 2)"), "2.50");
  EXPECT_EQ(result_of("divide(decimal('10.00'), 3, 2)"), "3.33");
  EXPECT_EQ(result_of("divide(2, 3, 2)"), "0.67");
  EXPECT_EQ(result_of("divide(-1, 2, 0)"), "-1");
  EXPECT_EQ(result_of("divide(1, 0, 2)"), "error: division by zero");
  EXPECT_EQ(result_of("round(decimal('1'), 19)"), "error: the number of digits must be 0 to 18");
}

TEST(Lists, AreIndexedJoinedAndSearched) {
  EXPECT_EQ(result_of("[1, 2] + [3]"), "[1, 2, 3]");
  EXPECT_EQ(result_of("[1, 2][2]"), "error: the list has no such place");
  EXPECT_EQ(result_of("[1, 2][-1]"), "error: the list has no such place");
  EXPECT_EQ(result_of("[1, 2][dyn(1.0)]"), "2");
  EXPECT_EQ(result_of("[1, 2][dyn(0.5)]"), "error: the list has no such place");
  EXPECT_EQ(result_of("'a' in ['b', 'a']"), "true");
  EXPECT_EQ(result_of("1 in []"), "false");
  EXPECT_EQ(result_of("sum([])"), "0");
  EXPECT_EQ(result_of("sum([1, 2, 3])"), "6");
}

TEST(Maps, AreSelectedAskedAndKeepTheirKeysApart) {
  EXPECT_EQ(result_of("{'a': 1}.b"), "error: there is no field `b`");
  EXPECT_EQ(result_of("{'a': 1}['b']"), "error: the map has no such key");
  EXPECT_EQ(result_of("has({'a': 1}.a) && !has({'a': 1}.b)"), "true");
  EXPECT_EQ(result_of("'a' in {'a': 1}"), "true");
  EXPECT_EQ(result_of("{1: 'x'}[dyn(1u)]"), "\"x\"");
  EXPECT_EQ(result_of("{1: 1, dyn(1u): 2}"), "error: a map has the same key twice");
  EXPECT_EQ(result_of("{'b': 1, 'a': 2} == {'a': 2, 'b': 1}"), "true");
  EXPECT_EQ(result_of("{true: 1, 2: 2, 'c': 3}.map(k, k)"), "[true, 2, \"c\"]");
}

TEST(Macros, RangeOverListsAndKeys) {
  EXPECT_EQ(result_of("[1, 2, 3].all(n, n > 0)"), "true");
  EXPECT_EQ(result_of("[1, 2, 3].exists(n, n > 2)"), "true");
  EXPECT_EQ(result_of("[1, 2, 3].exists_one(n, n > 2)"), "true");
  EXPECT_EQ(result_of("[1, 2, 3].exists_one(n, n > 1)"), "false");
  EXPECT_EQ(result_of("[1, 2, 3].map(n, n * n)"), "[1, 4, 9]");
  EXPECT_EQ(result_of("[1, 2, 3].map(n, n > 1, n * n)"), "[4, 9]");
  EXPECT_EQ(result_of("[1, 2, 3].filter(n, n % 2 == 1)"), "[1, 3]");
  EXPECT_EQ(result_of("{'a': 1, 'b': 2}.exists(k, k == 'b')"), "true");
  EXPECT_EQ(result_of("[].all(n, false)"), "true");
  EXPECT_EQ(result_of("[].exists(n, true)"), "false");
}

TEST(Macros, AbsorbErrorsWhereAnotherElementDecides) {
  EXPECT_EQ(result_of("[0, 1].exists(n, 1 / n == 1)"), "true");
  EXPECT_EQ(result_of("[0, 2].exists(n, 1 / n == 1)"), "error: division by zero");
  EXPECT_EQ(result_of("[0, 1].all(n, 1 / n == 2)"), "false");
  EXPECT_EQ(result_of("[0, 1].all(n, 1 / n == 1)"), "error: division by zero");
  EXPECT_EQ(result_of("[0, 1].exists_one(n, 1 / n == 1)"), "error: division by zero");
  EXPECT_EQ(result_of("[0, 1].map(n, 1 / n)"), "error: division by zero");
  EXPECT_EQ(result_of("[0, 1].filter(n, 1 / n == 1)"), "error: division by zero");
}

TEST(Host, AnswersForParametersAndCalendars) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("today", Value::date(day(2025, 10, 4)));
  EXPECT_EQ(result_of("parameter('social_allowance', today) * 2", environment, facts), "12005.68");
  EXPECT_EQ(result_of("is_working_day(today)", environment, facts), "false");
  EXPECT_EQ(result_of("add_working_days(today, 8)", environment, facts), "error: there is no calendar here");
  auto missing = compile("parameter('none', today) > 1", environment).program->evaluate(facts, LittleHost());
  EXPECT_EQ(missing.failure_kind(), FailureKind::kHost);
}

TEST(Host, FunctionsMayHaveDottedNamesAndOverloads) {
  Environment environment;
  environment.declare(HostFunction{"calendar.next", {Kind::kInt}, Kind::kInt, [](const Host&, std::span<const Value> given) {
                                     return Value::integer(given[0].as_int() + 1);
                                   }});
  environment.declare(HostFunction{
      "calendar.next", {Kind::kString}, Kind::kInt, [](const Host&, std::span<const Value>) { return Value::text("wrong kind"); }});
  Facts facts(environment);
  EXPECT_EQ(result_of("calendar.next(1)", environment, facts), "2");
  EXPECT_EQ(result_of("calendar.next('a')", environment, facts), "error: `calendar.next` answered with string instead of int");
}

TEST(Variables, OfAnotherTypeThanDeclaredAreErrorsNeverFalse) {
  Environment environment = little_environment();
  EXPECT_EQ(result_of("today == date('2025-10-04')", environment, Facts(environment).set("today", Value::text("2025-10-04"))),
            "error: a variable holds string, where it is declared date");
  auto wrong = Value::list({Value::map({{Value::text("birth_date"), Value::text("2020-01-01")}})});
  EXPECT_EQ(result_of("relatives.exists(r, r.birth_date == date('2020-01-01'))", environment, Facts(environment).set("relatives", wrong)),
            "error: the field `birth_date` holds string, where it is declared date");
  EXPECT_EQ(result_of("relatives.exists(r, r.birth_date == date('2020-01-01'))", environment,
                      Facts(environment).set("relatives", Value::list({Value::text("2020-01-01")}))),
            "error: a variable holds list, where it is declared list(relative)");
}

TEST(Variables, ReportedEmptyAreNull) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("today", Value::null());
  EXPECT_EQ(result_of("today == null", environment, facts), "true");
  EXPECT_EQ(result_of("has(relative.birth_date)", environment, Facts(environment).set("relative.birth_date", Value::null())), "false");
  EXPECT_EQ(result_of("today != date('2025-10-04')", environment, facts), "true");
  EXPECT_EQ(result_of("known(today)", environment, facts), "false");
  EXPECT_TRUE(result_of("today < date('2025-10-04')", environment, facts).starts_with("unknown(")) << "what needs a value waits for it";
  EXPECT_EQ(result_of("known(today) && today < date('2025-10-04')", environment, facts), "false");
  EXPECT_TRUE(result_of("today == null && age(today, today) > 18", environment, facts).starts_with("unknown("));
}

TEST(Variables, FieldsLeftOutInAListAreUnknownToWhateverNeedsThem) {
  Environment environment = little_environment();
  Facts facts(environment);
  auto left_out = Value::map({{Value::text("birth_date"), Value::null()}, {Value::text("kinship"), Value::text("child")}});
  facts.set("relatives", Value::list({left_out}));
  EXPECT_TRUE(result_of("relatives.exists(r, age(r.birth_date, date('2025-01-01')) < 18)", environment, facts).starts_with("unknown("));
  EXPECT_EQ(result_of("relatives.exists(r, r.kinship == 'child')", environment, facts), "true");
  EXPECT_EQ(result_of("relatives.exists(r, known(r.birth_date))", environment, facts), "false");
}

TEST(Budget, StopsWhatRunsTooLong) {
  std::string list = "[1,2,3,4,5,6,7,8,9,10]";
  std::string source = list + ".all(a1, " + list + ".all(a2, " + list + ".all(a3, " + list + ".all(a4, a1 > 0))))";
  Environment environment = little_environment();
  auto compiled = compile(source, environment);
  ASSERT_TRUE(compiled.program) << problems_of(compiled);
  auto result = compiled.program->evaluate(Facts(environment));
  ASSERT_TRUE(result.is_error()) << result.printed();
  EXPECT_EQ(result.failure_kind(), FailureKind::kBudget);
  EXPECT_TRUE(compile("false && " + source, environment).program->evaluate(Facts(environment)).is_false());
  EXPECT_TRUE(compile(source + " && false", environment).program->evaluate(Facts(environment)).is_error());
}

}  // namespace
}  // namespace ritrovo::expression
