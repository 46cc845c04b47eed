#include "workflows/definition/consequences.h"

#include <algorithm>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "engine/base/limits.h"

namespace ritrovo::definition {
namespace {

using Count = std::uint64_t;
constexpr Count kMost = std::numeric_limits<Count>::max();

Count plus(Count a, Count b) { return a > kMost - b ? kMost : a + b; }
Count times(Count a, Count b) { return a != 0 && b > kMost / a ? kMost : a * b; }

/// The nearest step around (or at) it that repeats; kNone if none does.
StepIndex repetition_around(const Pathway& pathway, StepIndex step) {
  while (step != kNone && !pathway.steps[step].repeats()) step = pathway.steps[step].stage;
  return step;
}

class Counter {
 public:
  Counter(const Pathway& pathway, const CaseSize& size) : pathway_(pathway), size_(size), values_(pathway.steps.size(), 0) {}

  Count all() {
    // The command's own events (a case opens with its persons), the pathway's completion, and the alarms that belong to no step.
    constexpr Count kOwnMax = 4;
    constexpr Count kPathwaysOwn = 4;
    Count sum = kOwnMax + kPathwaysOwn;
    for (const std::uint32_t persons : size_.persons) sum = plus(sum, persons);
    if (pathway_.completes_when != kNone) sum = plus(sum, sentry_incidents(pathway_.completes_when));
    for (std::size_t i = 0; i < pathway_.steps.size(); ++i) {
      const auto step = static_cast<StepIndex>(i);
      sum = plus(sum, times(instances(step), of_one(step)));
    }
    return sum;
  }

 private:
  [[nodiscard]] Count persons(RoleIndex role) const { return role == kNone ? 1 : size_.persons[role]; }

  /// How many instances of the step there can be that do something.
  [[nodiscard]] Count instances(StepIndex step) const {
    const Count branches = persons(pathway_.steps[step].branch);
    const StepIndex around = repetition_around(pathway_, step);
    if (around == kNone) return branches;
    const Step& repetition = pathway_.steps[around];
    if (repetition.repeat_for == kNone) return times(branches, repetition.repeat_at_most);
    const Count reports = size_.reports[repetition.repeat_for];
    const Count opened = repetition.repeat_at_most == 0 ? kMost : times(branches, repetition.repeat_at_most);
    const bool own = repetition.branch != kNone && pathway_.facts[repetition.repeat_for].per == repetition.branch;
    return std::min(opened, own ? reports : times(branches, reports));
  }

  /// Events about one instance in one settling.
  [[nodiscard]] Count of_one(StepIndex index) {
    const Step& step = pathway_.steps[index];
    Count sum = lives(index);
    if (step.assign_to != kNone) ++sum;
    if (std::find(pathway_.on_today.begin(), pathway_.on_today.end(), index) != pathway_.on_today.end()) ++sum;
    for (const GuardIndex guard : {step.when, step.where, step.repeat_while, step.value, step.reopen.when}) sum = plus(sum, incidents(guard));
    for (const SentryIndex sentry : {step.after, step.cancel_when, step.completes_when, step.until, step.repeat_until})
      if (sentry != kNone) sum = plus(sum, sentry_incidents(sentry));
    for (const Outcome& outcome : step.outcomes) sum = plus(sum, incidents(outcome.when));
    for (const Deadline& deadline : step.deadlines) sum = plus(sum, of_deadline(step, deadline));
    return sum;
  }

  /// It begins (opened, enabled, or active again) and ends (completed or terminated); a moment is one event; a value may be recorded again.
  [[nodiscard]] Count lives(StepIndex index) {
    const Step& step = pathway_.steps[index];
    switch (step.kind) {
      case StepKind::kMilestone:
      case StepKind::kNotify: return 1;
      case StepKind::kCompute: return plus(value_changes(index), step.outcomes.empty() ? 0 : 1);
      case StepKind::kTask:
      case StepKind::kWaitFor:
      case StepKind::kStage: return 2;
    }
    return 2;
  }

  [[nodiscard]] Count of_deadline(const Step& step, const Deadline& deadline) {
    // Set (or moved), and missed and then met by a late report; a deadline that stops from the start is set and stopped.
    Count sum = 1 + 2;
    const bool stops = deadline.interrupted_on || deadline.suspended_while != kNone || deadline.stops_while_suspended;
    if (stops) ++sum;
    if (deadline.suspended_while != kNone) {
      // It stops and runs on with each instance of that step in its scope.
      const Count pauses = instances(deadline.suspended_while) / std::max<Count>(1, persons(pathway_.steps[deadline.suspended_while].branch));
      sum = plus(sum, times(2, std::max<Count>(1, pauses)));
    }
    if (step.reopen.possible() && step.reopen.clock != ReopenClock::kStays) ++sum;
    if (deadline.warn_before) ++sum;
    if (!deadline.overdue_notify.empty()) ++sum;
    if (!deadline.overdue_escalate.empty()) ++sum;
    constexpr Count kTermIncident = 1;
    return plus(sum, plus(kTermIncident, incidents(deadline.when)));
  }

  /// How often one guard of one instance can turn from computable to not, or back: each time that something it reads changed.
  [[nodiscard]] Count incidents(GuardIndex guard) { return guard == kNone ? 0 : changes_of(guard); }

  [[nodiscard]] Count sentry_incidents(SentryIndex sentry) {
    Count sum = 0;
    for (const Part& part : pathway_.sentries[sentry].parts) sum = plus(sum, incidents(part.day));
    return sum;
  }

  /// How often a step's outcome can change: it completes, and where it is reopened, it does so again.
  [[nodiscard]] Count outcome_changes(StepIndex step) const { return pathway_.steps[step].reopen.possible() ? 2 : 1; }

  [[nodiscard]] Count changes_of(GuardIndex guard) {  // NOLINT(misc-no-recursion): values don't need each other in a ring, which the checker refuses
    // By the command's own event, and by each step in it.
    Count sum = 1;
    for (const std::uint32_t read : pathway_.guards[guard].program.reads()) {
      if (read >= pathway_.variables.size()) continue;
      const Variable& variable = pathway_.variables[read];
      if (variable.kind == Variable::Kind::kStepValue) sum = plus(sum, value_changes(variable.subject));
      if (variable.kind == Variable::Kind::kStepOutcome) sum = plus(sum, outcome_changes(variable.subject));
    }
    for (const StepIndex step : pathway_.guards[guard].outcomes) sum = plus(sum, times(persons(pathway_.steps[step].branch), outcome_changes(step)));
    return sum;
  }

  [[nodiscard]] Count value_changes(StepIndex step) {  // NOLINT(misc-no-recursion): as changes_of
    if (pathway_.steps[step].value == kNone) return 1;
    if (values_[step] == 0) {
      values_[step] = 1;
      values_[step] = changes_of(pathway_.steps[step].value);
    }
    return values_[step];
  }

  const Pathway& pathway_;
  const CaseSize& size_;
  std::vector<Count> values_;  ///< by step: how often its value can change; 0: not worked out
};

}  // namespace

CaseSize smallest_case(const Pathway& pathway) {
  return {std::vector<std::uint32_t>(pathway.persons.size(), 1), std::vector<std::uint32_t>(pathway.facts.size(), 1)};
}

std::uint64_t consequences_max(const Pathway& pathway, const CaseSize& size) { return Counter(pathway, size).all(); }

ConsequenceRoom consequence_room(const Pathway& pathway) {
  ConsequenceRoom room;
  CaseSize size = smallest_case(pathway);
  room.smallest = consequences_max(pathway, size);
  for (std::size_t i = 0; i < pathway.persons.size(); ++i) {
    if (!pathway.persons[i].many) continue;
    ConsequenceRoom::Role role{static_cast<RoleIndex>(i), 0, 0};
    for (std::uint32_t count = 1; count <= limits::kPersonsMax; ++count) {
      // Each person brings their own reports.
      CaseSize larger = size;
      larger.persons[i] = count;
      for (std::size_t fact = 0; fact < pathway.facts.size(); ++fact)
        if (pathway.facts[fact].per == i) larger.reports[fact] = count;
      const std::uint64_t most = consequences_max(pathway, larger);
      if (count == 2) role.each = most - room.smallest;
      if (most > limits::kConsequencesMax) break;
      role.fits = count;
    }
    room.roles.push_back(role);
  }
  for (std::size_t fact = 0; fact < pathway.facts.size(); ++fact) {
    const bool repeats = std::any_of(pathway.steps.begin(), pathway.steps.end(), [fact](const Step& step) { return step.repeat_for == fact; });
    if (!repeats) continue;
    CaseSize larger = size;
    larger.reports[fact] = 2;
    room.repetitions.push_back({static_cast<FactIndex>(fact), consequences_max(pathway, larger) - room.smallest});
  }
  return room;
}

void check_consequences(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  const std::uint64_t most = consequences_max(pathway, smallest_case(pathway));
  if (most <= limits::kConsequencesMax) return;
  // Named where most of it comes from: a step that begins again by itself, else the pathway's first step.
  const Step* worst = &pathway.steps.front();
  for (const Step& step : pathway.steps)
    if (step.repeats_itself && (!worst->repeats_itself || step.repeat_at_most > worst->repeat_at_most)) worst = &step;
  draft.problems.error(worst->place,
                       fmt::format("one command could lead to {} events in a case with one person in each role; kConsequencesMax is {}", most, limits::kConsequencesMax),
                       worst->repeats_itself ? fmt::format("lower at_most of step {}", worst->name) : "let another pathway, with cases of its own, do part of it");
}

}  // namespace ritrovo::definition
