#include "workflows/calendar/term.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo::calendar {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string length(std::string_view day) {
  const auto found = length_on(milan::nulla_osta(), milan::day(day));
  return found ? to_string((*found)->length) : std::string(name_of(found.error().code));
}

TEST(Term, LengthHoldsFromItsDayUntilTheNext) {
  EXPECT_EQ(length("1999-11-17"), "not_found");
  EXPECT_EQ(length("1999-11-18"), "P90D");
  EXPECT_EQ(length("2009-08-07"), "P90D");
  EXPECT_EQ(length("2009-08-08"), "P180D");
  EXPECT_EQ(length("2017-02-18"), "P90D");
  EXPECT_EQ(length("2025-10-03"), "P90D");
  EXPECT_EQ(length("2025-10-04"), "P150D");
  EXPECT_EQ(length("2100-01-01"), "P150D");
}

TEST(Term, OfTheCatalogueHasNoProblem) {
  EXPECT_THAT(problems_of(milan::nulla_osta()), IsEmpty());
  EXPECT_THAT(problems_of(milan::entry_notice()), IsEmpty());
}

TEST(Term, NamesEveryProblem) {
  Term term = milan::plain_term("P1W", true);
  term.counting = Counting::kWorkingDays;
  term.calendar.clear();
  term.source.law.clear();
  term.direction = Direction::kBefore;
  term.lengths.push_back({milan::day("1980-01-01"), {}, {}});
  term.freezes = {{milan::day("2020-05-15"), milan::day("2020-02-23"), {}}, {milan::day("2020-02-01"), milan::day("2020-02-03"), {}}};
  const auto problems = problems_of(term);
  for (const char* part : {"names no law", "needs a calendar", "never rolled", "order of their days", "not positive", "working days",
                           "can't be frozen", "ends before it begins", "out of order"}) {
    EXPECT_THAT(problems, Contains(HasSubstr(part)));
  }
}

TEST(Term, ReadsItsOwnWords) {
  for (const ChosenBy each :
       {ChosenBy::kStart, ChosenBy::kFiling, ChosenBy::kOpening, ChosenBy::kStepDay, ChosenBy::kRestart, ChosenBy::kToday}) {
    EXPECT_EQ(chosen_by_of(name_of(each)), each);
  }
  for (const Counting each : {Counting::kCalendarDays, Counting::kWorkingDays}) EXPECT_EQ(counting_of(name_of(each)), each);
  for (const Direction each : {Direction::kAfter, Direction::kBefore}) EXPECT_EQ(direction_of(name_of(each)), each);
  for (const TermKind each : {TermKind::kStatutory, TermKind::kServiceNorm}) EXPECT_EQ(term_kind_of(name_of(each)), each);
  EXPECT_EQ(chosen_by_of("whim"), std::nullopt);
}

}  // namespace
}  // namespace ritrovo::calendar
