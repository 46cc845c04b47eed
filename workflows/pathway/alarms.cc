#include <algorithm>

#include "workflows/pathway/interpreter.h"

// Alarms: when a step must be looked at again though nothing is reported. A part `day:` names its day. A guard that reads `today` is
// evaluated on the days ahead on which it may come to something else, until it does; where it doesn't within kHorizonDays, the step is looked at
// again then.
// So a case with such a guard wakes when it can matter, not every day. (A computed value may not read `today`: the checker says so.)
// An alarm is never put off while its step lives: it may ring for nothing, but never too late.
namespace ritrovo::pathway {

using definition::kNone;

namespace {
constexpr std::int32_t kHorizonDays = 366;

bool same(const expression::Value& a, const expression::Value& b) { return a.is_true() == b.is_true() && a.is_error() == b.is_error(); }

}  // namespace

void Interpreter::set_alarms() {
  if (core_.life != CaseLife::kOpen && core_.life != CaseLife::kSuspended) return;
  for (const definition::StepIndex step : pathway_.on_today) {
    const bool touched = reach_ == Reach::kEverything || (marks(Turn::kSeen, step / 64) >> (step % 64) & 1U) != 0;
    if (!touched) continue;
    for_each_instance(step, [this](const StepRef& ref) { set_alarm(ref); });
    if (repeat_of(pathway_, step) != kNone) drop_alarms(step);
  }
  set_pathway_alarm();
  note_look_ahead();
}

void Interpreter::drop_alarms(definition::StepIndex step) {
  const std::vector<StepRef> there = instances(step);
  const std::vector<Alarm> alarms = core_.alarms;
  for (const Alarm& alarm : alarms)
    if (alarm.step.step == step && std::find(there.begin(), there.end(), alarm.step) == there.end()) emit(trigger_.effective, AlarmSet{alarm.step, std::nullopt});
}

std::optional<Day> Interpreter::alarm_of(const StepRef& ref) const {
  const auto at = std::find_if(core_.alarms.begin(), core_.alarms.end(), [&ref](const Alarm& alarm) { return alarm.step == ref; });
  return at == core_.alarms.end() ? std::nullopt : std::optional(at->day);
}

void Interpreter::touch_alarms(Day day) {
  for (const Alarm& alarm : core_.alarms)
    if (alarm.day <= day && alarm.step.step != kNone) touch(alarm.step.step);
}

void Interpreter::set_pathway_alarm() {
  if (pathway_.completes_when == kNone) return;
  Turning turning;
  if (core_.life == CaseLife::kOpen) consider_days(StepRef{}, pathway_.completes_when, turning);
  if (turning.day != alarm_of(kPathwayAlarm)) emit(trigger_.effective, AlarmSet{kPathwayAlarm, turning.day});
}

void Interpreter::note_look_ahead() {
  const std::optional<Day> due = wake_on(core_);
  if (by_day_ || pathway_.on_today.empty() || !due || *due >= trigger_.today) return;
  const std::optional<Day> looked = alarm_of(kLookedAhead);
  if (!looked || *looked < trigger_.today) emit(trigger_.effective, AlarmSet{kLookedAhead, trigger_.today});
}

void Interpreter::set_alarm(const StepRef& ref) {
  const std::optional<Day> known = alarm_of(ref);
  const Turning turning = turning_of(ref);
  const bool ahead = known && *known > trigger_.today;
  if (ahead && (turning.day ? *known <= *turning.day : turning.beyond)) return;
  const std::optional<Day> day = turning.day || !turning.beyond ? turning.day : std::optional(trigger_.today.plus(kHorizonDays));
  if (day != known) emit(trigger_.effective, AlarmSet{ref, day});
}

Interpreter::Turning Interpreter::turning_of(const StepRef& ref) {
  const definition::Step& step = step_at(ref.step);
  const StepLife life = life_of(ref);
  Turning first;
  if (life == StepLife::kCompleted || life == StepLife::kTerminated || !surrounded(ref)) return first;
  if (life == StepLife::kAvailable && !may_repeat(ref, Look::kReading)) return first;
  if (step.cancel_when != kNone) consider_days(ref, step.cancel_when, first);
  if (life == StepLife::kActive) {
    if (step.completes_when != kNone) consider_days(ref, step.completes_when, first);
    for (const definition::Outcome& outcome : step.outcomes)
      if (outcome.when != kNone && (outcome.fact == kNone || answer_to(ref, outcome.fact) != nullptr)) consider_guard(ref, outcome.when, first);
    for (std::size_t i = 0; i < step.deadlines.size(); ++i)
      if (step.deadlines[i].when != kNone && core_.find(DeadlineRef{ref, static_cast<definition::DeadlineIndex>(i)}) == nullptr)
        consider_guard(ref, step.deadlines[i].when, first);
  }
  if (life != StepLife::kAvailable || core_.life != CaseLife::kOpen) return first;
  if (step.after != kNone) {
    consider_days(ref, step.after, first);
    if (judge(ref, step.after, false, nullptr, Look::kReading).holding != Holding::kHolds) return first;
  }
  if (step.where != kNone) consider_guard(ref, step.where, first);
  if (step.repeat_while != kNone) consider_guard(ref, step.repeat_while, first);
  if (step.when != kNone) consider_guard(ref, step.when, first);
  return first;
}

void Interpreter::consider_days(const StepRef& ref, definition::SentryIndex sentry, Turning& first) const {
  for (const definition::Part& part : pathway_.sentries[sentry].parts) {
    if (part.kind != definition::Part::Kind::kDay) continue;
    const expression::Value value = evaluate(ref, part.day);
    if (value.kind() == expression::Kind::kDate && value.as_date() > trigger_.today) first.at(value.as_date());
  }
}

void Interpreter::consider_guard(const StepRef& ref, definition::GuardIndex guard, Turning& first) const {
  if (!reads_today(pathway_, pathway_.guards[guard])) return;
  const Day horizon = trigger_.today.plus(kHorizonDays);
  std::optional<Day> until;
  const expression::Value now = evaluate_lasting(ref, guard, trigger_.today, until);
  for (;;) {
    const Day day = std::min(until.value_or(horizon), horizon);
    if (first.day && day >= *first.day && *first.day < horizon) return;
    if (day == horizon) break;
    if (!same(now, evaluate_lasting(ref, guard, day, until))) return first.at(day);
  }
  first.beyond = true;
}

}  // namespace ritrovo::pathway
