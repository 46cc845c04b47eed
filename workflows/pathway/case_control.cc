#include <algorithm>

#include "engine/record/case_ids.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

// Suspending, resuming and closing a case.
namespace ritrovo::pathway {

using definition::kNone;

Refusal suspend_case(Interpreter& work, const Command& command, Day effective) {
  if (work.core().life == CaseLife::kSuspended) return refuse(code::kCaseSuspended, "The case is suspended already.");
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, household_of(command.case_id), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  work.emit(effective, CaseSuspended{}, std::move(reason));
  work.settle();
  return std::nullopt;
}

Refusal resume_case(Interpreter& work, const Command& command, Day effective) {
  const CaseCore& core = work.core();
  definition::StepIndex step = kNone;
  if (!command.step.empty()) {
    step = work.pathway().step_at(command.step);
    if (step == kNone) return refuse(code::kUnknownStep, "The pathway " + work.pathway().name + " has no step " + quoted(command.step) + ".");
    const bool incident = std::any_of(core.incidents.begin(), core.incidents.end(), [step](const Incident& open) { return open.step.step == step; });
    if (!incident) return refuse(code::kNothingToResume, "The step " + quoted(command.step) + " has no open incident.");
    if (core.life == CaseLife::kSuspended) return refuse(code::kCaseSuspended, "The case is suspended: resume the case first.");
  } else if (core.life != CaseLife::kSuspended && core.incidents.empty()) {
    return refuse(code::kNothingToResume, "The case is not suspended and has no open incident.");
  }
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, household_of(command.case_id), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  work.emit(effective, CaseResumed{step}, std::move(reason));
  work.settle();
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
