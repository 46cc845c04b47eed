#include "engine/base/period.h"

#include <algorithm>

namespace ritrovo {

namespace {

constexpr std::int32_t kNumberMax = 9999;

/// Reads one "12M" where the next letter is `unit`; leaves `text` alone and returns false where it isn't. `good` becomes false for a
/// number over the limit.
bool take_unit(std::string_view& text, char unit, std::int32_t& into, bool& good) {
  std::size_t digits = 0;
  std::int32_t number = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    number = std::min(number * 10 + (text[digits] - '0'), kNumberMax + 1);
    ++digits;
  }
  if (digits == 0 || digits == text.size() || text[digits] != unit) return false;
  if (number > kNumberMax) good = false;
  into = number;
  text.remove_prefix(digits + 1);
  return true;
}

void write_unit(std::string& out, std::int32_t number, char unit) {
  if (number != 0) out += std::to_string(number) + unit;
}

}  // namespace

Result<Period> parse_period(std::string_view text) {
  const auto malformed = [whole = std::string(text.substr(0, 40))] {
    return failure(ErrorCode::kMalformed, "\"" + whole + "\" is not a period: write P2Y, P6M, P2W, P90D or several in this order");
  };
  std::string_view rest = text;
  const bool backwards = !rest.empty() && rest.front() == '-';
  if (backwards) rest.remove_prefix(1);
  if (rest.empty() || rest.front() != 'P') return malformed();
  rest.remove_prefix(1);
  Period period;
  bool good = true;
  bool any = take_unit(rest, 'Y', period.years, good);
  any = take_unit(rest, 'M', period.months, good) || any;
  any = take_unit(rest, 'W', period.weeks, good) || any;
  any = take_unit(rest, 'D', period.days, good) || any;
  if (!any || !good || !rest.empty()) return malformed();
  return backwards ? negated(period) : period;
}

std::string to_string(const Period& period) {
  const bool backwards = period.years < 0 || period.months < 0 || period.weeks < 0 || period.days < 0;
  const Period forwards = backwards ? negated(period) : period;
  std::string out;
  write_unit(out, forwards.years, 'Y');
  write_unit(out, forwards.months, 'M');
  write_unit(out, forwards.weeks, 'W');
  write_unit(out, forwards.days, 'D');
  if (out.empty()) out = "0D";
  return (backwards ? "-P" : "P") + out;
}

Day add(Day day, const Period& period) {
  const auto date = day.date();
  const std::chrono::year_month month =
      std::chrono::year_month(date.year(), date.month()) + std::chrono::years(period.years) + std::chrono::months(period.months);
  const std::chrono::day last = std::chrono::year_month_day_last(month.year(), month.month() / std::chrono::last).day();
  const Day reached(std::chrono::year_month_day(month.year(), month.month(), std::min(date.day(), last)));
  return reached.plus(7 * period.weeks + period.days);
}

Day subtract(Day day, const Period& period) { return add(day, negated(period)); }

Period negated(const Period& period) { return Period{-period.years, -period.months, -period.weeks, -period.days}; }

bool is_in_days(const Period& period) { return period.years == 0 && period.months == 0; }

}  // namespace ritrovo
