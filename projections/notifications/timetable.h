#pragma once

#include <cstdint>
#include <optional>

#include "engine/base/time.h"

/// When a message may go. Pure: time and chance come in as arguments.
namespace ritrovo::projections {

/// A minute of the local day, 0 to 1439.
using MinuteOfDay = std::int32_t;

struct Timetable {
  std::int64_t retry_first_ms = 60'000;            ///< until the second try
  std::int64_t retry_most_ms = 6 * 3'600'000;      ///< between two tries, at most
  std::int64_t give_up_after_ms = 5LL * 86'400'000;  ///< from when it was asked for
  std::optional<MinuteOfDay> quiet_from;           ///< families get nothing from then …
  MinuteOfDay quiet_to = 0;                        ///< … until then; it may lie after midnight
  MinuteOfDay digest_at = 7 * 60;                  ///< staff get what there is once a day, from then on
};

/// How long to wait after so many tries that failed: twice as long each time, up to `retry_most_ms`, of which chance takes up to half, so that what
/// failed together doesn't come back together. `chance`: 0 to 1.
[[nodiscard]] std::int64_t wait_after(const Timetable& timetable, std::uint32_t tries, double chance);
/// Whether families are left in peace at that minute.
[[nodiscard]] bool quiet_at(const Timetable& timetable, MinuteOfDay minute);
/// Whether a digest is due on that day and minute, after the last one.
[[nodiscard]] bool digest_due(const Timetable& timetable, std::optional<Day> last, Day today, MinuteOfDay minute);

}  // namespace ritrovo::projections
