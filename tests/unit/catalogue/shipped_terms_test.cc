/// The shipped terms on dates worked out by hand on a calendar: holidays, ends of years, 29 February, the spring of 2020, both sides of
/// 4 October 2025, integration requests, notices of refusal.

#include <gtest/gtest.h>

#include <array>
#include <string_view>

#include "tests/unit/catalogue/shipped_catalogue.h"

namespace ritrovo::test {
namespace {

struct Days {
  std::string_view from;
  std::string_view until;
};

struct Row {
  std::string_view term;
  std::string_view start;
  Days suspended;    ///< by a notice of refusal
  Days interrupted;  ///< by an integration request, until the deposit
  std::string_view due;
  std::string_view why;
};

constexpr std::array kRows{
    Row{"nulla_osta", "2019-07-01", {}, {}, "2019-09-30", "ninety days end on a Monday"},
    Row{"nulla_osta", "2019-10-08", {}, {}, "2020-01-07", "the ninetieth day is Epiphany, a Monday"},
    Row{"nulla_osta", "2019-09-27", {}, {}, "2019-12-27", "the ninetieth day is Santo Stefano; Friday 27 follows"},
    Row{"nulla_osta", "2024-01-31", {}, {}, "2024-04-30", "over 29 February and Easter, to the eve of the first of May"},
    Row{"nulla_osta", "2023-09-09", {}, {}, "2023-12-11", "the ninetieth day is the Immacolata, a Friday"},
    Row{"nulla_osta", "2023-09-08", {}, {}, "2023-12-11", "the ninetieth day is Sant'Ambrogio, and the Immacolata follows, and a weekend"},
    Row{"nulla_osta", "2024-07-08", {}, {}, "2024-10-07", "Sunday 6 October; 4 October is no holiday yet"},
    Row{"nulla_osta", "2008-03-03", {}, {}, "2008-06-03", "ninety days of the first rule end on Sunday 1 June; the second is a holiday"},
    Row{"nulla_osta", "2009-08-07", {}, {}, "2009-11-05", "the last day of the old length"},
    Row{"nulla_osta", "2009-08-08", {}, {}, "2010-02-04", "the first of 180 days"},
    Row{"nulla_osta", "2017-02-17", {}, {}, "2017-08-16", "the last of 180 days"},
    Row{"nulla_osta", "2017-02-18", {}, {}, "2017-05-19", "the first of ninety again"},
    Row{"nulla_osta", "2025-10-03", {}, {}, "2026-01-02", "the day before the decree: ninety days end on New Year's Day"},
    Row{"nulla_osta", "2025-10-04", {}, {}, "2026-03-03", "the decree's own day: one hundred and fifty"},
    Row{"nulla_osta", "2025-10-06", {}, {}, "2026-03-05", "a Monday after the decree"},
    Row{"nulla_osta", "2026-05-07", {}, {}, "2026-10-05", "the 150th day is Saint Francis, a Sunday"},
    Row{"nulla_osta", "2027-05-07", {}, {}, "2027-10-05", "the 150th day is Saint Francis, a Monday and a holiday by now"},
    Row{"nulla_osta", "2025-12-01", {}, {}, "2026-04-30", "over Easter to the end of April"},
    Row{"nulla_osta", "2019-11-24", {}, {}, "2020-05-18", "the ninetieth day is Saturday, and then the freeze"},
    Row{"nulla_osta", "2019-12-23", {}, {}, "2020-06-15", "sixty-one days, the freeze, and twenty-nine"},
    Row{"nulla_osta", "2020-01-31", {}, {}, "2020-07-22", "twenty-two days, the freeze, and sixty-eight"},
    Row{"nulla_osta", "2020-02-22", {}, {}, "2020-08-13", "the day before the freeze"},
    Row{"nulla_osta", "2020-02-23", {}, {}, "2020-08-13", "the freeze's first day: it begins on its last"},
    Row{"nulla_osta", "2020-05-15", {}, {}, "2020-08-13", "the freeze's last day"},
    Row{"nulla_osta", "2020-05-16", {}, {}, "2020-08-14", "the day after"},
    Row{"nulla_osta", "2020-03-31", {}, {}, "2020-08-13", "in the midst"},
    Row{"nulla_osta", "2025-10-20", {}, {"2025-12-01", "2026-01-12"}, "2026-06-11", "an integration request: 150 days from the deposit"},
    Row{"nulla_osta", "2025-09-22", {}, {"2025-10-20", "2025-11-10"}, "2026-02-09", "begun before the decree: ninety days again"},
    Row{"nulla_osta", "2024-03-04", {}, {"2024-05-31", "2024-06-24"}, "2024-09-23", "asked on the eighty-eighth day"},
    Row{"nulla_osta", "2019-12-02", {}, {"2020-01-20", "2020-03-02"}, "2020-08-13", "deposited during the freeze"},
    Row{"nulla_osta", "2025-10-13", {"2026-02-09", "2026-02-26"}, {}, "2026-03-30", "a notice of refusal: seventeen days don't count"},
    Row{"nulla_osta", "2024-02-05", {"2024-04-22", "2024-05-12"}, {}, "2024-05-27", "a notice, a reply and ten days"},
    Row{"nulla_osta", "2023-01-09", {"2023-03-20", "2023-03-30"}, {}, "2023-04-19", "a notice without a reply: ten days"},
    Row{"visa_decision", "2024-01-31", {}, {}, "2024-03-01", "Friday 1 March of a leap year"},
    Row{"visa_decision", "2023-11-07", {}, {}, "2023-12-11", "the thirtieth day is Sant'Ambrogio"},
    Row{"visa_decision", "2020-02-10", {}, {}, "2020-06-03", "twelve days before the freeze, eighteen after"},
    Row{"visa_decision", "2025-11-25", {}, {}, "2025-12-29", "Christmas Day; the next working day is Monday 29"},
    Row{"refusal_notice_reply", "2024-12-16", {}, {}, "2024-12-27", "Santo Stefano, a Thursday"},
    Row{"refusal_notice_reply", "2026-09-24", {}, {}, "2026-10-05", "Saint Francis, a Sunday"},
    Row{"refusal_notice_reply", "2027-09-24", {}, {}, "2027-10-05", "Saint Francis, a Monday and a holiday"},
    Row{"refusal_notice_reply", "2024-02-19", {}, {}, "2024-02-29", "the leap day itself"},
    Row{"nulla_osta_validity", "2023-08-31", {}, {}, "2024-02-29", "six months clip to the leap day"},
    Row{"nulla_osta_validity", "2024-08-30", {}, {}, "2025-02-28", "six months clip to 28 February"},
    Row{"nulla_osta_validity", "2024-06-07", {}, {}, "2024-12-07", "a validity isn't rolled: a Saturday"},
    Row{"entry_notice", "2023-12-04", {}, {}, "2023-12-18", "Sant'Ambrogio and the Immacolata"},
    Row{"entry_notice", "2024-03-26", {}, {}, "2024-04-08", "Easter Monday"},
    Row{"entry_notice", "2024-12-20", {}, {}, "2025-01-07", "Christmas, New Year, Epiphany"},
    Row{"entry_notice", "2026-09-28", {}, {}, "2026-10-08", "Saint Francis is a Sunday"},
    Row{"entry_notice", "2027-09-27", {}, {}, "2027-10-08", "Saint Francis is a Monday"},
    Row{"entry_notice", "2025-04-17", {}, {}, "2025-05-02", "Easter Monday, the Liberation, and the first of May"},
    Row{"civic_session", "2023-10-02", {}, {}, "2024-01-02", "three months end on a Tuesday"},
    Row{"civic_session", "2024-11-30", {}, {}, "2025-02-28", "clips to 28 February"},
    Row{"civic_session", "2023-11-30", {}, {}, "2024-02-29", "clips to 29 February"},
    Row{"civic_session", "2024-10-06", {}, {}, "2025-01-07", "Epiphany, a Monday"},
    Row{"agreement_duration", "2024-02-29", {}, {}, "2026-02-28", "two years clip to 28 February"},
    Row{"agreement_extension", "2024-02-29", {}, {}, "2025-02-28", "one year clips to 28 February"},
    Row{"agreement_documents", "2024-12-10", {}, {}, "2024-12-27", "Christmas Day: Friday 27"},
    Row{"permit_grace", "2024-12-31", {}, {}, "2025-03-01", "past the year's end, not rolled"},
    Row{"residence_declaration", "2024-12-05", {}, {}, "2024-12-27", "Christmas Day: Friday 27"},
    Row{"residence_declaration", "2024-02-09", {}, {}, "2024-02-29", "the leap day"},
    Row{"residence_registration", "2023-12-06", {}, {}, "2023-12-12", "Sant'Ambrogio, the Immacolata and a weekend"},
    Row{"residence_checks", "2024-11-17", {}, {}, "2025-01-02", "New Year's Day"},
    Row{"housing_certificate", "2024-03-02", {}, {}, "2024-04-02", "Easter Monday"},
    Row{"housing_certificate", "2024-07-16", {}, {}, "2024-08-16", "the Assumption"},
    Row{"housing_certificate_validity", "2024-08-31", {}, {}, "2025-02-28", "clips to 28 February"},
    Row{"cohesion_request", "2024-02-29", {}, {}, "2025-02-28", "clips to 28 February"},
    Row{"nulla_osta_eu_maximum", "2025-03-25", {}, {}, "2025-12-29", "Christmas Day: Monday 29"},
    Row{"precheck", "2024-04-18", {}, {}, "2024-05-06", "the Liberation and the first of May"},
    Row{"school_enrolment", "2024-03-26", {}, {}, "2024-04-26", "the Liberation: Friday 26"},
    Row{"school_admonition", "2024-04-25", {}, {}, "2024-05-02", "a week: 2 May"},
    Row{"school_admonition", "2024-04-24", {}, {}, "2024-05-02", "a week: the first of May, hence the second"},
    Row{"school_place_answer", "2024-02-14", {}, {}, "2024-02-22", "carnival on Friday 16"},
    Row{"school_place_answer", "2024-12-19", {}, {}, "2025-01-10", "Christmas holidays to Epiphany"},
    Row{"school_place_answer", "2024-03-26", {}, {}, "2024-04-08", "Easter, from Thursday to Tuesday"},
    Row{"school_place_answer", "2024-07-04", {}, {}, "2024-09-18", "from 12 September"},
    Row{"language_course", "2024-09-10", {}, {}, "2024-11-11", "Saturday 9 November"},
    Row{"permit_renewal", "2026-02-04", {}, {}, "2025-12-06", "sixty days before the expiry"},
    Row{"permit_renewal", "2024-04-29", {}, {}, "2024-02-29", "the leap day itself"},
    Row{"agreement_end_notice", "2026-03-31", {}, {}, "2026-02-28", "a month before clips to 28 February"},
};

TEST(ShippedTerms, EndOnTheDaysThatWereWorkedOutByHand) {
  const definition::Loaded loaded = definition::load(shipped_catalogue());
  const calendar::Almanac& almanac = *loaded.library.almanac;
  static_assert(kRows.size() >= 60);
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.term) + " from " + std::string(row.start) + ": " + std::string(row.why));
    const calendar::Term* term = almanac.term(row.term);
    ASSERT_NE(term, nullptr);
    const Day start = parse_day(row.start).value();
    calendar::Clockwork clockwork{start, start, {}};
    if (!row.suspended.from.empty())
      clockwork.pauses.push_back({calendar::PauseKind::kSuspended, parse_day(row.suspended.from).value(), parse_day(row.suspended.until).value()});
    if (!row.interrupted.from.empty())
      clockwork.pauses.push_back({calendar::PauseKind::kInterrupted, parse_day(row.interrupted.from).value(), parse_day(row.interrupted.until).value()});
    const auto due = almanac.due(*term, clockwork);
    ASSERT_TRUE(due.has_value()) << due.error().message;
    ASSERT_TRUE(due->day.has_value());
    EXPECT_EQ(to_string(*due->day), row.due);
  }
}

}  // namespace
}  // namespace ritrovo::test
