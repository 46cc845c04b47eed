#include "workflows/calendar/calendar.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"

namespace ritrovo::calendar {

namespace {

constexpr std::int32_t kCacheFirstYear = 1990;
constexpr std::int32_t kCacheLastYear = 2069;
/// More than any chain of rest days and holidays; a calendar that rests longer has a problem that problems_of names.
constexpr std::int32_t kRestRunMax = 370;

Day day_of(std::int32_t year, unsigned month, unsigned day) {
  return Day(std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)));
}

std::int32_t year_of(Day day) { return static_cast<int>(day.date().year()); }

bool falls_on(const Holiday& holiday, Day day) {
  const auto date = day.date();
  const std::int32_t year = year_of(day);
  if (holiday.from_year && year < *holiday.from_year) return false;
  if (holiday.to_year && year > *holiday.to_year) return false;
  if (const auto* fixed = std::get_if<MonthDay>(&holiday.rule)) {
    return static_cast<unsigned>(date.month()) == fixed->month && static_cast<unsigned>(date.day()) == fixed->day;
  }
  if (const auto* easter = std::get_if<EasterOffset>(&holiday.rule)) return easter_sunday(year).plus(easter->days) == day;
  return std::get<Day>(holiday.rule) == day;
}

std::string in_words(const Holiday& holiday) { return "holiday \"" + holiday.title.it + "\""; }

void check_holiday(const Holiday& holiday, std::vector<std::string>& problems) {
  if (holiday.title.it.empty() || holiday.title.en.empty()) problems.push_back(in_words(holiday) + " lacks a title in it or en");
  if (holiday.from_year && holiday.to_year && *holiday.from_year > *holiday.to_year) {
    problems.push_back(in_words(holiday) + " ends before it begins");
  }
  if (const auto* fixed = std::get_if<MonthDay>(&holiday.rule)) {
    const std::chrono::month_day date{std::chrono::month(fixed->month), std::chrono::day(fixed->day)};
    if (!date.ok()) problems.push_back(in_words(holiday) + " is on a date that doesn't exist");
  }
  if (const auto* easter = std::get_if<EasterOffset>(&holiday.rule); easter != nullptr && (easter->days < -80 || easter->days > 250)) {
    problems.push_back(in_words(holiday) + " is so far from Easter that it could leave the year");
  }
}

}  // namespace

Day easter_sunday(std::int32_t year) {
  const int golden = year % 19;
  const int century = year / 100;
  const int in_century = year % 100;
  const int leaps = century / 4;
  const int moon_shift = (century - (century + 8) / 25 + 1) / 3;
  const int epact = (19 * golden + century - leaps - moon_shift + 15) % 30;
  const int weekday = (32 + 2 * (century % 4) + 2 * (in_century / 4) - epact - in_century % 4) % 7;
  const int late = (golden + 11 * epact + 22 * weekday) / 451;
  const int sum = epact + weekday - 7 * late + 114;
  return day_of(year, static_cast<unsigned>(sum / 31), static_cast<unsigned>(sum % 31 + 1));
}

std::vector<std::string> problems_of(const CalendarRules& rules) {
  std::vector<std::string> problems;
  if (rules.name.empty()) problems.emplace_back("has no name");
  if (rules.version == 0) problems.emplace_back("has version 0; versions start at 1");
  if (rules.title.it.empty() || rules.title.en.empty()) problems.emplace_back("lacks a title in it or en");
  if (std::all_of(rules.rest_weekdays.begin(), rules.rest_weekdays.end(), [](bool rest) { return rest; })) {
    problems.emplace_back("rests on all seven weekdays");
  }
  for (const Holiday& holiday : rules.holidays) check_holiday(holiday, problems);
  for (const Closure& closure : rules.closures) {
    if (closure.to < closure.from) problems.push_back("closure from " + to_string(closure.from) + " ends before it begins");
    if (closure.to.value() - closure.from.value() >= 183)
      problems.push_back("closure from " + to_string(closure.from) + " lasts over half a year");
  }
  return problems;
}

Calendar::Calendar(CalendarRules rules) : rules_(std::move(rules)) {
  const Day first = day_of(kCacheFirstYear, 1, 1);
  const Day end = day_of(kCacheLastYear + 1, 1, 1);
  cached_.assign(static_cast<std::size_t>(end.value() - first.value()), true);
  const auto close = [&](Day from, Day to) {
    for (Day day = std::max(from, first); day <= to && day < end; day = day.plus(1)) {
      cached_[static_cast<std::size_t>(day.value() - first.value())] = false;
    }
  };
  for (Day day = first; day < end; day = day.plus(1)) {
    if (rules_.rest_weekdays[day.weekday().c_encoding()]) close(day, day);
  }
  for (std::int32_t year = kCacheFirstYear; year <= kCacheLastYear; ++year) {
    for (const Holiday& holiday : rules_.holidays) {
      Day day;
      if (const auto* fixed = std::get_if<MonthDay>(&holiday.rule)) {
        day = day_of(year, fixed->month, fixed->day);
      } else if (const auto* easter = std::get_if<EasterOffset>(&holiday.rule)) {
        day = easter_sunday(year).plus(easter->days);
      } else {
        day = std::get<Day>(holiday.rule);
      }
      if (falls_on(holiday, day)) close(day, day);
    }
  }
  for (const Closure& closure : rules_.closures) close(closure.from, closure.to);
}

const Holiday* Calendar::holiday(Day day) const {
  const auto found = std::find_if(rules_.holidays.begin(), rules_.holidays.end(), [&](const Holiday& each) { return falls_on(each, day); });
  return found == rules_.holidays.end() ? nullptr : &*found;
}

bool Calendar::work_out(Day day) const {
  if (rules_.rest_weekdays[day.weekday().c_encoding()]) return false;
  if (holiday(day) != nullptr) return false;
  return std::none_of(rules_.closures.begin(), rules_.closures.end(),
                      [&](const Closure& closure) { return closure.from <= day && day <= closure.to; });
}

bool Calendar::working_day(Day day) const {
  const std::int64_t index = std::int64_t{day.value()} - day_of(kCacheFirstYear, 1, 1).value();
  if (index >= 0 && index < static_cast<std::int64_t>(cached_.size())) return cached_[static_cast<std::size_t>(index)];
  return work_out(day);
}

Day Calendar::next_working_day(Day day) const {
  Day next = day;
  while (!working_day(next)) {
    next = next.plus(1);
    RITROVO_ASSERT_OP(next.value() - day.value(), <, kRestRunMax);
  }
  return next;
}

Day Calendar::add_working_days(Day day, std::int32_t count) const {
  const std::int32_t direction = count < 0 ? -1 : 1;
  Day reached = day;
  std::int32_t resting = 0;
  while (count != 0) {
    reached = reached.plus(direction);
    resting = working_day(reached) ? 0 : resting + 1;
    RITROVO_ASSERT_OP(resting, <, kRestRunMax);
    if (resting == 0) count -= direction;
  }
  return reached;
}

std::int32_t Calendar::working_days_between(Day from, Day to) const {
  std::int32_t count = 0;
  for (Day day = from.plus(1); day <= to; day = day.plus(1)) count += working_day(day) ? 1 : 0;
  return count;
}

}  // namespace ritrovo::calendar
