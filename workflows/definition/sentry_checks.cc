#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "workflows/definition/checker.h"

/// Sentries that no course of events can make true, though each of their names is right.
namespace ritrovo::definition {
namespace {

/// The step's stages, from the one that it stands in outwards.
bool stands_in(StepIndex step, StepIndex stage, const Pathway& pathway) {
  for (StepIndex at = pathway.steps[step].stage; at != kNone; at = pathway.steps[at].stage)
    if (at == stage) return true;
  return false;
}

/// `all` of two outcomes of one step: it ends with one of them.
void check_outcomes_together(const Sentry& sentry, const Part& all, const std::vector<Place>& places, Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  for (std::size_t i = 0; i < all.children; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const Part& one = sentry.parts[all.first_child + j];
      const Part& other = sentry.parts[all.first_child + i];
      const bool same_step = one.kind == Part::Kind::kStep && other.kind == Part::Kind::kStep && one.step == other.step && one.step != kNone;
      if (!same_step || one.reach == Part::Reach::kSome || other.reach == Part::Reach::kSome || pathway.steps[one.step].repeats()) continue;
      if (one.outcome == kNoOutcome || other.outcome == kNoOutcome || one.outcome == other.outcome) continue;
      const Step& step = pathway.steps[one.step];
      draft.problems.error(places[all.first_child + i],
                           fmt::format("step {} ends with one outcome, so {} and {} can't both hold", step.name, step.outcomes[one.outcome].name, step.outcomes[other.outcome].name),
                           "write {any: […]}");
    }
  }
}

/// Whether the sentry can hold only after that part does.
bool needs(const Sentry& sentry, std::size_t wanted) {
  std::size_t at = wanted;
  while (at != 0) {
    const auto parent = std::find_if(sentry.parts.begin(), sentry.parts.end(), [at](const Part& part) {
      return part.kind == Part::Kind::kAtLeast && at >= part.first_child && at < std::size_t{part.first_child} + part.children;
    });
    if (parent == sentry.parts.end() || parent->needed != parent->children) return false;
    at = static_cast<std::size_t>(parent - sentry.parts.begin());
  }
  return true;
}

/// A step that opens after the end of a stage around it: by then the stage is over, and the step with it.
void check_own_stage(const Step& step, StepIndex index, Draft& draft) {
  if (step.after == kNone) return;
  const Sentry& sentry = draft.pathway->sentries[step.after];
  for (std::size_t i = 0; i < sentry.parts.size(); ++i) {
    const Part& part = sentry.parts[i];
    if (part.kind != Part::Kind::kStep || part.step == kNone || part.reach != Part::Reach::kOwn || !stands_in(index, part.step, *draft.pathway) || !needs(sentry, i)) continue;
    draft.problems.error(draft.part_places[step.after][i],
                         fmt::format("step {} can never open: it stands in stage {}, which is over then", step.name, draft.pathway->steps[part.step].name),
                         "move it out of the stage, or leave out \"after\" for a step that opens with its stage");
  }
}

}  // namespace

void check_sentries(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  for (std::size_t s = 0; s < pathway.sentries.size() && !draft.problems.full(); ++s) {
    for (const Part& part : pathway.sentries[s].parts)
      if (part.kind == Part::Kind::kAtLeast && part.needed == part.children) check_outcomes_together(pathway.sentries[s], part, draft.part_places[s], draft);
  }
  for (std::size_t i = 0; i < pathway.steps.size() && !draft.problems.full(); ++i) check_own_stage(pathway.steps[i], static_cast<StepIndex>(i), draft);
}

}  // namespace ritrovo::definition
