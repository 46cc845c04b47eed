#include "workflows/pathway/decide.h"

#include <algorithm>
#include <ranges>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "engine/base/nearest_name.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/rejection_codes.h"

namespace ritrovo::pathway {
namespace {

using definition::Library;
using definition::Pathway;

Decision finished(Interpreter& work, std::size_t steps_before, Refusal refusal) {
  if (refusal) return std::move(*refusal);
  if (work.draft_count() > limits::kConsequencesMax)
    return refuse(code::kTooManyConsequences, "This would lead to more than " + std::to_string(limits::kConsequencesMax) + " events (kConsequencesMax): split the case, or report in smaller parts.");
  if (work.core().steps.size() > std::max(limits::kStepInstancesMax, steps_before))
    return refuse(code::kTooManySteps, "The case would have more than " + std::to_string(limits::kStepInstancesMax) + " steps, finished ones included (kStepInstancesMax): split the case.");
  return work.take_drafts();
}

Decision decide_open(const Library& library, const CaseState& state, const Opened& opened, const Command& command, const Trigger& trigger, Reach reach) {
  if (state.core.life != CaseLife::kNone) return refuse(code::kAlreadyOpen, "The case is open already.");
  const auto names = library.pathways | std::views::transform([](const auto& pathway) -> const std::string& { return pathway->name; });
  if (std::find(names.begin(), names.end(), command.pathway) == names.end()) {
    const std::string near = nearest_name(command.pathway, names);
    return refuse(code::kUnknownPathway, "No pathway " + in_quotes(command.pathway) + " is published." + (near.empty() ? "" : " Did you mean " + in_quotes(near) + "?"));
  }
  const std::shared_ptr<const Pathway> pathway = library.valid_on(command.pathway, trigger.effective);
  if (pathway == nullptr)
    return refuse(code::kNoVersionInForce, "No version of " + in_quotes(command.pathway) + " was in force on " + to_string(trigger.effective) + ".");
  if (Refusal refusal = neither_manager_nor_operator(command.actor, *pathway, "A case of " + pathway->name + " is opened")) return std::move(*refusal);
  CaseCore fresh;
  fresh.case_id = command.case_id;
  Interpreter work(*pathway, library.almanac.get(), fresh, opened, trigger, reach);
  return finished(work, 0, open_case(work, command, trigger.effective));
}

using Verb = Refusal (*)(Interpreter&, const Command&, Day);
struct VerbRow {
  std::string_view name;
  Verb act;
  bool after_completion;       ///< also on a case whose pathway is completed
  std::string_view managing;   ///< for those who manage the pathway's cases alone: what they do, a sentence's beginning; else empty
  bool after_closing = false;  ///< also on a case that was closed
};
constexpr VerbRow kVerbs[] = {
    {"report", &report_fact, true, {}},
    {"task", &work_on_task, false, {}},
    {"add_person", &add_person, false, "Persons are added"},
    {"remove_person", &remove_person, false, "Persons are taken out"},
    {"suspend", &suspend_case, false, "A case is suspended"},
    {"resume", &resume_case, false, "A case is resumed"},
    {"close", &close_case, true, "A case is closed"},
    {"correct", &correct, true, {}},
    {"withdraw", &withdraw, true, {}},
    {"recount", &recount_terms, false, {}},
    {"split", &split_case, false, {}},
    {"merge", &merge_case, true, {}},
    {"join", &join_cases, true, {}},
    {"message", &report_message, true, {}, true},
};

/// Why the case takes no such command in the life that it has, if so.
Refusal life_refuses(const CaseState& state, const VerbRow& verb) {
  switch (state.core.life) {
    case CaseLife::kNone: return refuse(code::kCaseClosed, "The case was never opened.");
    case CaseLife::kClosed:
      if (verb.after_closing) return std::nullopt;
      return refuse(code::kCaseClosed, "The case is closed: it takes no more commands. What is new about the family goes into a new case.");
    case CaseLife::kCompleted:
      if (verb.after_completion) return std::nullopt;
      return refuse(code::kCaseClosed, "The pathway of this case is completed: it takes facts, and no more work.");
    case CaseLife::kOpen:
    case CaseLife::kSuspended: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Decision decide(const Library& library, const CaseState& state, const Opened& opened, const Command& command, Now now, Reach reach) {
  const Day effective = command.effective_on.value_or(now.today);
  const bool wakes = command.verb == "wake";
  if (!wakes && effective > now.today)
    return refuse(code::kEffectiveInFuture, "The effective day " + to_string(effective) + " is after today, " + to_string(now.today) + ".");
  const Trigger trigger{now.today, effective, command.actor.id};
  if (command.verb == "open") return decide_open(library, state, opened, command, trigger, reach);
  const auto* verb = std::find_if(std::begin(kVerbs), std::end(kVerbs), [&command](const VerbRow& row) { return row.name == command.verb; });
  if (!wakes && verb == std::end(kVerbs))
    return refuse(code::kUnknownCommand, "There is no command " + in_quotes(command.verb) + "; there are: open, report, task, add_person, remove_person, suspend, resume, close, recount, correct, withdraw, split, merge, join, message.");
  if (wakes && (state.core.life == CaseLife::kNone || !wake_on(state.core))) return std::vector<Draft>();
  if (!wakes)
    if (Refusal refusal = life_refuses(state, *verb)) return std::move(*refusal);
  const std::shared_ptr<const Pathway> pathway = library.with_identity(state.core.identity);
  if (pathway == nullptr) return refuse(code::kDefinitionMissing, "The definition " + state.core.identity.hex().substr(0, 12) + " that this case is pinned to is not published here.");
  if (!wakes && !verb->managing.empty())
    if (Refusal refusal = not_a_manager(command.actor, *pathway, verb->managing)) return std::move(*refusal);
  Interpreter work(*pathway, library.almanac.get(), state.core, opened, trigger, reach);
  if (!wakes) return finished(work, state.core.steps.size(), verb->act(work, command, effective));
  work.wake(now.today);
  // A wake stops between two moves; one move alone, such as the end of a stage with a thousand live steps, can't be cut.
  if (work.draft_count() > limits::kConsequencesMax)
    assertion_failed(__FILE__, __LINE__, "a day leads to more events at once than a command may (kConsequencesMax)", std::to_string(work.draft_count()) + " and " + std::to_string(limits::kConsequencesMax));
  return work.take_drafts();
}

}  // namespace ritrovo::pathway
