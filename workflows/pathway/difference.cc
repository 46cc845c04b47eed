#include "workflows/pathway/difference.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "workflows/pathway/guard_context.h"

namespace ritrovo::pathway {

using definition::StepKind;

namespace {

bool ended(StepLife life) { return life == StepLife::kCompleted || life == StepLife::kTerminated; }

/// Instances of a derivation under the names that derivations have in common, by ref. One that is available has no life of its own.
std::vector<std::pair<StepRef, const StepInstance*>> named(const Derivation& derivation) {
  std::vector<std::pair<StepRef, const StepInstance*>> steps;
  for (const StepInstance& step : derivation.core().steps) {
    if (step.life == StepLife::kAvailable) continue;
    if (const std::optional<StepRef> ref = derivation.common(step.ref)) steps.emplace_back(*ref, &step);
  }
  std::sort(steps.begin(), steps.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return steps;
}

std::vector<std::pair<DeadlineRef, const RunningDeadline*>> named_deadlines(const Derivation& derivation) {
  std::vector<std::pair<DeadlineRef, const RunningDeadline*>> deadlines;
  for (const RunningDeadline& deadline : derivation.core().deadlines)
    if (const std::optional<StepRef> ref = derivation.common(deadline.ref.step)) deadlines.emplace_back(DeadlineRef{*ref, deadline.ref.deadline}, &deadline);
  std::sort(deadlines.begin(), deadlines.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  return deadlines;
}

/// What stands on either side under each name: left, right, or both.
template <class Ref, class Item, class Take>
void side_by_side(const std::vector<std::pair<Ref, const Item*>>& left, const std::vector<std::pair<Ref, const Item*>>& right, const Take& take) {
  auto a = left.begin();
  auto b = right.begin();
  while (a != left.end() || b != right.end()) {
    if (b == right.end() || (a != left.end() && a->first < b->first)) {
      take(a->first, a->second, nullptr);
      ++a;
    } else if (a == left.end() || b->first < a->first) {
      take(b->first, nullptr, b->second);
      ++b;
    } else {
      take(a->first, a->second, b->second);
      ++a;
      ++b;
    }
  }
}

Clock as_known_in_time(Clock clock) { return clock == Clock::kMetLate ? Clock::kMet : clock; }

bool same_clock(const RunningDeadline* a, const RunningDeadline* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return as_known_in_time(a->clock) == as_known_in_time(b->clock) && a->start == b->start && a->due == b->due && a->warn_on == b->warn_on;
}

/// A deadline's length and calendar, as the event that set it says.
Working working_of(const Body& body) {
  if (const auto* set = std::get_if<DeadlineSet>(&body)) return set->working;
  if (const auto* moved = std::get_if<DeadlineMoved>(&body)) return moved->working;
  return {};
}

}  // namespace

void Difference::apply() {
  if (work_.core().life == CaseLife::kCompleted && with_.core().life == CaseLife::kOpen && without_.core().life == CaseLife::kCompleted)
    work_.emit(work_.trigger().today, CaseReopened{{Rule::kStage, 0, {cause_}, {}}});
  const std::vector<Changed> changed = changed_steps();
  const DeadlineNames gone = deadlines_without();
  // A stage comes before its steps in the document: what is inside goes first.
  for (auto at = changed.rbegin(); at != changed.rend(); ++at)
    if (const std::optional<Changed> named = as_known(*at)) take_back(*named);
  std::vector<Forward> forward;
  for (std::size_t i = 0; i < changed.size(); ++i) {
    const StepInstance* as = changed[i].with;
    if (as == nullptr) continue;
    forward.push_back({as->opened, i, false});
    if (as->ended != Version()) forward.push_back({as->ended, i, true});
  }
  std::sort(forward.begin(), forward.end(), [](const Forward& a, const Forward& b) { return std::tie(a.at, a.changed, a.ends) < std::tie(b.at, b.changed, b.ends); });
  for (const Forward& next : forward)
    if (const std::optional<Changed> named = as_known(changed[next.changed])) next.ends ? end(*named) : open(*named);
  for (const Changed& step : changed)
    if (const std::optional<Changed> named = step.with == nullptr ? std::nullopt : as_known(step)) redate(*named);
  move_deadlines(gone);
  move_incidents();
  question_work();
  if (const Version completed = with_.completed(); completed != Version() && without_.core().life == CaseLife::kOpen && work_.core().life == CaseLife::kOpen) {
    const Body body = with_.body_at(completed);
    const auto* ended_with = std::get_if<PathwayCompleted>(&body);
    work_.emit(with_.effective_at(completed), PathwayCompleted{ended_with == nullptr ? definition::kNoOutcome : ended_with->result, because(with_, completed)});
  }
}

bool Difference::same_value(const StepInstance& a, const StepInstance& b) const {
  if ((a.computed == Version()) != (b.computed == Version())) return false;
  if (a.computed == Version()) return true;
  if (a.value != 0xFFFFFFFF && b.value != 0xFFFFFFFF) return without_.core().computed[a.value] == with_.core().computed[b.value];
  const PersonId owner = owner_of(work_.core(), a.ref.person);
  const SealedValues::Found left = without_.sealed().find(a.computed, owner);
  const SealedValues::Found right = with_.sealed().find(b.computed, owner);
  return left.values != nullptr && right.values != nullptr && *left.values == *right.values;
}

bool Difference::same(const StepInstance& a, const StepInstance& b) const {
  const bool alike = std::tie(a.life, a.outcome, a.opened_on, a.ended_on, a.reopened_on, a.worked) ==
                     std::tie(b.life, b.outcome, b.opened_on, b.ended_on, b.reopened_on, b.worked);
  return alike && without_.actual(a.met_by) == with_.actual(b.met_by) && same_value(a, b);
}

std::optional<Difference::Changed> Difference::as_known(const Changed& changed) const {
  const std::optional<StepRef> ref = changed.with != nullptr ? with_.known(changed.with->ref, work_.core()) : without_.known(changed.without->ref, work_.core());
  if (!ref) return std::nullopt;
  return Changed{*ref, changed.without, changed.with};
}

std::vector<Difference::Changed> Difference::changed_steps() const {
  std::vector<Changed> changed;
  side_by_side(named(without_), named(with_), [&](const StepRef& ref, const StepInstance* without, const StepInstance* with) {
    if (without != nullptr && with != nullptr && same(*without, *with)) return;
    changed.push_back({ref, without, with});
  });
  return changed;
}

Version Difference::in_case(const Derivation& derivation, Version here) const {
  if (const Version told = derivation.actual(here); told != Version()) return told;
  for (const StepInstance& step : derivation.core().steps) {
    if (step.opened != here && step.ended != here) continue;
    const std::optional<StepRef> ref = derivation.known(step.ref, work_.core());
    const StepInstance* known = ref ? work_.core().find(*ref) : nullptr;
    return known == nullptr ? Version() : step.opened == here ? known->opened : known->ended;
  }
  for (const RunningDeadline& deadline : derivation.core().deadlines) {
    if (deadline.ended != here) continue;
    const std::optional<StepRef> ref = derivation.known(deadline.ref.step, work_.core());
    const RunningDeadline* known = ref ? work_.core().find(DeadlineRef{*ref, deadline.ref.deadline}) : nullptr;
    return known == nullptr ? Version() : known->ended;
  }
  return {};
}

Because Difference::because(const Derivation& derivation, Version here) const {
  const Body body = derivation.body_at(here);
  const Because* why = because_of(body);
  Because out = why == nullptr ? Because() : *why;
  std::vector<Version> causes;
  for (const Version cause : out.causes)
    if (const Version known = in_case(derivation, cause); known != Version()) causes.push_back(known);
  // The cause is the latest event, so that an outcome's own fact stays first.
  if (causes.size() >= kCausesMax) causes.resize(kCausesMax - 1);
  causes.push_back(cause_);
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  out.causes = std::move(causes);
  for (Read& read : out.reads) read.version = in_case(derivation, read.version);
  return out;
}

void Difference::revise(const StepRef& ref, Revision to, const StepInstance* as, const Because& why) {
  const bool gone = as == nullptr || to == Revision::kWithdrawn;
  if (to == Revision::kReopened && as->reopened != Version()) {
    // Reopened as its definition says: what completed it before doesn't complete it again.
    const Body body = with_.body_at(as->reopened);
    const auto* reopened = std::get_if<StepReopened>(&body);
    const StepInstance& known = *work_.core().find(ref);
    if (reopened != nullptr && (known.reopened == Version() || known.reopened_on != as->reopened_on)) {
      // By nobody: where a person asked for it, the case was told so before, and once.
      work_.emit(as->reopened_on, StepReopened{ref, {}, because(with_, as->reopened)});
      return;
    }
  }
  const Day day = gone || to == Revision::kReopened ? work_.trigger().today : as->opened_on;
  work_.emit(day, StepRevised{ref, to, gone ? Day() : as->opened_on, to == Revision::kRedated ? as->ended_on : Day(), !gone && as->worked, why});
}

void Difference::take_back(const Changed& changed) {
  const StepInstance* known = work_.core().find(changed.ref);
  if (known == nullptr || known->life == StepLife::kAvailable) return;
  const StepLife target = changed.with == nullptr ? StepLife::kAvailable : changed.with->life;
  const StepLife life = known->life;
  const auto why = [&] {
    if (changed.without == nullptr) return Because{Rule::kAfter, 0, {cause_}, {}};
    Because old = because(without_, target == StepLife::kActive && changed.without->ended != Version() ? changed.without->ended : changed.without->opened);
    old.causes = {cause_};
    old.reads.clear();
    return old;
  };
  if (target == StepLife::kAvailable || (target == StepLife::kEnabled && life != StepLife::kEnabled)) {
    // What a person did stays done; it is marked below.
    if (known->worked && life == StepLife::kCompleted) return;
    return revise(changed.ref, Revision::kWithdrawn, nullptr, why());
  }
  // When it was reopened says from when its clock runs, and which reports complete it.
  const Version was = changed.without == nullptr ? Version() : changed.without->reopened;
  const bool reopened = changed.with->reopened != Version() && (was == Version() || changed.without->reopened_on != changed.with->reopened_on) && known->reopened_on != changed.with->reopened_on;
  if (changed.with->reopened == Version() && was != Version() && known->reopened != Version() && !known->worked) return revise(changed.ref, Revision::kWithdrawn, nullptr, why());
  if (life == StepLife::kActive && reopened) return revise(changed.ref, Revision::kReopened, changed.with, why());
  if (!ended(life)) return;
  const Version met_by = with_.actual(changed.with->met_by);
  const bool otherwise = reopened || life != target || known->outcome != changed.with->outcome || (met_by != Version() && met_by != known->met_by);
  // A step that ended as it began has nothing to be reopened to.
  if (otherwise && changed.with->opened == changed.with->ended) return revise(changed.ref, Revision::kWithdrawn, nullptr, why());
  if (otherwise) revise(changed.ref, Revision::kReopened, changed.with, why());
}

void Difference::open(const Changed& changed) {
  const StepInstance& as = *changed.with;
  const StepLife life = work_.core().life_of(changed.ref);
  const definition::Step& step = work_.pathway().steps[changed.ref.step];
  if (step.kind == StepKind::kCompute && as.computed != Version()) return compute(changed.ref, as);
  if (as.opened == as.ended) return;
  if (as.life == StepLife::kEnabled) {
    if (life == StepLife::kAvailable) work_.emit(as.opened_on, StepEnabled{changed.ref, because(with_, as.opened)});
    return;
  }
  if (life != StepLife::kAvailable && life != StepLife::kEnabled) return;
  const Version opened = work_.emit(as.opened_on, StepOpened{changed.ref, because(with_, as.opened)});
  // A derivation isn't told who claimed what: only the definition gives a task to somebody there.
  if (as.claimed_by != kNoActor)
    work_.emit(as.opened_on, TaskAssigned{changed.ref, with_.core().actors[as.claimed_by], {Rule::kAssign, 0, {opened}, {}}});
}

void Difference::compute(const StepRef& ref, const StepInstance& as) {
  const StepInstance* known = work_.core().find(ref);
  if (known != nullptr && known->life == StepLife::kTerminated) return;
  const bool fresh = known == nullptr || known->life == StepLife::kAvailable;
  const PersonId owner = owner_of(work_.core(), ref.person);
  ValueComputed body{ref, std::nullopt, !work_.pathway().steps[ref.step].outcomes.empty(), because(with_, as.computed)};
  std::vector<Secret> secrets;
  if (as.value != 0xFFFFFFFF) {
    body.value = with_.core().computed[as.value];
    if (!fresh && known->value != 0xFFFFFFFF && work_.core().computed[known->value] == *body.value) return;
  } else {
    const SealedValues::Found box = with_.sealed().find(as.computed, owner);
    if (box.values == nullptr) return;
    const SealedValues::Found now = fresh ? SealedValues::Found() : work_.sealed().find(known->computed, owner);
    if (now.values != nullptr && *now.values == *box.values) return;
    secrets.push_back({owner, *box.values});
  }
  work_.emit(as.opened_on, body, std::move(secrets));
}

void Difference::end(const Changed& changed) {
  const StepInstance& as = *changed.with;
  const StepInstance* known = work_.core().find(changed.ref);
  const StepLife life = known == nullptr ? StepLife::kAvailable : known->life;
  if (ended(life)) return;
  const bool told_before = known != nullptr && known->notified;
  Because why = because(with_, as.ended);
  if (as.life == StepLife::kTerminated) {
    const Body body = with_.body_at(as.ended);
    const auto* terminated = std::get_if<StepTerminated>(&body);
    work_.emit(as.ended_on, StepTerminated{changed.ref, terminated == nullptr ? EndReason::kCancelled : terminated->reason, std::move(why)});
    return;
  }
  const Body body = with_.body_at(as.ended);
  if (const auto* asked = std::get_if<NotificationRequested>(&body); asked != nullptr && !told_before) {
    work_.emit(as.ended_on, NotificationRequested{changed.ref, 0xFF, asked->language, std::move(why)});
  } else {
    work_.emit(as.ended_on, StepCompleted{changed.ref, as.outcome, std::move(why)});
    take_over(changed.ref);
  }
}

void Difference::take_over(const StepRef& ref) {
  const StepInstance done = *work_.core().find(ref);
  if (!done.worked) return;
  const std::vector<StepInstance> steps = work_.core().steps;
  for (const StepInstance& step : steps)
    if (step.ref.step == ref.step && step.ref.person == ref.person && step.ref != ref && step.worked && step.met_by == done.met_by)
      revise(step.ref, Revision::kWithdrawn, nullptr, {Rule::kAfter, 0, {cause_}, {}});
}

void Difference::redate(const Changed& changed) {
  const StepInstance& as = *changed.with;
  const StepInstance* known = work_.core().find(changed.ref);
  if (known == nullptr || known->life != as.life) return;
  if (known->opened_on == as.opened_on && (known->ended == Version() || known->ended_on == as.ended_on)) return;
  revise(changed.ref, Revision::kRedated, &as, because(with_, as.ended == Version() ? as.opened : as.ended));
}

Difference::DeadlineNames Difference::deadlines_without() const {
  DeadlineNames names;
  side_by_side(named_deadlines(without_), named_deadlines(with_), [&](const DeadlineRef& ref, const RunningDeadline* without, const RunningDeadline* with) {
    if (with != nullptr) return;
    if (const std::optional<StepRef> step = without_.known(without->ref.step, work_.core())) names.emplace(ref, *step);
  });
  return names;
}

void Difference::move_deadlines(const DeadlineNames& gone) {
  side_by_side(named_deadlines(without_), named_deadlines(with_), [&](const DeadlineRef& ref, const RunningDeadline* without, const RunningDeadline* with) {
    if (same_clock(without, with)) return;
    if (with == nullptr) {
      if (const auto name = gone.find(ref); name != gone.end()) move_deadline({name->second, ref.deadline}, nullptr);
    } else if (const std::optional<StepRef> step = with_.known(with->ref.step, work_.core())) {
      move_deadline({*step, ref.deadline}, with);
    }
  });
}

void Difference::run_deadline(const DeadlineRef& ref, const RunningDeadline& as) {
  const RunningDeadline* known = work_.core().find(ref);
  const bool as_it_should = known != nullptr && known->start == as.start && known->due == as.due && known->warn_on == as.warn_on;
  if (as_it_should && (as.clock != Clock::kRunning || known->clock == Clock::kRunning)) return;
  const Working working = working_of(with_.body_at(as.version));
  const Because why = because(with_, as.version);
  const Day on = work_.trigger().effective;
  if (known == nullptr) {
    work_.emit(on, DeadlineSet{ref, as.start, as.due, as.warn_on, working, why});
  } else {
    const bool resumed = known->clock == Clock::kSuspended || known->clock == Clock::kInterrupted;
    work_.emit(on, DeadlineMoved{ref, as.start, as.due, resumed ? std::nullopt : std::optional(known->due), as.warn_on, resumed, working, why});
  }
}

void Difference::move_deadline(const DeadlineRef& ref, const RunningDeadline* as) {
  const RunningDeadline* known = work_.core().find(ref);
  const Because why{Rule::kDeadline, ref.deadline, {cause_}, {}};
  if (as == nullptr) {
    if (known != nullptr) work_.emit(work_.trigger().today, DeadlineWithdrawn{ref, why});
    return;
  }
  const Clock before = known == nullptr ? Clock::kRunning : as_known_in_time(known->clock);
  run_deadline(ref, *as);
  const Clock now = as_known_in_time(work_.core().find(ref)->clock);
  const Clock target = as_known_in_time(as->clock);
  if (now == target) return;
  switch (target) {
    case Clock::kRunning:
    case Clock::kMetLate: return;
    case Clock::kSuspended: work_.emit(work_.trigger().effective, DeadlineSuspended{ref, why}); return;
    case Clock::kInterrupted: work_.emit(work_.trigger().effective, DeadlineInterrupted{ref, why}); return;
    case Clock::kMet: work_.emit(as->ended_on, DeadlineMet{ref, before == Clock::kMissed, because(with_, as->ended)}); return;
    case Clock::kVoid: {
      const Body body = with_.body_at(as->ended);
      const auto* voided = std::get_if<DeadlineVoided>(&body);
      work_.emit(work_.trigger().effective, DeadlineVoided{ref, voided != nullptr && voided->imported});
      return;
    }
    case Clock::kMissed: {
      const Version missed = work_.emit(as->due.plus(1), DeadlineMissed{ref, as->due});
      const definition::Deadline& declared = work_.pathway().steps[ref.step.step].deadlines[ref.deadline];
      if (!declared.overdue_notify.empty() && before != Clock::kMissed)
        work_.emit(as->due.plus(1), NotificationRequested{ref.step, ref.deadline, {}, {Rule::kDeadline, ref.deadline, {missed}, {}}});
      if (!declared.overdue_escalate.empty() && work_.core().life_of(ref.step) == StepLife::kActive)
        work_.emit(as->due.plus(1), TaskEscalated{ref.step, ref.deadline, {Rule::kDeadline, ref.deadline, {missed}, {}}});
      return;
    }
  }
}

void Difference::move_incidents() {
  const auto among = [this](const Derivation& derivation, const StepRef& ref, const Incident& wanted) {
    return std::any_of(derivation.core().incidents.begin(), derivation.core().incidents.end(), [&](const Incident& incident) {
      return derivation.known(incident.step, work_.core()) == std::optional(ref) && incident.rule == wanted.rule && incident.part == wanted.part;
    });
  };
  const std::vector<Incident> known = work_.core().incidents;
  for (const Incident& incident : known)
    if (among(without_, incident.step, incident) && !among(with_, incident.step, incident))
      work_.emit(work_.trigger().today, IncidentResolved{incident.step, {incident.rule, incident.part, {cause_}, {}}});
  for (const Incident& incident : with_.core().incidents) {
    const std::optional<StepRef> ref = with_.known(incident.step, work_.core());
    if (!ref) continue;
    const Body body = with_.body_at(incident.version);
    const auto* opened = std::get_if<IncidentOpened>(&body);
    const bool open_here = std::any_of(work_.core().incidents.begin(), work_.core().incidents.end(),
                                       [&](const Incident& it) { return it.step == *ref && it.rule == incident.rule && it.part == incident.part; });
    if (opened == nullptr || open_here) continue;
    // What was erased can't be worked out again, with or without the difference: whatever rests on it has to be looked at.
    if (opened->failure != Failure::kErased && among(without_, *ref, incident)) continue;
    work_.emit(work_.trigger().today, IncidentOpened{*ref, opened->failure, opened->message, because(with_, incident.version)});
  }
}

void Difference::question_work() {
  const std::vector<StepInstance> steps = work_.core().steps;
  for (const StepInstance& step : steps) {
    if (!step.worked || step.questioned) continue;
    const auto forced = [&step](const Derivation& derivation) { return std::find(derivation.forced().begin(), derivation.forced().end(), step.ref) != derivation.forced().end(); };
    bool rests = forced(with_) && !forced(without_);
    // The report by which its occurrence is named is gone, or a loop ended before its turn came.
    const auto stands = [&step](const Derivation& derivation) {
      const std::optional<StepRef> ref = derivation.here(step.ref);
      return ref && derivation.core().life_of(*ref) != StepLife::kAvailable;
    };
    if (step.ref.occurrence != Version() && !stands(with_) && stands(without_)) rests = true;
    if (rests) work_.emit(work_.trigger().today, WorkQuestioned{step.ref, {Rule::kAfter, 0, {cause_}, {}}});
  }
}

}  // namespace ritrovo::pathway
