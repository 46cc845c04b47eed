#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "engine/base/time.h"

namespace ritrovo::generator {

/// Where a family stands: on a day, after everything that was reported until an instant.
struct Point {
  Day day;
  Timestamp at;
};

/// A day of the civil calendar.
constexpr Day day_of(int y, unsigned m, unsigned d) {
  return Day(std::chrono::year_month_day(std::chrono::year(y), std::chrono::month(m), std::chrono::day(d)));
}

/// That day, or the Monday after it: offices work from Monday to Friday.
inline Day working(Day when) {
  const unsigned weekday = when.weekday().iso_encoding();
  return weekday > 5 ? when.plus(static_cast<std::int32_t>(8 - weekday)) : when;
}

/// What lies later of both.
inline Point later(const Point& a, const Point& b) { return {std::max(a.day, b.day), Timestamp(std::max(a.at.value(), b.at.value()))}; }

/// That many days later, on a working day.
inline Point after(const Point& from, int days) { return {working(from.day.plus(days)), from.at}; }

}  // namespace ritrovo::generator
