#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace date {
class time_zone;
}

namespace ritrovo {

/// The zone of a folder, from the system's tz database: where a local day begins and on which day an instant falls.
/// Cheap to copy. Runs on: any thread.
class TimeZone {
 public:
  /// kNotFound for a name that the tz database doesn't know, kUnavailable where there is no tz database.
  [[nodiscard]] static Result<TimeZone> find(std::string_view name);
  /// The release of the tz database in use ("2024a"), or "unknown".
  [[nodiscard]] static std::string version();

  /// "Europe/Rome".
  [[nodiscard]] std::string name() const;
  /// The first instant of that local day. Where midnight doesn't exist, the instant of the change; where it exists twice, the earlier.
  [[nodiscard]] Timestamp start_of(Day day) const;
  /// The local day on which the instant falls.
  [[nodiscard]] Day day_of(Timestamp instant) const;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}
  const date::time_zone* zone_;
};

}  // namespace ritrovo
