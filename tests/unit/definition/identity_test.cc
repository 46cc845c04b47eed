#include "workflows/definition/canonical.h"

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

std::string canonical(const std::string& text) {
  Problems problems("f", text);
  return canonical_form(read_yaml(text, problems));
}

TEST(CanonicalForm, IsJsonWithSortedKeysAndOrderedMapsAsLists) {
  EXPECT_EQ(canonical("steps:\n  b: {x: 'it''s', a: [1, true]}\n  a: {}\npathway: p\n"),
            R"({"pathway":"p","steps":[["b",{"a":[1,true],"x":"it's"}],["a",{}]]})");
}

TEST(Identity, DoesNotDependOnCommentsLayoutOrKeyOrder) {
  const std::string one = "# a comment\nterm: x\nversion: 1\ntitle: {en: X, it: Y}\n";
  const std::string other = "version: 1\nterm: \"x\"   # quoted\ntitle:\n  it: Y\n  en: X\n";
  EXPECT_EQ(canonical(one), canonical(other));
}

TEST(Identity, DependsOnTheOrderOfStepsAndOutcomes) {
  EXPECT_NE(canonical("steps: {a: {}, b: {}}\n"), canonical("steps: {b: {}, a: {}}\n"));
  EXPECT_NE(canonical("outcomes: {a: x.y, b: x.y}\n"), canonical("outcomes: {b: x.y, a: x.y}\n"));
}

TEST(Identity, TellsATextFromANumberAndATruthValue) {
  EXPECT_NE(canonical("a: 1\n"), canonical("a: \"1\"\n"));
  EXPECT_NE(canonical("a: true\n"), canonical("a: \"true\"\n"));
}

TEST(Identity, IsThisHashForThisText) {
  const std::string text = "pathway: p\nversion: 1\n";
  Problems problems("f", text);
  EXPECT_EQ(identity_of(read_yaml(text, problems)).hex(), "8bf0d055cdeac89b81b683622aa664524600c0b98157f929043e26affa4d1b12");
}

}  // namespace
}  // namespace ritrovo::definition
