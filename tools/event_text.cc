#include "tools/event_text.h"

#include <algorithm>
#include <set>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "engine/record/value_json.h"
#include "workflows/calendar/due.h"

namespace ritrovo::tools {
namespace {

using definition::Pathway;
using definition::Step;
using definition::StepKind;
using pathway::CaseCore;

/// The alias of a person, or nothing for the case itself.
std::string alias_of(pathway::PersonIndex person, const CaseCore& core) {
  if (person == pathway::kNobody || person >= core.persons.size()) return {};
  return core.persons[person].alias;
}

std::string with_person(const std::string& text, pathway::PersonIndex person, const CaseCore& core) {
  const std::string alias = alias_of(person, core);
  return alias.empty() ? text : fmt::format("{} · {}", text, alias);
}

const definition::Text* find_text(const std::vector<std::pair<std::string, definition::Text>>& texts, std::string_view name) {
  const auto found = std::find_if(texts.begin(), texts.end(), [name](const auto& entry) { return entry.first == name; });
  return found == texts.end() ? nullptr : &found->second;
}

Bilingual role_title(std::string_view role, const Pathway& pathway) {
  const definition::Text* text = find_text(pathway.roles, role);
  return text != nullptr ? both(*text, role) : Bilingual{std::string(role), std::string(role)};
}

Bilingual sentence(std::string_view it, std::string_view en, const Bilingual& about) {
  return {fmt::format("{}: {}", it, about.it), fmt::format("{}: {}", en, about.en)};
}

/// Makes the sentence of each kind of event.
class Describer {
 public:
  Describer(const Pathway& pathway, const CaseCore& core) : pathway_(pathway), core_(core) {}

  EventText operator()(const pathway::CaseOpened& body) const {
    const Bilingual title = both(pathway_.title, body.pathway);
    return plain({fmt::format("Pratica aperta: {} (versione {})", title.it, body.version),
                  fmt::format("Case opened: {} (version {})", title.en, body.version)},
                 pathway_.ground);
  }
  EventText operator()(const pathway::PersonAdded& body) const {
    const Bilingual role = both(pathway_.persons[body.role].title, pathway_.persons[body.role].name);
    return plain({fmt::format("{} nella pratica: {}", role.it, body.alias), fmt::format("{} in the case: {}", role.en, body.alias)});
  }
  EventText operator()(const pathway::PersonLeft& body) const {
    const std::string alias = alias_of(body.person, core_);
    return plain({fmt::format("Non fa più parte della pratica: {}", alias), fmt::format("No longer part of the case: {}", alias)});
  }
  EventText operator()(const pathway::FactReported& body) const {
    const definition::Fact& fact = pathway_.facts[body.fact];
    const Bilingual title = both(fact.title, fact.name);
    return plain({with_person(title.it, body.person, core_), with_person(title.en, body.person, core_)}, fact.ground);
  }
  EventText operator()(const pathway::CaseSuspended&) const { return plain({"Pratica sospesa", "Case suspended"}); }
  EventText operator()(const pathway::CaseResumed&) const { return plain({"Pratica ripresa", "Case resumed"}); }
  EventText operator()(const pathway::CaseClosed&) const { return plain({"Pratica chiusa", "Case closed"}); }
  EventText operator()(const pathway::PathwayCompleted&) const { return plain({"Percorso concluso", "Pathway completed"}); }

  EventText operator()(const pathway::StepEnabled& body) const { return about(body.step, "Può iniziare", "May begin"); }
  EventText operator()(const pathway::StepOpened& body) const {
    const Step& step = pathway_.steps[body.step.step];
    const Bilingual whom = awaited(step, pathway_);
    switch (step.kind) {
      case StepKind::kStage: return about(body.step, "Inizia la fase", "Stage begins");
      case StepKind::kTask: return about(body.step, fmt::format("Da fare ({})", whom.it), fmt::format("To do ({})", whom.en));
      case StepKind::kWaitFor: return about(body.step, fmt::format("Si attende ({})", whom.it), fmt::format("Waiting ({})", whom.en));
      case StepKind::kCompute:
      case StepKind::kMilestone:
      case StepKind::kNotify: break;
    }
    return about(body.step, "Inizia", "Begins");
  }
  EventText operator()(const pathway::StepCompleted& body) const {
    const Step& step = pathway_.steps[body.step.step];
    EventText text = step.kind == StepKind::kMilestone ? about(body.step, "Traguardo", "Milestone")
                     : step.kind == StepKind::kStage   ? about(body.step, "Fase conclusa", "Stage completed")
                                                       : about(body.step, "Fatto", "Done");
    if (body.outcome < step.outcomes.size() && step.outcomes.size() > 1) {
      const definition::Outcome& outcome = step.outcomes[body.outcome];
      const Bilingual title = both(outcome.title, outcome.name);
      text.what.it += fmt::format(" → {}", title.it);
      text.what.en += fmt::format(" → {}", title.en);
      if (!outcome.ground.law.empty()) ground(text, outcome.ground);
    }
    return text;
  }
  EventText operator()(const pathway::StepTerminated& body) const {
    EventText text = about(body.step, "Non serve più", "No longer needed");
    const auto reason = [&]() -> Bilingual {
      switch (body.reason) {
        case pathway::EndReason::kCancelled: return {"", ""};
        case pathway::EndReason::kPersonLeft: return {"la persona non fa più parte della pratica", "the person is no longer part of the case"};
        case pathway::EndReason::kStageEnded: return {"la fase è finita", "its stage has ended"};
        case pathway::EndReason::kCaseClosed: return {"la pratica è chiusa", "the case was closed"};
        case pathway::EndReason::kPathwayCompleted: return {"il percorso è concluso", "the pathway is completed"};
      }
      return {};
    }();
    text.why = reason;
    return text;
  }
  EventText operator()(const pathway::ValueComputed& body) const {
    EventText text = about(body.step, "Calcolato", "Computed");
    if (body.value) {
      std::string value = to_json(*body.value);
      std::erase(value, '"');
      text.what.it += fmt::format(" = {}", value);
      text.what.en += fmt::format(" = {}", value);
    }
    return text;
  }
  EventText operator()(const pathway::NotificationRequested& body) const {
    const Step& step = pathway_.steps[body.step.step];
    if (body.deadline < step.deadlines.size()) {
      const Bilingual role = role_title(step.deadlines[body.deadline].overdue_notify, pathway_);
      return about(body.step, fmt::format("Avviso di ritardo ({})", role.it), fmt::format("Notice of delay ({})", role.en));
    }
    return about(body.step, "Messaggio", "Message");
  }
  EventText operator()(const pathway::TaskClaimed& body) const { return about(body.step, "Preso in carico", "Claimed"); }
  EventText operator()(const pathway::TaskReleased& body) const { return about(body.step, "Rilasciato", "Released"); }
  EventText operator()(const pathway::TaskDelegated& body) const { return about(body.step, "Delegato", "Delegated"); }
  EventText operator()(const pathway::TaskCompleted& body) const { return about(body.step, "Lavoro svolto", "Work done"); }
  EventText operator()(const pathway::TaskStarted& body) const { return about(body.step, "Avviato", "Started"); }

  EventText operator()(const pathway::DeadlineSet& body) const {
    EventText text = deadline(body.deadline, "Termine", "Deadline");
    due(text, body.due, body.start, body.working);
    return text;
  }
  EventText operator()(const pathway::DeadlineMoved& body) const {
    EventText text = body.resumed ? deadline(body.deadline, "Il termine riprende", "Deadline runs again") : deadline(body.deadline, "Termine spostato", "Deadline moved");
    due(text, body.due, body.start, body.working);
    return text;
  }
  EventText operator()(const pathway::DeadlineSuspended& body) const { return deadline(body.deadline, "Termine sospeso", "Deadline suspended"); }
  EventText operator()(const pathway::DeadlineInterrupted& body) const { return deadline(body.deadline, "Termine interrotto", "Deadline interrupted"); }
  EventText operator()(const pathway::DeadlineWarned& body) const {
    EventText text = deadline(body.deadline, "Termine vicino", "Deadline near");
    text.what.it += fmt::format(", entro il {}", date_text(body.due, Language::kItalian));
    text.what.en += fmt::format(", by {}", date_text(body.due, Language::kEnglish));
    return text;
  }
  EventText operator()(const pathway::DeadlineMet& body) const {
    return body.late_report ? deadline(body.deadline, "Termine rispettato, saputo in ritardo", "Deadline met, known late")
                            : deadline(body.deadline, "Termine rispettato", "Deadline met");
  }
  EventText operator()(const pathway::DeadlineMissed& body) const {
    EventText text = deadline(body.deadline, "TERMINE SCADUTO", "DEADLINE MISSED");
    text.what.it += fmt::format(", era il {}", date_text(body.due, Language::kItalian));
    text.what.en += fmt::format(", it was {}", date_text(body.due, Language::kEnglish));
    return text;
  }
  EventText operator()(const pathway::DeadlineVoided& body) const { return deadline(body.deadline, "Termine non più necessario", "Deadline no longer needed"); }

  EventText operator()(const pathway::IncidentOpened& body) const {
    EventText text = about(body.step, "Da verificare", "Needs attention");
    text.what.it += fmt::format(" ({})", body.message);
    text.what.en += fmt::format(" ({})", body.message);
    return text;
  }
  EventText operator()(const pathway::IncidentResolved& body) const { return about(body.step, "Verificato", "Resolved"); }
  EventText operator()(const pathway::AlarmSet& body) const {
    EventText text = about(body.step, "Da riguardare", "To be looked at again");
    text.shown = false;
    return text;
  }

 private:
  static void ground(EventText& text, const definition::Ground& ground) {
    text.law = ground.law;
    text.verified = ground.verified;
  }
  static EventText plain(Bilingual what, const definition::Ground& from = {}) {
    EventText text;
    text.what = std::move(what);
    ground(text, from);
    return text;
  }
  EventText about(const pathway::StepRef& ref, std::string_view it, std::string_view en) const {
    return plain(sentence(it, en, step_title(ref, pathway_, core_)), pathway_.steps[ref.step].ground);
  }
  EventText deadline(const pathway::DeadlineRef& ref, std::string_view it, std::string_view en) const {
    EventText text = about(ref.step, it, en);
    const Step& step = pathway_.steps[ref.step.step];
    if (ref.deadline < step.deadlines.size() && !step.deadlines[ref.deadline].ground.law.empty()) ground(text, step.deadlines[ref.deadline].ground);
    return text;
  }
  /// By when, and how it was counted: what was more than start plus length.
  static void due(EventText& text, Day day, Day start, const pathway::Working& working) {
    text.what.it += fmt::format(", entro il {} ({} dal {}", date_text(day, Language::kItalian), period_text(working.length, Language::kItalian),
                                date_text(start, Language::kItalian));
    text.what.en += fmt::format(", by {} ({} from {}", date_text(day, Language::kEnglish), period_text(working.length, Language::kEnglish),
                                date_text(start, Language::kEnglish));
    for (const pathway::WorkingNote& note : working.notes) {
      const auto what = static_cast<calendar::WorkingStep>(note.what);
      if (what == calendar::WorkingStep::kFrozen) {
        text.what.it += fmt::format("; {} giorni congelati per legge", note.days);
        text.what.en += fmt::format("; {} days frozen by law", note.days);
      } else if (what == calendar::WorkingStep::kSuspended) {
        text.what.it += fmt::format("; {} giorni di sospensione", note.days);
        text.what.en += fmt::format("; {} days suspended", note.days);
      } else if (what == calendar::WorkingStep::kRolled) {
        text.what.it += "; al primo giorno lavorativo";
        text.what.en += "; to the next working day";
      }
    }
    text.what.it += ")";
    text.what.en += ")";
  }

  const Pathway& pathway_;
  const CaseCore& core_;
};

Bilingual reasons(const pathway::Because& because, const NameOfVersion& name_of_version) {
  Bilingual text;
  std::set<std::string> said;
  for (const Version version : because.causes) {
    const Bilingual name = name_of_version(version);
    if (name.en.empty() || !said.insert(name.en).second) continue;
    if (!text.en.empty()) {
      text.it += ", ";
      text.en += ", ";
    }
    text.it += name.it;
    text.en += name.en;
  }
  return text;
}

}  // namespace

EventText describe(const pathway::Body& body, const Pathway& pathway, const CaseCore& core, const NameOfVersion& name_of_version) {
  EventText text = std::visit(Describer(pathway, core), body);
  const pathway::Because* because = pathway::because_of(body);
  if (because != nullptr && text.why.en.empty()) text.why = reasons(*because, name_of_version);
  return text;
}

Bilingual name_of_cause(const pathway::Body& body, const Pathway& pathway) {
  if (const auto* fact = std::get_if<pathway::FactReported>(&body)) return both(pathway.facts[fact->fact].title, pathway.facts[fact->fact].name);
  if (std::holds_alternative<pathway::CaseOpened>(body)) return {"apertura della pratica", "opening of the case"};
  if (const auto* person = std::get_if<pathway::PersonAdded>(&body)) return {person->alias, person->alias};
  const pathway::StepRef* ref = pathway::step_of(body);
  if (ref == nullptr || ref->step >= pathway.steps.size()) return {};
  return both(pathway.steps[ref->step].title, pathway.steps[ref->step].name);
}

Bilingual step_title(const pathway::StepRef& ref, const Pathway& pathway, const CaseCore& core) {
  const Bilingual title = both(pathway.steps[ref.step].title, pathway.steps[ref.step].name);
  return {with_person(title.it, ref.person, core), with_person(title.en, ref.person, core)};
}

Bilingual awaited(const Step& step, const Pathway& pathway) {
  if (const definition::Text* party = find_text(pathway.parties, step.waits_on); party != nullptr) return both(*party, step.waits_on);
  if (!step.task_role.empty()) return role_title(step.task_role, pathway);
  return {"—", "—"};
}

}  // namespace ritrovo::tools
