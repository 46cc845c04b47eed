#pragma once

#include "engine/record/compact_archive.h"
#include "engine/record/value_codec.h"
#include "workflows/pathway/event_body.h"

/// The members of each body, in the order of their bytes. A change here is a new body version (body_codec.cc): old bytes stay readable.
/// For *_codec.cc only.
namespace ritrovo {
template <>
struct EnumLast<pathway::Rule> {
  static constexpr pathway::Rule kValue = pathway::Rule::kAssign;
};
template <>
struct EnumLast<pathway::EndReason> {
  static constexpr pathway::EndReason kValue = pathway::EndReason::kPathwayCompleted;
};
template <>
struct EnumLast<pathway::LinkKind> {
  static constexpr pathway::LinkKind kValue = pathway::LinkKind::kMergedFrom;
};
template <>
struct EnumLast<pathway::Revision> {
  static constexpr pathway::Revision kValue = pathway::Revision::kRedated;
};
template <>
struct EnumLast<pathway::MessageFate> {
  static constexpr pathway::MessageFate kValue = pathway::MessageFate::kQueued;
};
template <>
struct EnumLast<pathway::Failure> {
  static constexpr pathway::Failure kValue = pathway::Failure::kTerm;
};
}  // namespace ritrovo

namespace ritrovo::pathway {

template <class A> void serialize(A& a, StepRef& it) { a(it.step, it.person, it.occurrence); }
template <class A> void serialize(A& a, DeadlineRef& it) { a(it.step, it.deadline); }
template <class A> void serialize(A& a, Read& it) { a(it.variable, it.version, it.value); }
template <class A> void serialize(A& a, Because& it) { a(it.rule, it.part, it.causes, it.reads); }
template <class A> void serialize(A& a, FieldValue& it) { a(it.field, it.value); }
template <class A> void serialize(A& a, WorkingNote& it) { a(it.what, it.from, it.to, it.days); }
template <class A> void serialize(A& a, Working& it) { a(it.length, it.term_version, it.calendar_version, it.notes); }

template <class A> void serialize(A& a, CaseOpened& it) { a(it.pathway, it.version, it.identity, it.imported_on); }
template <class A> void serialize(A& a, PersonAdded& it) { a(it.alias, it.role, it.id, it.values); }
template <class A> void serialize(A& a, PersonLeft& it) { a(it.person); }
template <class A> void serialize(A& a, FactReported& it) { a(it.fact, it.person, it.values); }
template <class A> void serialize(A& /*a*/, CaseSuspended& /*it*/) {}
template <class A> void serialize(A& a, CaseResumed& it) { a(it.step); }
template <class A> void serialize(A& /*a*/, CaseClosed& /*it*/) {}
template <class A> void serialize(A& a, PathwayCompleted& it) { a(it.result, it.because); }
template <class A> void serialize(A& a, AlmanacVersion& it) { a(it.kind, it.name, it.version); }
template <class A> void serialize(A& a, TermsRecounted& it) { a(it.by); }
template <class A> void serialize(A& a, StepEnabled& it) { a(it.step, it.because); }
template <class A> void serialize(A& a, StepOpened& it) { a(it.step, it.because); }
template <class A> void serialize(A& a, StepCompleted& it) { a(it.step, it.outcome, it.because); }
template <class A> void serialize(A& a, StepTerminated& it) { a(it.step, it.reason, it.because); }
template <class A> void serialize(A& a, ValueComputed& it) { a(it.step, it.value, it.active, it.because); }
template <class A> void serialize(A& a, NotificationRequested& it) { a(it.step, it.deadline, it.language, it.because); }
template <class A> void serialize(A& a, TaskClaimed& it) { a(it.step, it.by); }
template <class A> void serialize(A& a, TaskReleased& it) { a(it.step, it.by); }
template <class A> void serialize(A& a, TaskDelegated& it) { a(it.step, it.by, it.to, it.organisation); }
template <class A> void serialize(A& a, TaskCompleted& it) { a(it.step, it.by, it.chosen); }
template <class A> void serialize(A& a, TaskStarted& it) { a(it.step, it.by); }
template <class A> void serialize(A& a, DeadlineSet& it) { a(it.deadline, it.start, it.due, it.warn_on, it.working, it.because); }
template <class A> void serialize(A& a, DeadlineMoved& it) {
  a(it.deadline, it.start, it.due, it.was_due, it.warn_on, it.resumed, it.working, it.because);
}
template <class A> void serialize(A& a, DeadlineSuspended& it) { a(it.deadline, it.because); }
template <class A> void serialize(A& a, DeadlineInterrupted& it) { a(it.deadline, it.because); }
template <class A> void serialize(A& a, DeadlineWarned& it) { a(it.deadline, it.due); }
template <class A> void serialize(A& a, DeadlineMet& it) { a(it.deadline, it.late_report, it.because); }
template <class A> void serialize(A& a, DeadlineMissed& it) { a(it.deadline, it.due); }
template <class A> void serialize(A& a, DeadlineVoided& it) { a(it.deadline, it.imported); }
template <class A> void serialize(A& a, IncidentOpened& it) { a(it.step, it.failure, it.message, it.because); }
template <class A> void serialize(A& a, IncidentResolved& it) { a(it.step, it.because); }
template <class A> void serialize(A& a, AlarmSet& it) { a(it.step, it.day); }
template <class A> void serialize(A& a, PersonSuspended& it) { a(it.person); }
template <class A> void serialize(A& a, PersonResumed& it) { a(it.person); }
template <class A> void serialize(A& a, CaseLinked& it) { a(it.kind, it.other, it.persons); }
template <class A> void serialize(A& a, StepReopened& it) { a(it.step, it.by, it.because); }
template <class A> void serialize(A& a, TaskEscalated& it) { a(it.step, it.deadline, it.because); }
template <class A> void serialize(A& a, TaskAssigned& it) { a(it.step, it.to, it.because); }
template <class A> void serialize(A& a, FactCorrected& it) { a(it.of, it.fact, it.person, it.values); }
template <class A> void serialize(A& a, FactWithdrawn& it) { a(it.of, it.fact, it.person); }
template <class A> void serialize(A& a, PersonCorrected& it) { a(it.person, it.role, it.values); }
template <class A> void serialize(A& a, StepRevised& it) { a(it.step, it.to, it.opened_on, it.ended_on, it.worked, it.because); }
template <class A> void serialize(A& a, DeadlineWithdrawn& it) { a(it.deadline, it.because); }
template <class A> void serialize(A& a, WorkQuestioned& it) { a(it.step, it.because); }
template <class A> void serialize(A& a, CaseReopened& it) { a(it.because); }
template <class A> void serialize(A& a, MessageReported& it) { a(it.of, it.fate, it.channel, it.reason); }
template <class A> void serialize(A& a, MessagesChosen& it) { a(it.person, it.wanted); }

}  // namespace ritrovo::pathway
