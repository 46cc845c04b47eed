#pragma once

#include <compare>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/log/case_log.h"
#include "engine/log/log_port.h"

namespace ritrovo {

/// A row of `timers`: the case has something to do when that local day begins. The row's instant is midnight UTC of the day's date, so
/// that rows keep their meaning when the tz database changes; the zone comes in when the row is compared with a clock.
struct Timer {
  Day day;
  CaseId case_id;
  auto operator<=>(const Timer&) const = default;
};

/// The instant that stands for a day in the keys of `timers`.
[[nodiscard]] Timestamp timer_instant(Day day);
[[nodiscard]] Day timer_day(Timestamp instant);

/// The timers of one partition that come next, those staged but not yet committed included: a window over the rows, a month at a time.
/// Runs on: the partition's strand.
class TimerWindow {
 public:
  explicit TimerWindow(PartitionId partition) : partition_(partition) {}

  /// Writes or erases a row, in `batch` and in the window.
  void put(Timer timer, Batch& batch);
  void erase(Timer timer, Batch& batch);
  /// Makes the window reach to `until`, reading rows if need be.
  [[nodiscard]] Result<void> reach(const CaseLog& log, Day until);
  /// The first timer due on `until` or before that `skip` doesn't pass over. Requires: reach(until).
  [[nodiscard]] std::optional<Timer> next(Day until, const std::function<bool(CaseId)>& skip) const;

  /// Closes the changes of one run, which was handed to the committer …
  void handed_over();
  /// … and forgets those of the oldest run, which was committed.
  void committed();

 private:
  struct Change {
    Timer timer;
    bool erased;
  };
  void apply(const Change& change);

  /// Days read at once: few reads over a simulated year, and few rows in memory.
  static constexpr std::int32_t kDaysAtOnce = 32;

  PartitionId partition_;
  std::optional<Day> horizon_;             ///< rows up to this day are in `rows_`
  std::set<Timer> rows_;
  std::deque<std::vector<Change>> under_way_;  ///< handed over, not yet known to be committed
  std::vector<Change> current_;
};

}  // namespace ritrovo
