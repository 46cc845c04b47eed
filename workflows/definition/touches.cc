#include <algorithm>
#include <vector>

#include "workflows/definition/draft.h"

namespace ritrovo::definition {
namespace {

/// Enters one step into the lists of everything that it depends on.
class Toucher {
 public:
  Toucher(StepIndex step, Pathway& pathway) : step_(step), pathway_(pathway) {}

  void enter() {
    const Step& step = pathway_.steps[step_];
    for (const SentryIndex sentry : {step.after, step.cancel_when, step.completes_when, step.until, step.repeat_until}) enter_sentry(sentry);
    for (const GuardIndex guard : {step.when, step.where, step.value, step.repeat_while, step.message_language}) enter_guard(guard);
    enter_fact(step.repeat_for);
    if (step.repeats_itself) enter_step(step_);
    for (const FactIndex fact : step.reopen.on) enter_fact(fact);
    enter_guard(step.reopen.when);
    for (const Outcome& outcome : step.outcomes) {
      enter_fact(outcome.fact);
      enter_guard(outcome.when);
    }
    for (const Deadline& deadline : step.deadlines) enter_deadline(deadline);
    if (step.stage != kNone) {
      pathway_.steps[step.stage].touches.push_back(step_);
      enter_step_of(step_, step.stage);
    }
    if (on_today_) pathway_.on_today.push_back(step_);
  }

 private:
  void enter_fact(FactIndex fact) {
    if (fact != kNone) pathway_.facts[fact].touches.push_back(step_);
  }
  void enter_step(StepIndex cause) {
    if (cause != kNone) pathway_.steps[cause].touches.push_back(step_);
  }
  void enter_step_of(StepIndex cause, StepIndex touched) { pathway_.steps[cause].touches.push_back(touched); }

  void enter_sentry(SentryIndex index) {
    if (index == kNone) return;
    for (const Part& part : pathway_.sentries[index].parts) {
      enter_fact(part.fact);
      enter_step(part.step);
      enter_guard(part.day);
      if (part.kind == Part::Kind::kDay) on_today_ = true;
    }
  }

  void enter_guard(GuardIndex index) {
    if (index == kNone) return;
    for (const std::uint32_t read : pathway_.guards[index].program.reads()) {
      if (read >= pathway_.variables.size()) continue;
      const Variable& variable = pathway_.variables[read];
      switch (variable.kind) {
        case Variable::Kind::kToday:
          on_today_ = true;
          break;
        case Variable::Kind::kFactField:
          enter_fact(variable.subject);
          break;
        case Variable::Kind::kStepValue:
        case Variable::Kind::kStepOutcome:
          enter_step(variable.subject);
          break;
        case Variable::Kind::kOpenedOn:
        case Variable::Kind::kPersonField:
          break;
        case Variable::Kind::kGroup:
          if (variable.with_outcomes) enter_branch(variable.subject);
          break;
      }
    }
  }

  /// The steps whose outcomes the persons of a list have.
  void enter_branch(RoleIndex role) {
    for (std::size_t i = 0; i < pathway_.steps.size(); ++i)
      if (pathway_.steps[i].branch == role) enter_step(static_cast<StepIndex>(i));
  }

  void enter_deadline(const Deadline& deadline) {
    enter_fact(deadline.from.fact);
    enter_guard(deadline.when);
    enter_fact(deadline.met_by_fact);
    enter_step(deadline.met_by_step);
    if (deadline.interrupted_on) enter_fact(deadline.interrupted_on->fact);
    if (deadline.restarts_on) enter_fact(deadline.restarts_on->fact);
    enter_step(deadline.suspended_while);
  }

  StepIndex step_;
  Pathway& pathway_;
  bool on_today_ = false;
};

void sort_unique(std::vector<StepIndex>& steps) {
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
}

}  // namespace

void index_touches(Draft& draft) {
  Pathway& pathway = *draft.pathway;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) Toucher(static_cast<StepIndex>(i), pathway).enter();
  for (Fact& fact : pathway.facts) sort_unique(fact.touches);
  for (Step& step : pathway.steps) sort_unique(step.touches);
}

}  // namespace ritrovo::definition
