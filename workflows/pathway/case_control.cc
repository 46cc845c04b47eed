#include <algorithm>

#include "engine/record/case_ids.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

// Suspending and resuming a case or one person's branch; closing a case.
namespace ritrovo::pathway {

using definition::kNone;

namespace {

/// The person in scope whom the command names, or why there is none.
tl::expected<PersonIndex, Rejection> named_person(const CaseCore& core, const Command& command) {
  const std::optional<PersonIndex> person = core.person_named(*command.person);
  if (!person || core.persons[*person].left) return tl::unexpected(refuse(code::kUnknownPerson, "This case has no such person: name them in `person` by alias or id."));
  return *person;
}

/// One person's branch, suspended or resumed.
Refusal hold_person(Interpreter& work, const Command& command, Day effective, bool suspends) {
  const CaseCore& core = work.core();
  const tl::expected<PersonIndex, Rejection> person = named_person(core, command);
  if (!person) return person.error();
  const std::string& alias = core.persons[*person].alias;
  if (!work.pathway().persons[core.persons[*person].role].many)
    return refuse(code::kRequiredPerson, "The pathway can't go on without " + in_quotes(alias) + ": suspend the case instead.");
  if (suspends && core.suspended(*person)) return refuse(code::kPersonSuspended, "The branch of " + in_quotes(alias) + " is suspended already.");
  if (!suspends && !core.suspended(*person)) return refuse(code::kNothingToResume, "The branch of " + in_quotes(alias) + " is not suspended.");
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, owner_of(core, *person), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  // From here it must succeed.
  if (suspends) work.emit(effective, PersonSuspended{*person}, std::move(reason));
  else work.emit(effective, PersonResumed{*person}, std::move(reason));
  settle_in_order(work);
  return std::nullopt;
}

}  // namespace

Refusal suspend_case(Interpreter& work, const Command& command, Day effective) {
  if (command.person) return hold_person(work, command, effective, true);
  if (work.core().life == CaseLife::kSuspended) return refuse(code::kCaseSuspended, "The case is suspended already.");
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, household_of(command.case_id), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  work.emit(effective, CaseSuspended{}, std::move(reason));
  settle_in_order(work);
  return std::nullopt;
}

Refusal resume_case(Interpreter& work, const Command& command, Day effective) {
  if (command.person && command.step.empty()) return hold_person(work, command, effective, false);
  const CaseCore& core = work.core();
  definition::StepIndex step = kNone;
  if (!command.step.empty()) {
    step = work.pathway().step_at(command.step);
    if (step == kNone) return unknown_step(work.pathway(), command.step);
    const bool incident = std::any_of(core.incidents.begin(), core.incidents.end(), [step](const Incident& open) { return open.step.step == step; });
    if (!incident) return refuse(code::kNothingToResume, "The step " + in_quotes(command.step) + " has no open incident.");
    if (core.life == CaseLife::kSuspended) return refuse(code::kCaseSuspended, "The case is suspended: resume the case first.");
  } else if (core.life != CaseLife::kSuspended && core.incidents.empty()) {
    return refuse(code::kNothingToResume, "The case is not suspended and has no open incident.");
  }
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, household_of(command.case_id), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  const std::vector<Incident> incidents = core.incidents;
  const Version resumed = work.emit(effective, CaseResumed{step}, std::move(reason));
  // A step that has ended isn't worked out again: whoever resumes it has looked at it.
  for (const Incident& incident : incidents) {
    const StepLife life = core.life_of(incident.step);
    const bool meant = step == kNone || incident.step.step == step;
    if (meant && (life == StepLife::kCompleted || life == StepLife::kTerminated)) work.emit(effective, IncidentResolved{incident.step, {incident.rule, incident.part, {resumed}, {}}});
  }
  settle_in_order(work);
  return std::nullopt;
}

Refusal close_case(Interpreter& work, const Command& command, Day effective) {
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, household_of(command.case_id), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  // From here it must succeed.
  const Version closed = work.emit(effective, CaseClosed{}, std::move(reason));
  work.end_everything(EndReason::kCaseClosed, effective, {Rule::kScope, 0, {closed}, {}});
  return std::nullopt;
}

}  // namespace ritrovo::pathway
