#include "workflows/expression/working.h"

#include <gtest/gtest.h>

#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

/// "text -> result" of each part.
std::string worked(const std::string& source) {
  const Environment environment = little_environment();
  Facts facts(environment);
  facts.set("x", Value::integer(3)).set("y", Value::integer(4)).set("amount", Value::decimal(Decimal{150, 2})).set("a", Value::boolean(true)).set("entry.made.entered_on", Value::date(day(2025, 3, 1)));
  const Compiled compiled = compile(source, environment);
  EXPECT_TRUE(compiled.program) << problems_of(compiled);
  std::string said;
  for (const Worked& each : workings(*compiled.program, facts, LittleHost())) said += each.text + " -> " + each.result.printed() + "\n";
  return said;
}

TEST(Workings, PutTheValuesIntoASum) { EXPECT_EQ(worked("x * (y + 2) - x"), "3 × (4 + 2) - 3 -> 15\n"); }

TEST(Workings, KeepTheBracketsThatChangeTheResult) {
  EXPECT_EQ(worked("x - (y - 2)"), "3 - (4 - 2) -> 1\n");
  EXPECT_EQ(worked("(x + y) * 2"), "(3 + 4) × 2 -> 14\n");
}

TEST(Workings, TellEachComparisonOfAConditionByItself) {
  EXPECT_EQ(worked("x >= y || (amount == decimal(\"1.50\") && !(y < 2))"), "3 ≥ 4 -> false\n1.50 = 1.50 -> true\n4 < 2 -> false\n");
}

TEST(Workings, FollowTheBranchThatWasTaken) { EXPECT_EQ(worked("x + (a ? y * 2 : 100)"), "3 + 4 × 2 -> 11\n"); }

TEST(Workings, PutInParametersAndCountsAsValues) {
  EXPECT_EQ(worked("round(parameter(\"social_allowance\", entry.made.entered_on) * decimal(\"1.5\"), 2)"), "round(6002.84 × 1.5; 2) -> 9004.26\n");
}

TEST(Workings, SayWhatIsNotKnown) { EXPECT_EQ(worked("x > 2 && amounts.size() > 1"), "3 > 2 -> true\n? > 1 -> unknown(" + std::to_string(*little_environment().find("amounts")) + ")\n"); }

TEST(Workings, LeaveOutWhatIsOnlyAValue) { EXPECT_EQ(worked("a"), ""); }

}  // namespace
}  // namespace ritrovo::expression
