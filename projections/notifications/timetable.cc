#include "projections/notifications/timetable.h"

#include <algorithm>

namespace ritrovo::projections {

std::int64_t wait_after(const Timetable& timetable, std::uint32_t tries, double chance) {
  constexpr std::uint32_t kDoublingsMax = 30;
  const std::uint32_t doublings = std::min(tries == 0 ? 0 : tries - 1, kDoublingsMax);
  const std::int64_t whole = std::min(timetable.retry_first_ms << doublings, timetable.retry_most_ms);
  return whole - static_cast<std::int64_t>(static_cast<double>(whole) / 2 * std::clamp(chance, 0.0, 1.0));
}

bool quiet_at(const Timetable& timetable, MinuteOfDay minute) {
  if (!timetable.quiet_from || *timetable.quiet_from == timetable.quiet_to) return false;
  const bool over_midnight = *timetable.quiet_from > timetable.quiet_to;
  const bool after = minute >= *timetable.quiet_from;
  const bool before = minute < timetable.quiet_to;
  return over_midnight ? after || before : after && before;
}

bool digest_due(const Timetable& timetable, std::optional<Day> last, Day today, MinuteOfDay minute) {
  return (!last || *last < today) && minute >= timetable.digest_at;
}

}  // namespace ritrovo::projections
