#include <random>

#include "engine/base/limits.h"
#include "tests/unit/expression/guard_fixture.h"

namespace ritrovo::expression {
namespace {

const std::vector<std::string> kSeeds = {
    "age(relative.birth_date, entry.made.entered_on) < 18",
    "a && (b || !c) ? x + y * 2 - 1 : [1, 2, 3].map(n, n > 1, n * n)[0]",
    "relatives.exists(r, r.kinship == 'child' && age(r.birth_date, today) < 18) && known(text)",
    "amount >= parameter('social_allowance', today) * decimal('1.5') + round(sum(amounts), 2)",
    "{'a': 1, \"b\": [true, null, 0x1F, 2u, 1.5e3]}.a in limits.map(k, limits[k])",
    "text.matches('^[A-Z]{2}(\\\\d+|x)*$') || text.startsWith(r'\\n') || b'\\xff' == b\"\\000\"",
    "timestamp('2025-10-04T08:30:00Z').getHours('+02:00') > 8 && duration('1h30m') > duration('90s')",
    "today - period('P1Y2M3W4D') < date('2024-02-29') // comment\n && has(application.filed.filed_on)",
    "anything.b.c[anything.d](1, 2) == -9223372036854775808 % -1",
    "numbers.transformList(i, n, i > 0, n * i).exists(i, n, n == i) && limits.all(k, v, v > 1 || k == text)",
    "limits.transformMap(k, v, v + 1).transformMapEntry(k, v, v > 1, {v: k}) == {1: '', 2u: [[], [[]]]}",
};

const std::vector<std::string> kPieces = {"(",        ")",     "[",        "]",        "{",
                                          "}",        "&&",    "||",       "!",        "-",
                                          "?",        ":",     ",",        ".",        "'",
                                          "\"",       "'''",   "\\",       "in",       "a",
                                          "x",        "today", "1",        "0",        "9223372036854775807",
                                          "1e308",    "0x",    "u",        "\n",       "//",
                                          "`",        "\xff",  "è",        "null",     "has(",
                                          "known(",   "size(", ".all(n, ", ".map(n, ", "dyn(",
                                          "anything", "r'",    "b'",       "\\u0000",  "decimal('",
                                          "period('P"};

std::string mutate(const std::string& source, std::mt19937& random) {
  std::string out = source;
  int changes = 1 + static_cast<int>(random() % 6);
  for (int i = 0; i < changes; ++i) {
    std::size_t at = out.empty() ? 0 : random() % out.size();
    switch (random() % 5) {
      case 0: out.insert(at, kPieces[random() % kPieces.size()]); break;
      case 1: out.erase(at, 1 + random() % 4); break;
      case 2: out.insert(at, 1, static_cast<char>(random())); break;
      case 3: out.insert(at, out.substr(random() % (out.size() + 1), random() % 20)); break;
      default:
        if (!out.empty()) out[at] = static_cast<char>(random());
        break;
    }
  }
  return out;
}

Facts some_facts(const Environment& environment, std::mt19937& random) {
  Facts facts(environment);
  const Value values[] = {Value::boolean(true),
                          Value::integer(3),
                          Value::text("AB1"),
                          Value::decimal(Decimal{150, 1}),
                          Value::date(day(2020, 2, 29)),
                          Value::null(),
                          Value::list({Value::integer(1), Value::integer(0)}),
                          Value::error(FailureKind::kErased, "erased"),
                          Value::map({{Value::text("b"), Value::integer(1)}})};
  for (const Variable& each : environment.variables()) {
    if (random() % 4 != 0) facts.set(each.name, values[random() % std::size(values)]);
  }
  return facts;
}

void compile_and_run(const std::string& source, const Environment& environment, const Facts& facts) {
  for (Checking checking : {Checking::kBefore, Checking::kWhenRun}) {
    Compiled compiled = compile(source, environment, Kind::kDyn, checking);
    ASSERT_NE(compiled.program.has_value(), !compiled.problems.empty()) << source;
    if (compiled.program) (void)compiled.program->evaluate(facts, LittleHost()).printed();
    for (const Problem& each : compiled.problems) {
      ASSERT_LE(each.offset, source.size());
      ASSERT_FALSE(each.message.empty());
    }
  }
}

TEST(HostileInput, OfTwentyThousandMutatedGuardsNeverCrashes) {
  Environment environment = little_environment();
  std::mt19937 random(20251004);
  for (int i = 0; i < 20'000; ++i) {
    Facts facts = some_facts(environment, random);
    compile_and_run(mutate(kSeeds[random() % kSeeds.size()], random), environment, facts);
    if (HasFatalFailure()) return;
  }
}

TEST(HostileInput, OfRandomPiecesNeverCrashes) {
  Environment environment = little_environment();
  std::mt19937 random(7);
  for (int i = 0; i < 5'000; ++i) {
    std::string source;
    for (std::size_t pieces = random() % 40; pieces > 0; --pieces)
      source += kPieces[random() % kPieces.size()] + (random() % 2 == 0 ? " " : "");
    compile_and_run(source, environment, Facts(environment));
    if (HasFatalFailure()) return;
  }
}

TEST(HostileInput, AtTheLimitsOfLengthAndDepthIsRefusedOrRuns) {
  Environment environment = little_environment();
  Facts facts(environment);
  for (const std::string piece :
       {"(", "[", "{", "!", "-", "a.", "a?", "a[", "f(", "x.all(n,", "1+", "'", "{1:", "a&&", "has(", "known(", "`", "//", "\\"}) {
    std::string source;
    while (source.size() + piece.size() <= limits::kGuardBytesMax) source += piece;
    compile_and_run(source, environment, facts);
    compile_and_run(source + "1", environment, facts);
    compile_and_run(source.substr(0, 60 * piece.size()) + "1", environment, facts);
  }
}

TEST(HostileInput, ThatDoublesATextIsBoundedByTheBudget) {
  Environment environment = little_environment();
  Facts facts(environment);
  facts.set("text", Value::text(std::string(limits::kTextBytesMax, 'a')));
  std::string sum = "text";
  for (int i = 0; i < 50; ++i) sum += " + text";
  std::string list = "[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]";
  auto result = compile(list + ".map(a, " + list + ".map(b, " + sum + "))", environment).program->evaluate(facts);
  ASSERT_TRUE(result.is_error());
  EXPECT_EQ(result.failure_kind(), FailureKind::kBudget);
}

}  // namespace
}  // namespace ritrovo::expression
