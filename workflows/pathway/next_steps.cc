#include "workflows/pathway/next_steps.h"

#include <algorithm>

#include "workflows/pathway/instance_names.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {
namespace {

using definition::kNone;
using definition::Part;
using definition::Pathway;

/// Reads one case for what is open and what is missing. Emits nothing.
class Reader {
 public:
  Reader(const Pathway& pathway, const definition::Library& library, const CaseState& state, const Opened& opened, Day today)
      : pathway_(pathway), work_(pathway, library.almanac.get(), state.core, opened, {today, today, {}}) {}

  [[nodiscard]] NextStep open(const StepInstance& step) {
    const definition::Step& declared = pathway_.steps[step.ref.step];
    NextStep next = named(step.ref);
    next.life = step.life;
    if (step.claimed_by != kNoActor) next.claimed_by = work_.core().actors[step.claimed_by];
    next.since = step.opened_on;
    next.because = step.opened;
    for (const RunningDeadline& deadline : work_.core().deadlines)
      if (deadline.ref.step == step.ref) next.deadlines.push_back({deadline.ref.deadline, deadline.clock, deadline.start, deadline.due, deadline.warn_on, deadline.version});
    if (step.life == StepLife::kActive)
      for (const definition::Outcome& outcome : declared.outcomes)
        if (outcome.fact != kNone) note(next.missing, pathway_.facts[outcome.fact].name);
    return next;
  }

  /// A step that may open, or nothing where it can't or waits in a stage that isn't active.
  [[nodiscard]] std::optional<NextStep> available(const StepRef& ref) {
    const definition::Step& declared = pathway_.steps[ref.step];
    if (work_.core().life_of(ref) != StepLife::kAvailable || !work_.surrounded(ref) || work_.prospect(ref) != Prospect::kMay) return std::nullopt;
    NextStep next = named(ref);
    if (declared.after != kNone) missing_part(ref, pathway_.sentries[declared.after], 0, next.missing);
    for (const definition::GuardIndex guard : {declared.where, declared.when, declared.value})
      if (guard != kNone) missing_guard(ref, guard, next.missing);
    return next;
  }

  [[nodiscard]] std::vector<StepRef> instances(definition::StepIndex step) const { return work_.instances(step); }
  [[nodiscard]] bool awaits_fact() const { return awaits_fact_; }

 private:
  NextStep named(const StepRef& ref) const {
    NextStep next;
    next.ref = ref;
    next.waits_on = pathway_.steps[ref.step].waits_on;
    next.role = pathway_.steps[ref.step].task_role;
    for (const Alarm& alarm : work_.core().alarms)
      if (alarm.step == ref) next.again_on = alarm.day;
    for (const Incident& incident : work_.core().incidents) next.failed = next.failed || incident.step == ref;
    return next;
  }
  static void note(std::vector<std::string>& missing, std::string what) {
    if (std::find(missing.begin(), missing.end(), what) == missing.end()) missing.push_back(std::move(what));
  }

  /// One sentry with that part alone as its root, asked by the interpreter itself.
  void missing_part(const StepRef& ref, const definition::Sentry& sentry, std::size_t index, std::vector<std::string>& missing) {
    if (sentry.parts.empty()) return;
    const Part& part = sentry.parts[index];
    if (part.kind == Part::Kind::kAtLeast) {
      for (std::uint16_t i = 0; i < part.children; ++i) missing_part(ref, sentry, part.first_child + i, missing);
      return;
    }
    switch (part.kind) {
      case Part::Kind::kFact:
        if (work_.answer_to(ref, part.fact) != nullptr && part.reach == Part::Reach::kOwn) return;
        awaits_fact_ = true;
        return note(missing, pathway_.facts[part.fact].name);
      case Part::Kind::kStep: {
        const std::optional<StepRef> target = own_instance(pathway_, part.step, {ref.person, ref.occurrence}, ref.step);
        if (target && part.reach == Part::Reach::kOwn && work_.core().life_of(*target) == StepLife::kCompleted) return;
        std::string name = pathway_.steps[part.step].name;
        if (part.outcome != definition::kNoOutcome) name += "/" + pathway_.steps[part.step].outcomes[part.outcome].name;
        return note(missing, std::move(name));
      }
      case Part::Kind::kOverdue:
        if (is_overdue(ref, part)) return;
        return note(missing, "overdue " + pathway_.steps[part.step].name);
      case Part::Kind::kDay: return missing_guard(ref, part.day, missing);
      case Part::Kind::kAtLeast: return;
    }
  }

  [[nodiscard]] bool is_overdue(const StepRef& ref, const Part& part) const {
    const std::optional<StepRef> target = own_instance(pathway_, part.step, {ref.person, ref.occurrence}, ref.step);
    const std::vector<RunningDeadline>& deadlines = work_.core().deadlines;
    return target && part.reach == Part::Reach::kOwn && std::any_of(deadlines.begin(), deadlines.end(), [&](const RunningDeadline& it) {
             return it.ref.step == *target && (part.deadline == 0xFF || part.deadline == it.ref.deadline) && it.clock == Clock::kMissed;
           });
  }

  void missing_guard(const StepRef& ref, definition::GuardIndex guard, std::vector<std::string>& missing) {
    const expression::Value value = work_.evaluate(ref, guard);
    if (!value.is_unknown()) {
      if (!value.is_true() && value.kind() == expression::Kind::kBool) note(missing, pathway_.guards[guard].source);
      return;
    }
    for (const std::uint32_t variable : value.unknown_variables()) {
      note(missing, variable_name(pathway_, variable));
      awaits_fact_ = awaits_fact_ || pathway_.variables[variable].kind == definition::Variable::Kind::kFactField;
    }
  }

  const Pathway& pathway_;
  Interpreter work_;
  bool awaits_fact_ = false;
};

bool in_progress(const CaseState& state) { return state.core.life == CaseLife::kOpen || state.core.life == CaseLife::kSuspended; }

}  // namespace

std::vector<NextStep> next_steps(const CaseState& state, const definition::Library& library, const Opened& opened, Day today) {
  std::vector<NextStep> next;
  const std::shared_ptr<const Pathway> pathway = library.with_identity(state.core.identity);
  if (!in_progress(state) || pathway == nullptr) return next;
  Reader reader(*pathway, library, state, opened, today);
  for (const StepInstance& step : state.core.steps)
    if (step.life == StepLife::kActive || step.life == StepLife::kEnabled) next.push_back(reader.open(step));
  for (std::size_t i = 0; i < pathway->steps.size(); ++i)
    for (const StepRef& ref : reader.instances(static_cast<definition::StepIndex>(i)))
      if (std::optional<NextStep> step = reader.available(ref)) next.push_back(std::move(*step));
  return next;
}

std::optional<std::string> stuck(const CaseState& state, const definition::Library& library, const Opened& opened, Day today) {
  const CaseCore& core = state.core;
  if (core.life != CaseLife::kOpen) return std::nullopt;
  const std::shared_ptr<const Pathway> pathway = library.with_identity(core.identity);
  if (pathway == nullptr) return "its definition is not published here";
  if (wake_on(core)) return std::nullopt;
  // Whoever suspended a branch is to resume it.
  for (std::size_t person = 0; person < core.persons.size(); ++person)
    if (!core.persons[person].left && core.suspended(static_cast<PersonIndex>(person))) return std::nullopt;
  for (const StepInstance& step : core.steps) {
    const bool a_stage = pathway->steps[step.ref.step].kind == definition::StepKind::kStage && pathway->steps[step.ref.step].outcomes.empty();
    if (step.life == StepLife::kEnabled || (step.life == StepLife::kActive && !a_stage)) return std::nullopt;
  }
  Reader reader(*pathway, library, state, opened, today);
  for (std::size_t i = 0; i < pathway->steps.size(); ++i)
    for (const StepRef& ref : reader.instances(static_cast<definition::StepIndex>(i))) (void)reader.available(ref);
  if (reader.awaits_fact()) return std::nullopt;
  if (!core.incidents.empty()) return "only what failed is left: resume the step of an incident";
  return "no task, timer or awaited fact can move it";
}

}  // namespace ritrovo::pathway
