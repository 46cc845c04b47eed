#include "workflows/calendar/due.h"

#include <algorithm>
#include <tuple>

#include "engine/base/assert.h"

namespace ritrovo::calendar {

namespace {

/// Days, both included, that a suspension takes out of the count.
struct Window {
  Day from;
  Day to;
};

/// Longer than any chain of rest days, closures and frozen days; what rests longer, problems_of names.
constexpr std::int32_t kSearchDaysMax = 4000;

/// One term at work: begun, stopped, begun again. The rules are numbered as in compute_due's comment.
class Run {
 public:
  Run(const Term& term, const Calendar& calendar, const Clockwork& clockwork) : term_(term), calendar_(calendar), clockwork_(clockwork) {}

  /// Rules 1 and 2: begins counting after `day`; what ran before is forgotten, suspensions stay.
  [[nodiscard]] Result<void> begin(Day day);
  /// Rules 3 to 5 for a suspension of which both ends are known.
  void suspend(Day from, Day until);
  /// Writes what ran until an interruption and what it lost.
  void write_interruption(Day from, Day until);
  /// Writes what ran until a pause that lasts.
  void write_stop(Day from);
  /// Writes the whole run, and how its end moved.
  void write_end();
  void write(WorkingStep what, Day from, Day to, std::int32_t days) { lines_.push_back({what, from, to, days}); }

  [[nodiscard]] Day origin() const { return origin_; }
  [[nodiscard]] Day due() const { return due_; }
  [[nodiscard]] const DatedLength* length() const { return length_; }
  [[nodiscard]] std::vector<WorkingLine> take_lines() { return std::move(lines_); }

 private:
  [[nodiscard]] const Freeze* freeze_at(Day day) const;
  [[nodiscard]] bool suspended(Day day) const;
  [[nodiscard]] bool counted(Day day) const;
  [[nodiscard]] Day second_working_day() const;
  [[nodiscard]] WorkingStep kind_of(Day day) const;
  /// The last day from `day` to `to` before which nothing begins or ends that makes days of another kind.
  [[nodiscard]] Day alike_until(Day day, Day to) const;
  void find_end();
  std::int32_t write_days(Day to);

  const Term& term_;
  const Calendar& calendar_;
  const Clockwork& clockwork_;
  std::vector<WorkingLine> lines_;
  std::vector<Window> suspensions_;
  std::vector<Window> late_suspensions_;  ///< begun after the last counted day, while the end is rolled
  const DatedLength* length_ = nullptr;
  Day origin_;
  std::int32_t count_ = 0;  ///< days to count: N of rule 2
  Day last_;                ///< the last counted day
  Day end_;                 ///< `last_`, or the later end of a late suspension
  Day due_;                 ///< `end_`, rolled
};

const Freeze* Run::freeze_at(Day day) const {
  const auto found =
      std::find_if(term_.freezes.begin(), term_.freezes.end(), [&](const Freeze& each) { return each.from <= day && day <= each.to; });
  return found == term_.freezes.end() ? nullptr : &*found;
}

bool Run::suspended(Day day) const {
  return std::any_of(suspensions_.begin(), suspensions_.end(), [&](const Window& each) { return each.from <= day && day <= each.to; });
}

bool Run::counted(Day day) const {
  if (freeze_at(day) != nullptr || suspended(day)) return false;
  return term_.counting == Counting::kCalendarDays || calendar_.working_day(day);
}

Result<void> Run::begin(Day day) {
  const Day choice = clockwork_.choice.value_or(day);
  auto length = length_on(term_, choice);
  if (!length) return tl::unexpected<Error>(length.error());
  length_ = *length;
  origin_ = day;
  for (const Freeze& freeze : term_.freezes) {
    if (freeze.from <= origin_ && origin_ <= freeze.to) origin_ = freeze.to;
  }
  const Period& period = length_->length;
  count_ = is_in_days(period) ? 7 * period.weeks + period.days : add(origin_, period).value() - origin_.value();
  late_suspensions_.clear();
  write(WorkingStep::kLength, choice, length_->from, count_);
  if (origin_ != day) write(WorkingStep::kPostponed, day, origin_, origin_.value() - day.value());
  write(WorkingStep::kBegins, origin_, origin_, 0);
  find_end();
  return {};
}

Day Run::second_working_day() const {
  Day day = origin_;
  for (std::int32_t found = 0; found < 2;) {
    day = day.plus(1);
    RITROVO_ASSERT_OP(day.value() - origin_.value(), <, kSearchDaysMax);
    if (calendar_.working_day(day) && freeze_at(day) == nullptr && !suspended(day)) ++found;
  }
  return day;
}

void Run::find_end() {
  last_ = origin_;
  std::int32_t idle = 0;
  for (std::int32_t left = count_; left > 0;) {
    const Day next = last_.plus(1);
    // Years of calendar days are taken a stretch at a time, working days one by one.
    last_ = term_.counting == Counting::kCalendarDays ? alike_until(next, next.plus(left - 1)) : next;
    const std::int32_t days = last_.value() - next.value() + 1;
    const bool counts = counted(next);
    idle = counts || suspended(next) ? 0 : idle + days;
    RITROVO_ASSERT_OP(idle, <, kSearchDaysMax);
    if (counts) left -= days;
  }
  end_ = last_;
  for (const Window& late : late_suspensions_) end_ = std::max(end_, late.to.plus(1));
  due_ = end_;
  while (freeze_at(due_) != nullptr || (term_.roll_to_working_day && !calendar_.working_day(due_))) {
    due_ = due_.plus(1);
    RITROVO_ASSERT_OP(due_.value() - end_.value(), <, kSearchDaysMax);
  }
  if (term_.roll_to_working_day && count_ >= 2 && count_ <= 7) due_ = std::max(due_, second_working_day());
}

void Run::suspend(Day from, Day until) {
  if (until == from) return;
  (from > last_ ? late_suspensions_ : suspensions_).push_back({from, until.plus(-1)});
  find_end();
}

WorkingStep Run::kind_of(Day day) const {
  if (freeze_at(day) != nullptr) return WorkingStep::kFrozen;
  return suspended(day) ? WorkingStep::kSuspended : WorkingStep::kRuns;
}

Day Run::alike_until(Day day, Day to) const {
  const auto border = [&](Day from, Day until) {
    if (from > day) to = std::min(to, from.plus(-1));
    if (until >= day) to = std::min(to, until);
  };
  for (const Freeze& freeze : term_.freezes) border(freeze.from, freeze.to);
  for (const Window& window : suspensions_) border(window.from, window.to);
  return to;
}

std::int32_t Run::write_days(Day to) {
  std::int32_t counted_days = 0;
  Day from = origin_.plus(1);
  while (from <= to) {
    const WorkingStep kind = kind_of(from);
    std::int32_t days = 0;
    Day day = from;
    while (day <= to && kind_of(day) == kind) {
      const Day until = kind == WorkingStep::kRuns && term_.counting == Counting::kWorkingDays ? day : alike_until(day, to);
      days += kind != WorkingStep::kRuns || counted(day) ? until.value() - day.value() + 1 : 0;
      day = until.plus(1);
    }
    write(kind, from, day.plus(-1), days);
    if (kind == WorkingStep::kRuns) counted_days += days;
    from = day;
  }
  return counted_days;
}

void Run::write_interruption(Day from, Day until) {
  const std::int32_t lost = write_days(std::min(from.plus(-1), last_));
  write(WorkingStep::kInterrupted, from, until, lost);
}

void Run::write_stop(Day from) {
  write_days(std::min(from.plus(-1), last_));
  write(WorkingStep::kStopped, from, from, 0);
}

void Run::write_end() {
  write_days(last_);
  write(WorkingStep::kEnds, last_, last_, 0);
  for (const Window& late : late_suspensions_) write(WorkingStep::kSuspended, late.from, late.to, late.to.value() - late.from.value() + 1);
  if (due_ == end_) return;
  Day rolled = end_;
  while (freeze_at(rolled) != nullptr || !calendar_.working_day(rolled)) rolled = rolled.plus(1);
  rolled = std::min(rolled, due_);
  if (rolled != end_) write(WorkingStep::kRolled, end_, rolled, rolled.value() - end_.value());
  if (rolled != due_) write(WorkingStep::kTwoWorking, rolled, due_, due_.value() - rolled.value());
}

Result<std::vector<Pause>> in_order(std::vector<Pause> pauses) {
  for (const Pause& pause : pauses) {
    if (pause.until && *pause.until < pause.from) {
      return failure(ErrorCode::kMalformed, "a term is " + std::string(name_of(pause.kind)) + " from " + to_string(pause.from) + " until " +
                                                to_string(*pause.until) + ", which is earlier");
    }
  }
  const auto key = [](const Pause& pause) {
    return std::make_tuple(pause.from, pause.kind, !pause.until.has_value(), pause.until.value_or(Day()));
  };
  std::sort(pauses.begin(), pauses.end(), [&](const Pause& a, const Pause& b) { return key(a) < key(b); });
  return pauses;
}

Result<Due> backwards(const Term& term, const Calendar& calendar, const Clockwork& clockwork) {
  const Day choice = clockwork.choice.value_or(clockwork.start);
  const auto length = length_on(term, choice);
  if (!length) return tl::unexpected<Error>(length.error());
  const Period& period = (*length)->length;
  Due due;
  due.length = *length;
  due.day = term.counting == Counting::kWorkingDays ? calendar.add_working_days(clockwork.start, -period.days)
                                                    : subtract(clockwork.start, period);
  const std::int32_t days = is_in_days(period) ? 7 * period.weeks + period.days : clockwork.start.value() - due.day->value();
  due.working = {{WorkingStep::kLength, choice, (*length)->from, days},
                 {WorkingStep::kBegins, clockwork.start, clockwork.start, 0},
                 {WorkingStep::kEnds, *due.day, *due.day, 0}};
  return due;
}

/// Rule 6: a pause that lasts. `pause` is the first of them; a later interruption that lasts prevails over a suspension.
TermStatus status_of(const std::vector<Pause>& pauses, const Pause& pause) {
  const bool interrupted = std::any_of(pauses.begin(), pauses.end(), [&](const Pause& each) {
    return each.kind == PauseKind::kInterrupted && !each.until && each.from >= pause.from;
  });
  return interrupted ? TermStatus::kInterrupted : TermStatus::kSuspended;
}

}  // namespace

Result<Due> compute_due(const Term& term, const Calendar& calendar, const Clockwork& clockwork) {
  if (term.direction == Direction::kBefore) return backwards(term, calendar, clockwork);
  const auto pauses = in_order(clockwork.pauses);
  if (!pauses) return tl::unexpected<Error>(pauses.error());
  Run run(term, calendar, clockwork);
  if (auto begun = run.begin(clockwork.start); !begun) return tl::unexpected<Error>(begun.error());
  Due due;
  std::vector<WorkingLine> too_late;
  for (const Pause& pause : *pauses) {
    if (pause.until && *pause.until <= run.origin()) continue;
    if (pause.from > run.due()) {
      too_late.push_back({WorkingStep::kTooLate, pause.from, pause.until.value_or(pause.from), 0});
    } else if (!pause.until) {
      run.write_stop(pause.from);
      due.status = status_of(*pauses, pause);
      break;
    } else if (pause.kind == PauseKind::kSuspended) {
      run.suspend(pause.from, *pause.until);
    } else {
      run.write_interruption(pause.from, *pause.until);
      if (auto begun = run.begin(*pause.until); !begun) return tl::unexpected<Error>(begun.error());
    }
  }
  due.length = run.length();
  if (due.status == TermStatus::kRunning) {
    run.write_end();
    due.day = run.due();
  }
  due.working = run.take_lines();
  due.working.insert(due.working.end(), too_late.begin(), too_late.end());
  return due;
}

std::string_view name_of(TermStatus status) {
  switch (status) {
    case TermStatus::kRunning: return "running";
    case TermStatus::kSuspended: return "suspended";
    case TermStatus::kInterrupted: return "interrupted";
  }
  return "?";
}

std::string_view name_of(WorkingStep step) {
  switch (step) {
    case WorkingStep::kLength: return "length";
    case WorkingStep::kBegins: return "begins";
    case WorkingStep::kPostponed: return "postponed";
    case WorkingStep::kRuns: return "runs";
    case WorkingStep::kSuspended: return "suspended";
    case WorkingStep::kFrozen: return "frozen";
    case WorkingStep::kInterrupted: return "interrupted";
    case WorkingStep::kStopped: return "stopped";
    case WorkingStep::kEnds: return "ends";
    case WorkingStep::kRolled: return "rolled";
    case WorkingStep::kTwoWorking: return "two_working_days";
    case WorkingStep::kTooLate: return "too_late";
  }
  return "?";
}

std::string_view name_of(PauseKind kind) {
  switch (kind) {
    case PauseKind::kSuspended: return "suspended";
    case PauseKind::kInterrupted: return "interrupted";
  }
  return "?";
}

std::string to_string(const std::vector<WorkingLine>& working) {
  std::string out;
  for (const WorkingLine& line : working) {
    out += std::string(name_of(line.what)) + " " + to_string(line.from);
    if (line.to != line.from) out += ".." + to_string(line.to);
    if (line.days != 0) out += " (" + std::to_string(line.days) + ")";
    out += '\n';
  }
  return out;
}

}  // namespace ritrovo::calendar
