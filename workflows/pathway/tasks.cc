#include <algorithm>

#include "engine/base/limits.h"
#include "workflows/pathway/commands.h"
#include "workflows/pathway/field_data.h"
#include "workflows/pathway/rejection_codes.h"

// Work on tasks: claim, release, delegate, complete; start for manual and discretionary steps; reopen.
namespace ritrovo::pathway {

using definition::kNone;

namespace {

using Found = tl::expected<StepRef, Rejection>;

/// What an available step waits for, by names of the definition alone: "; it waits for income, application.filed".
std::string awaited(const Interpreter& work, const definition::Step& step) {
  const CaseCore& core = work.core();
  std::string names;
  const auto note = [&names](const std::string& name) { names += (names.empty() ? "" : ", ") + name; };
  if (step.after != kNone) {
    for (const definition::Part& part : work.pathway().sentries[step.after].parts) {
      const auto reported = [&part](const FactRecord& record) { return record.fact == part.fact; };
      const auto completed = [&part](const StepInstance& other) { return other.ref.step == part.step && other.life == StepLife::kCompleted; };
      if (part.kind == definition::Part::Kind::kFact && std::none_of(core.facts.begin(), core.facts.end(), reported)) note(work.pathway().facts[part.fact].name);
      if (part.kind == definition::Part::Kind::kStep && std::none_of(core.steps.begin(), core.steps.end(), completed)) note(work.pathway().steps[part.step].name);
    }
  }
  return names.empty() ? "" : "; it waits for " + names;
}

/// How a step stands that isn't in the life that a command needs, and what to do about it; without personal data.
std::string standing(const Interpreter& work, definition::StepIndex index, std::optional<PersonIndex> person, std::optional<Version> occurrence) {
  const definition::Step& step = work.pathway().steps[index];
  bool lives[5] = {};
  for (const StepRef& ref : work.instances(index)) {
    if ((person && ref.person != *person) || (occurrence && ref.occurrence != *occurrence)) continue;
    lives[static_cast<std::size_t>(work.core().life_of(ref))] = true;
  }
  const auto any = [&lives](StepLife life) { return lives[static_cast<std::size_t>(life)]; };
  if (any(StepLife::kActive)) return "it is active";
  if (any(StepLife::kEnabled)) return "it may be started: give \"action\": \"start\"";
  if (any(StepLife::kAvailable)) return "it isn't open yet" + awaited(work, step);
  if (any(StepLife::kCompleted)) return "it is completed";
  if (any(StepLife::kTerminated)) return "it was ended without an outcome";
  return person || occurrence ? "there is none for that person or occurrence" : "nobody in the case needs it so far";
}

/// The instance that a command names. Without person or occurrence: the only one in that life.
Found addressed(const Interpreter& work, const Command& command, StepLife life) {
  const CaseCore& core = work.core();
  const definition::StepIndex index = work.pathway().step_at(command.step);
  if (index == kNone) return tl::unexpected(unknown_step(work.pathway(), command.step));
  const definition::Step& step = work.pathway().steps[index];
  std::optional<PersonIndex> person;
  if (command.person) {
    person = core.person_named(*command.person);
    if (!person || step.branch == kNone || core.persons[*person].role != step.branch)
      return tl::unexpected(refuse(code::kUnknownPerson, "The step " + step.name + " has no instance for that person."));
  }
  std::vector<StepRef> candidates;
  for (const StepInstance& instance : core.steps) {
    const bool meant = instance.ref.step == index && (!person || instance.ref.person == *person) &&
                       (!command.occurrence || instance.ref.occurrence == *command.occurrence);
    if (meant && instance.life == life) candidates.push_back(instance.ref);
  }
  if (candidates.empty()) {
    const std::string wanted = life == StepLife::kEnabled ? "can't be started now" : life == StepLife::kCompleted ? "is not completed, so it can't be reopened" : "is not active now";
    return tl::unexpected(refuse(code::kNotOffered, "The step " + step.name + " " + wanted + ": " + standing(work, index, person, command.occurrence) + "."));
  }
  if (candidates.size() > 1)
    return tl::unexpected(refuse(code::kNotOffered, "The step " + step.name + " is " + (life == StepLife::kCompleted ? "completed" : "active") + " more than once: say which `person` or `occurrence`."));
  if (core.suspended(candidates.front().person))
    return tl::unexpected(refuse(code::kPersonSuspended, "The branch of " + in_quotes(core.persons[candidates.front().person].alias) + " is suspended: resume it first."));
  return candidates.front();
}

/// A missed deadline may have put the task before another role as well.
Refusal of_role(const Command& command, const definition::Step& step, const StepInstance& instance) {
  std::vector<std::string> roles = {step.task_role};
  if (instance.escalated < step.deadlines.size()) roles.push_back(step.deadlines[instance.escalated].overdue_escalate);
  if (holds_role(command.actor, roles)) return std::nullopt;
  return refuse(code::kNotPermitted, "The task " + step.name + " is offered to the role " + roles.front() + (roles.size() > 1 ? " and, being overdue, to " + roles.back() : "") + ".");
}

/// Whose people do the task: the organisation to which it was delegated, else the one that the definition names.
Refusal of_organisation(const CaseCore& core, const Command& command, const definition::Step& step, const StepInstance& instance) {
  const std::string& organisation = instance.organisation == kNoActor ? step.task_organisation : core.organisations[instance.organisation];
  if (organisation.empty() || organisation == command.actor.organisation) return std::nullopt;
  return refuse(code::kOtherOrganisation, "The task " + step.name + " is for the people of " + organisation + ".");
}

Refusal may_work(const CaseCore& core, const Command& command, const definition::Step& step, const StepInstance& instance) {
  if (step.kind != definition::StepKind::kTask) return refuse(code::kNotOffered, "The step " + step.name + " is not a task.");
  if (Refusal refusal = of_role(command, step, instance)) return refusal;
  return of_organisation(core, command, step, instance);
}

/// The actor's place among those whom the case knows; kNoActor for a stranger.
std::uint16_t place_of(const CaseCore& core, const std::string& actor) {
  const auto at = std::find(core.actors.begin(), core.actors.end(), actor);
  return at == core.actors.end() ? kNoActor : static_cast<std::uint16_t>(at - core.actors.begin());
}

/// Nobody checks their own work: whoever completed one of those steps, for the same person, is kept from this one.
Refusal four_eyes(const Interpreter& work, const std::string& actor, const StepRef& ref) {
  const std::optional<definition::StepIndex> checked = work.own_work(ref, place_of(work.core(), actor));
  if (!checked) return std::nullopt;
  const definition::Pathway& pathway = work.pathway();
  return refuse(code::kFourEyes, "Whoever completed " + pathway.steps[*checked].name + " can't do " + pathway.steps[ref.step].name + ": it takes a second person.");
}

bool held_by_another(const CaseCore& core, const StepInstance& step, const Actor& actor) {
  return step.claimed_by != kNoActor && core.actors[step.claimed_by] != actor.id;
}

/// The outcome that a person chose; kNoOutcome where none is chosen by hand.
tl::expected<definition::OutcomeIndex, Rejection> chosen_outcome(const definition::Step& step, const Values& data) {
  std::vector<definition::OutcomeIndex> by_hand;
  std::string names;
  for (std::size_t i = 0; i < step.outcomes.size(); ++i) {
    if (!step.outcomes[i].by_hand) continue;
    by_hand.push_back(static_cast<definition::OutcomeIndex>(i));
    names += (names.empty() ? "" : ", ") + step.outcomes[i].name;
  }
  const ritrovo::Value* given = find(data, "outcome");
  if (given != nullptr && !given->is_null()) {
    const auto* name = given->get<std::string>();
    for (const definition::OutcomeIndex index : by_hand)
      if (name != nullptr && step.outcomes[index].name == *name) return index;
    const std::string known = names.empty() ? "it has none that is chosen by hand" : "there are: " + names;
    return tl::unexpected(refuse(code::kUnknownOutcome, "The task " + step.name + " has no such outcome; " + known + "."));
  }
  if (by_hand.size() == 1 && step.form == kNone) return by_hand.front();
  if (!by_hand.empty() && step.form == kNone) return tl::unexpected(refuse(code::kUnknownOutcome, "The task " + step.name + " needs data.outcome, one of: " + names + "."));
  return definition::kNoOutcome;
}

/// Who reports the facts that complete a task without a form and without an outcome by hand.
Refusal completed_by_fact(const definition::Pathway& pathway, const definition::Step& step, definition::OutcomeIndex chosen) {
  if (step.outcomes.empty() || chosen != definition::kNoOutcome || step.form != kNone) return std::nullopt;
  std::string names;
  for (const definition::Outcome& outcome : step.outcomes)
    if (outcome.fact != kNone) names += (names.empty() ? "" : ", ") + pathway.facts[outcome.fact].name;
  if (names.empty()) return std::nullopt;
  return refuse(code::kCompletedByFact, "The task " + step.name + " is completed by reporting: " + names + ".");
}

Refusal complete_task(Interpreter& work, const Command& command, Day effective, const StepRef& ref) {
  const definition::Pathway& pathway = work.pathway();
  const definition::Step& step = pathway.steps[ref.step];
  if (held_by_another(work.core(), *work.core().find(ref), command.actor)) return refuse(code::kClaimedByAnother, "Somebody else works on " + step.name + ".");
  if (Refusal refusal = four_eyes(work, command.actor.id, ref)) return refusal;
  const tl::expected<definition::OutcomeIndex, Rejection> chosen = chosen_outcome(step, command.data);
  if (!chosen) return chosen.error();
  if (Refusal refusal = completed_by_fact(pathway, step, *chosen)) return refusal;
  Values form;
  Values note;
  for (const auto& [name, value] : command.data) {
    if (name == "outcome") continue;
    const bool own_note = name == "note" && (step.form == kNone || !std::any_of(pathway.facts[step.form].fields.begin(), pathway.facts[step.form].fields.end(),
                                                                                [](const definition::Field& field) { return field.name == "note"; }));
    set(own_note ? note : form, name, value);
  }
  if (!note.empty() && note.front().second.get<std::string>() == nullptr) return refuse(code::kInvalidData, "data.note must be a text.");
  // A form left empty beside an outcome chosen by hand reports nothing.
  const bool reports = step.form != kNone && (!form.empty() || *chosen == definition::kNoOutcome);
  PersonIndex about = kNobody;
  if (reports) about = work.person_for(pathway.facts[step.form].per, ref.person);
  if (reports && about == kNobody && pathway.facts[step.form].per != kNone)
    return refuse(code::kUnknownPerson, "The case has no " + pathway.persons[pathway.facts[step.form].per].name + " whom " + pathway.facts[step.form].name + " could be about.");
  if (!reports && !form.empty()) return refuse(code::kInvalidData, "data." + form.front().first + " is not a field here: the task has no form.");
  const bool late = comes_late(work.core(), reports ? about : ref.person, effective);
  const std::optional<CaseCore> before = late ? std::optional(work.core()) : std::nullopt;
  if (reports) {
    if (Refusal refusal = take_fact(work, step.form, about, form, effective, false)) return refusal;
  }
  // From here it must succeed.
  work.emit(effective, TaskCompleted{ref, command.actor.id, *chosen}, sealed_for(work.core(), ref.person, std::move(note)));
  if (late) return take_up(work, *before, work.core().version);
  settle_in_order(work);
  return std::nullopt;
}

Refusal delegate_task(Interpreter& work, const Command& command, Day effective, const StepRef& ref) {
  const std::string& name = work.pathway().steps[ref.step].name;
  if (held_by_another(work.core(), *work.core().find(ref), command.actor)) return refuse(code::kClaimedByAnother, "Somebody else works on " + name + ".");
  const auto text = [&command](std::string_view field) {
    const ritrovo::Value* value = find(command.data, field);
    const auto* given = value == nullptr ? nullptr : value->get<std::string>();
    return given == nullptr || given->size() > limits::kNameBytesMax ? std::string() : *given;
  };
  const std::string to = text("to");
  const std::string organisation = text("organisation");
  const std::size_t given = (to.empty() ? 0U : 1U) + (organisation.empty() ? 0U : 1U);
  if (given == 0 || command.data.size() != given)
    return refuse(code::kInvalidData, "delegate takes data.to, the id of an actor, or data.organisation, or both, and nothing else.");
  // Nobody checks their own work because somebody gave it to them.
  if (!to.empty())
    if (Refusal refusal = four_eyes(work, to, ref)) return refusal;
  work.emit(effective, TaskDelegated{ref, command.actor.id, to, organisation});
  settle_in_order(work);
  return std::nullopt;
}

Refusal start_step(Interpreter& work, const Command& command, Day effective) {
  const Found ref = addressed(work, command, StepLife::kEnabled);
  if (!ref) return ref.error();
  const definition::Step& step = work.pathway().steps[ref->step];
  if (step.kind == definition::StepKind::kTask)
    if (Refusal refusal = may_work(work.core(), command, step, *work.core().find(*ref))) return refusal;
  // From here it must succeed.
  const Version started = work.emit(effective, TaskStarted{*ref, command.actor.id});
  work.emit(effective, StepOpened{*ref, {Rule::kCommand, 0, {started}, {}}});
  settle_in_order(work);
  return std::nullopt;
}

/// A person brings a completed step back, where the definition lets their role do so.
Refusal reopen_step(Interpreter& work, const Command& command, Day effective) {
  const Found ref = addressed(work, command, StepLife::kCompleted);
  if (!ref) return ref.error();
  const definition::Step& step = work.pathway().steps[ref->step];
  if (step.reopen.by.empty()) return refuse(code::kNotOffered, "The step " + step.name + " can't be reopened by hand.");
  if (!holds_role(command.actor, step.reopen.by)) return refuse(code::kNotPermitted, "The step " + step.name + " is reopened by other roles than yours.");
  if (!work.surrounded(*ref)) return refuse(code::kNotOffered, "The stage around " + step.name + " is over, so it can't be reopened.");
  std::vector<std::string> problems;
  std::vector<Secret> reason = reason_of(command, owner_of(work.core(), ref->person), problems);
  if (!problems.empty()) return refuse(code::kInvalidData, sentence_of(problems));
  if (effective < work.core().find(*ref)->ended_on) return refuse(code::kNotOffered, "The step " + step.name + " was completed after that day.");
  // From here it must succeed.
  work.reopen_step(*ref, command.actor.id, effective, {Rule::kCommand, 0, {}, {}}, std::move(reason));
  settle_in_order(work);
  return std::nullopt;
}

}  // namespace

Refusal checked_by_reporting(const Interpreter& work, const Command& command, definition::FactIndex fact, PersonIndex person) {
  for (const StepInstance& step : work.core().steps) {
    const definition::Step& declared = work.pathway().steps[step.ref.step];
    if (step.life != StepLife::kActive || declared.four_eyes.empty() || work.person_for(work.pathway().facts[fact].per, step.ref.person) != person) continue;
    const bool completes = std::any_of(declared.outcomes.begin(), declared.outcomes.end(), [fact](const definition::Outcome& outcome) { return outcome.fact == fact; });
    if (!completes) continue;
    if (Refusal refusal = four_eyes(work, command.actor.id, step.ref)) return refusal;
  }
  return std::nullopt;
}

Refusal work_on_task(Interpreter& work, const Command& command, Day effective) {
  if (work.core().life == CaseLife::kSuspended) return refuse(code::kCaseSuspended, "The case is suspended: resume it first.");
  if (command.action == "start") return start_step(work, command, effective);
  if (command.action == "reopen") return reopen_step(work, command, effective);
  const bool known = command.action == "claim" || command.action == "release" || command.action == "delegate" || command.action == "complete";
  if (!known) return refuse(code::kUnknownCommand, "A task takes: claim, release, delegate, complete, start, reopen.");
  const Found ref = addressed(work, command, StepLife::kActive);
  if (!ref) return ref.error();
  const definition::Step& step = work.pathway().steps[ref->step];
  if (Refusal refusal = may_work(work.core(), command, step, *work.core().find(*ref))) return refusal;
  if (command.action == "complete") return complete_task(work, command, effective, *ref);
  if (command.action == "delegate") return delegate_task(work, command, effective, *ref);
  if (!command.data.empty()) return refuse(code::kInvalidData, command.action + " takes no data.");
  const StepInstance& instance = *work.core().find(*ref);
  if (held_by_another(work.core(), instance, command.actor)) return refuse(code::kClaimedByAnother, "Somebody else works on " + step.name + ".");
  if (command.action == "claim") {
    if (instance.claimed_by != kNoActor) return refuse(code::kClaimedByAnother, "You work on " + step.name + " already.");
    if (Refusal refusal = four_eyes(work, command.actor.id, *ref)) return refusal;
    work.emit(effective, TaskClaimed{*ref, command.actor.id});
  } else {
    if (instance.claimed_by == kNoActor) return refuse(code::kNotClaimed, "Nobody works on " + step.name + ".");
    work.emit(effective, TaskReleased{*ref, command.actor.id});
  }
  settle_in_order(work);
  return std::nullopt;
}

}  // namespace ritrovo::pathway
