#include "workflows/pathway/instance_names.h"

#include <algorithm>

namespace ritrovo::pathway {

using definition::kNone;
using definition::Variable;

namespace {

std::string guard_name(const definition::Step& step) {
  std::string name = step.name;
  std::replace(name.begin(), name.end(), '/', '.');
  return name;
}

}  // namespace

CaseNames::CaseNames(const CaseCore& core) : identity_(core.identity) {
  for (const Person& person : core.persons) persons_.push_back({person.alias, person.id});
}

void CaseNames::note(const Body& body) {
  if (const auto* opened = std::get_if<CaseOpened>(&body)) identity_ = opened->identity;
  if (const auto* added = std::get_if<PersonAdded>(&body)) persons_.push_back({added->alias, added->id});
}

std::string CaseNames::alias(PersonIndex person) const { return person < persons_.size() ? persons_[person].alias : std::string(); }
PersonId CaseNames::id(PersonIndex person) const { return person < persons_.size() ? persons_[person].id : PersonId(); }

std::string variable_name(const definition::Pathway& pathway, std::uint32_t index) {
  if (index >= pathway.variables.size()) return {};
  const Variable& variable = pathway.variables[index];
  switch (variable.kind) {
    case Variable::Kind::kToday: return "today";
    case Variable::Kind::kOpenedOn: return "opened_on";
    case Variable::Kind::kFactField: return pathway.facts[variable.subject].name + "." + pathway.facts[variable.subject].fields[variable.field].name;
    case Variable::Kind::kPersonField: return pathway.persons[variable.subject].name + "." + pathway.persons[variable.subject].fields[variable.field].name;
    case Variable::Kind::kGroup: return pathway.persons[variable.subject].group;
    case Variable::Kind::kStepValue: return guard_name(pathway.steps[variable.subject]) + ".value";
    case Variable::Kind::kStepOutcome: return guard_name(pathway.steps[variable.subject]) + ".outcome";
  }
  return {};
}

std::string_view name_of(Rule rule) {
  switch (rule) {
    case Rule::kCommand: return "command";
    case Rule::kAfter: return "after";
    case Rule::kOutcome: return "outcome";
    case Rule::kCancelWhen: return "cancel_when";
    case Rule::kStage: return "stage";
    case Rule::kScope: return "scope";
    case Rule::kValue: return "value";
    case Rule::kDeadline: return "deadline";
    case Rule::kDay: return "day";
    case Rule::kGuard: return "guard";
    case Rule::kWhere: return "where";
    case Rule::kReopen: return "reopen";
    case Rule::kAssign: return "assign_to";
  }
  return "";
}

std::string_view name_of(EndReason reason) {
  switch (reason) {
    case EndReason::kCancelled: return "cancelled";
    case EndReason::kPersonLeft: return "person_left";
    case EndReason::kStageEnded: return "stage_ended";
    case EndReason::kCaseClosed: return "case_closed";
    case EndReason::kPathwayCompleted: return "pathway_completed";
  }
  return "";
}

std::string_view name_of(MessageFate fate) {
  switch (fate) {
    case MessageFate::kDelivered: return "delivered";
    case MessageFate::kFailed: return "failed";
    case MessageFate::kWithheld: return "withheld";
    case MessageFate::kQueued: return "queued";
  }
  return "";
}

std::string_view name_of(LinkKind kind) {
  switch (kind) {
    case LinkKind::kSplitInto: return "split_into";
    case LinkKind::kSplitFrom: return "split_from";
    case LinkKind::kMergedInto: return "merged_into";
    case LinkKind::kMergedFrom: return "merged_from";
  }
  return "";
}

std::string_view name_of(Failure failure) {
  switch (failure) {
    case Failure::kErased: return "erased";
    case Failure::kComputing: return "computing";
    case Failure::kBudget: return "budget";
    case Failure::kHost: return "host";
    case Failure::kTerm: return "term";
  }
  return "";
}

std::string_view name_of(Revision to) {
  switch (to) {
    case Revision::kWithdrawn: return "withdrawn";
    case Revision::kReopened: return "reopened";
    case Revision::kRedated: return "redated";
  }
  return "";
}

std::string_view name_of(StepLife life) {
  switch (life) {
    case StepLife::kAvailable: return "available";
    case StepLife::kEnabled: return "enabled";
    case StepLife::kActive: return "active";
    case StepLife::kCompleted: return "completed";
    case StepLife::kTerminated: return "terminated";
  }
  return "";
}

std::string_view name_of(CaseLife life) {
  switch (life) {
    case CaseLife::kNone: return "none";
    case CaseLife::kOpen: return "open";
    case CaseLife::kSuspended: return "suspended";
    case CaseLife::kCompleted: return "completed";
    case CaseLife::kClosed: return "closed";
  }
  return "";
}

std::string_view name_of(Clock clock) {
  switch (clock) {
    case Clock::kRunning: return "running";
    case Clock::kSuspended: return "suspended";
    case Clock::kInterrupted: return "interrupted";
    case Clock::kMet: return "met";
    case Clock::kMissed: return "missed";
    case Clock::kVoid: return "void";
    case Clock::kMetLate: return "met_late_report";
  }
  return "";
}

}  // namespace ritrovo::pathway
