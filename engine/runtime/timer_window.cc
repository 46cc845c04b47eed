#include "engine/runtime/timer_window.h"

#include <utility>

#include "engine/log/keys.h"

namespace ritrovo {
namespace {
constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;
}

Timestamp timer_instant(Day day) { return Timestamp(day.value() * kDayMs); }

Day timer_day(Timestamp instant) {
  const std::int64_t days = instant.value() >= 0 ? instant.value() / kDayMs : -((-instant.value() + kDayMs - 1) / kDayMs);
  return Day(static_cast<std::int32_t>(days));
}

void TimerWindow::put(Timer timer, Batch& batch) {
  batch.put(Column::kTimers, timer_key(partition_, timer_instant(timer.day), timer.case_id), {});
  current_.push_back({timer, false});
  apply(current_.back());
}

void TimerWindow::erase(Timer timer, Batch& batch) {
  batch.erase(Column::kTimers, timer_key(partition_, timer_instant(timer.day), timer.case_id));
  current_.push_back({timer, true});
  apply(current_.back());
}

void TimerWindow::apply(const Change& change) {
  if (!horizon_ || change.timer.day > *horizon_) return;
  if (change.erased) {
    rows_.erase(change.timer);
  } else {
    rows_.insert(change.timer);
  }
}

Result<void> TimerWindow::reach(const CaseLog& log, Day until) {
  if (horizon_ && until <= *horizon_) return {};
  const Day horizon = until.plus(kDaysAtOnce);
  // Up to the horizon so far the window knows all rows. Beyond it they are read; the rows of a past that was worked through, all erased, aren't.
  const auto add = [this](Timestamp due, CaseId case_id) {
    rows_.insert(rows_.end(), Timer{timer_day(due), case_id});
    return true;
  };
  const Timestamp end = timer_instant(horizon);
  Result<void> read = horizon_ ? log.timers_due(partition_, {timer_instant(horizon_->plus(1)), end}, add) : log.timers_due(partition_, end, add);
  if (!read) return read;
  horizon_ = horizon;
  // What was read may hold any beginning of what is under way; doing all of it again, in order, ends in the same rows.
  for (const std::vector<Change>& run : under_way_)
    for (const Change& change : run) apply(change);
  for (const Change& change : current_) apply(change);
  return {};
}

std::optional<Timer> TimerWindow::next(Day until, const std::function<bool(CaseId)>& skip) const {
  for (const Timer& timer : rows_) {
    if (timer.day > until) return std::nullopt;
    if (!skip(timer.case_id)) return timer;
  }
  return std::nullopt;
}

void TimerWindow::handed_over() { under_way_.push_back(std::exchange(current_, {})); }

void TimerWindow::committed() {
  if (!under_way_.empty()) under_way_.pop_front();
}

}  // namespace ritrovo
