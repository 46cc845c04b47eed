#include "workflows/expression/matcher.h"

#include <gtest/gtest.h>

namespace ritrovo::expression {
namespace {

bool found(std::string_view pattern, std::string_view text) {
  auto matcher = Matcher::compile(pattern);
  EXPECT_TRUE(matcher.has_value()) << pattern;
  Meter meter{1'000'000};
  return matcher && matcher->found_in(text, meter);
}

TEST(Pattern, IsFoundAnywhereUnlessAnchored) {
  EXPECT_TRUE(found("b", "abc"));
  EXPECT_FALSE(found("^b", "abc"));
  EXPECT_TRUE(found("c$", "abc"));
  EXPECT_TRUE(found("^abc$", "abc"));
  EXPECT_TRUE(found("", ""));
  EXPECT_TRUE(found("^$", ""));
  EXPECT_FALSE(found("^$", "a"));
}

TEST(Pattern, HasAlternativesAndGroups) {
  EXPECT_TRUE(found("^(?:a|b|cd)$", "cd"));
  EXPECT_TRUE(found("^(a|b|cd)e$", "be"));
  EXPECT_FALSE(found("^(a|b|cd)$", "c"));
  EXPECT_TRUE(found("^a|b|c$", "xb"));
  EXPECT_TRUE(found("^(|a)b$", "b"));
  EXPECT_TRUE(found("^((a|b)*c|d)+$", "abcdc"));
}

TEST(Pattern, Repeats) {
  EXPECT_TRUE(found("^a*$", ""));
  EXPECT_TRUE(found("^a+$", "aaa"));
  EXPECT_FALSE(found("^a+$", ""));
  EXPECT_TRUE(found("^ab?c$", "ac"));
  EXPECT_TRUE(found("^a{2,3}$", "aaa"));
  EXPECT_FALSE(found("^a{2,3}$", "aaaa"));
  EXPECT_FALSE(found("^a{2,3}$", "a"));
  EXPECT_TRUE(found("^a{2}$", "aa"));
  EXPECT_TRUE(found("^a{2,}$", "aaaaa"));
  EXPECT_TRUE(found("^(ab){2}$", "abab"));
  EXPECT_TRUE(found("^(a|b){3}c$", "abac"));
  EXPECT_TRUE(found("^a{0}b$", "b"));
  EXPECT_TRUE(found("^(a*)*$", "aaaa"));
}

TEST(Pattern, HasClassesOfCodePoints) {
  EXPECT_TRUE(found("^[a-cx]+$", "abcx"));
  EXPECT_FALSE(found("^[^a-c]$", "b"));
  EXPECT_TRUE(found("^\\d{4}-\\d\\d$", "2025-10"));
  EXPECT_TRUE(found("^\\w+\\s\\W$", "a_1 !"));
  EXPECT_TRUE(found("^[\\d\\-]+$", "1-2"));
  EXPECT_TRUE(found("^.$", "è"));
  EXPECT_TRUE(found("^[à-ü]+$", "èé"));
  EXPECT_FALSE(found("^.$", "\n"));
  EXPECT_TRUE(found("^[]a]+$", "]a"));
  EXPECT_TRUE(found("\\.", "a.b"));
  EXPECT_FALSE(found("\\.", "ab"));
}

TEST(Pattern, ThatCantBeReadSaysWhy) {
  for (const char* pattern : {"(", ")", "[a", "*a", "a{2", "a{3,2}", "a{101}", "\\", "\\b", "(?=a)", "[b-a]", "[[:alpha:]]", "\\1"}) {
    EXPECT_FALSE(Matcher::compile(pattern).has_value()) << pattern;
  }
  auto large = Matcher::compile("((a{50}){50}){50}");
  ASSERT_FALSE(large.has_value());
  EXPECT_EQ(large.error().code, ErrorCode::kOverLimit);
}

TEST(Pattern, TakesTimeInProportionToTheText) {
  auto matcher = Matcher::compile("^(a|a)*(a|a)*(a|a)*b$");
  ASSERT_TRUE(matcher.has_value());
  std::string text(10'000, 'a');
  Meter meter{100'000};
  EXPECT_FALSE(matcher->found_in(text, meter));
  EXPECT_GT(meter.left, 0);
}

}  // namespace
}  // namespace ritrovo::expression
