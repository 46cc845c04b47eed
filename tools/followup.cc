#include "tools/followup.h"

#include <algorithm>
#include <map>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/base/period.h"
#include "projections/phrases.h"
#include "workflows/calendar/almanac.h"

namespace ritrovo::tools {
namespace {

using definition::Pathway;
using definition::Step;
using definition::StepKind;

const std::map<std::string_view, const char*> kItalianKinds = {
    {"task", "compito"},           {"wait", "attesa"},           {"withdrawn", "ritirato"},
    {"questioned", "da rivedere"}, {"may_start", "può iniziare"}, {"milestone", "traguardo"},
    {"deadline", "scadenza"},      {"deadline_moved", "scadenza spostata"}, {"deadline_suspended", "termine sospeso"},
    {"deadline_interrupted", "termine interrotto"}, {"message", "messaggio"}, {"incident", "da verificare"}, {"completed", "concluso"}};

bool in_italian(std::string_view language) { return language == "it"; }

std::string title_of(const std::vector<std::pair<std::string, definition::Text>>& texts, std::string_view name, std::string_view language) {
  const auto found = std::find_if(texts.begin(), texts.end(), [name](const auto& entry) { return entry.first == name; });
  return std::string(found == texts.end() ? name : found->second.in(language));
}

/// What the events of one command were, by version: the fact, the step's outcome, or the kind.
using Happened = std::map<Version, std::string>;

std::string happening(const pathway::Body& body, const Pathway& pathway) {
  if (const auto* reported = std::get_if<pathway::FactReported>(&body)) return pathway.facts[reported->fact].name;
  if (const auto* completed = std::get_if<pathway::StepCompleted>(&body)) {
    const Step& step = pathway.steps[completed->step.step];
    return completed->outcome < step.outcomes.size() ? fmt::format("{}/{}", step.name, step.outcomes[completed->outcome].name) : step.name;
  }
  const pathway::StepRef* ref = pathway::step_of(body);
  const std::string kind(pathway::name_of(body));
  return ref != nullptr && ref->step < pathway.steps.size() ? fmt::format("{} {}", kind, pathway.steps[ref->step].name) : kind;
}

/// Makes the follow-up of each kind of event that has one.
class Reader {
 public:
  Reader(const Pathway& pathway, const AliasOf& alias, const Happened& happened, const calendar::Almanac* almanac, std::string_view language)
      : pathway_(pathway), alias_(alias), happened_(happened), almanac_(almanac), language_(language) {}

  std::optional<Followup> operator()(const pathway::StepOpened& body) const {
    switch (pathway_.steps[body.step.step].kind) {
      case StepKind::kTask: return about("task", body.step, &body.because);
      case StepKind::kWaitFor: return about("wait", body.step, &body.because);
      case StepKind::kStage:
      case StepKind::kCompute:
      case StepKind::kMilestone:
      case StepKind::kNotify: break;
    }
    return std::nullopt;
  }
  std::optional<Followup> operator()(const pathway::StepReopened& body) const {
    return about(pathway_.steps[body.step.step].kind == StepKind::kTask ? "task" : "wait", body.step, &body.because);
  }
  std::optional<Followup> operator()(const pathway::StepRevised& body) const {
    switch (body.to) {
      case pathway::Revision::kWithdrawn: return about("withdrawn", body.step, &body.because);
      case pathway::Revision::kReopened: return about(pathway_.steps[body.step.step].kind == StepKind::kTask ? "task" : "wait", body.step, &body.because);
      case pathway::Revision::kRedated: break;
    }
    return std::nullopt;
  }
  std::optional<Followup> operator()(const pathway::WorkQuestioned& body) const { return about("questioned", body.step, &body.because); }
  std::optional<Followup> operator()(const pathway::StepEnabled& body) const { return about("may_start", body.step, &body.because); }
  std::optional<Followup> operator()(const pathway::StepCompleted& body) const {
    if (pathway_.steps[body.step.step].kind != StepKind::kMilestone) return std::nullopt;
    return about("milestone", body.step, &body.because);
  }
  std::optional<Followup> operator()(const pathway::DeadlineSet& body) const {
    return deadline("deadline", body.deadline, body.start, body.due, body.working.length);
  }
  std::optional<Followup> operator()(const pathway::DeadlineMoved& body) const {
    return deadline("deadline_moved", body.deadline, body.start, body.due, body.working.length);
  }
  std::optional<Followup> operator()(const pathway::DeadlineSuspended& body) const { return about("deadline_suspended", body.deadline.step, &body.because); }
  std::optional<Followup> operator()(const pathway::DeadlineInterrupted& body) const { return about("deadline_interrupted", body.deadline.step, &body.because); }
  std::optional<Followup> operator()(const pathway::NotificationRequested& body) const {
    const Step& step = pathway_.steps[body.step.step];
    Followup message = about("message", body.step, &body.because);
    const std::string& to = body.deadline < step.deadlines.size() ? step.deadlines[body.deadline].overdue_notify : step.notify_to;
    message.party = to == "family" ? to : "";
    message.role = to == "family" ? "" : to;
    message.party_title = to == "family" ? title_of(pathway_.parties, to, language_) : "";
    message.role_title = to == "family" ? "" : title_of(pathway_.roles, to, language_);
    return message;
  }
  std::optional<Followup> operator()(const pathway::IncidentOpened& body) const {
    Followup incident = about("incident", body.step, &body.because);
    incident.why = body.message;
    return incident;
  }
  std::optional<Followup> operator()(const pathway::PathwayCompleted&) const {
    Followup completed;
    completed.kind = "completed";
    completed.title = std::string(pathway_.title.in(language_));
    return completed;
  }
  /// What was reported, done or ended by itself opens nothing.
  template <class Other>
  std::optional<Followup> operator()(const Other&) const {
    return std::nullopt;
  }

 private:
  Followup about(std::string_view kind, const pathway::StepRef& ref, const pathway::Because* because) const {
    Followup followup;
    followup.kind = kind;
    if (ref.step == definition::kNone) {  // of the pathway itself
      followup.title = std::string(pathway_.title.in(language_));
      return followup;
    }
    const Step& step = pathway_.steps[ref.step];
    followup.step = step.name;
    if (ref.person != pathway::kNobody) followup.person = alias_(ref.person);
    followup.title = step.title.languages.empty() ? step.name : std::string(step.title.in(language_));
    followup.party = step.waits_on;
    followup.role = step.task_role;
    if (!step.waits_on.empty()) followup.party_title = title_of(pathway_.parties, step.waits_on, language_);
    if (!step.task_role.empty()) followup.role_title = title_of(pathway_.roles, step.task_role, language_);
    followup.law = step.ground.law;
    followup.verified = step.ground.verified;
    if (because != nullptr && !because->causes.empty()) {
      std::vector<std::string> causes;
      for (const Version version : because->causes) {
        const auto known = happened_.find(version);
        const std::string event = fmt::format("{} {}", in_italian(language_) ? "evento" : "event", version.value());
        causes.push_back(known == happened_.end() ? event : fmt::format("{} ({})", known->second, event));
      }
      followup.why = fmt::format("{} {}", in_italian(language_) ? "segue da" : "follows from", fmt::join(causes, ", "));
    }
    return followup;
  }
  Followup deadline(std::string_view kind, const pathway::DeadlineRef& ref, Day start, Day due, const std::string& length) const {
    Followup followup = about(kind, ref.step, nullptr);
    const Step& step = pathway_.steps[ref.step.step];
    if (ref.deadline < step.deadlines.size() && !step.deadlines[ref.deadline].ground.law.empty()) {
      followup.law = step.deadlines[ref.deadline].ground.law;
      followup.verified = step.deadlines[ref.deadline].ground.verified;
    }
    followup.by = due;
    followup.why = fmt::format("{} {} {}", words_of(ref, length), in_italian(language_) ? "dal" : "from", to_string(start));
    return followup;
  }
  /// "8 working days", where the almanac says that the term counts so.
  std::string words_of(const pathway::DeadlineRef& ref, const std::string& length) const {
    const Result<Period> period = parse_period(length);
    if (!period) return length;
    const Step& step = pathway_.steps[ref.step.step];
    const calendar::Term* term = almanac_ == nullptr || ref.deadline >= step.deadlines.size() ? nullptr : almanac_->term(step.deadlines[ref.deadline].term);
    return projections::in_words(*period, term != nullptr && term->counting == calendar::Counting::kWorkingDays, language_);
  }

  const Pathway& pathway_;
  const AliasOf& alias_;
  const Happened& happened_;
  const calendar::Almanac* almanac_;
  std::string_view language_;
};

}  // namespace

std::string Followup::text(std::string_view language) const {
  const bool italian = in_italian(language);
  std::string text = kind;
  std::replace(text.begin(), text.end(), '_', ' ');
  if (const auto word = kItalianKinds.find(kind); italian && word != kItalianKinds.end()) text = word->second;
  if (!title.empty()) text += fmt::format(" \"{}\"", title);
  if (!person.empty()) text += fmt::format(" {} {}", italian ? "per" : "for", person);
  if (const std::string& who = party_title.empty() ? role_title : party_title; !who.empty()) text += fmt::format(" ({})", who);
  if (by) text += fmt::format(" {} {}", italian ? "entro il" : "by", to_string(*by));
  if (!why.empty() && (by || kind == "incident")) text += fmt::format(", {}", why);
  if (!law.empty()) text += fmt::format(" [{}{}]", law, verified ? "" : italian ? "; non verificato" : "; not verified");
  return text;
}

std::vector<Followup> followups(const std::vector<Event>& events, const Pathway& pathway, const AliasOf& alias, const calendar::Almanac* almanac, std::string_view language) {
  std::vector<pathway::Body> bodies;
  Happened happened;
  for (const Event& event : events) {
    if (event.tag < RecordTag::kFirstOfWorkflow) continue;
    Result<pathway::Body> body = pathway::decode_body(event.tag, event.body);
    if (!body) continue;
    happened[event.version] = happening(*body, pathway);
    bodies.push_back(std::move(*body));
  }
  std::vector<Followup> found;
  for (const pathway::Body& body : bodies)
    if (std::optional<Followup> followup = std::visit(Reader(pathway, alias, happened, almanac, language), body)) found.push_back(std::move(*followup));
  return found;
}

}  // namespace ritrovo::tools
