#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "workflows/calendar/title.h"

namespace ritrovo::calendar {

/// A holiday on the same date each year. A 29 February exists in leap years only.
struct MonthDay {
  std::uint8_t month = 1;
  std::uint8_t day = 1;
  bool operator==(const MonthDay&) const = default;
};

/// A holiday that moves with Easter Sunday: 0 is Easter itself, 1 Easter Monday, -2 Good Friday.
struct EasterOffset {
  std::int16_t days = 0;
  bool operator==(const EasterOffset&) const = default;
};

/// One holiday: a date each year, a distance from Easter, or a single day; from and to which year (both included), if limited.
struct Holiday {
  Title title;
  std::variant<MonthDay, EasterOffset, Day> rule;
  std::optional<std::int32_t> from_year;
  std::optional<std::int32_t> to_year;
  Source source;
};

/// Days, both included, on which the office is closed though they are no holidays.
struct Closure {
  Day from;
  Day to;
  Title title;
  Source source;
};

/// Weekdays that are rest days; index 0 is Sunday, 6 Saturday (as std::chrono::weekday::c_encoding).
using RestWeekdays = std::array<bool, 7>;

/// A calendar as written in workflows/catalogue/calendars/*.yaml (the form stands in README.md).
struct CalendarRules {
  std::string name;
  std::uint32_t version = 1;
  Title title;
  std::string extends;  ///< a calendar whose rest weekdays, holidays and closures hold here too; empty for none
  RestWeekdays rest_weekdays{};
  std::vector<Holiday> holidays;
  std::vector<Closure> closures;
};

/// Easter Sunday of a year of the Gregorian calendar. Requires: year 1583 to 4099.
/// Source: the anonymous Gregorian algorithm (Nature, 1876; J. Meeus, Astronomical Algorithms, chapter 8).
[[nodiscard]] Day easter_sunday(std::int32_t year);

/// Everything wrong with one calendar by itself, a sentence each; empty if nothing is. (`extends` is resolved by Almanac::make.)
[[nodiscard]] std::vector<std::string> problems_of(const CalendarRules& rules);

/// Which days are working days. Immutable; the days of 1990 to 2069 stand in a bitmap, others are worked out when asked.
/// Runs on: any thread; safe to share.
class Calendar {
 public:
  /// The calendar of these rules. Requires: `rules` has no problems, and what it extends is already merged into it.
  explicit Calendar(CalendarRules rules);

  [[nodiscard]] const CalendarRules& rules() const { return rules_; }
  [[nodiscard]] const std::string& name() const { return rules_.name; }
  /// The holiday that falls on that day, or nullptr; a rest weekday alone is no holiday. Owned by this calendar.
  [[nodiscard]] const Holiday* holiday(Day day) const;
  /// Neither a rest weekday nor a holiday nor within a closure.
  [[nodiscard]] bool working_day(Day day) const;
  /// The first working day on or after `day`.
  [[nodiscard]] Day next_working_day(Day day) const;
  /// The `count`-th working day after `day`, itself not counted; before it where count is negative; `day` itself for 0.
  [[nodiscard]] Day add_working_days(Day day, std::int32_t count) const;
  /// Working days in (from, to]; 0 if `to` is not after `from`.
  [[nodiscard]] std::int32_t working_days_between(Day from, Day to) const;

 private:
  [[nodiscard]] bool work_out(Day day) const;

  CalendarRules rules_;
  std::vector<bool> cached_;  ///< from 1 January 1990
};

}  // namespace ritrovo::calendar
