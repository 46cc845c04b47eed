#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"

namespace ritrovo {

/// An instant, in milliseconds since 1970-01-01T00:00:00Z.
using Timestamp = Strong<struct TimestampTag, std::int64_t>;

/// A local calendar day (proleptic Gregorian), without a time or a zone, as a count of days since 1970-01-01.
class Day {
 public:
  constexpr Day() = default;
  constexpr explicit Day(std::int32_t days) : days_(days) {}
  constexpr explicit Day(std::chrono::year_month_day date)
      : days_(static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count())) {}
  [[nodiscard]] constexpr std::int32_t value() const { return days_; }
  [[nodiscard]] constexpr std::chrono::year_month_day date() const {
    return std::chrono::year_month_day(std::chrono::sys_days(std::chrono::days(days_)));
  }
  [[nodiscard]] constexpr std::chrono::weekday weekday() const {
    return std::chrono::weekday(std::chrono::sys_days(std::chrono::days(days_)));
  }
  [[nodiscard]] constexpr Day plus(std::int32_t days) const { return Day(days_ + days); }
  constexpr auto operator<=>(const Day&) const = default;

 private:
  std::int32_t days_ = 0;
};

/// What "now" is for a decision: the instant stamped on the command and the local day it falls on. Made by the runtime, which owns
/// clocks and zones; pure code receives it.
struct Now {
  Timestamp instant;
  Day today;
};

/// Reads "2025-10-04". kMalformed for any other form or a day that doesn't exist; years 1800 to 2200.
[[nodiscard]] Result<Day> parse_day(std::string_view text);
/// Writes "2025-10-04".
[[nodiscard]] std::string to_string(Day day);
/// Reads RFC 3339 with offset or Z, up to milliseconds ("2025-10-04T08:30:00.125+02:00"). kMalformed otherwise.
[[nodiscard]] Result<Timestamp> parse_timestamp(std::string_view text);
/// Writes RFC 3339 in UTC with milliseconds: "2025-10-04T06:30:00.125Z".
[[nodiscard]] std::string to_string(Timestamp instant);

inline std::ostream& operator<<(std::ostream& out, Day day) { return out << to_string(day); }

}  // namespace ritrovo
