#include <algorithm>
#include <cstdint>
#include <utility>
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
        case Variable::Kind::kGroup:
          break;
      }
    }
    for (const StepIndex step : pathway_.guards[index].outcomes) enter_step(step);
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

/// Whether settling may ever have something to do with the step in that turn.
bool has_turn(const Step& step, Turn turn) {
  const bool waits = step.kind == StepKind::kTask || step.kind == StepKind::kWaitFor || step.kind == StepKind::kStage;
  switch (turn) {
    case Turn::kCancel: return step.cancel_when != kNone;
    case Turn::kReopen: return !step.reopen.on.empty();
    case Turn::kFinish: return step.kind == StepKind::kTask || std::any_of(step.outcomes.begin(), step.outcomes.end(), [](const Outcome& outcome) {
      return outcome.fact != kNone || outcome.when != kNone || outcome.by_hand;
    });
    case Turn::kReach: return !waits;
    case Turn::kOpen: return waits;
    case Turn::kDeadlines: return !step.deadlines.empty();
    case Turn::kClose:
    case Turn::kSeen: return true;
  }
  return true;
}

/// Whether a stage is done depends on the steps in it: on whether they are, and on whether they may still open, which the steps that their
/// sentries name may rule out, and so on.
class Enders {
 public:
  explicit Enders(const Pathway& pathway) : pathway_(pathway), found_((pathway.steps.size() + 63) / 64) {}

  std::vector<std::uint64_t> of(StepIndex stage) && {
    add(stage);
    if (pathway_.steps[stage].completes_when != kNone) return std::move(found_);
    for (std::size_t i = stage + 1U; i < pathway_.steps.size(); ++i)
      if (pathway_.steps[i].stage == stage) add(static_cast<StepIndex>(i));
    while (!open_.empty()) {
      const Step& step = pathway_.steps[open_.back()];
      open_.pop_back();
      if (step.stage != kNone) add(step.stage);
      for (const SentryIndex sentry : {step.after, step.repeat_until}) {
        if (sentry == kNone) continue;
        for (const Part& part : pathway_.sentries[sentry].parts)
          if (part.step != kNone) add(part.step);
      }
    }
    return std::move(found_);
  }

 private:
  void add(StepIndex step) {
    const std::uint64_t bit = std::uint64_t{1} << (step % 64);
    if ((found_[step / 64] & bit) != 0) return;
    found_[step / 64] |= bit;
    open_.push_back(step);
  }

  const Pathway& pathway_;
  std::vector<std::uint64_t> found_;
  std::vector<StepIndex> open_;
};

void sort_unique(std::vector<StepIndex>& steps) {
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
}

}  // namespace

void index_touches(Draft& draft) {
  Pathway& pathway = *draft.pathway;
  pathway.turns.resize((pathway.steps.size() + 63) / 64);
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    Step& step = pathway.steps[i];
    Toucher(static_cast<StepIndex>(i), pathway).enter();
    for (std::size_t turn = 0; turn < kTurns; ++turn)
      if (has_turn(step, static_cast<Turn>(turn))) pathway.turns[i / 64][turn] |= std::uint64_t{1} << (i % 64);
    // A stage stands before its steps.
    step.repeat = step.repeats() ? static_cast<StepIndex>(i) : step.stage == kNone ? kNone : pathway.steps[step.stage].repeat;
    if (step.kind == StepKind::kStage) step.ended_by = Enders(pathway).of(static_cast<StepIndex>(i));
  }
  for (Fact& fact : pathway.facts) sort_unique(fact.touches);
  for (Step& step : pathway.steps) sort_unique(step.touches);
}

}  // namespace ritrovo::definition
