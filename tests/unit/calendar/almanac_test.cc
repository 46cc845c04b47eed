#include "workflows/calendar/almanac.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/calendar/milan.h"

namespace ritrovo::calendar {
namespace {

using milan::day;
using testing::HasSubstr;

Parameter policy(std::string word) {
  Parameter parameter;
  parameter.name = "pending_cases_term_choice";
  parameter.title = {"scelta", "choice"};
  parameter.values = {{day("2000-01-01"), std::nullopt, std::string("start"), {}}, {day("2026-01-01"), std::nullopt, std::move(word), {}}};
  return parameter;
}

AlmanacParts parts() {
  AlmanacParts parts{{milan::milano_rules(), milan::italia_rules()}, {milan::nulla_osta(), milan::entry_notice()}, {policy("restart")}};
  parts.terms.front().chosen_by_parameter = "pending_cases_term_choice";
  return parts;
}

TEST(Almanac, FindsByName) {
  const Almanac almanac = Almanac::make(parts()).value();
  EXPECT_EQ(almanac.calendar("milano")->name(), "milano");
  EXPECT_EQ(almanac.term("nulla_osta")->name, "nulla_osta");
  EXPECT_EQ(almanac.parameter("pending_cases_term_choice")->values.size(), 2U);
  EXPECT_EQ(almanac.calendar("roma"), nullptr);
  EXPECT_EQ(almanac.term("zzz"), nullptr);
  EXPECT_EQ(Almanac().parameter("x"), nullptr);
}

TEST(Almanac, WorksOutADueDayInTheTermsCalendar) {
  const Almanac almanac = Almanac::make(parts()).value();
  EXPECT_EQ(almanac.due(*almanac.term("entry_notice"), {day("2023-12-06"), std::nullopt, {}}).value().day, day("2023-12-20"));
}

TEST(Almanac, WorksOutADueDayOfATermWithoutACalendar) {
  AlmanacParts some = parts();
  some.terms.push_back(milan::plain_term("P6M", false));
  some.terms.back().calendar.clear();
  const Almanac almanac = Almanac::make(some).value();
  EXPECT_EQ(almanac.due(*almanac.term("plain"), {day("2024-08-31"), std::nullopt, {}}).value().day, day("2025-02-28"));
}

TEST(Almanac, AsksTheParameterWhoseDayChooses) {
  const Almanac almanac = Almanac::make(parts()).value();
  const Term& term = *almanac.term("nulla_osta");
  EXPECT_EQ(almanac.chosen_by(term, day("2025-12-31")).value(), ChosenBy::kStart);
  EXPECT_EQ(almanac.chosen_by(term, day("2026-01-01")).value(), ChosenBy::kRestart);
  EXPECT_EQ(almanac.chosen_by(term, day("1999-12-31")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(almanac.chosen_by(*almanac.term("entry_notice"), day("1999-12-31")).value(), ChosenBy::kStart);
}

TEST(Almanac, HasTheSameVersionForTheSameContentInAnyOrder) {
  AlmanacParts turned = parts();
  std::swap(turned.calendars[0], turned.calendars[1]);
  std::swap(turned.terms[0], turned.terms[1]);
  const Almanac one = Almanac::make(parts()).value();
  const Almanac other = Almanac::make(turned).value();
  EXPECT_EQ(one.canonical(), other.canonical());
  EXPECT_EQ(one.version(), other.version());
  EXPECT_EQ(one.version().size(), 16U);
}

TEST(Almanac, HasAnotherVersionForAnyOtherContent) {
  const std::string before = Almanac::make(parts()).value().version();
  AlmanacParts changed = parts();
  changed.terms[0].lengths.back().length.days = 151;
  EXPECT_NE(Almanac::make(changed).value().version(), before);
  changed = parts();
  changed.terms[0].freezes.front().source.verified = false;
  EXPECT_NE(Almanac::make(changed).value().version(), before);
  changed = parts();
  changed.calendars[0].holidays.front().to_year = 2030;
  EXPECT_NE(Almanac::make(changed).value().version(), before);
  changed = parts();
  changed.parameters[0].values.back().value = std::string("today");
  EXPECT_NE(Almanac::make(changed).value().version(), before);
}

TEST(Almanac, NamesEveryProblemAtOnce) {
  AlmanacParts wrong = parts();
  wrong.calendars[0].extends = "roma";
  wrong.terms[0].calendar = "napoli";
  wrong.terms[1].chosen_by_parameter = "nothing";
  wrong.terms.push_back(wrong.terms[0]);
  wrong.parameters = {policy("whim")};
  const auto made = Almanac::make(wrong);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kMalformed);
  for (const char* part : {"calendar milano: extends roma", "term nulla_osta: calendar napoli", "term entry_notice: parameter nothing",
                           "defined twice", "names no way of choosing from 2026-01-01"}) {
    EXPECT_THAT(made.error().message, HasSubstr(part));
  }
}

TEST(Almanac, RefusesCalendarsThatExtendInARing) {
  AlmanacParts ring{{milan::milano_rules(), milan::italia_rules()}, {}, {}};
  ring.calendars[1].extends = "milano";
  EXPECT_THAT(Almanac::make(ring).error().message, HasSubstr("in a ring"));
}

}  // namespace
}  // namespace ritrovo::calendar
