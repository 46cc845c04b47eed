#include "tests/unit/calendar/milan.h"

#include <utility>

namespace ritrovo::calendar::milan {

namespace {

Holiday fixed(std::uint8_t month, std::uint8_t day, std::string name, std::optional<std::int32_t> from_year = std::nullopt) {
  return Holiday{Title{name, name}, MonthDay{month, day}, from_year, std::nullopt, Source{"L. 260/1949", true, ""}};
}

Holiday easter(std::int16_t days, std::string name) {
  return Holiday{Title{name, name}, EasterOffset{days}, std::nullopt, std::nullopt, Source{"L. 260/1949", true, ""}};
}

Period period(std::string_view text) { return parse_period(text).value(); }

}  // namespace

Day day(std::string_view text) { return parse_day(text).value(); }

CalendarRules italia_rules() {
  CalendarRules rules;
  rules.name = "italia";
  rules.title = {"Italia", "Italy"};
  rules.rest_weekdays = {true, false, false, false, false, false, true};
  rules.holidays = {fixed(1, 1, "Capodanno"),        fixed(1, 6, "Epifania", 1986), easter(0, "Pasqua"),
                    easter(1, "Lunedì dell'Angelo"), fixed(4, 25, "Liberazione"),   fixed(5, 1, "Lavoro"),
                    fixed(6, 2, "Repubblica", 2001), fixed(8, 15, "Assunzione"),    fixed(10, 4, "San Francesco", 2026),
                    fixed(11, 1, "Ognissanti"),      fixed(12, 8, "Immacolata"),    fixed(12, 25, "Natale"),
                    fixed(12, 26, "Santo Stefano")};
  return rules;
}

CalendarRules milano_rules() {
  CalendarRules rules;
  rules.name = "milano";
  rules.title = {"Milano", "Milan"};
  rules.extends = "italia";
  rules.holidays = {fixed(12, 7, "Sant'Ambrogio")};
  return rules;
}

const Calendar& italia() {
  static const Calendar kCalendar(italia_rules());
  return kCalendar;
}

const Calendar& milano() {
  static const Almanac kAlmanac = Almanac::make({{italia_rules(), milano_rules()}, {}, {}}).value();
  return *kAlmanac.calendar("milano");
}

Term plain_term(std::string_view length, bool roll) {
  Term term;
  term.name = "plain";
  term.title = {"termine", "term"};
  term.source = {"a law", true, ""};
  term.calendar = "milano";
  term.roll_to_working_day = roll;
  term.lengths = {{day("1990-01-01"), period(length), {"a law", true, ""}}};
  return term;
}

const Term& nulla_osta() {
  static const Term kTerm = [] {
    Term term = plain_term("P90D", true);
    term.name = "nulla_osta";
    term.lengths = {{day("1999-11-18"), period("P90D"), {"D.P.R. 394/1999", false, ""}},
                    {day("2009-08-08"), period("P180D"), {"L. 94/2009", false, ""}},
                    {day("2017-02-18"), period("P90D"), {"D.L. 13/2017", false, ""}},
                    {day("2025-10-04"), period("P150D"), {"D.L. 146/2025", true, ""}}};
    term.freezes = {{day("2020-02-23"), day("2020-05-15"), {"D.L. 18/2020 art. 103", true, ""}}};
    return term;
  }();
  return kTerm;
}

const Term& entry_notice() {
  static const Term kTerm = [] {
    Term term = plain_term("P8D", false);
    term.name = "entry_notice";
    term.counting = Counting::kWorkingDays;
    return term;
  }();
  return kTerm;
}

Pause suspended(std::string_view from, std::string_view until) {
  return {PauseKind::kSuspended, day(from), until.empty() ? std::nullopt : std::optional<Day>(day(until))};
}

Pause interrupted(std::string_view from, std::string_view until) {
  return {PauseKind::kInterrupted, day(from), until.empty() ? std::nullopt : std::optional<Day>(day(until))};
}

std::string due(const Term& term, std::string_view start, std::vector<Pause> pauses) {
  const auto result = compute_due(term, milano(), {day(start), day(start), std::move(pauses)});
  if (!result) return result.error().message;
  return result->day ? to_string(*result->day) : std::string(name_of(result->status));
}

std::string due_in(const Calendar& calendar, const Term& term, std::string_view start) {
  return to_string(*compute_due(term, calendar, {day(start), day(start), {}}).value().day);
}

}  // namespace ritrovo::calendar::milan
