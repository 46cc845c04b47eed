#include <string>
#include <vector>

#include <fmt/format.h>

#include "workflows/definition/checker.h"

namespace ritrovo::definition {
namespace {

/// Which steps can open and which can complete, when every fact may be reported and every guard may hold: the least fixed point. What is
/// left over waits for itself.
class Reach {
 public:
  explicit Reach(const Pathway& pathway)
      : pathway_(pathway), opens_(pathway.steps.size(), false), completes_(pathway.steps.size(), false), children_(pathway.steps.size()) {
    for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
      if (pathway.steps[i].stage != kNone) children_[pathway.steps[i].stage].push_back(static_cast<StepIndex>(i));
    }
    bool changed = true;
    while (changed) {
      changed = false;
      for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
        if (!opens_[i] && can_open(i)) changed = opens_[i] = true;
        if (!completes_[i] && opens_[i] && can_complete(i)) changed = completes_[i] = true;
      }
    }
  }

  [[nodiscard]] bool opens(std::size_t step) const { return opens_[step]; }
  [[nodiscard]] bool completes(std::size_t step) const { return completes_[step]; }

  /// A step's opening or completion that never happens.
  struct Event {
    std::size_t step = 0;
    bool completion = false;
    bool operator==(const Event&) const = default;
  };
  /// Why `stuck` never happens: another event that never does, and the part of a sentry that names it (0 if none does).
  struct Blocker {
    Event event;
    SentryIndex sentry = kNone;
    std::size_t part = 0;
  };
  [[nodiscard]] Blocker blocker(Event stuck) const {
    const Step& step = pathway_.steps[stuck.step];
    if (stuck.completion && !opens_[stuck.step]) return {{stuck.step, false}, kNone, 0};
    if (!stuck.completion) {
      if (step.stage != kNone && !opens_[step.stage]) return {{step.stage, false}, kNone, 0};
      return blocking_part(step.after, stuck);
    }
    if (step.completes_when != kNone) return blocking_part(step.completes_when, stuck);
    for (const StepIndex child : children_[stuck.step]) {
      if (pathway_.steps[child].required && !completes_[child]) return {{child, true}, kNone, 0};
    }
    return {stuck, kNone, 0};
  }

 private:
  [[nodiscard]] bool holds(const Sentry& sentry, std::size_t at) const {
    const Part& part = sentry.parts[at];
    switch (part.kind) {
      case Part::Kind::kAtLeast: {
        std::size_t holding = 0;
        for (std::size_t i = 0; i < part.children; ++i) holding += holds(sentry, part.first_child + i) ? 1 : 0;
        return holding >= part.needed;
      }
      case Part::Kind::kStep:
        return part.step == kNone || completes_[part.step];
      case Part::Kind::kOverdue:
        return part.step == kNone || opens_[part.step];
      case Part::Kind::kFact:
      case Part::Kind::kDay:
        return true;
    }
    return true;
  }

  [[nodiscard]] bool can_open(std::size_t i) const {
    const Step& step = pathway_.steps[i];
    if (step.stage != kNone && !opens_[step.stage]) return false;
    return step.after == kNone || holds(pathway_.sentries[step.after], 0);
  }

  [[nodiscard]] bool can_complete(std::size_t i) const {
    const Step& step = pathway_.steps[i];
    if (step.kind != StepKind::kStage) return true;
    if (step.completes_when != kNone) return holds(pathway_.sentries[step.completes_when], 0);
    for (const StepIndex child : children_[i]) {
      if (pathway_.steps[child].required && !completes_[child]) return false;
    }
    return true;
  }

  [[nodiscard]] Blocker blocking_part(SentryIndex index, Event stuck) const {
    if (index == kNone) return {stuck, kNone, 0};
    const Sentry& sentry = pathway_.sentries[index];
    for (std::size_t i = 0; i < sentry.parts.size(); ++i) {
      const Part& part = sentry.parts[i];
      if (part.kind == Part::Kind::kAtLeast || holds(sentry, i)) continue;
      return {{part.step, part.kind == Part::Kind::kStep}, index, i};
    }
    return {stuck, kNone, 0};
  }

  const Pathway& pathway_;
  std::vector<bool> opens_;
  std::vector<bool> completes_;
  std::vector<std::vector<StepIndex>> children_;
};

/// The names of the steps around the ring that `from` ends in: "a → b → a"; sets whether `from` itself is in it.
std::string ring_from(const Reach& reach, Reach::Event from, const Pathway& pathway, bool& within) {
  std::vector<Reach::Event> way;
  Reach::Event at = from;
  std::vector<bool> seen(pathway.steps.size() * 2, false);
  while (!seen[at.step * 2 + (at.completion ? 1 : 0)]) {
    seen[at.step * 2 + (at.completion ? 1 : 0)] = true;
    way.push_back(at);
    at = reach.blocker(at).event;
  }
  std::string names;
  std::size_t last = pathway.steps.size();
  bool in_ring = false;
  within = false;
  std::size_t listed = 0;
  for (const Reach::Event& event : way) {
    in_ring = in_ring || event == at;
    if (!in_ring) continue;
    within = within || event.step == from.step;
    if (event.step == last || ++listed > 12) continue;
    names += (names.empty() ? "" : " → ") + pathway.steps[event.step].name;
    last = event.step;
  }
  if (at.step != last || listed == 1) names += " → " + pathway.steps[at.step].name;
  return names;
}

}  // namespace

void check_reachability(Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  const Reach reach(pathway);
  for (std::size_t i = 0; i < pathway.steps.size() && !draft.problems.full(); ++i) {
    if (reach.opens(i) && reach.completes(i)) continue;
    const Reach::Event stuck{i, reach.opens(i)};
    const Reach::Blocker blocker = reach.blocker(stuck);
    const Place place = blocker.sentry == kNone ? draft.step_sources[i].place : draft.part_places[blocker.sentry][blocker.part];
    bool within = false;
    const std::string ring = ring_from(reach, stuck, pathway, within);
    const std::string& name = pathway.steps[i].name;
    const std::string_view fate = stuck.completion ? "complete" : "open";
    if (within)
      draft.problems.error(place, fmt::format("step {} can never {}: it waits for itself ({})", name, fate, ring), "break the ring");
    else
      draft.problems.error(place, fmt::format("step {} can never {}: it waits for step {}, which never {}", name, fate, pathway.steps[blocker.event.step].name,
                                              blocker.event.completion ? "completes" : "opens"),
                           fmt::format("break the ring {}", ring));
  }
}

}  // namespace ritrovo::definition
