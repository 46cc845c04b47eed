#include "workflows/expression/elapsed.h"

#include <chrono>

namespace ritrovo::expression {

std::int64_t months_between(Day from, Day to) {
  if (to < from) return -months_between(to, from);
  auto a = from.date();
  auto b = to.date();
  std::int64_t months = (std::int64_t{static_cast<int>(b.year())} - static_cast<int>(a.year())) * 12 +
                        static_cast<std::int64_t>(static_cast<unsigned>(b.month())) - static_cast<unsigned>(a.month());
  return b.day() < a.day() ? months - 1 : months;
}

std::int64_t years_between(Day from, Day to) { return months_between(from, to) / 12; }

std::int64_t age_on(Day birth, Day on) {
  if (birth <= on) return years_between(birth, on);
  // Before the birth the count goes down to the full year that begins there: the day before is in year -1.
  auto b = birth.date();
  auto o = on.date();
  std::int64_t years = std::int64_t{static_cast<int>(o.year())} - static_cast<int>(b.year());
  bool reached = o.month() > b.month() || (o.month() == b.month() && o.day() >= b.day());
  return reached ? years : years - 1;
}

}  // namespace ritrovo::expression
