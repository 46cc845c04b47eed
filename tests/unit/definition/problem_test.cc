#include "workflows/definition/problem.h"

#include <gtest/gtest.h>

namespace ritrovo::definition {
namespace {

TEST(Problem, IsPrintedWithTheLineACaretAndTheRemedy) {
  const std::string text = "uno\nperché: dve\n";
  Problems problems("dir/file.yaml", text);
  problems.error({2, 9}, "there is no step \"dve\"", "did you mean \"due\"?");
  EXPECT_EQ(to_string(problems.take()[0]),
            "dir/file.yaml:2:9: error: there is no step \"dve\"\n"
            "  | perché: dve\n"
            "  |         ^\n"
            "  = did you mean \"due\"?\n");
}

TEST(Problem, LongLinesAreCutAroundTheColumn) {
  const std::string text = std::string(1000, 'a') + "X" + std::string(1000, 'b');
  Problems problems("f", text);
  problems.warning({1, 1001}, "here");
  const Problem problem = problems.take()[0];
  EXPECT_LE(problem.excerpt.size(), 200U);
  EXPECT_EQ(problem.excerpt[problem.caret - 1], 'X');
}

TEST(Problem, ComeInTheOrderOfTheirPlacesEachOnce) {
  Problems problems("f", "a\nb\n");
  problems.error({2, 1}, "second");
  problems.error({1, 1}, "first");
  problems.error({2, 1}, "second");
  const std::vector<Problem> found = problems.take();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].message, "first");
}

TEST(Suggestion, NamesTheNearOneOrElseAllOfAFew) {
  EXPECT_EQ(suggest("nula_osta", {"nulla_osta", "visa"}), "did you mean \"nulla_osta\"?");
  EXPECT_EQ(suggest("zzz", {"a", "b"}), "there are: a, b");
}

TEST(Problems, ExcerptsHoldNothingThatIsNoTextOrSteersATerminal) {
  const std::string text = "a\xFF\xC3 b\x1B[31m\xC2\x9B 1\n";
  Problems problems("x.yaml", text);
  problems.error({1, 2}, "wrong");
  EXPECT_EQ(problems.take().front().excerpt, "a?? b [31m  1");
}

}  // namespace
}  // namespace ritrovo::definition
