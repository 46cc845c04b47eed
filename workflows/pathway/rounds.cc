// The life of a step: states against causes. Every cell is a move, a named rejection, or "–": nothing happens.
//
//                       | available               | enabled            | active                  | completed            | terminated
// ----------------------+-------------------------+--------------------+-------------------------+----------------------+-------------
// its sentry holds      | opened, or enabled if   | –                  | –                       | –                    | –
//                       | manual or discretionary |                    |                         |                      |
// milestone, notify     | completed               | –                  | –                       | –                    | –
// compute               | computed (completed, or | –                  | computed again          | computed again until | –
//                       | active with outcomes)   |                    |                         | `until` holds        |
// task start            | rejection not_offered   | opened             | rejection not_offered   | rejection not_offered| rej. not_offered
// task claim, release,  | rejection not_offered   | rej. not_offered   | claimed, released, …    | rejection not_offered| rej. not_offered
//   delegate            |                         |                    | or claimed_by_another   |                      |
// task complete         | rejection not_offered   | rej. not_offered   | completed by an outcome;| rejection not_offered| rej. not_offered
//                       |                         |                    | or four_eyes, …         |                      |
// an outcome holds      | –                       | –                  | completed               | –                    | –
// cancel_when holds     | terminated              | terminated         | terminated              | –                    | –
// its person leaves     | ceases                  | terminated         | terminated              | –                    | –
// its stage ends        | ceases                  | terminated         | terminated              | –                    | –
// the stage is done     | –                       | –                  | completed (a stage)     | –                    | –
// its person or case    | doesn't open            | can't be started:  | can still be completed  | –                    | –
//   is suspended        |                         | rejection case_ or | by a fact; no tasks:    |                      |
//                       |                         | person_suspended   | the same rejections     |                      |
// a report reopens it,  | –                       | –                  | –                       | active again, its    | –
//   or a person does    | rejection not_offered   | rej. not_offered   | rejection not_offered   | clocks as it says    | rej. not_offered
// a deadline is missed  | –                       | –                  | completed or escalated, | –                    | –
//                       |                         |                    | if on_overdue says so;  |                      |
//                       |                         |                    | what it opens opens     |                      |
// a guard fails         | incident; waits         | incident           | incident; goes on       | incident (compute)   | –
// the case is closed    | ceases                  | terminated         | terminated              | –                    | –
//
// "Available" has no record: an instance is available while the stage around it is active, its person in scope, and nothing recorded of it.
// A required step doesn't hold its stage back when it can't open any more: its on-part rests on an outcome that was not taken, or its
// on-part holds and its guard is false.
//
// One settling goes round: cancel, reopen, finish, moments (milestone, compute, notify), open, deadlines, stages; each in document order, persons in
// the order of joining. A round moves instances forward only, but for reopening, which each report does once: so it ends.

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {

using definition::kNone;
using definition::StepIndex;
using definition::StepKind;

namespace {

/// Whether lists of persons surely stay as they are: who is there, what is known of them, which of their steps are done.
bool leaves_persons(const Body& body) {
  return std::holds_alternative<FactReported>(body) || std::holds_alternative<StepOpened>(body) || std::holds_alternative<DeadlineSet>(body) ||
         std::holds_alternative<AlarmSet>(body);
}

}  // namespace

Interpreter::Interpreter(const definition::Pathway& pathway, const calendar::Almanac* almanac, const CaseCore& before, const Opened& opened, Trigger trigger,
                         Reach reach)
    : pathway_(pathway), almanac_(almanac), host_(almanac), core_(before), sealed_(opened, drafts_, before.version), trigger_(trigger), told_on_(trigger.today), reach_(reach) {
  marks_.resize(pathway.turns.size());
  begins_.resize(pathway.steps.size() + 1);
  note_where_steps_begin();
  drafts_.reserve(16);
}

Version Interpreter::emit(Day effective, const Body& body, std::vector<Secret> secrets) {
  // One event over the limit is kept to show it; the decision is refused, and nothing more is worked out.
  if (drafts_.size() > events_max_) return core_.version;
  drafts_.push_back({tag_of(body), effective, encode_body(body), std::move(secrets), !is_command_event(body)});
  const Version version = core_.version.next();
  apply_body(core_, {core_.case_id, version, effective, trigger_.actor}, body);
  // An event adds an instance, takes one away, or neither.
  if (core_.steps.size() != begins_.back()) note_where_steps_begin();
  prospects_.clear();
  if (!leaves_persons(body)) groups_.clear();
  mark_after(body);
  return version;
}

const StepInstance* Interpreter::find(const StepRef& ref) const {
  if (ref.step >= pathway_.steps.size()) return nullptr;
  const std::size_t first = begins_[ref.step];
  const std::size_t count = begins_[ref.step + 1U] - first;
  if (count > 1) return find_step({core_.steps.data() + first, count}, ref);
  // One or none: whatever stands there is asked, which costs less than guessing which it is.
  if (core_.steps.empty()) return nullptr;
  const StepInstance& there = core_.steps[std::min(first, core_.steps.size() - 1)];
  return there.ref.order() == ref.order() ? &there : nullptr;
}

void Interpreter::note_where_steps_begin() {
  // Counted, then added up: no branch that the processor would guess wrong.
  std::fill(begins_.begin(), begins_.end(), 0);
  for (const StepInstance& step : core_.steps) ++begins_[step.ref.step + 1U];
  std::partial_sum(begins_.begin(), begins_.end(), begins_.begin());
}

void Interpreter::touch(StepIndex step) {
  const std::uint64_t bit = std::uint64_t{1} << (step % 64);
  const definition::TurnBits& possible = pathway_.turns[step / 64];
  definition::TurnBits& marks = marks_[step / 64];
  for (std::size_t turn = 0; turn < definition::kTurns; ++turn) marks[turn] |= possible[turn] & bit;
}

void Interpreter::touch_fact(definition::FactIndex fact) {
  for (const StepIndex step : pathway_.facts[fact].touches) {
    touch(step);
    if (step_at(step).where == kNone) continue;
    // For whom a branch exists also decides what `every` and `some` mean for the steps in it.
    for (std::size_t i = step; i < pathway_.steps.size(); ++i)
      if (i == step || (step_at(static_cast<StepIndex>(i)).stage != kNone && step_at(static_cast<StepIndex>(i)).stage >= step))
        for (const StepIndex outside : pathway_.steps[i].touches) touch(outside);
  }
}

void Interpreter::touch_all() {
  marks_ = pathway_.turns;
}

void Interpreter::mark_after(const Body& body) {
  const auto moved = [this](const StepRef& ref) {
    touch(ref.step);
    for (const StepIndex step : step_at(ref.step).touches) touch(step);
    if (const StepIndex stage = step_at(ref.step).stage; stage != kNone) touch(stage);
    if (step_at(ref.step).kind != StepKind::kStage) return;
    for (std::size_t i = ref.step + 1U; i < pathway_.steps.size(); ++i)
      if (pathway_.steps[i].stage == ref.step) touch(static_cast<StepIndex>(i));
  };
  if (std::holds_alternative<TermsRecounted>(body)) recounted_ = core_.version;
  if (const auto* revised = std::get_if<StepRevised>(&body)) return moved(revised->step);
  if (const auto* fact = std::get_if<FactReported>(&body)) return touch_fact(fact->fact);
  if (const auto* opened = std::get_if<StepOpened>(&body)) return moved(opened->step);
  if (const auto* enabled = std::get_if<StepEnabled>(&body)) return moved(enabled->step);
  if (const auto* completed = std::get_if<StepCompleted>(&body)) return moved(completed->step);
  if (const auto* terminated = std::get_if<StepTerminated>(&body)) return moved(terminated->step);
  if (const auto* computed = std::get_if<ValueComputed>(&body)) return moved(computed->step);
  if (const auto* worked = std::get_if<TaskCompleted>(&body)) return moved(worked->step);
  if (const auto* notified = std::get_if<NotificationRequested>(&body)) return moved(notified->step);
  if (const auto* missed = std::get_if<DeadlineMissed>(&body)) return moved(missed->deadline.step);
  if (const auto* reopened = std::get_if<StepReopened>(&body)) return moved(reopened->step);
  if (std::holds_alternative<CaseOpened>(body) || std::holds_alternative<PersonAdded>(body) || std::holds_alternative<PersonLeft>(body) ||
      std::holds_alternative<PersonSuspended>(body) || std::holds_alternative<PersonResumed>(body) || std::holds_alternative<CaseSuspended>(body) ||
      std::holds_alternative<CaseResumed>(body) || std::holds_alternative<TermsRecounted>(body))
    touch_all();
}

void Interpreter::settle() {
  const bool begun = core_.life == CaseLife::kOpen || core_.life == CaseLife::kSuspended;
  if (!begun) return;
  touch_alarms(trigger_.today);
  // Each round but the last makes an event, and there are at most kConsequencesMax of them.
  for (;;) {
    const Version before = core_.version;
    for (const Turn turn : {Turn::kCancel, Turn::kReopen, Turn::kFinish, Turn::kReach, Turn::kOpen, Turn::kDeadlines}) pass(turn);
    close_stages(before);
    if (wakes_enough()) {
      emit(trigger_.today, AlarmSet{kHalfDone, trigger_.today});
      return;
    }
    if (core_.version == before) break;
  }
  complete_pathway();
  set_alarms();
}

void Interpreter::pass(Turn turn) {
  const bool opens = turn == Turn::kReach || turn == Turn::kOpen;
  if (opens && core_.life == CaseLife::kSuspended) {
    for (std::size_t word = 0; word < marks_.size(); ++word) marks(turn, word) = 0;
    return;
  }
  if (reach_ == Reach::kEverything) {
    for (std::size_t step = 0; step < pathway_.steps.size(); ++step)
      for_each_instance(static_cast<StepIndex>(step), [&](const StepRef& ref) { consider(turn, ref); });
    return;
  }
  // A mark set behind the place where this pass stands is for the next round.
  for (std::size_t word = 0; word < marks_.size(); ++word) {
    std::uint64_t ahead = ~std::uint64_t{0};
    while ((marks(turn, word) & ahead) != 0) {
      const int bit = std::countr_zero(marks(turn, word) & ahead);
      marks(turn, word) &= ~(std::uint64_t{1} << bit);
      ahead = bit == 63 ? 0 : ~std::uint64_t{0} << (bit + 1);
      for_each_instance(static_cast<StepIndex>(word * 64 + static_cast<std::size_t>(bit)), [&](const StepRef& ref) { consider(turn, ref); });
    }
  }
}

void Interpreter::consider(Turn turn, const StepRef& ref) {
  if (wakes_enough()) return;
  switch (turn) {
    case Turn::kCancel: return cancel(ref);
    case Turn::kReopen: return reopen(ref);
    case Turn::kFinish: return finish(ref);
    case Turn::kReach: return reach_moment(ref);
    case Turn::kOpen: return open(ref);
    case Turn::kDeadlines: return update_deadlines(ref);
    case Turn::kClose:
    case Turn::kSeen: return;
  }
}

void Interpreter::cancel(const StepRef& ref) {
  const definition::SentryIndex sentry = step_at(ref.step).cancel_when;
  if (sentry == kNone) return;
  const StepLife life = life_of(ref);
  if (life == StepLife::kCompleted || life == StepLife::kTerminated || !surrounded(ref)) return;
  // An occurrence that can't open any more has nothing to be cancelled.
  if (life == StepLife::kAvailable && !may_repeat(ref, Look::kReading)) return;
  std::vector<Version> causes;
  const Verdict verdict = judge(ref, sentry, true, &causes);
  if (verdict.holding != Holding::kHolds) return;
  // What was known before the stage around it opened is news only from then on.
  const std::optional<StepRef> parent = parent_of(ref);
  const Day day = parent ? std::max(verdict.day, find(*parent)->opened_on) : verdict.day;
  terminate(ref, EndReason::kCancelled, day, because(Rule::kCancelWhen, sentry, std::move(causes)));
}

void Interpreter::finish(const StepRef& ref) {
  const StepInstance* found = find(ref);
  if (found == nullptr || found->life != StepLife::kActive) return;
  const StepInstance step = *found;
  const definition::Step& declared = step_at(ref.step);
  if (declared.outcomes.empty()) {
    if (step.worked) complete(ref, definition::kNoOutcome, std::max(trigger_.effective, step.opened_on), trigger_.effective, because(Rule::kOutcome, 0, {step.met_by}));
    return;
  }
  for (std::size_t i = 0; i < declared.outcomes.size(); ++i) {
    const auto index = static_cast<definition::OutcomeIndex>(i);
    Opening opening{Day(std::numeric_limits<std::int32_t>::min()), because(Rule::kOutcome, index)};
    if (!outcome_holds(step, declared.outcomes[i], index, opening)) continue;
    const Day met_on = opening.day;
    complete(ref, index, std::max(met_on, step.opened_on), met_on, std::move(opening.because));
    return;
  }
}

void Interpreter::reach_moment(const StepRef& ref) {
  const StepKind kind = step_at(ref.step).kind;
  if (kind == StepKind::kCompute) return compute(ref);
  if (kind != StepKind::kMilestone && kind != StepKind::kNotify) return;
  std::optional<Opening> opening = may_open(ref);
  if (!opening) return;
  // What a case that came from elsewhere had to tell before it came was told there, or not at all.
  const bool past = core_.imported_on && opening->day < *core_.imported_on;
  if (kind == StepKind::kMilestone || past) {
    emit(opening->day, StepCompleted{ref, definition::kNoOutcome, std::move(opening->because)});
  } else {
    std::string language;
    if (const definition::GuardIndex guard = step_at(ref.step).message_language; guard != kNone) {
      note_reads(ref, guard, *opening);
      if (const expression::Value tag = evaluate(ref, guard); tag.kind() == expression::Kind::kString) language = tag.as_text();
    }
    emit(opening->day, NotificationRequested{ref, 0xFF, std::move(language), std::move(opening->because)});
  }
}

void Interpreter::open(const StepRef& ref) {
  const definition::Step& step = step_at(ref.step);
  const bool opens = step.kind == StepKind::kTask || step.kind == StepKind::kWaitFor || step.kind == StepKind::kStage;
  if (!opens) return;
  std::optional<Opening> opening = may_open(ref);
  if (!opening) return;
  if (step.manual || step.discretionary) {
    emit(opening->day, StepEnabled{ref, std::move(opening->because)});
  } else {
    emit(opening->day, StepOpened{ref, std::move(opening->because)});
    assign(ref);
  }
}

void Interpreter::close_stages(Version round_began) {
  if (core_.life != CaseLife::kOpen) return;
  if (core_.version == round_began && !any_marked(Turn::kClose) && reach_ == Reach::kTouched) return;
  // A stage that opened in this round is left to the next: its milestones have their turn before its `completes_when`.
  std::vector<StepRef> stages;
  std::vector<StepRef> fresh;
  for (const StepInstance& step : core_.steps)
    if (step.life == StepLife::kActive && step_at(step.ref.step).kind == StepKind::kStage) (step.opened <= round_began ? stages : fresh).push_back(step.ref);
  const Version before = core_.version;
  for (const StepRef& ref : stages)
    if (may_have_ended(ref.step) && life_of(ref) == StepLife::kActive && !core_.suspended(ref.person) && !wakes_enough()) close_stage(ref);
  // What ended a stage may end those before it.
  if (core_.version != before) return;
  for (std::size_t word = 0; word < marks_.size(); ++word) marks(Turn::kClose, word) = 0;
  for (const StepRef& ref : fresh) marks(Turn::kClose, ref.step / 64) |= std::uint64_t{1} << (ref.step % 64);
}

bool Interpreter::any_marked(Turn turn) {
  std::uint64_t any = 0;
  for (std::size_t word = 0; word < marks_.size(); ++word) any |= marks(turn, word);
  return any != 0;
}

bool Interpreter::may_have_ended(StepIndex stage) {
  if (reach_ == Reach::kEverything) return true;
  const std::vector<std::uint64_t>& ended_by = step_at(stage).ended_by;
  for (std::size_t word = 0; word < marks_.size(); ++word)
    if ((ended_by[word] & marks(Turn::kClose, word)) != 0) return true;
  return false;
}

void Interpreter::close_stage(const StepRef& ref) {
  const definition::Step& stage = step_at(ref.step);
  Day day = find(ref)->opened_on;
  if (stage.completes_when != kNone) {
    std::vector<Version> causes;
    const Verdict verdict = judge(ref, stage.completes_when, false, &causes);
    if (verdict.holding != Holding::kHolds) return;
    day = std::max(day, verdict.day);
    return complete(ref, result_of(ref, stage.outcomes), day, day, because(Rule::kStage, 0, std::move(causes)));
  }
  if (!stage_done(ref.step, ref)) return;
  Version last = find(ref)->opened;
  for (const StepInstance& step : core_.steps) {
    if (step.ended == Version() || parent_of(step.ref) != ref) continue;
    day = std::max(day, step.ended_on);
    last = std::max(last, step.ended);
  }
  complete(ref, result_of(ref, stage.outcomes), day, day, because(Rule::kStage, 0, {last}));
}

definition::OutcomeIndex Interpreter::result_of(const StepRef& ref, const std::vector<definition::Outcome>& results) {
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i].after != kNone && judge(ref, results[i].after, false, nullptr, Look::kReading).holding == Holding::kHolds) return static_cast<definition::OutcomeIndex>(i);
  return definition::kNoOutcome;
}

void Interpreter::complete_pathway() {
  if (core_.life != CaseLife::kOpen) return;
  Day day = core_.opened_on;
  std::vector<Version> causes;
  if (pathway_.completes_when != kNone) {
    const Verdict verdict = judge(StepRef{}, pathway_.completes_when, false, &causes, Look::kReading);
    // A day in it that can't be computed is an incident of the case itself, and the incident is over when it can.
    const bool incident = std::any_of(core_.incidents.begin(), core_.incidents.end(), [](const Incident& open) { return open.step == StepRef{}; });
    if (verdict.holding == Holding::kFailed || incident) (void)judge(StepRef{}, pathway_.completes_when, false, nullptr);
    if (verdict.holding != Holding::kHolds) return;
    day = std::max(day, verdict.day);
  } else {
    if (!stage_done(kNone, StepRef{})) return;
    Version last = Version(1);
    for (const StepInstance& step : core_.steps) {
      if (step.ended == Version()) continue;
      day = std::max(day, step.ended_on);
      last = std::max(last, step.ended);
    }
    causes = {last};
  }
  const Because why = because(Rule::kStage, 0, std::move(causes));
  const definition::OutcomeIndex result = result_of(StepRef{}, pathway_.results);
  end_everything(EndReason::kPathwayCompleted, day, why);
  emit(day, PathwayCompleted{result, why});
}

void Interpreter::end_everything(EndReason reason, Day day, const Because& why) {
  const std::vector<StepInstance> steps = core_.steps;
  for (const StepInstance& step : steps) {
    const StepLife life = life_of(step.ref);
    if (life == StepLife::kEnabled || life == StepLife::kActive) terminate(step.ref, reason, day, why);
  }
}

}  // namespace ritrovo::pathway
