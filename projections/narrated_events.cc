#include <algorithm>
#include <variant>

#include "projections/narrator.h"
#include "projections/wording.h"

// What each kind of event is in words.
namespace ritrovo::projections {

using definition::StepKind;

// ---- the case ----

void Narrator::operator()(const pathway::CaseOpened& body) {
  ground(add(EntryKind::kCase, say(Phrase::kCaseOpened, language(), std::string(language().of(pathway_.title)), body.version)), pathway_.ground);
  if (body.imported_on) add(EntryKind::kCase, say(Phrase::kCaseImported, language(), to_string(*body.imported_on))).why.clear();
}
void Narrator::operator()(const pathway::PersonAdded& body) {
  const auto index = static_cast<pathway::PersonIndex>(timeline_.core_.person_named(body.alias).value_or(pathway::kNobody));
  if (index == pathway::kNobody) return;
  const std::string role = role_of(timeline_.core_.persons[index]);
  const std::string called = person(index);
  gather(Phrase::kFamily, EntryKind::kPerson, role, called == role ? std::string() : called);
}
void Narrator::operator()(const pathway::PersonLeft& body) { add(EntryKind::kPerson, say(Phrase::kPersonLeft, language(), person(body.person))); }
void Narrator::operator()(const pathway::CaseSuspended& /*body*/) { add(EntryKind::kCase, say(Phrase::kCaseSuspended, language())); }
void Narrator::operator()(const pathway::CaseResumed& body) {
  const bool step = body.step != definition::kNone;
  add(EntryKind::kCase, step ? say(Phrase::kStepResumed, language(), title_of(pathway_.steps[body.step], language())) : say(Phrase::kCaseResumed, language()));
}
void Narrator::operator()(const pathway::PersonSuspended& body) { add(EntryKind::kPerson, say(Phrase::kPersonSuspended, language(), person(body.person))); }
void Narrator::operator()(const pathway::PersonResumed& body) { add(EntryKind::kPerson, say(Phrase::kPersonResumed, language(), person(body.person))); }
void Narrator::operator()(const pathway::CaseLinked& body) {
  std::string persons;
  for (const pathway::PersonIndex index : body.persons) persons += (persons.empty() ? "" : ", ") + person(index);
  const std::string other = body.other.printed();
  std::string text;
  switch (body.kind) {
    case pathway::LinkKind::kSplitInto: text = say(Phrase::kSplitInto, language(), other, persons); break;
    case pathway::LinkKind::kSplitFrom: text = say(Phrase::kSplitFrom, language(), other, persons); break;
    case pathway::LinkKind::kMergedInto: text = say(Phrase::kMergedInto, language(), other); break;
    case pathway::LinkKind::kMergedFrom: text = say(Phrase::kMergedFrom, language(), other); break;
  }
  add(EntryKind::kCase, std::move(text));
}
void Narrator::operator()(const pathway::CaseClosed& /*body*/) { add(EntryKind::kCase, say(Phrase::kCaseClosed, language())); }
void Narrator::operator()(const pathway::PathwayCompleted& body) {
  std::string text = say(Phrase::kPathwayCompleted, language());
  if (body.result < pathway_.results.size()) text = say(Phrase::kStepOutcome, language(), text, title_of(pathway_.results[body.result], language()));
  add(EntryKind::kCase, std::move(text));
}
void Narrator::operator()(const pathway::TermsRecounted& body) {
  std::string names;
  for (const pathway::AlmanacVersion& item : body.by) names += (names.empty() ? "" : ", ") + say(Phrase::kAlmanacVersion, language(), term_title(telling_.library, item.name, language()), item.version);
  add(EntryKind::kCase, say(Phrase::kTermsRecounted, language(), names));
}

void Narrator::operator()(const pathway::FactReported& body) {
  const definition::Fact& fact = pathway_.facts[body.fact];
  const std::string title = title_of(fact, language());
  ground(add(EntryKind::kFact, body.person == pathway::kNobody ? title : say(Phrase::kOn, language(), title, person(body.person))), fact.ground);
}

// ---- steps ----

void Narrator::operator()(const pathway::StepEnabled& body) {
  gather(Phrase::kMayStart, EntryKind::kTask, title_of(step(body.step), language()), person(body.step.person));
}

void Narrator::operator()(const pathway::StepOpened& body) {
  if (over_at_once_.contains({told_->cause, body.step})) return;
  const definition::Step& opened = step(body.step);
  const std::string title = title_of(opened, language());
  if (opened.kind == StepKind::kStage) return gather(Phrase::kStagesBegin, EntryKind::kStep, title, person(body.step.person));
  const std::string party = party_title(pathway_, opened.waits_on.empty() ? opened.task_role : opened.waits_on, language());
  gather(party.empty() ? Phrase::kToDo : Phrase::kToDoBy, EntryKind::kTask, title, person(body.step.person), party);
}

/// Whether the fact that completed the step says as much as its outcome does.
bool Narrator::said_by_fact(const pathway::StepCompleted& body) const {
  const definition::Step& of = step(body.step);
  if (body.outcome >= of.outcomes.size()) return false;
  const definition::Outcome& outcome = of.outcomes[body.outcome];
  const bool by_fact = body.because.rule == pathway::Rule::kOutcome && outcome.fact != definition::kNone;
  return outcome.name == "done" || (by_fact && outcome.when == definition::kNone);
}

void Narrator::operator()(const pathway::StepCompleted& body) {
  const definition::Step& completed = step(body.step);
  if (completed.kind == StepKind::kMilestone) {
    ground(add(EntryKind::kMilestone, say(Phrase::kMilestone, language(), named(body.step))), completed.ground);
    return;
  }
  if (completed.kind == StepKind::kStage) {
    std::string title = title_of(completed, language());
    if (body.outcome < completed.outcomes.size()) title = say(Phrase::kStepOutcome, language(), title, title_of(completed.outcomes[body.outcome], language()));
    return gather(Phrase::kStagesEnd, EntryKind::kStep, std::move(title), person(body.step.person));
  }
  if (said_by_fact(body)) return;
  std::string text = named(body.step);
  const definition::Ground* law = &completed.ground;
  if (body.outcome < completed.outcomes.size()) {
    const definition::Outcome& outcome = completed.outcomes[body.outcome];
    text = say(Phrase::kStepOutcome, language(), text, title_of(outcome, language()));
    if (!outcome.ground.law.empty()) law = &outcome.ground;
  }
  for (const Version version : body.because.causes) {
    const Told* told = event(version);
    const auto* done = told == nullptr ? nullptr : std::get_if<pathway::TaskCompleted>(&told->body);
    if (done == nullptr || done->step != body.step) continue;
    if (!telling_.to_family) text = say(Phrase::kDoneBy, language(), text, done->by);
    ground(add(EntryKind::kTask, std::move(text)), *law);
    entries_.back().why.clear();
    return;
  }
  ground(add(EntryKind::kStep, std::move(text)), *law);
}

void Narrator::operator()(const pathway::StepTerminated& body) {
  const bool for_itself = body.reason == pathway::EndReason::kCancelled || body.reason == pathway::EndReason::kPersonLeft;
  if (!for_itself || over_at_once_.contains({told_->cause, body.step})) return;
  gather(Phrase::kNotNeeded, EntryKind::kStep, title_of(step(body.step), language()), person(body.step.person));
}

void Narrator::operator()(const pathway::ValueComputed& body) {
  if (!body.value) return;
  ground(add(EntryKind::kStep, say(Phrase::kValue, language(), named(body.step), value_text(*body.value))), step(body.step).ground);
}

void Narrator::operator()(const pathway::NotificationRequested& body) {
  const definition::Step& of = step(body.step);
  const std::string& to = body.deadline == 0xFF ? of.notify_to : of.deadlines[body.deadline].overdue_notify;
  if (telling_.to_family && to != "family") return;
  const std::string reader = to == "family" ? std::string(phrase(Phrase::kFamilyReader, language())) : role_title(pathway_, to, language());
  if (body.deadline == 0xFF) {
    ground(add(EntryKind::kMessage, say(Phrase::kMessageTo, language(), reader, std::string(language().of(of.message)))), of.ground);
  } else {
    add(EntryKind::kMessage, say(Phrase::kOverdueMessage, language(), reader, named(body.step))).why.clear();
  }
}

void Narrator::operator()(const pathway::TaskDelegated& body) {
  if (telling_.to_family) return;
  add(EntryKind::kTask, say(Phrase::kDelegated, language(), body.to.empty() ? body.organisation : body.to, named(body.step)));
}
void Narrator::operator()(const pathway::TaskEscalated& body) {
  if (telling_.to_family) return;
  const std::string role = role_title(pathway_, step(body.step).deadlines[body.deadline].overdue_escalate, language());
  add(EntryKind::kTask, say(Phrase::kEscalated, language(), role, named(body.step)));
}
void Narrator::operator()(const pathway::TaskAssigned& body) {
  if (telling_.to_family) return;
  add(EntryKind::kTask, say(Phrase::kAssigned, language(), body.to, named(body.step)));
}
void Narrator::operator()(const pathway::StepReopened& body) {
  const bool by_itself = body.by.empty() || telling_.to_family;
  const std::string text = by_itself ? say(Phrase::kReopened, language(), named(body.step)) : say(Phrase::kReopenedBy, language(), body.by, named(body.step));
  ground(add(EntryKind::kTask, text), step(body.step).ground);
}

// ---- deadlines ----

void Narrator::add_clock(const pathway::DeadlineRef& ref, std::string text, const pathway::Because* because, std::string notes) {
  TimelineEntry& entry = add(EntryKind::kDeadline, std::move(text));
  // The law is told when the clock starts, changes or is over; a reminder needs none.
  const bool reminds = std::holds_alternative<pathway::DeadlineWarned>(told_->body) || std::holds_alternative<pathway::DeadlineMet>(told_->body);
  if (reminds) entry.why.clear();
  else ground(entry, ground_of(step(ref.step), deadline(ref)));
  if (because != nullptr && !reminds) entry.why = why(*because);
  if (!notes.empty()) entry.why += (entry.why.empty() ? "" : "; ") + notes;
}

void Narrator::operator()(const pathway::DeadlineSet& body) {
  add_clock(body.deadline, say(Phrase::kDeadlineSet, language(), term(body.deadline), length(body.deadline, body.working), to_string(body.start), to_string(body.due)),
            nullptr, notes(body.working));
}
void Narrator::operator()(const pathway::DeadlineMoved& body) {
  const bool moved = body.was_due && !body.resumed;
  add_clock(body.deadline,
            moved ? say(Phrase::kDeadlineMoved, language(), term(body.deadline), to_string(body.due), to_string(*body.was_due))
                  : say(Phrase::kDeadlineResumed, language(), term(body.deadline), to_string(body.due)),
            &body.because, notes(body.working));
}
void Narrator::operator()(const pathway::DeadlineSuspended& body) {
  add_clock(body.deadline, say(Phrase::kDeadlineSuspended, language(), term(body.deadline)), &body.because);
}
void Narrator::operator()(const pathway::DeadlineInterrupted& body) {
  add_clock(body.deadline, say(Phrase::kDeadlineInterrupted, language(), term(body.deadline)), &body.because);
}
void Narrator::operator()(const pathway::DeadlineWarned& body) {
  add_clock(body.deadline, say(Phrase::kDeadlineWarned, language(), term(body.deadline), to_string(body.due)), nullptr);
}
void Narrator::operator()(const pathway::DeadlineMet& body) {
  add_clock(body.deadline, say(body.late_report ? Phrase::kDeadlineMetLate : Phrase::kDeadlineMet, language(), term(body.deadline)), &body.because);
}
void Narrator::operator()(const pathway::DeadlineMissed& body) {
  add_clock(body.deadline, say(Phrase::kDeadlineMissed, language(), term(body.deadline), to_string(body.due)), nullptr);
}

void Narrator::operator()(const pathway::DeadlineVoided& body) {
  if (body.imported) add_clock(body.deadline, say(Phrase::kDeadlineImported, language(), term(body.deadline)), nullptr);
}

// ---- what was corrected ----

void Narrator::operator()(const pathway::FactCorrected& body) {
  add(EntryKind::kFact, say(Phrase::kFactCorrected, language(), fact(body.fact, body.person)));
}
void Narrator::operator()(const pathway::FactWithdrawn& body) {
  add(EntryKind::kFact, say(Phrase::kFactWithdrawn, language(), fact(body.fact, body.person)));
}
void Narrator::operator()(const pathway::PersonCorrected& body) { add(EntryKind::kPerson, say(Phrase::kPersonCorrected, language(), person(body.person))); }
void Narrator::operator()(const pathway::StepRevised& body) {
  switch (body.to) {
    case pathway::Revision::kWithdrawn: return gather(Phrase::kStepWithdrawn, EntryKind::kStep, title_of(step(body.step), language()), person(body.step.person));
    case pathway::Revision::kReopened: return gather(Phrase::kReopened, EntryKind::kTask, title_of(step(body.step), language()), person(body.step.person));
    case pathway::Revision::kRedated: break;
  }
  add(EntryKind::kStep, say(Phrase::kStepRedated, language(), named(body.step), to_string(body.ended_on == Day() ? body.opened_on : body.ended_on)));
}
void Narrator::operator()(const pathway::DeadlineWithdrawn& body) { add_clock(body.deadline, say(Phrase::kDeadlineWithdrawn, language(), term(body.deadline)), &body.because); }
void Narrator::operator()(const pathway::WorkQuestioned& body) {
  if (!telling_.to_family) add(EntryKind::kIncident, say(Phrase::kWorkQuestioned, language(), named(body.step)));
}
void Narrator::operator()(const pathway::CaseReopened& /*body*/) { add(EntryKind::kCase, say(Phrase::kCaseReopened, language())); }

// ---- messages ----

void Narrator::operator()(const pathway::MessageReported& body) {
  const auto words = [&body] {
    switch (body.fate) {
      case pathway::MessageFate::kDelivered: return Phrase::kMessageDelivered;
      case pathway::MessageFate::kFailed: return Phrase::kMessageFailed;
      case pathway::MessageFate::kWithheld: return Phrase::kMessageWithheld;
      case pathway::MessageFate::kQueued: return Phrase::kMessageQueued;
    }
    return Phrase::kMessageQueued;
  };
  const Told* asked = event(body.of);
  const pathway::StepRef* ref = asked == nullptr ? nullptr : pathway::step_of(asked->body);
  add(EntryKind::kMessage, say(words(), language(), ref == nullptr ? std::string(language().of(pathway_.title)) : named(*ref)));
}
void Narrator::operator()(const pathway::MessagesChosen& body) {
  add(EntryKind::kMessage, say(body.wanted ? Phrase::kMessagesWanted : Phrase::kMessagesUnwanted, language(), person(body.person)));
}

// ---- on the side ----

std::string Narrator::where(const pathway::StepRef& ref) const {
  return ref.step == definition::kNone ? std::string(language().of(pathway_.title)) : named(ref);
}
void Narrator::operator()(const pathway::IncidentOpened& body) {
  if (telling_.to_family) return;
  add(EntryKind::kIncident, say(Phrase::kIncident, language(), where(body.step), body.message));
}
void Narrator::operator()(const pathway::IncidentResolved& body) {
  if (telling_.to_family) return;
  add(EntryKind::kIncident, say(Phrase::kIncidentOver, language(), where(body.step)));
}

}  // namespace ritrovo::projections
