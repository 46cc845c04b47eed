#pragma once

#include <cstdint>

#include "engine/base/time.h"

namespace ritrovo::expression {

/// Full years from `from` to `to`, toward zero. A year is full when the day of the month is reached, so one born on 29 February completes
/// a year on 1 March where the year has no 29 February: the age is complete when the last day before the birthday has
/// ended (the reading taken for Italian law), and 28 February is not yet a birthday. Negative where `to` is before `from`.
[[nodiscard]] std::int64_t years_between(Day from, Day to);
/// Full months from `from` to `to`, toward zero, by the same rule (31 January to 28 February: 0; to 1 March: 1).
[[nodiscard]] std::int64_t months_between(Day from, Day to);
/// Full years lived on `on` by one born on `birth`, as years_between; before the birth it is negative (-1 in the year before).
[[nodiscard]] std::int64_t age_on(Day birth, Day on);

}  // namespace ritrovo::expression
