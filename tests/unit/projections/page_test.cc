#include "projections/page.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "projections/phrases.h"
#include "projections/text_table.h"
#include "tests/unit/projections/written_case.h"

namespace ritrovo::projections::test {
namespace {

TEST(Page, KeepsToItsWidthAndNamesWhatAnOfficialAsks) {
  const auto library = small_library();
  CaseFold fold(library);
  Caseload caseload;
  Deadlines deadlines;
  fold.feed(deadlines);
  tell(fold, caseload, {waiting_for_prefecture(library, 1), waiting_for_prefecture(library, 2)});
  const Day today = day(5, 1);
  for (const std::string language : {"it", "en"}) {
    const std::vector<std::string> lines = render_page(caseload.report(language), deadlines.report(today, 30, language, library.get()),
                                                       deadlines.due_within(30, today, language, library.get()), language);
    std::string all;
    for (const std::string& line : lines) {
      EXPECT_LE(columns_of(line), kPageColumns) << line;
      all += line + "\n";
    }
    EXPECT_NE(all.find(language == "it" ? "Decisione" : "Decision"), std::string::npos) << all;
    EXPECT_NE(all.find(language == "it" ? "Prefettura" : "Prefecture"), std::string::npos) << all;
    EXPECT_NE(all.find("2025-04-10"), std::string::npos) << all;
  }
}

TEST(Page, ShowsTheFirstAndTheLastOfALongTimeline) {
  std::vector<TimelineEntry> entries;
  for (std::int32_t i = 0; i < 20; ++i) {
    TimelineEntry entry;
    entry.day = day(1, 1).plus(i);
    entry.text = "entry " + std::to_string(i);
    entries.push_back(entry);
  }
  const std::vector<std::string> lines = render_timeline("A family", entries, {}, "en", 6);
  const auto shows = [&lines](const std::string& text) { return std::any_of(lines.begin(), lines.end(), [&](const std::string& l) { return l.ends_with(text); }); };
  EXPECT_TRUE(shows("entry 0"));
  EXPECT_TRUE(shows("entry 19"));
  EXPECT_FALSE(shows("entry 10"));
  EXPECT_TRUE(shows("… 14 more …"));
}

TEST(Phrases, WriteLengthsInWords) {
  EXPECT_EQ(in_words({0, 0, 0, 150}, false, "it"), "150 giorni");
  EXPECT_EQ(in_words({0, 0, 0, 8}, true, "it"), "8 giorni lavorativi");
  EXPECT_EQ(in_words({1, 6, 0, 0}, false, "it"), "1 anno e 6 mesi");
  EXPECT_EQ(in_words({2, 0, 0, 0}, false, "en"), "2 years");
}

}  // namespace
}  // namespace ritrovo::projections::test
