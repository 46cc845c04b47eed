#pragma once

#include <compare>
#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace ritrovo {

/// A span of calendar units, as written: P1Y6M, P90D, P2W. Not a number of days: a month is as long as the month it is added to, so that
/// P1M and P30D differ, and two periods are equal only when they are written alike (P7D ≠ P1W). All four have the same sign: a period
/// that goes back in time is "-P60D".
/// Source: ISO 8601; RFC 3339, appendix A, without its hours, minutes and seconds, which no legal term here has.
struct Period {
  std::int32_t years = 0;
  std::int32_t months = 0;
  std::int32_t weeks = 0;
  std::int32_t days = 0;
  bool operator==(const Period&) const = default;
};

/// Reads "P2Y", "P1Y6M", "P2W", "P90D", "P1Y2W3D", "-P60D": an optional minus, P, and at least one of nY nM nW nD in this order, each once,
/// n from 0 to 9999. kMalformed for anything else, times of day ("PT1H") included.
[[nodiscard]] Result<Period> parse_period(std::string_view text);

/// Writes the form that parse_period reads, zero units left out; the empty period is "P0D".
[[nodiscard]] std::string to_string(const Period& period);

/// The day one period after `day`: first years and months together, clipped once to the last day of the month reached (31 January + P1M
/// is 28 or 29 February), then weeks and days. Source: Regulation (EEC, Euratom) 1182/71 art. 3(2)(c).
[[nodiscard]] Day add(Day day, const Period& period);

/// The day one period before `day`: add(day, negated(period)).
[[nodiscard]] Day subtract(Day day, const Period& period);

/// The same period in the other direction of time.
[[nodiscard]] Period negated(const Period& period);

/// Whether the period is made of weeks and days alone, so that it has one length wherever it starts.
[[nodiscard]] bool is_in_days(const Period& period);

inline std::ostream& operator<<(std::ostream& out, const Period& period) { return out << to_string(period); }

}  // namespace ritrovo
