#include "tools/event_view.h"

#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {
namespace {

using definition::Pathway;
using definition::Step;
using pathway::CaseCore;

std::string alias_of(pathway::PersonIndex person, const CaseCore* core) {
  if (core == nullptr || person == pathway::kNobody || person >= core->persons.size()) return {};
  return core->persons[person].alias;
}

/// Writes the members of each kind of body, with names.
class Writer {
 public:
  Writer(const Pathway& pathway, const CaseCore* core, Values& out) : pathway_(pathway), core_(core), out_(out) {}

  void operator()(const pathway::CaseOpened& body) const {
    put("pathway", body.pathway);
    set(out_, "version", static_cast<std::int64_t>(body.version));
    put("identity", body.identity.hex());
    if (body.imported_on) set(out_, "imported_on", *body.imported_on);
  }
  void operator()(const pathway::PathwayCompleted& body) const {
    if (body.result < pathway_.results.size()) put("result", pathway_.results[body.result].name);
  }
  void operator()(const pathway::TermsRecounted& body) const {
    ValueList by;
    for (const pathway::AlmanacVersion& item : body.by) by.emplace_back(fmt::format("{} {} {}", item.kind, item.name, item.version));
    set(out_, "by", Value(std::move(by)));
  }
  void operator()(const pathway::PersonAdded& body) const {
    put("alias", body.alias);
    put("id", body.id.printed());
    if (body.role < pathway_.persons.size()) {
      put("role", pathway_.persons[body.role].name);
      fields(body.values, pathway_.persons[body.role].fields);
    }
  }
  void operator()(const pathway::PersonLeft& body) const { person(body.person); }
  void operator()(const pathway::FactReported& body) const {
    person(body.person);
    if (body.fact >= pathway_.facts.size()) return;
    put("fact", pathway_.facts[body.fact].name);
    fields(body.values, pathway_.facts[body.fact].fields);
  }
  void operator()(const pathway::StepCompleted& body) const {
    about(body.step);
    outcome("outcome", body.step, body.outcome);
  }
  void operator()(const pathway::ValueComputed& body) const {
    about(body.step);
    if (body.value) set(out_, "value", *body.value);
  }
  void operator()(const pathway::TaskClaimed& body) const { work(body.step, body.by); }
  void operator()(const pathway::TaskReleased& body) const { work(body.step, body.by); }
  void operator()(const pathway::TaskStarted& body) const { work(body.step, body.by); }
  void operator()(const pathway::TaskDelegated& body) const {
    work(body.step, body.by);
    put("to", body.to);
    put("organisation", body.organisation);
  }
  void operator()(const pathway::PersonSuspended& body) const { person(body.person); }
  void operator()(const pathway::PersonResumed& body) const { person(body.person); }
  void operator()(const pathway::CaseLinked& body) const { put("other", body.other.printed()); }
  void operator()(const pathway::StepReopened& body) const { work(body.step, body.by); }
  void operator()(const pathway::TaskAssigned& body) const {
    about(body.step);
    put("to", body.to);
  }
  void operator()(const pathway::TaskCompleted& body) const {
    work(body.step, body.by);
    outcome("chosen", body.step, body.chosen);
  }
  void operator()(const pathway::DeadlineSet& body) const { clock(body.deadline, body.start, body.due, body.working); }
  void operator()(const pathway::DeadlineMoved& body) const {
    clock(body.deadline, body.start, body.due, body.working);
    if (body.was_due) set(out_, "was_due", *body.was_due);
    set(out_, "resumed", body.resumed);
  }
  void operator()(const pathway::DeadlineSuspended& body) const { deadline(body.deadline); }
  void operator()(const pathway::DeadlineInterrupted& body) const { deadline(body.deadline); }
  void operator()(const pathway::DeadlineWarned& body) const { due(body.deadline, body.due); }
  void operator()(const pathway::DeadlineMissed& body) const { due(body.deadline, body.due); }
  void operator()(const pathway::DeadlineMet& body) const {
    deadline(body.deadline);
    set(out_, "late_report", body.late_report);
  }
  void operator()(const pathway::DeadlineVoided& body) const {
    deadline(body.deadline);
    if (body.imported) set(out_, "imported", true);
  }
  void operator()(const pathway::IncidentOpened& body) const {
    about(body.step);
    put("message", body.message);
  }
  void operator()(const pathway::AlarmSet& body) const {
    about(body.step);
    if (body.day) set(out_, "day", *body.day);
  }
  /// The others are about a step, or say all by their name.
  template <class Other>
  void operator()(const Other& body) const {
    if constexpr (requires { body.step.step; }) about(body.step);
  }

 private:
  void put(const char* name, std::string text) const {
    if (!text.empty()) set(out_, name, Value(std::move(text)));
  }
  void person(pathway::PersonIndex index) const { put("person", alias_of(index, core_)); }
  void about(const pathway::StepRef& ref) const {
    if (ref.step < pathway_.steps.size()) put("step", pathway_.steps[ref.step].name);
    person(ref.person);
    if (ref.occurrence.value() > 0) set(out_, "occurrence", static_cast<std::int64_t>(ref.occurrence.value()));
  }
  void work(const pathway::StepRef& ref, const std::string& by) const {
    about(ref);
    put("by", by);
  }
  void outcome(const char* name, const pathway::StepRef& ref, definition::OutcomeIndex index) const {
    if (ref.step >= pathway_.steps.size()) return;
    const Step& step = pathway_.steps[ref.step];
    if (index < step.outcomes.size()) put(name, step.outcomes[index].name);
  }
  void deadline(const pathway::DeadlineRef& ref) const {
    about(ref.step);
    if (ref.step.step >= pathway_.steps.size()) return;
    const Step& step = pathway_.steps[ref.step.step];
    if (ref.deadline >= step.deadlines.size()) return;
    put("deadline", step.deadlines[ref.deadline].name);
    put("term", step.deadlines[ref.deadline].term);
    const std::string& law = step.deadlines[ref.deadline].ground.law;
    put("law", law.empty() ? step.ground.law : law);
  }
  void due(const pathway::DeadlineRef& ref, Day day) const {
    deadline(ref);
    set(out_, "due", day);
  }
  void clock(const pathway::DeadlineRef& ref, Day start, Day day, const pathway::Working& working) const {
    due(ref, day);
    set(out_, "start", start);
    put("length", working.length);
  }
  void fields(const std::vector<pathway::FieldValue>& values, const std::vector<definition::Field>& declared) const {
    Values data;
    for (const pathway::FieldValue& value : values) {
      if (value.field < declared.size()) set(data, declared[value.field].name, value.value);
    }
    set(out_, "data", Value(std::move(data)));
  }

  const Pathway& pathway_;
  const CaseCore* core_;
  Values& out_;
};

void put_because(const pathway::Because& because, Values& out) {
  ValueList causes;
  for (const Version version : because.causes) causes.emplace_back(static_cast<std::int64_t>(version.value()));
  set(out, "because", Value(std::move(causes)));
}

}  // namespace

BodyView view_of(const Event& event, const Pathway* pathway, const CaseCore* core) {
  if (event.tag < RecordTag::kFirstOfWorkflow) return engine_body_view(event);
  const Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
  if (!body) return {"undecodable", {}};
  BodyView view{std::string(pathway::name_of(*body)), {}};
  if (pathway == nullptr) return view;
  std::visit(Writer(*pathway, core, view.body), *body);
  if (const pathway::Because* because = pathway::because_of(*body); because != nullptr) put_because(*because, view.body);
  return view;
}

std::string subject_of(const Event& event, const Pathway* pathway, const CaseCore& core) {
  const BodyView view = view_of(event, pathway, &core);
  const auto text = [&view](const char* name) {
    const Value* value = find(view.body, name);
    const std::string* held = value != nullptr ? value->get<std::string>() : nullptr;
    return held != nullptr ? *held : std::string();
  };
  std::string subject = text("step");
  for (const char* name : {"fact", "alias", "pathway"}) {
    if (subject.empty()) subject = text(name);
  }
  if (const std::string outcome = text("outcome"); !outcome.empty()) subject += "/" + outcome;
  if (const std::string person = text("person"); !person.empty()) subject += " · " + person;
  if (const Value* due = find(view.body, "due"); due != nullptr && due->get<Day>() != nullptr) subject += " by " + to_string(*due->get<Day>());
  return subject;
}

}  // namespace ritrovo::tools
