#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

// t, f: values; u, v: unknowns (variables 0 and 1); e: an error.
Value state(char letter, std::uint32_t variable) {
  switch (letter) {
    case 't': return Value::boolean(true);
    case 'f': return Value::boolean(false);
    case 'u': return Value::unknown(variable);
    default: return Value::error(FailureKind::kErased, "erased");
  }
}

char letter_of(const Value& value) { return value.is_true() ? 't' : value.is_false() ? 'f' : value.is_unknown() ? 'u' : 'e'; }

class TwoStates : public Activation {
 public:
  TwoStates(char left, char right) : left_(left), right_(right) {}
  [[nodiscard]] Value lookup(std::uint32_t variable) const override { return state(variable == 0 ? left_ : right_, variable); }

 private:
  char left_;
  char right_;
};

std::string table(const std::string& source) {
  auto program = *compile(source, little_environment()).program;
  std::string out;
  for (char left : {'t', 'f', 'u', 'e'}) {
    for (char right : {'t', 'f', 'u', 'e'}) out += letter_of(program.evaluate(TwoStates(left, right)));
    out += ' ';
  }
  return out;
}

// Rows: left is t, f, u, e; in each, right is t, f, u, e.
TEST(And, AbsorbsUnknownsAndErrorsWhereTheOtherSideIsFalse) { EXPECT_EQ(table("a && b"), "tfue ffff ufuu efue "); }
TEST(Or, AbsorbsUnknownsAndErrorsWhereTheOtherSideIsTrue) { EXPECT_EQ(table("a || b"), "tttt tfue tuuu teue "); }
TEST(Equality, PassesThemOn) { EXPECT_EQ(table("a == b"), "tfue ftue uuuu eeue "); }
TEST(Conditional, LooksAtItsConditionFirst) { EXPECT_EQ(table("a ? b : true"), "tfue tttt uuuu eeee "); }
TEST(Not, PassesThemOn) { EXPECT_EQ(table("!a"), "ffff tttt uuuu eeee "); }
TEST(Known, IsFalseForAnUnknownAlone) { EXPECT_EQ(table("known(a)"), "tttt tttt ffff tttt "); }
TEST(Known, GuardsWhatFollows) { EXPECT_EQ(table("known(a) && a"), "tttt ffff ffff eeee "); }
TEST(Lists, PassThemOn) { EXPECT_EQ(table("[a, b] == [true, true]"), "tfue ffue uuuu eeue "); }
TEST(Exists, IsTrueWhereOneElementIs) { EXPECT_EQ(table("[1, 2].exists(n, n == 1 ? a : b)"), "tttt tfue tuuu teue "); }
TEST(All, IsFalseWhereOneElementIs) { EXPECT_EQ(table("[1, 2].all(n, n == 1 ? a : b)"), "tfue ffff ufuu efue "); }

TEST(Unknown, NamesEveryVariableThatIsWaitedFor) {
  Environment environment = little_environment();
  auto program = *compile("x + y > 1 && a && b", environment).program;
  auto result = program.evaluate(Facts(environment).set("a", Value::boolean(true)));
  ASSERT_TRUE(result.is_unknown());
  EXPECT_EQ(result.unknown_variables(),
            (std::vector<std::uint32_t>{*environment.find("b"), *environment.find("x"), *environment.find("y")}));
}

TEST(Unknown, IsNeitherTrueNorFalse) {
  Environment environment = little_environment();
  auto result = compile("age(relative.birth_date, entry.made.entered_on) < 18", environment).program->evaluate(Facts(environment));
  EXPECT_TRUE(result.is_unknown());
  EXPECT_FALSE(result.is_true());
  EXPECT_FALSE(result.is_false());
}

TEST(Erased, KeepsItsKind) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("relative.birth_date", Value::error(FailureKind::kErased, "erased")).set("today", Value::date(day(2025, 1, 1)));
  auto result = compile("age(relative.birth_date, today) < 18", environment).program->evaluate(facts);
  ASSERT_TRUE(result.is_error());
  EXPECT_EQ(result.failure_kind(), FailureKind::kErased);
  EXPECT_EQ(result.failure_message(), "erased");
}

TEST(Has, OfAVariableWaitsWhileItIsUnknown) {
  Environment environment = little_environment();
  EXPECT_EQ(result_of("has(entry.made.entered_on)", environment, Facts(environment)),
            "unknown(" + std::to_string(*environment.find("entry.made.entered_on")) + ")");
  EXPECT_EQ(
      result_of("has(entry.made.entered_on)", environment, Facts(environment).set("entry.made.entered_on", Value::date(day(2025, 1, 1)))),
      "true");
}

TEST(HostFunction, IsNotCalledWithUnknowns) {
  Environment environment = little_environment();
  auto result =
      compile("parameter('social_allowance', today) > decimal('1')", environment).program->evaluate(Facts(environment), LittleHost());
  EXPECT_TRUE(result.is_unknown());
}

TEST(Unknown, InsideAListIsNeverSilentlyFalse) {
  Environment environment = little_environment();
  auto child = Value::map({{Value::text("birth_date"), Value::unknown(99)}, {Value::text("kinship"), Value::text("child")}});
  auto spouse = Value::map({{Value::text("birth_date"), Value::date(day(1990, 5, 1))}, {Value::text("kinship"), Value::null()}});
  Facts facts(environment);
  facts.set("relatives", Value::list({child, spouse})).set("numbers", Value::list({Value::integer(1), Value::unknown(98)}));
  EXPECT_EQ(result_of("relatives.exists(r, age(r.birth_date, date('2025-01-01')) < 18)", environment, facts), "unknown(99)");
  EXPECT_EQ(result_of("relatives.exists(r, age(r.birth_date, date('2025-01-01')) > 18)", environment, facts), "true");
  EXPECT_EQ(result_of("relatives[0] == relatives[0]", environment, facts), "unknown(99)");
  EXPECT_EQ(result_of("has(relatives[0].birth_date)", environment, facts), "unknown(99)");
  EXPECT_EQ(result_of("has(relatives[1].kinship)", environment, facts), "false");
  EXPECT_EQ(result_of("1 in numbers", environment, facts), "true");
  EXPECT_EQ(result_of("2 in numbers", environment, facts), "unknown(98)");
  EXPECT_EQ(result_of("numbers != [1, 2]", environment, facts), "unknown(98)");
  EXPECT_EQ(result_of("numbers == [2, 2]", environment, facts), "false");
  EXPECT_EQ(result_of("sum(numbers)", environment, facts), "unknown(98)");
  EXPECT_EQ(result_of("size(numbers)", environment, facts), "2");
}

}  // namespace
}  // namespace ritrovo::expression
