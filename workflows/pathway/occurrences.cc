#include <algorithm>

#include "workflows/pathway/interpreter.h"

// Occurrences: which instances a step has, which report answers which, and how a completed one is active again.
namespace ritrovo::pathway {

using definition::kNone;
using definition::StepIndex;

std::vector<StepRef> Interpreter::instances(StepIndex step) const {
  const definition::Step& declared = step_at(step);
  const StepIndex repeat = repeat_of(pathway_, step);
  if (declared.branch == kNone && repeat == kNone) return {StepRef{step, kNobody, Version()}};
  std::vector<StepRef> refs;
  for (const PersonIndex person : core_.in_scope(declared.branch)) {
    if (repeat == kNone) {
      refs.push_back({step, person, Version()});
    } else if (repeat == step) {
      add_occurrences(step, person, refs);
    } else {
      const PersonIndex around = step_at(repeat).branch == kNone ? kNobody : person;
      for (const StepInstance& instance : core_.steps)
        if (instance.ref.step == repeat && instance.ref.person == around) refs.push_back({step, person, instance.ref.occurrence});
    }
  }
  return refs;
}

void Interpreter::add_occurrences(StepIndex step, PersonIndex person, std::vector<StepRef>& refs) const {
  const definition::Step& declared = step_at(step);
  if (declared.repeat_for != kNone) {
    const PersonIndex about = person_for(pathway_.facts[declared.repeat_for].per, person);
    for (const FactRecord& fact : core_.facts)
      if (fact.fact == declared.repeat_for && fact.person == about) refs.push_back({step, person, fact.version});
    return;
  }
  // One that begins again by itself: the first, those that were, and the one that follows the last when it is completed.
  const StepInstance* last = nullptr;
  for (const StepInstance& instance : core_.steps) {
    if (instance.ref.step != step || instance.ref.person != person) continue;
    refs.push_back(instance.ref);
    last = &instance;
  }
  if (last == nullptr) refs.push_back({step, person, Version()});
  else if (last->life == StepLife::kCompleted) refs.push_back({step, person, last->ended});
}

const StepInstance* Interpreter::occurrence_before(const StepRef& ref) const {
  if (ref.occurrence == Version() || !step_at(ref.step).repeats_itself) return nullptr;
  const auto before = std::find_if(core_.steps.begin(), core_.steps.end(), [&ref](const StepInstance& step) {
    return step.ref.step == ref.step && step.ref.person == ref.person && step.ended == ref.occurrence;
  });
  return before == core_.steps.end() ? nullptr : &*before;
}

bool Interpreter::may_repeat(const StepRef& ref, Look look) {
  const definition::Step& step = step_at(ref.step);
  if (!step.repeats()) return true;
  if (step.repeat_at_most != 0) {
    const auto opened = std::count_if(core_.steps.begin(), core_.steps.end(), [&ref](const StepInstance& other) {
      return other.ref.step == ref.step && other.ref.person == ref.person && other.ref != ref && other.life != StepLife::kAvailable;
    });
    if (opened >= step.repeat_at_most) return false;
  }
  if (step.repeat_until == kNone) return true;
  std::vector<Version> causes;
  const Verdict verdict = judge(ref, step.repeat_until, false, &causes, look);
  if (verdict.holding != Holding::kHolds) return true;
  const FactRecord* report = core_.fact_at(ref.occurrence);
  if (report == nullptr || verdict.day < report->effective) return false;
  // On the same day: what was known first; a correction knows of nothing new.
  const auto later = [&](Version cause) {
    const FactRecord* told = core_.fact_known(cause);
    return (told == nullptr ? cause : told->version) > report->version;
  };
  return verdict.day > report->effective || causes.empty() || std::any_of(causes.begin(), causes.end(), later);
}

const FactRecord* Interpreter::answer_to(const StepRef& ref, definition::FactIndex fact) const {
  const PersonIndex about = person_for(pathway_.facts[fact].per, ref.person);
  if (about == kNobody && pathway_.facts[fact].per != kNone) return nullptr;
  const StepInstance* step = find(ref);
  // What happened before the step was reopened, or was known before on that day, doesn't complete it again.
  const Version asked = step == nullptr ? Version() : asked_again(*step);
  const auto too_early = [&](const FactRecord& record) {
    if (asked == Version()) return false;
    const Day order = core_.order_of(record.person, record.effective);
    return order < step->reopened_on || (record.version <= asked && (order == step->reopened_on || asked == step->reopened));
  };
  if (repeat_of(pathway_, ref.step) == kNone) {
    const FactRecord* latest = core_.latest(fact, about);
    return latest != nullptr && !too_early(*latest) ? latest : nullptr;
  }
  const Scope scope = scope_of(ref);
  const bool matched = matching_field(pathway_, scope, fact) != kNone;
  // Of one that begins again by itself: what happened on the day on which the one before ended counts for it, whichever was known first.
  const auto before = std::find_if(core_.steps.begin(), core_.steps.end(), [&ref](const StepInstance& step) { return ref.occurrence != Version() && step.ended == ref.occurrence; });
  const auto asked_before = [&](const FactRecord& record) {
    return before == core_.steps.end() ? core_.follows(record, ref.occurrence) : core_.order_of(record.person, record.effective) >= before->ended_on;
  };
  for (const FactRecord& record : core_.facts) {
    if (record.fact != fact || record.person != about || too_early(record)) continue;
    // The number says which report it answers, whichever came first; without one it answers what was asked before it.
    if (matched ? !belongs(pathway_, core_, scope, record) : !asked_before(record)) continue;
    const bool taken = std::any_of(core_.steps.begin(), core_.steps.end(), [&](const StepInstance& other) {
      return other.ref.step == ref.step && other.ref.person == ref.person && other.ref != ref && other.met_by == record.version;
    });
    if (!taken) return &record;
  }
  return nullptr;
}

bool Interpreter::asks_again(const StepRef& ref, const FactRecord& fact) const {
  const std::vector<definition::FactIndex>& named = step_at(ref.step).reopen.on;
  return std::find(named.begin(), named.end(), fact.fact) != named.end() && fact.person == person_for(pathway_.facts[fact.fact].per, ref.person) &&
         belongs(pathway_, core_, scope_of(ref), fact);
}

Version Interpreter::asked_again(const StepInstance& step) const {
  if (step.reopened == Version()) return {};
  const bool by_hand = std::any_of(core_.moves.begin(), core_.moves.end(), [&step](const Move& move) { return move.kind == MoveKind::kStepReopened && move.version == step.reopened; });
  Version asked;
  for (const FactRecord& fact : core_.facts) {
    if (by_hand || fact.effective != step.reopened_on || fact.version > step.reopened || fact.version < asked) continue;
    if (asks_again(step.ref, fact)) asked = fact.version;
  }
  return asked == Version() ? step.reopened : asked;
}

void Interpreter::reopen(const StepRef& ref) {
  const definition::Reopening& declared = step_at(ref.step).reopen;
  const StepInstance* step = declared.on.empty() ? nullptr : find(ref);
  if (step == nullptr || step->life != StepLife::kCompleted || core_.life != CaseLife::kOpen || core_.suspended(ref.person) || !surrounded(ref)) return;
  // What happened before the step was done doesn't bring it back, nor does what brought it back already. It is told by what the case was told, for
  // the step may have come to its end later than that: when the case went on after a suspension.
  const Version done = step->met_by == Version() ? step->ended : step->met_by;
  const Version asked = asked_again(*step);
  const auto later_than = [](const FactRecord& fact, Day day, Version version) { return fact.effective > day || (fact.effective == day && fact.version > version); };
  const auto asks = std::find_if(core_.facts.begin(), core_.facts.end(), [&](const FactRecord& fact) {
    return later_than(fact, step->ended_on, done) && (asked == Version() || later_than(fact, step->reopened_on, asked)) && asks_again(ref, fact);
  });
  if (asks == core_.facts.end()) return;
  Opening opening{asks->effective, because(Rule::kReopen, 0, {asks->version})};
  if (declared.when != kNone && ask(ref, declared.when, opening) != Truth::kTrue) return;
  reopen_step(ref, {}, opening.day, std::move(opening.because));
}

void Interpreter::reopen_step(const StepRef& ref, std::string by, Day day, Because why, std::vector<Secret> reason) {
  const Version version = emit(day, StepReopened{ref, std::move(by), std::move(why)}, std::move(reason));
  const definition::Step& step = step_at(ref.step);
  if (step.reopen.clock == definition::ReopenClock::kStays) return;
  for (std::size_t i = 0; i < step.deadlines.size(); ++i) {
    const DeadlineRef deadline{ref, static_cast<definition::DeadlineIndex>(i)};
    const RunningDeadline* known = core_.find(deadline);
    const bool elsewhere = step.deadlines[i].met_by_fact != kNone || step.deadlines[i].met_by_step != kNone;
    // One that was missed stays so where its clock only continues.
    const bool again = known != nullptr && !elsewhere && (known->clock != Clock::kMissed || step.reopen.clock == definition::ReopenClock::kRestarts);
    if (!again) continue;
    const StepInstance copy = *find(ref);
    std::optional<Counted> counted = count(copy, deadline.deadline, Version());
    if (!counted) continue;
    counted->why = because(Rule::kDeadline, deadline.deadline, {version});
    follow_clock(deadline, *counted);
  }
}

}  // namespace ritrovo::pathway
