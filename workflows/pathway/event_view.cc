#include "workflows/pathway/event_view.h"

#include <string>
#include <utility>

#include "workflows/calendar/due.h"

namespace ritrovo::pathway {
namespace {

using definition::kNone;
using definition::Pathway;

std::int64_t number(Version version) { return std::int64_t{version.value()}; }

/// Builds one body's view. `operator()` for each kind, without a catch-all.
class Viewing {
 public:
  Viewing(const CaseNames& names, const Pathway* pathway) : names_(names), pathway_(pathway) {}
  [[nodiscard]] Values take() { return std::move(out_); }

  void operator()(const CaseOpened& body) {
    put("pathway", body.pathway);
    put("pathway_version", std::int64_t{body.version});
    put("identity", body.identity.hex());
    if (body.imported_on) put("imported_on", *body.imported_on);
  }
  void operator()(const PersonAdded& body) {
    put("alias", body.alias);
    put("person", body.id.printed());
    put("role", pathway_ == nullptr ? std::to_string(body.role) : pathway_->persons.at(body.role).name);
    fields(body.values, pathway_ == nullptr ? nullptr : &pathway_->persons.at(body.role).fields);
  }
  void operator()(const PersonLeft& body) { person(body.person); }
  void operator()(const FactReported& body) { fact_of(body.fact, body.person, body.values); }
  void operator()(const CaseSuspended& /*body*/) {}
  void operator()(const CaseResumed& body) {
    if (body.step != kNone) put("step", path(body.step));
  }
  void operator()(const CaseClosed& /*body*/) {}
  void operator()(const PersonSuspended& body) { person(body.person); }
  void operator()(const PersonResumed& body) { person(body.person); }
  void operator()(const CaseLinked& body) {
    put("link", std::string(name_of(body.kind)));
    put("other", body.other.printed());
    ritrovo::ValueList persons;
    for (const PersonIndex index : body.persons) persons.emplace_back(names_.alias(index));
    if (!persons.empty()) put("persons", ritrovo::Value(std::move(persons)));
  }
  void operator()(const PathwayCompleted& body) {
    why(body.because, nullptr);
    if (body.result == definition::kNoOutcome) return;
    put("result", pathway_ == nullptr ? ritrovo::Value(std::int64_t{body.result}) : ritrovo::Value(pathway_->results.at(body.result).name));
  }
  void operator()(const TermsRecounted& body) {
    ritrovo::ValueList by;
    for (const AlmanacVersion& item : body.by) {
      Values line;
      set(line, "kind", item.kind);
      set(line, "name", item.name);
      set(line, "version", std::int64_t{item.version});
      by.emplace_back(std::move(line));
    }
    put("by", ritrovo::Value(std::move(by)));
  }

  void operator()(const StepEnabled& body) { moved(body.step, body.because); }
  void operator()(const StepOpened& body) {
    moved(body.step, body.because);
    if (pathway_ == nullptr) return;
    const definition::Step& declared = pathway_->steps.at(body.step.step);
    if (!declared.task_role.empty()) put("role", declared.task_role);
    if (!declared.waits_on.empty()) put("waits_on", declared.waits_on);
  }
  void operator()(const StepCompleted& body) {
    moved(body.step, body.because);
    outcome("outcome", body.step, body.outcome);
  }
  void operator()(const StepReopened& body) {
    moved(body.step, body.because);
    if (!body.by.empty()) put("by", body.by);
  }
  void operator()(const StepTerminated& body) {
    moved(body.step, body.because);
    put("reason", std::string(name_of(body.reason)));
  }
  void operator()(const ValueComputed& body) {
    moved(body.step, body.because);
    if (body.value) put("value", *body.value);
  }
  void operator()(const NotificationRequested& body) {
    moved(body.step, body.because);
    if (pathway_ == nullptr) return;
    const definition::Step& declared = pathway_->steps.at(body.step.step);
    put("to", body.deadline == 0xFF ? declared.notify_to : declared.deadlines.at(body.deadline).overdue_notify);
    if (body.deadline == 0xFF && !declared.message_template.empty()) put("template", declared.message_template);
    if (!body.language.empty()) put("language", body.language);
    if (body.deadline != 0xFF) put("deadline", declared.deadlines.at(body.deadline).name);
  }

  void operator()(const TaskClaimed& body) { task(body.step, body.by); }
  void operator()(const TaskReleased& body) { task(body.step, body.by); }
  void operator()(const TaskDelegated& body) {
    task(body.step, body.by);
    if (!body.to.empty()) put("to", body.to);
    if (!body.organisation.empty()) put("organisation", body.organisation);
  }
  void operator()(const TaskCompleted& body) {
    task(body.step, body.by);
    outcome("chosen", body.step, body.chosen);
  }
  void operator()(const TaskStarted& body) { task(body.step, body.by); }
  void operator()(const TaskEscalated& body) {
    moved(body.step, body.because);
    if (pathway_ == nullptr) return;
    const definition::Deadline& missed = pathway_->steps.at(body.step.step).deadlines.at(body.deadline);
    put("to", missed.overdue_escalate);
    put("deadline", missed.name);
  }
  void operator()(const TaskAssigned& body) {
    moved(body.step, body.because);
    put("to", body.to);
  }

  void operator()(const DeadlineSet& body) {
    deadline(body.deadline, &body.because);
    clock(body.start, body.due, body.warn_on, body.working);
  }
  void operator()(const DeadlineMoved& body) {
    deadline(body.deadline, &body.because);
    clock(body.start, body.due, body.warn_on, body.working);
    if (body.was_due) put("was_due", *body.was_due);
    put("resumed", body.resumed);
  }
  void operator()(const DeadlineSuspended& body) { deadline(body.deadline, &body.because); }
  void operator()(const DeadlineInterrupted& body) { deadline(body.deadline, &body.because); }
  void operator()(const DeadlineWarned& body) {
    deadline(body.deadline, nullptr);
    put("due", body.due);
  }
  void operator()(const DeadlineMet& body) {
    deadline(body.deadline, &body.because);
    put("late_report", body.late_report);
  }
  void operator()(const DeadlineMissed& body) {
    deadline(body.deadline, nullptr);
    put("due", body.due);
  }
  void operator()(const DeadlineVoided& body) {
    deadline(body.deadline, nullptr);
    if (body.imported) put("imported", true);
  }

  void operator()(const IncidentOpened& body) {
    moved(body.step, body.because);
    put("failure", std::string(name_of(body.failure)));
    put("message", body.message);
  }
  void operator()(const IncidentResolved& body) { moved(body.step, body.because); }
  void operator()(const AlarmSet& body) {
    step(body.step);
    if (body.day) put("day", *body.day);
  }

  void operator()(const FactCorrected& body) {
    put("corrects", number(body.of));
    fact_of(body.fact, body.person, body.values);
  }
  void operator()(const FactWithdrawn& body) {
    put("withdraws", number(body.of));
    fact_of(body.fact, body.person, {});
  }
  void operator()(const PersonCorrected& body) {
    person(body.person);
    fields(body.values, pathway_ == nullptr ? nullptr : &pathway_->persons.at(body.role).fields);
  }
  void operator()(const StepRevised& body) {
    moved(body.step, body.because);
    put("to", std::string(name_of(body.to)));
    if (body.to != Revision::kWithdrawn) put("opened_on", body.opened_on);
    if (body.ended_on != Day()) put("ended_on", body.ended_on);
  }
  void operator()(const DeadlineWithdrawn& body) { deadline(body.deadline, &body.because); }
  void operator()(const WorkQuestioned& body) { moved(body.step, body.because); }
  void operator()(const CaseReopened& body) { why(body.because, nullptr); }
  void operator()(const MessageReported& body) {
    put("event", std::int64_t{body.of.value()});
    put("fate", std::string(name_of(body.fate)));
    if (!body.channel.empty()) put("channel", body.channel);
    if (!body.reason.empty()) put("reason", body.reason);
  }
  void operator()(const MessagesChosen& body) {
    person(body.person);
    put("wanted", body.wanted);
  }

 private:
  void fact_of(definition::FactIndex fact, PersonIndex about, const std::vector<FieldValue>& values) {
    put("fact", pathway_ == nullptr ? std::to_string(fact) : pathway_->facts.at(fact).name);
    person(about);
    fields(values, pathway_ == nullptr ? nullptr : &pathway_->facts.at(fact).fields);
  }
  void put(std::string name, ritrovo::Value value) { set(out_, std::move(name), std::move(value)); }
  [[nodiscard]] std::string path(definition::StepIndex step) const { return pathway_ == nullptr ? std::to_string(step) : pathway_->path_of(step); }
  void person(PersonIndex index) {
    if (index == kNobody) return;
    put("person", names_.alias(index).empty() ? ritrovo::Value(std::int64_t{index}) : ritrovo::Value(names_.alias(index)));
  }
  void fields(const std::vector<FieldValue>& values, const std::vector<definition::Field>* declared) {
    Values data;
    for (const FieldValue& value : values) set(data, declared == nullptr ? std::to_string(value.field) : declared->at(value.field).name, value.value);
    if (!data.empty()) put("data", ritrovo::Value(std::move(data)));
  }
  void step(const StepRef& ref) {
    if (ref.step == kNone) return;  // of the pathway itself
    put("step", path(ref.step));
    person(ref.person);
    if (ref.occurrence != Version()) put("occurrence", number(ref.occurrence));
  }
  void moved(const StepRef& ref, const Because& because) {
    step(ref);
    why(because, &ref);
  }
  void task(const StepRef& ref, const std::string& by) {
    step(ref);
    put("by", by);
  }
  void outcome(std::string name, const StepRef& ref, definition::OutcomeIndex index) {
    if (index == definition::kNoOutcome) return;
    put(std::move(name), pathway_ == nullptr ? ritrovo::Value(std::int64_t{index}) : ritrovo::Value(pathway_->steps.at(ref.step).outcomes.at(index).name));
  }
  void deadline(const DeadlineRef& ref, const Because* because) {
    step(ref.step);
    if (pathway_ == nullptr) {
      put("deadline", std::int64_t{ref.deadline});
    } else {
      const definition::Deadline& declared = pathway_->steps.at(ref.step.step).deadlines.at(ref.deadline);
      put("deadline", declared.name);
      put("term", declared.term);
    }
    if (because != nullptr) why(*because, &ref.step);
  }
  void clock(Day start, Day due, std::optional<Day> warn_on, const Working& working) {
    put("start", start);
    put("due", due);
    if (warn_on) put("warn_on", *warn_on);
    put("length", working.length);
    put("term_version", std::int64_t{working.term_version});
    put("calendar_version", std::int64_t{working.calendar_version});
    ritrovo::ValueList notes;
    for (const WorkingNote& note : working.notes) {
      Values line;
      set(line, "what", std::string(calendar::name_of(static_cast<calendar::WorkingStep>(note.what))));
      set(line, "from", note.from);
      set(line, "to", note.to);
      set(line, "days", std::int64_t{note.days});
      notes.emplace_back(std::move(line));
    }
    if (!notes.empty()) put("working", ritrovo::Value(std::move(notes)));
  }
  void why(const Because& because, const StepRef* step) { put("because", ritrovo::Value(view_of(because, step, pathway_))); }

  const CaseNames& names_;
  const Pathway* pathway_;
  Values out_;
};

/// The name of the part within its rule, and the law that it rests on: the outcome's or deadline's own, else the step's.
std::pair<std::string, std::string> part_and_law(const Because& because, const definition::Step& step) {
  std::string part;
  std::string law = step.ground.law;
  if (because.rule == Rule::kOutcome && because.part < step.outcomes.size()) {
    part = step.outcomes[because.part].name;
    if (!step.outcomes[because.part].ground.law.empty()) law = step.outcomes[because.part].ground.law;
  }
  if (because.rule == Rule::kDeadline && because.part < step.deadlines.size()) {
    part = step.deadlines[because.part].name;
    if (!step.deadlines[because.part].ground.law.empty()) law = step.deadlines[because.part].ground.law;
  }
  return {part, law};
}

}  // namespace

Values view_of(const Because& because, const StepRef* step, const Pathway* pathway) {
  Values view;
  set(view, "rule", std::string(name_of(because.rule)));
  if (pathway != nullptr && step != nullptr && step->step < pathway->steps.size()) {
    const auto [part, law] = part_and_law(because, pathway->steps[step->step]);
    if (!part.empty()) set(view, "part", part);
    if (!law.empty()) set(view, "law", law);
  }
  if (pathway != nullptr && because.rule == Rule::kGuard && because.part < pathway->guards.size()) set(view, "part", pathway->guards[because.part].source);
  ritrovo::ValueList causes;
  for (const Version cause : because.causes) causes.emplace_back(number(cause));
  if (!causes.empty()) set(view, "causes", ritrovo::Value(std::move(causes)));
  Values reads;
  for (const Read& read : because.reads) {
    Values seen;
    if (read.version != Version()) set(seen, "version", number(read.version));
    if (read.value) set(seen, "value", *read.value);
    set(reads, pathway == nullptr ? std::to_string(read.variable) : variable_name(*pathway, read.variable), ritrovo::Value(std::move(seen)));
  }
  if (!reads.empty()) set(view, "reads", ritrovo::Value(std::move(reads)));
  return view;
}

BodyView view_of(const Body& body, const CaseNames& names, const Pathway* pathway) {
  Viewing viewing(names, pathway);
  std::visit(viewing, body);
  return {std::string(name_of(body)), viewing.take()};
}

}  // namespace ritrovo::pathway
