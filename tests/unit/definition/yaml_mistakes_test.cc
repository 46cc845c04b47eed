#include "workflows/definition/yaml_mistakes.h"

#include <string>

#include <gtest/gtest.h>

#include "workflows/definition/yaml_source.h"

namespace ritrovo::definition {
namespace {

/// The problems of a text, each as "line:column message [hint]" on a line of its own.
std::string told(const std::string& text) {
  Problems problems("file.yaml", text);
  static_cast<void>(read_yaml(text, problems));
  std::string out;
  for (const Problem& problem : problems.take())
    out += std::to_string(problem.line) + ":" + std::to_string(problem.column) + " " + problem.message + " [" + problem.hint + "]\n";
  return out;
}

TEST(YamlMistakes, ALineWithoutAColonIsPointedAtAndNotTheNextOne) {
  EXPECT_EQ(told("a:\n  required false\n  after: b\n"), "2:3 this line has no colon between a key and its value [write \"required: false\"]\n");
  EXPECT_EQ(told("a:\n  milestone\n\n  # a comment\n  after: b\n"), "2:3 this line has no colon between a key and its value [write \"milestone: …\"]\n");
  EXPECT_EQ(told("a:\n  required false\n  title: {it: x, en: y}\n"), "2:3 this line has no colon between a key and its value [write \"required: false\"]\n");
}

TEST(YamlMistakes, ATextWithAColonInItIsToBePutInQuotes) {
  EXPECT_EQ(told("it: Attenzione: oggi\nen: x\n"), "1:5 this text has a colon in it [put the text in quotes: \"…\"]\n");
  EXPECT_EQ(told("title: {it: Nota: bene, en: x}\n"), "1:17 a colon stands here within a text [put the text in quotes: \"…\"]\n");
}

TEST(YamlMistakes, AnApostropheEndsATextInSingleQuotes) {
  EXPECT_EQ(told("title: {it: 'Consenso dell'altro', en: x}\n"), "1:13 this text in single quotes ends at its first apostrophe [put it in double quotes]\n");
  EXPECT_EQ(told("a: 1\nlaw: 'Legge dell'anno'\n"), "2:6 this text in single quotes ends at its first apostrophe [put it in double quotes]\n");
}

TEST(YamlMistakes, WhatIsntClosedIsToldWhereItWasOpened) {
  EXPECT_EQ(told("a:\n  task: {role: clerk\n  outcomes: {}\n"), "2:9 this { isn't closed [close it with }]\n");
  EXPECT_EQ(told("a: [1, 2\nb: 3\n"), "1:4 this [ isn't closed [close it with ]]\n");
  EXPECT_EQ(told("law: \"TUI\nafter: b\nwhen: \"x\"\n"), "1:6 the text that this quote begins isn't closed on its line [close it with \"]\n");
}

TEST(YamlMistakes, AnIndentThatFitsNoLineAboveNamesThoseThatDo) {
  EXPECT_EQ(told("a:\n    b: 1\n   c: 2\n"), "3:4 this line is indented by 3 blanks, and no line above it is [indent it by 4 or by 0, as the lines that it belongs to]\n");
}

TEST(YamlMistakes, BlanksThatAreNoneAreShown) {
  EXPECT_EQ(told("a:\n\tb: 1\n"), "2:1 this line is indented with a tab, which YAML doesn't take [indent with blanks]\n");
  EXPECT_EQ(told("a:\n  b:\xC2\xA0x\n  c: 1\n"), "2:5 a no-break space stands here, which looks like a blank and is none [type a blank in its place]\n");
}

TEST(YamlMistakes, AliasesAndAnchorsAreToldOnce) {
  EXPECT_EQ(told("a: *x\n"), "1:4 aliases aren't allowed [write it out where it is needed; a text that begins with * stands in quotes]\n");
  EXPECT_EQ(told("a: &x 1\n"), "1:4 anchors aren't allowed (&x) [write it out where it is needed]\n");
}

TEST(YamlMistakes, ALongLineTakesNoLongerThanItsLength) {
  EXPECT_NE(told("a: " + std::string(300'000, '{')), "");
  EXPECT_NE(told("a: {b: '" + std::string(300'000, 'x') + "\nc: 1\n"), "");
}

}  // namespace
}  // namespace ritrovo::definition
