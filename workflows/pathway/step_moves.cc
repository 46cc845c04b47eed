#include <algorithm>
#include <limits>

#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {

using definition::kNone;
using definition::StepIndex;

Because Interpreter::because(Rule rule, std::uint16_t part, std::vector<Version> causes) const {
  std::erase(causes, Version());
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  if (causes.size() > kCausesMax) causes.resize(kCausesMax);
  return {rule, part, std::move(causes), {}};
}

PersonIndex Interpreter::person_for(definition::RoleIndex role, PersonIndex person) const {
  if (role == kNone) return kNobody;
  if (person != kNobody && core_.persons[person].role == role) return person;
  for (std::size_t i = 0; i < core_.persons.size(); ++i)
    if (core_.persons[i].role == role && !core_.persons[i].left) return static_cast<PersonIndex>(i);
  return kNobody;
}

std::optional<StepRef> Interpreter::parent_of(const StepRef& ref) const {
  const StepIndex stage = step_at(ref.step).stage;
  if (stage == kNone) return std::nullopt;
  return StepRef{stage, step_at(stage).branch == kNone ? kNobody : ref.person, repeat_of(pathway_, stage) == kNone ? Version() : ref.occurrence};
}

bool Interpreter::surrounded(const StepRef& ref) const {
  if (ref.person != kNobody && core_.persons[ref.person].left) return false;
  const std::optional<StepRef> parent = parent_of(ref);
  return !parent || life_of(*parent) == StepLife::kActive;
}

std::optional<Opening> Interpreter::may_open(const StepRef& ref) {
  if (core_.life != CaseLife::kOpen || life_of(ref) != StepLife::kAvailable || !surrounded(ref)) return std::nullopt;
  if (core_.suspended(ref.person) || !may_repeat(ref, Look::kActing)) return std::nullopt;
  const definition::Step& step = step_at(ref.step);
  Opening opening{core_.opened_on, {}};
  std::vector<Version> causes;
  if (const std::optional<StepRef> parent = parent_of(ref)) {
    const StepInstance* stage = find(*parent);
    opening.day = std::max(opening.day, stage->opened_on);
    if (step.after == kNone) causes.push_back(stage->opened);
  } else if (step.after == kNone) {
    causes.push_back(Version(1));
  }
  if (ref.person != kNobody) opening.day = std::max(opening.day, core_.persons[ref.person].joined_on);
  if (const FactRecord* occurrence = core_.fact_at(ref.occurrence)) {
    opening.day = std::max(opening.day, occurrence->effective);
    causes.push_back(occurrence->version);
  } else if (const StepInstance* before = occurrence_before(ref)) {
    opening.day = std::max(opening.day, before->ended_on);
    causes.push_back(before->ended);
  }
  if (step.after != kNone) {
    const Verdict verdict = judge(ref, step.after, false, &causes);
    if (verdict.holding != Holding::kHolds) return std::nullopt;
    opening.day = std::max(opening.day, verdict.day);
  }
  opening.because = because(Rule::kAfter, 0, std::move(causes));
  if (step.where != kNone && ask(ref, step.where, opening) != Truth::kTrue) return std::nullopt;
  if (step.repeat_while != kNone && ask(ref, step.repeat_while, opening) != Truth::kTrue) return std::nullopt;
  if (step.when != kNone && ask(ref, step.when, opening) != Truth::kTrue) return std::nullopt;
  return opening;
}

void Interpreter::assign(const StepRef& ref) {
  const StepIndex other = step_at(ref.step).assign_to;
  const std::optional<StepRef> target = other == kNone ? std::nullopt : own_instance(pathway_, other, scope_of(ref), ref.step);
  const StepInstance* done = target ? find(*target) : nullptr;
  if (done == nullptr || done->done_by == kNoActor || own_work(ref, done->done_by)) return;
  emit(find(ref)->opened_on, TaskAssigned{ref, core_.actors[done->done_by], because(Rule::kAssign, 0, {done->ended})});
}

std::optional<StepIndex> Interpreter::own_work(const StepRef& ref, std::uint16_t actor) const {
  if (actor == kNoActor) return std::nullopt;
  for (const StepIndex checked : step_at(ref.step).four_eyes) {
    for (const StepInstance& done : core_.steps) {
      const bool same_branch = done.ref.person == kNobody || ref.person == kNobody || done.ref.person == ref.person;
      if (done.ref.step == checked && same_branch && done.done_by == actor) return checked;
    }
  }
  return std::nullopt;
}

bool Interpreter::outcome_holds(const StepInstance& step, const definition::Outcome& outcome, definition::OutcomeIndex index, Opening& opening) {
  if (outcome.by_hand) {
    if (!step.worked || step.chosen != index) return false;
    opening.day = trigger_.effective;
    opening.because.causes = {step.met_by};
    return true;
  }
  if (outcome.fact == kNone && outcome.when == kNone) return false;
  if (outcome.fact != kNone) {
    const FactRecord* fact = answer_to(step.ref, outcome.fact);
    // Whoever did the work can't check it by reporting either: the task waits for a second person.
    if (fact == nullptr || own_work(step.ref, fact->by)) return false;
    opening.day = fact->effective;
    opening.because.causes = {fact->version};
  }
  const Day reported = opening.day;
  if (outcome.when != kNone && ask(step.ref, outcome.when, opening) != Truth::kTrue) return false;
  // A report meets a deadline on the day of what was reported: when the engine came to compute a value is nobody's delay.
  if (outcome.fact != kNone && outcome.when != kNone) opening.day = std::max(reported, last_day_read(step.ref, outcome.when));
  if (opening.day == Day(std::numeric_limits<std::int32_t>::min())) opening.day = trigger_.effective;
  return true;
}

void Interpreter::complete(const StepRef& ref, definition::OutcomeIndex outcome, Day day, Day met_on, Because why) {
  if (step_at(ref.step).kind == definition::StepKind::kStage) {
    const std::vector<StepInstance> steps = core_.steps;
    for (const StepInstance& step : steps) {
      const bool live = step.life == StepLife::kEnabled || step.life == StepLife::kActive;
      if (live && life_of(step.ref) == step.life && parent_of(step.ref) == ref) terminate(step.ref, EndReason::kStageEnded, day, because(Rule::kScope, 0, why.causes));
    }
  }
  const Version version = emit(day, StepCompleted{ref, outcome, std::move(why)});
  end_deadlines(ref, met_on, version);
}

void Interpreter::terminate(const StepRef& ref, EndReason reason, Day day, Because why) {
  if (step_at(ref.step).kind == definition::StepKind::kStage) {
    const std::vector<StepInstance> steps = core_.steps;
    for (const StepInstance& step : steps) {
      const bool live = step.life == StepLife::kEnabled || step.life == StepLife::kActive;
      if (live && life_of(step.ref) == step.life && parent_of(step.ref) == ref)
        terminate(step.ref, reason == EndReason::kCancelled ? EndReason::kStageEnded : reason, day, because(Rule::kScope, 0, why.causes));
    }
  }
  const Version version = emit(day, StepTerminated{ref, reason, std::move(why)});
  end_deadlines(ref, std::nullopt, version);
}

void Interpreter::compute(const StepRef& ref) {
  const definition::Step& step = step_at(ref.step);
  const StepInstance* found = find(ref);
  const bool again = found != nullptr && found->computed != Version() && found->life != StepLife::kTerminated;
  std::optional<Opening> opening;
  if (again) {
    if (core_.life != CaseLife::kOpen || core_.suspended(ref.person) || (ref.person != kNobody && core_.persons[ref.person].left)) return;
    if (step.until != kNone && judge(ref, step.until, false, nullptr).holding == Holding::kHolds) return;
    opening = Opening{found->opened_on, because(Rule::kValue, 0)};
  } else {
    opening = may_open(ref);
    if (!opening) return;
    opening->because.rule = Rule::kValue;
  }
  const expression::Value value = evaluate(ref, step.value);
  if (value.is_unknown() || value.is_null()) return;
  if (value.is_error()) {
    const auto failure = static_cast<Failure>(static_cast<std::uint8_t>(value.failure_kind()));
    return open_incident(ref, Rule::kValue, 0, failure, value.failure_message());
  }
  resolve_incident(ref, Rule::kValue, 0);
  note_reads(ref, step.value, *opening);
  record_value(ref, value, std::move(*opening), !step.outcomes.empty());
}

void Interpreter::record_value(const StepRef& ref, const expression::Value& value, Opening opening, bool active) {
  Result<ritrovo::Value> recorded = expression::to_record(value);
  if (!recorded) return open_incident(ref, Rule::kValue, 0, Failure::kComputing, recorded.error().message);
  const bool sealed = step_at(ref.step).value_privacy == definition::Privacy::kSealed;
  const PersonId owner = owner_of(core_, ref.person);
  if (const StepInstance* before = find(ref); before != nullptr && before->computed != Version()) {
    const SealedValues::Found box = sealed_.find(before->computed, owner);
    if (sealed && box.state != BoxState::kOpen) return;
    const ritrovo::Value* known = sealed ? (box.values == nullptr ? nullptr : ritrovo::find(*box.values, "value")) : &core_.computed[before->value];
    if (known != nullptr && *known == *recorded) return;
  }
  if (sealed) {
    Values values;
    set(values, "value", std::move(*recorded));
    emit(opening.day, ValueComputed{ref, std::nullopt, active, std::move(opening.because)}, {Secret{owner, std::move(values)}});
  } else {
    emit(opening.day, ValueComputed{ref, std::move(*recorded), active, std::move(opening.because)});
  }
}

}  // namespace ritrovo::pathway
