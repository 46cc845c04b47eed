#include "engine/runtime/time_zone.h"

#include <date/tz.h>

#include <exception>
#include <fstream>

namespace ritrovo {

Result<TimeZone> TimeZone::find(std::string_view name) {
  try {
    return TimeZone(date::locate_zone(std::string(name)));
  } catch (const std::exception&) {
    return failure(ErrorCode::kNotFound,
                   "time zone \"" + std::string(name) + "\" isn't in the system's tz database (package tzdata); write it as in \"Europe/Rome\"");
  }
}

std::string TimeZone::version() {
  // Debian's build of the date library says "unknown"; the database says it itself, in the first line of its source form.
  std::ifstream source("/usr/share/zoneinfo/tzdata.zi");
  std::string line;
  const std::string prefix = "# version ";
  if (source && std::getline(source, line) && line.starts_with(prefix)) return line.substr(prefix.size());
  return "unknown";
}

std::string TimeZone::name() const { return std::string(zone_->name()); }

Timestamp TimeZone::start_of(Day day) const {
  const date::local_seconds midnight{std::chrono::duration_cast<std::chrono::seconds>(std::chrono::hours(24) * std::int64_t{day.value()})};
  const date::local_info info = zone_->get_info(midnight);
  using std::chrono::duration_cast, std::chrono::milliseconds;
  switch (info.result) {
    case date::local_info::nonexistent: return Timestamp(duration_cast<milliseconds>(info.first.end.time_since_epoch()).count());
    case date::local_info::unique:
    case date::local_info::ambiguous: break;
  }
  return Timestamp(duration_cast<milliseconds>(midnight.time_since_epoch() - info.first.offset).count());
}

Day TimeZone::day_of(Timestamp instant) const {
  const date::sys_time<std::chrono::milliseconds> point{std::chrono::milliseconds(instant.value())};
  const auto info = zone_->get_info(point);
  const auto local = point.time_since_epoch() + info.offset;
  return Day(static_cast<std::int32_t>(std::chrono::floor<std::chrono::days>(local).count()));
}

}  // namespace ritrovo
