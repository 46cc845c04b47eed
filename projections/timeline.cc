#include "projections/timeline.h"

#include <algorithm>
#include <tuple>
#include <variant>

#include "projections/narrator.h"
#include "projections/wording.h"

namespace ritrovo::projections {

std::string_view name_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::kCase: return "case";
    case EntryKind::kPerson: return "person";
    case EntryKind::kFact: return "fact";
    case EntryKind::kStep: return "step";
    case EntryKind::kTask: return "task";
    case EntryKind::kDeadline: return "deadline";
    case EntryKind::kMilestone: return "milestone";
    case EntryKind::kMessage: return "message";
    case EntryKind::kIncident: return "incident";
  }
  return "";
}

void Timeline::apply(const CaseEvent& event) {
  if (event.record.case_id != case_id_) return;
  pathway_ = event.frame.pathway;
  pathway::apply_body(core_, {case_id_, event.record.version, event.record.effective, event.actor}, event.body);
  if (std::holds_alternative<pathway::AlarmSet>(event.body)) return;
  events_.push_back({event.record.version, event.record.cause, event.record.recorded, event.record.effective, event.body});
}

std::vector<TimelineEntry> Timeline::entries(const Telling& telling) const {
  if (pathway_ == nullptr) return {};
  return Narrator(*this, telling).tell();
}

namespace {

/// The step's earliest deadline that runs or was missed, or nullptr.
const pathway::RunningDeadline* pressing(const pathway::CaseCore& core, const pathway::StepRef& ref) {
  const pathway::RunningDeadline* first = nullptr;
  for (const pathway::RunningDeadline& deadline : core.deadlines) {
    const bool presses = deadline.clock == pathway::Clock::kRunning || deadline.clock == pathway::Clock::kMissed;
    if (deadline.ref.step == ref && presses && (first == nullptr || deadline.due < first->due)) first = &deadline;
  }
  return first;
}

}  // namespace

std::vector<NextAction> Timeline::next(const Telling& telling, Day today) const {
  std::vector<NextAction> actions;
  if (pathway_ == nullptr || core_.life == pathway::CaseLife::kCompleted || core_.life == pathway::CaseLife::kClosed) return actions;
  const Narrator narrator(*this, telling);
  const Tongue language(telling.language, telling.translation);
  for (const pathway::StepInstance& instance : core_.steps) {
    const definition::Step& step = pathway_->steps[instance.ref.step];
    const bool works = step.kind == definition::StepKind::kTask || step.kind == definition::StepKind::kWaitFor;
    const bool active = instance.life == pathway::StepLife::kActive;
    if (!works || (!active && instance.life != pathway::StepLife::kEnabled)) continue;
    NextAction action;
    action.who = step.waits_on.empty() ? role_title(*pathway_, step.task_role, language) : party_title(*pathway_, step.waits_on, language);
    action.step = step.name;
    action.may_start = !active;
    action.title = title_of(step, language);
    action.person = narrator.person(instance.ref.person);
    if (instance.ref.person < core_.persons.size()) action.alias = core_.persons[instance.ref.person].alias;
    const definition::Ground* ground = &step.ground;
    if (const pathway::RunningDeadline* deadline = pressing(core_, instance.ref)) {
      action.by = deadline->due;
      action.overdue = deadline->due < today;
      ground = &ground_of(step, step.deadlines[deadline->ref.deadline]);
    }
    action.law = ground->law;
    action.verified = ground->verified;
    const std::string what = narrator.named(instance.ref);
    if (!active) action.text = say(Phrase::kNextStart, language, action.who, what);
    else if (!action.by) action.text = say(Phrase::kNext, language, action.who, what);
    else action.text = say(action.overdue ? Phrase::kNextOverdue : Phrase::kNextBy, language, action.who, what, to_string(*action.by));
    if (!action.law.empty()) action.text += " (" + action.law + ")";
    actions.push_back(std::move(action));
  }
  std::stable_sort(actions.begin(), actions.end(), [](const NextAction& a, const NextAction& b) {
    if (a.by.has_value() != b.by.has_value()) return a.by.has_value();
    return a.by < b.by;
  });
  return actions;
}

}  // namespace ritrovo::projections
