#include "workflows/definition/yaml_source.h"

#include <random>
#include <string>

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"
#include "engine/base/limits.h"

namespace ritrovo::definition {
namespace {

/// The first problem of a text as "line:column message"; empty if there is none.
std::string first_problem(const std::string& text) {
  Problems problems("file.yaml", text);
  static_cast<void>(read_yaml(text, problems));
  const std::vector<Problem> found = problems.take();
  if (found.empty()) return {};
  return std::to_string(found[0].line) + ":" + std::to_string(found[0].column) + " " + found[0].message;
}

TEST(YamlSource, ReadsTextsNumbersTruthValuesListsAndMapsWithTheirPlaces) {
  const std::string text = "a: {è: 'xx', b: 7}\nlist: [true, \"true\", 07]\n";
  Problems problems("file.yaml", text);
  const Node root = read_yaml(text, problems);
  ASSERT_FALSE(problems.any_error());
  const Node* inner = root.find("a");
  ASSERT_NE(inner, nullptr);
  EXPECT_EQ(inner->entries[1].place.column, 14U) << "columns count characters, not bytes";
  EXPECT_EQ(inner->find("b")->integer, 7);
  const Node* list = root.find("list");
  EXPECT_TRUE(list->items[0].is(Node::Kind::kBoolean));
  EXPECT_TRUE(list->items[1].is(Node::Kind::kText));
  EXPECT_TRUE(list->items[2].is(Node::Kind::kText)) << "a number with a leading zero is a text";
  EXPECT_EQ(list->items[2].place.line, 2U);
}

TEST(YamlSource, RefusesWhatYamlLetsPass) {
  EXPECT_EQ(first_problem("a: 1\nb: 2\na: 3\n"), "3:1 the key \"a\" stands here twice");
  EXPECT_EQ(first_problem("a: &x 1\n").substr(0, 3), "1:4");
  EXPECT_NE(first_problem("a: &x 1\nb: *x\n").find("anchors aren't allowed"), std::string::npos);
  EXPECT_EQ(first_problem("a: [1, 2, !foo 3]\n"), "1:11 tags aren't allowed");
  EXPECT_EQ(first_problem("a: !!str 3\n"), "1:4 tags aren't allowed");
  EXPECT_EQ(first_problem("1: a\n"), "1:1 a key must be a name, not \"1\"");
  EXPECT_EQ(first_problem("true: a\n"), "1:1 a key must be a name, not \"true\"");
  EXPECT_EQ(first_problem("~: a\n").substr(0, 3), "1:1");
  EXPECT_EQ(first_problem("? [a]\n: b\n"), "1:3 a key must be a name, not a list or a map");
  EXPECT_EQ(first_problem("a: 1\n---\nb: 2\n"), "2:1 a second document begins here");
  for (const std::string word : {"yes", "no", "on", "off", "Yes", "NO", "y", "True", "FALSE"})
    EXPECT_EQ(first_problem("a: " + word + "\n").substr(0, 3), "1:4") << word;
  EXPECT_EQ(first_problem("a: \"yes\"\n"), "");
}

TEST(YamlSource, RefusesBytesThatAreNoText) {
  EXPECT_EQ(first_problem("a: b\nc: \xFF\n"), "2:4 this isn't UTF-8");
  EXPECT_EQ(first_problem("a: \xED\xA0\x80\n"), "1:4 this isn't UTF-8") << "a surrogate";
  EXPECT_EQ(first_problem(std::string("a: \0b\n", 6)), "1:4 a control character (U+0000) stands here");
  EXPECT_EQ(first_problem("\xEF\xBB\xBF" "a: b\n"), "1:1 a byte order mark stands here");
  EXPECT_EQ(first_problem("a: b\r\nc: d\r\n"), "");
}

TEST(YamlSource, SaysWhereTheSyntaxBreaks) {
  EXPECT_EQ(first_problem("a: [1, 2\nb: 3\n").substr(0, 4), "1:4 ") << "the bracket that isn't closed";
  EXPECT_EQ(first_problem("- a\n"), "1:1 a definition is a map of keys and values");
  EXPECT_EQ(first_problem(""), "1:1 a definition is a map of keys and values");
}

TEST(YamlSource, RefusesWhatExceedsALimit) {
  EXPECT_NE(first_problem(std::string(limits::kDefinitionBytesMax + 1, 'a')).find("kDefinitionBytesMax"), std::string::npos);
  EXPECT_NE(first_problem("a: " + std::string(40, '[') + std::string(40, ']')).find("kDefinitionNestingMax"), std::string::npos);
  EXPECT_NE(first_problem("a: " + std::string(200'000, '[')), "");
  std::string many = "a:\n";
  for (int i = 0; i < 70'000; ++i) many += "- 1\n";
  EXPECT_NE(first_problem(many).find("kDefinitionNodesMax"), std::string::npos);
  std::string flow = "b: 1\na: [\"x, [\", ";
  for (int i = 0; i < 1'001; ++i) flow += "1,";
  EXPECT_EQ(first_problem(flow + "1]").substr(0, 48), "2:1 a list or map in brackets has over 1000 entr");
  EXPECT_NE(first_problem(std::string(limits::kNameBytesMax + 1, 'k') + ": 1\n").find("kNameBytesMax"), std::string::npos);
}

TEST(YamlSource, NeverCrashesOnRandomBytes) {
  std::mt19937 random(20261121);
  for (int round = 0; round < 60; ++round) {
    std::string text(20'000, ' ');
    for (char& c : text) c = static_cast<char>(random() % 256);
    EXPECT_NE(first_problem(text), "");
  }
}

TEST(YamlSource, NeverCrashesOnRandomYaml) {
  const std::string alphabet = "abc:: -- []{},,\n\n  '\"|>&*!?#%@`~0\t";
  std::mt19937 random(4);
  for (int round = 0; round < 3000; ++round) {
    std::string text(round % 20 == 0 ? 20'000 : 200, ' ');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    const Loaded found = load({{"random.yaml", text}});
    EXPECT_FALSE(found.good());
  }
}

TEST(YamlSource, ATabInTheIndentIsNamedAsOne) {
  const std::string text = "pathway: x\nroles:\n\tclerk: {it: A, en: A}\n";
  Problems problems("x.yaml", text);
  (void)read_yaml(text, problems);
  const std::vector<Problem> found = problems.take();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found.front().line, 3U);
  EXPECT_EQ(found.front().column, 1U);
  EXPECT_NE(found.front().message.find("tab"), std::string::npos);
}

}  // namespace
}  // namespace ritrovo::definition
