#include <gtest/gtest.h>

#include "tests/unit/expression/guard_fixture.h"

// How long a result stays while `today` goes on: what is said of it, against every day of four years.
namespace ritrovo::expression {
namespace {

/// A parameter that changes on known days, and working days.
class ChangingHost final : public LittleHost {
 public:
  [[nodiscard]] Value parameter(std::string_view /*name*/, Day today) const override {
    if (today < day(2024, 3, 1)) return Value::error(FailureKind::kHost, "not yet");
    return Value::decimal(Decimal{today < day(2025, 7, 1) ? 1 : 2, 0});
  }
  [[nodiscard]] std::optional<Day> parameter_until(std::string_view /*name*/, Day today) const override {
    for (const Day change : {day(2024, 3, 1), day(2025, 7, 1)})
      if (today < change) return change;
    return std::nullopt;
  }
};

struct Walked {
  std::size_t evaluations = 0;
  std::size_t changes = 0;
};

/// Goes through four years from day to day and, beside that, from each `until` to the next: both must see the same.
Walked walk(const std::string& source) {
  Environment environment = little_environment();
  const Compiled compiled = compile(source, environment);
  EXPECT_TRUE(compiled.program.has_value()) << source << "\n" << problems_of(compiled);
  if (!compiled.program) return {};
  Facts facts(environment);
  facts.set("entry.made.entered_on", Value::date(day(2025, 1, 31))).set("application.filed.filed_on", Value::date(day(2024, 2, 29)));
  facts.set("relatives", Value::list({Value::map({{Value::text("birth_date"), Value::date(day(2007, 12, 31))}, {Value::text("kinship"), Value::text("child")}}),
                                      Value::map({{Value::text("birth_date"), Value::date(day(2008, 2, 29))}, {Value::text("kinship"), Value::text("child")}})}));
  Walked walked;
  Lasting lasting{*environment.find("today"), day(2023, 1, 1), std::nullopt};
  std::string stays;
  for (Day today = lasting.day; today < day(2027, 1, 1); today = today.plus(1)) {
    facts.set("today", Value::date(today));
    const std::string plain = compiled.program->evaluate(facts, ChangingHost()).printed();
    if (today == day(2023, 1, 1) || lasting.until == today) {
      lasting.day = today;
      const std::string told = compiled.program->evaluate(facts, ChangingHost(), lasting).printed();
      if (!stays.empty() && told != stays) ++walked.changes;
      stays = told;
      ++walked.evaluations;
    }
    EXPECT_EQ(plain, stays) << source << " on " << Value::date(today).printed();
    if (plain != stays) return walked;
  }
  return walked;
}

TEST(Lasting, OfComparisonsWithDaysIsAsLongAsTheySayTheSame) {
  for (const char* relation : {"<", "<=", ">", ">=", "==", "!="}) {
    const Walked walked = walk(std::string("today ") + relation + " entry.made.entered_on");
    EXPECT_GE(walked.changes, 1U) << relation;
    EXPECT_LE(walked.evaluations, 4U) << relation;
    EXPECT_LE(walk(std::string("application.filed.filed_on + period('P1Y') ") + relation + " today").evaluations, 4U) << relation;
  }
}

TEST(Lasting, OfParametersIsUntilTheyChange) {
  const Walked walked = walk("parameter('residence', today) == decimal('2')");
  EXPECT_EQ(walked.changes, 2U) << "an error at first, then false, then true";
  EXPECT_LE(walked.evaluations, 430U) << "an error is looked at again each day, a value when it changes";
}

TEST(Lasting, IsTheShortestOfAllThatWasLookedAt) {
  EXPECT_EQ(walk("today >= entry.made.entered_on && today < entry.made.entered_on + period('P8D')").changes, 2U);
  EXPECT_EQ(walk("today > entry.made.entered_on ? today < date('2026-05-01') : today == date('2024-12-25')").changes, 4U);
  EXPECT_EQ(walk("relatives.exists(r, today >= r.birth_date + period('P18Y'))").changes, 1U);
  EXPECT_EQ(walk("relatives.filter(r, today >= r.birth_date + period('P18Y')).size()").changes, 2U);
}

TEST(Lasting, IsADayOfWhateverElseReadsToday) {
  for (const char* source : {"is_working_day(today)", "age(application.filed.filed_on, today) > 1", "today + period('P1M') > entry.made.entered_on",
                             "working_days_between(entry.made.entered_on, today) > 10", "today == today", "string(today) == '2025-01-31'", "[today].size() == 1"})
    EXPECT_EQ(walk(source).evaluations, 1461U) << source;
  EXPECT_EQ(walk("entry.made.entered_on > application.filed.filed_on").evaluations, 1U) << "what doesn't read it stays";
}

}  // namespace
}  // namespace ritrovo::expression
