#include "workflows/definition/almanac_reader.h"

#include <gtest/gtest.h>

#include "tests/unit/definition/document_builder.h"

namespace ritrovo::definition {
namespace {

using test::accepted;
using test::refused_at_mark;

const std::string kTerm = "term: answer\nversion: 1\ntitle: {it: T, en: T}\nlaw: L. 1\nverified: true\n";
const std::string kParameter = "parameter: p\nversion: 1\ntitle: {it: P, en: P}\nlaw: L. 1\nverified: true\n";

TEST(AlmanacReader, ReadsATermWithItsLengthsAndFreezes) {
  const Loaded found = test::loaded(kTerm +
                                    "kind: service_norm\ncounting: working_days\ncalendar: office\nroll: true\nchosen_by: filing\n"
                                    "lengths: [{from: 2000-01-01, length: P8D, law: L, verified: false, note: Nota}]\n"
                                    "freezes: [{from: 2020-02-23, to: 2020-05-15, law: F, verified: true}]\n");
  ASSERT_TRUE(found.good()) << to_string(found.problems.front());
  const calendar::Term* term = found.library.almanac->term("answer");
  ASSERT_NE(term, nullptr);
  EXPECT_EQ(term->counting, calendar::Counting::kWorkingDays);
  EXPECT_EQ(term->chosen_by, calendar::ChosenBy::kFiling);
  ASSERT_EQ(term->lengths.size(), 1U);
  EXPECT_EQ(term->lengths[0].length.days, 8);
  EXPECT_EQ(term->lengths[0].source.note, "Nota");
  EXPECT_FALSE(term->lengths[0].source.verified);
  ASSERT_EQ(term->freezes.size(), 1U);
}

TEST(AlmanacReader, ReadsACalendarWithItsHolidays) {
  const Loaded found = test::loaded(
      "calendar: town\nversion: 2\ntitle: {it: T, en: T}\nextends: office\nholidays:\n"
      "  - {date: 12-25, title: {it: Nome, en: Name}, from_year: 2000, law: L, verified: true}\n"
      "  - {easter: 1, title: {it: Nome, en: Name}, law: L, verified: true}\n"
      "  - {date: 2026-05-02, title: {it: Nome, en: Name}, law: L, verified: true}\n"
      "closures: [{from: 2026-08-10, to: 2026-08-14, title: {it: Nome, en: Name}, law: L, verified: true}]\n");
  ASSERT_TRUE(found.good()) << to_string(found.problems.front());
  const calendar::Calendar* town = found.library.almanac->calendar("town");
  ASSERT_NE(town, nullptr);
  EXPECT_FALSE(town->working_day(parse_day("2025-12-25").value()));
  EXPECT_FALSE(town->working_day(parse_day("2026-04-06").value())) << "Easter Monday";
  EXPECT_FALSE(town->working_day(parse_day("2026-05-02").value()));
  EXPECT_FALSE(town->working_day(parse_day("2026-08-12").value()));
  EXPECT_TRUE(town->working_day(parse_day("2026-08-17").value()));
}

TEST(AlmanacReader, RefusesWrongWordsDaysAndValuesAtTheirPlace) {
  EXPECT_TRUE(refused_at_mark(kTerm + "roll: false\nchosen_by: @@begin\nlengths: [{from: 2000-01-01, length: P8D, verified: true}]\n", "can't be"));
  EXPECT_TRUE(refused_at_mark(kTerm + "roll: false\nchosen_by: start\nlengths: [{from: @@2001-02-29, length: P8D, verified: true}]\n", "a day that exists"));
  EXPECT_TRUE(refused_at_mark(kTerm + "roll: false\nchosen_by: start\nlengths: [{from: 2001-02-28, length: @@8 days, verified: true}]\n", "a period"));
  EXPECT_TRUE(refused_at_mark(kTerm + "roll: false\nchosen_by: start\nlengths: [@@{from: 2001-02-28, length: P8D}]\n", "lacks \"verified\""));
  EXPECT_TRUE(refused_at_mark("term: @@answer\nversion: 1\ntitle: {it: T, en: T}\nlaw: L. 1\nverified: true\ncalendar: ofice\nroll: true\nchosen_by: start\n"
                              "lengths: [{from: 2000-01-01, length: P8D, verified: true}]\n", "calendar ofice doesn't exist"));
  EXPECT_TRUE(refused_at_mark(kParameter + "type: decimal\nvalues: [{from: 2000-01-01, value: @@lots, verified: true}]\n", "decimal"));
  EXPECT_TRUE(refused_at_mark(kParameter + "type: @@money\nvalues: [{from: 2000-01-01, value: x, verified: true}]\n", "can't be \"money\""));
  EXPECT_TRUE(refused_at_mark("calendar: c\nversion: 1\ntitle: {it: T, en: T}\nrest: [@@sonday]\n", "isn't a weekday"));
  EXPECT_TRUE(refused_at_mark("calendar: c\nversion: 1\ntitle: {it: T, en: T}\nholidays: [{date: @@13-45, title: {it: Nome, en: Name}, law: L, verified: true}]\n", "must be a day"));
  EXPECT_TRUE(refused_at_mark("@@terms: reply\nversion: 1\n", "no pathway, term, calendar, parameter, report, messages or language"));
}

}  // namespace
}  // namespace ritrovo::definition
