#include "projections/text_table.h"

#include <gtest/gtest.h>

namespace ritrovo::projections::test {
namespace {

TEST(TextTable, CountsColumnsAndNotBytes) {
  EXPECT_EQ(columns_of("Città"), 5U);
  EXPECT_EQ(columns_of("a\xCC\x80"), 1U);  // a letter and its combining accent
  EXPECT_EQ(columns_of("家庭"), 4U);
  EXPECT_EQ(columns_of("\xFF\xC3"), 2U);  // no UTF-8
}

TEST(TextTable, CutsBetweenCharactersAndShowsIt) {
  EXPECT_EQ(fitted("Identità", 8), "Identità");
  EXPECT_EQ(fitted("Identità", 4), "Ide…");
  EXPECT_EQ(fitted("àèìòù", 3), "àè…");
  EXPECT_EQ(fitted("Nulla osta", 7), "Nulla…");
}

TEST(TextTable, BreaksLinesBetweenWords) {
  EXPECT_EQ(broken("uno due tre", 7), (std::vector<std::string>{"uno due", "tre"}));
  EXPECT_EQ(broken("precipitevolissimevolmente", 10), (std::vector<std::string>{"precipitev", "olissimevo", "lmente"}));
  EXPECT_EQ(broken("", 5), (std::vector<std::string>{""}));
}

TEST(TextTable, AlignsColumnsUnderTheirTitles) {
  TextTable table({{"stage", false, 20, false}, {"cases", true, 8, false}});
  table.row({"Idoneità", "7"});
  table.row({"Visa", "1,204"});
  EXPECT_EQ(table.lines(), (std::vector<std::string>{"stage     cases", "────────  ─────", "Idoneità      7", "Visa      1,204"}));
}

TEST(TextTable, WrapsACellWhereItsColumnSaysSo) {
  TextTable table({{"", false, 8, true}, {"", true, 3, false}});
  table.row({"uno due tre", "5"});
  EXPECT_EQ(table.lines("> "), (std::vector<std::string>{"> uno due   5", "> tre"}));
}

TEST(TextTable, GroupsDigitsAsTheLanguageDoes) {
  EXPECT_EQ(grouped(1234567, "it"), "1.234.567");
  EXPECT_EQ(grouped(1000, "en"), "1,000");
  EXPECT_EQ(grouped(999, "en"), "999");
}

}  // namespace
}  // namespace ritrovo::projections::test
