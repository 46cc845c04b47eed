#include "workflows/reasons/event_words.h"

#include <variant>

#include "engine/base/period.h"

namespace ritrovo::reasons {
namespace {

using definition::StepKind;

/// A sentence for each kind of event, without a catch-all.
class Teller {
 public:
  explicit Teller(const CaseStory& story) : story_(story) {}

  std::string operator()(const pathway::CaseOpened& body) const {
    const std::string title = story_.words().quoted(story_.words().in(story_.pathway().title));
    std::string text = story_.say("il caso è aperto nel percorso {}, versione {}", "the case was opened in the pathway {}, version {}", title, body.version);
    if (body.imported_on) text += story_.say("; era già in corso altrove ed è arrivato il {}", "; it was under way elsewhere and came here on {}", to_string(*body.imported_on));
    return text;
  }
  std::string operator()(const pathway::PersonAdded& body) const {
    const std::string role = body.role < story_.pathway().persons.size() ? story_.words().person(body.role) : std::string();
    return story_.say("{} entra nel caso come {}", "{} joined the case as {}", story_.person(story_.core().person_named(body.alias).value_or(pathway::kNobody)), role);
  }
  std::string operator()(const pathway::PersonLeft& body) const { return story_.say("{} lascia il caso", "{} left the case", story_.person(body.person)); }
  std::string operator()(const pathway::FactReported& body) const { return about(body.fact, body.person, "è comunicato il fatto {}", "{} was reported"); }
  std::string operator()(const pathway::CaseSuspended& /*body*/) const { return story_.say("il caso è sospeso", "the case was suspended"); }
  std::string operator()(const pathway::CaseResumed& body) const {
    if (body.step == definition::kNone) return story_.say("il caso riprende", "the case was resumed");
    return story_.say("si riprova {}", "{} was looked at again", step(body.step));
  }
  std::string operator()(const pathway::PersonSuspended& body) const { return story_.say("il percorso di {} è sospeso", "the branch of {} was suspended", story_.person(body.person)); }
  std::string operator()(const pathway::PersonResumed& body) const { return story_.say("il percorso di {} riprende", "the branch of {} was resumed", story_.person(body.person)); }
  std::string operator()(const pathway::CaseLinked& body) const {
    const std::string other = body.other.printed();
    switch (body.kind) {
      case pathway::LinkKind::kSplitInto: return story_.say("una parte del caso passa al caso {}", "a part of the case moved to {}", other);
      case pathway::LinkKind::kSplitFrom: return story_.say("il caso nasce dalla divisione di {}", "the case was split from {}", other);
      case pathway::LinkKind::kMergedInto: return story_.say("il caso è unito al caso {}", "the case was merged into {}", other);
      case pathway::LinkKind::kMergedFrom: return story_.say("il caso accoglie il caso {}", "the case took in {}", other);
    }
    return {};
  }
  std::string operator()(const pathway::CaseClosed& /*body*/) const { return story_.say("il caso è chiuso da una persona", "somebody closed the case"); }
  std::string operator()(const pathway::PathwayCompleted& body) const {
    std::string text = story_.say("il percorso è concluso", "the pathway was completed");
    if (body.result < story_.pathway().results.size()) text += story_.say(" con l'esito {}", " with {}", story_.words().quoted(story_.words().title(story_.pathway().results[body.result])));
    return text;
  }
  std::string operator()(const pathway::TermsRecounted& body) const {
    std::string names;
    for (const pathway::AlmanacVersion& item : body.by) names += story_.say("{}{} versione {}", "{}{} version {}", names.empty() ? "" : ", ", item.name, item.version);
    return story_.say("i termini sono ricontati secondo {}", "the deadlines were counted again by {}", names);
  }

  std::string operator()(const pathway::StepEnabled& body) const { return story_.say("{} può cominciare", "{} may be started", story_.title(body.step)); }
  std::string operator()(const pathway::StepOpened& body) const {
    if (kind(body.step) == StepKind::kStage) return story_.say("comincia la fase {}", "the stage {} began", story_.title(body.step));
    return story_.say("si apre {}", "{} opened", story_.title(body.step));
  }
  std::string operator()(const pathway::StepCompleted& body) const {
    const std::string title = story_.title(body.step);
    const std::vector<definition::Outcome>& outcomes = declared(body.step).outcomes;
    const bool told = body.outcome < outcomes.size() && outcomes[body.outcome].name != "done";
    if (told) return story_.say("si conclude {} con l'esito {}", "{} ended with {}", title, story_.words().quoted(story_.words().title(outcomes[body.outcome])));
    switch (kind(body.step)) {
      case StepKind::kMilestone: return story_.say("è raggiunta la tappa {}", "the milestone {} was reached", title);
      case StepKind::kStage: return story_.say("si conclude la fase {}", "the stage {} ended", title);
      case StepKind::kTask:
      case StepKind::kWaitFor:
      case StepKind::kCompute:
      case StepKind::kNotify: break;
    }
    return story_.say("si conclude {}", "{} ended", title);
  }
  std::string operator()(const pathway::StepTerminated& body) const {
    const std::string title = story_.title(body.step);
    switch (body.reason) {
      case pathway::EndReason::kCancelled: return story_.say("{} cessa: non occorre più", "{} was dropped: it is no longer needed", title);
      case pathway::EndReason::kPersonLeft: return story_.say("{} cessa: la persona ha lasciato il caso", "{} was dropped: its person left the case", title);
      case pathway::EndReason::kStageEnded: return story_.say("{} cessa con la fase che lo contiene", "{} was dropped with the stage around it", title);
      case pathway::EndReason::kCaseClosed: return story_.say("{} cessa con la chiusura del caso", "{} was dropped as the case was closed", title);
      case pathway::EndReason::kPathwayCompleted: return story_.say("{} cessa con la conclusione del percorso", "{} was dropped as the pathway was completed", title);
    }
    return {};
  }
  std::string operator()(const pathway::StepReopened& body) const {
    return body.by.empty() ? story_.say("si riapre {}", "{} was opened again", story_.title(body.step))
                           : story_.say("{} riapre {}", "{} opened {} again", body.by, story_.title(body.step));
  }
  std::string operator()(const pathway::ValueComputed& body) const {
    const std::string title = story_.title(body.step);
    return body.value ? story_.say("{} è calcolato: {}", "{} was worked out: {}", title, story_.shown(*body.value)) : story_.say("{} è calcolato", "{} was worked out", title);
  }
  std::string operator()(const pathway::NotificationRequested& body) const {
    return body.deadline == 0xFF ? story_.say("è chiesto l'invio di {}", "{} was asked to be sent", story_.title(body.step))
                                 : story_.say("è chiesto di avvisare del termine superato di {}", "a message on the missed deadline of {} was asked for", story_.title(body.step));
  }

  std::string operator()(const pathway::TaskClaimed& body) const { return story_.say("{} prende in carico {}", "{} took {}", body.by, story_.title(body.step)); }
  std::string operator()(const pathway::TaskReleased& body) const { return story_.say("{} rilascia {}", "{} released {}", body.by, story_.title(body.step)); }
  std::string operator()(const pathway::TaskDelegated& body) const {
    return story_.say("{} affida {} a {}", "{} passed {} on to {}", body.by, story_.title(body.step), body.to.empty() ? body.organisation : body.to);
  }
  std::string operator()(const pathway::TaskCompleted& body) const {
    std::string text = story_.say("{} svolge {}", "{} did {}", body.by, story_.title(body.step));
    const std::vector<definition::Outcome>& outcomes = declared(body.step).outcomes;
    if (body.chosen < outcomes.size()) text += story_.say(" e sceglie {}", " and chose {}", story_.words().quoted(story_.words().title(outcomes[body.chosen])));
    return text;
  }
  std::string operator()(const pathway::TaskStarted& body) const { return story_.say("{} avvia {}", "{} started {}", body.by, story_.title(body.step)); }
  std::string operator()(const pathway::TaskEscalated& body) const {
    const std::string role = story_.words().role(deadline({body.step, body.deadline}).overdue_escalate);
    return story_.say("{} passa anche a {}", "{} was put before {} too", story_.title(body.step), role);
  }
  std::string operator()(const pathway::TaskAssigned& body) const { return story_.say("{} è assegnato a {}", "{} was given to {}", story_.title(body.step), body.to); }

  std::string operator()(const pathway::DeadlineSet& body) const {
    return story_.say("decorre {} dal {}, con scadenza {}", "{} began to run from {}, due on {}", deadline_title(story_, body.deadline), to_string(body.start), to_string(body.due));
  }
  std::string operator()(const pathway::DeadlineMoved& body) const {
    const std::string title = deadline_title(story_, body.deadline);
    if (body.resumed || !body.was_due) return story_.say("{} riprende a decorrere, con scadenza {}", "{} ran again, due on {}", title, to_string(body.due));
    return story_.say("{} scade il {} invece che il {}", "{} became due on {} instead of {}", title, to_string(body.due), to_string(*body.was_due));
  }
  std::string operator()(const pathway::DeadlineSuspended& body) const { return story_.say("{} è sospeso", "{} was suspended", deadline_title(story_, body.deadline)); }
  std::string operator()(const pathway::DeadlineInterrupted& body) const { return story_.say("{} è interrotto: decorrerà da capo", "{} was interrupted: it will start afresh", deadline_title(story_, body.deadline)); }
  std::string operator()(const pathway::DeadlineWarned& body) const { return story_.say("si avvicina la scadenza del {} di {}", "the due day {} of {} drew near", to_string(body.due), deadline_title(story_, body.deadline)); }
  std::string operator()(const pathway::DeadlineMet& body) const {
    return body.late_report ? story_.say("{} risulta rispettato, come si è saputo dopo", "{} turned out to be met, as became known later", deadline_title(story_, body.deadline))
                            : story_.say("{} è rispettato", "{} was met", deadline_title(story_, body.deadline));
  }
  std::string operator()(const pathway::DeadlineMissed& body) const { return story_.say("{} è superato: scadeva il {}", "{} was missed: it was due on {}", deadline_title(story_, body.deadline), to_string(body.due)); }
  std::string operator()(const pathway::DeadlineVoided& body) const {
    return body.imported ? story_.say("{} era già scaduto all'arrivo del caso e non è giudicato", "{} was over before the case came here, and isn't judged", deadline_title(story_, body.deadline))
                         : story_.say("{} cade: non c'è più nulla da rispettare", "{} lapsed: nothing is left to be met", deadline_title(story_, body.deadline));
  }

  std::string operator()(const pathway::FactCorrected& body) const { return about(body.fact, body.person, "è rettificato il fatto {}", "{} was corrected"); }
  std::string operator()(const pathway::FactWithdrawn& body) const { return about(body.fact, body.person, "è ritirato, perché errato, il fatto {}", "{} was withdrawn as wrong"); }
  std::string operator()(const pathway::PersonCorrected& body) const { return story_.say("sono rettificati i dati di {}", "the particulars of {} were corrected", story_.person(body.person)); }
  std::string operator()(const pathway::StepRevised& body) const {
    const std::string title = story_.title(body.step);
    switch (body.to) {
      case pathway::Revision::kWithdrawn: return story_.say("{} non vale più, per ciò che si è saputo dopo: è di nuovo in attesa", "{} doesn't stand any more, by what became known later: it waits again", title);
      case pathway::Revision::kReopened: return story_.say("{} è di nuovo aperto, per ciò che si è saputo dopo", "{} is open again, by what became known later", title);
      case pathway::Revision::kRedated: break;
    }
    return story_.say("{} ha un'altra data, per ciò che si è saputo dopo: {}", "{} has another day, by what became known later: {}", title, to_string(body.ended_on == Day() ? body.opened_on : body.ended_on));
  }
  std::string operator()(const pathway::DeadlineWithdrawn& body) const { return story_.say("{} non è mai decorso, per ciò che si è saputo dopo", "{} never ran, by what became known later", deadline_title(story_, body.deadline)); }
  std::string operator()(const pathway::WorkQuestioned& body) const { return story_.say("{} è da riesaminare: si basa su un dato poi rettificato", "{} is to be looked at: it rests on something corrected since", story_.title(body.step)); }
  std::string operator()(const pathway::MessageReported& body) const {
    switch (body.fate) {
      case pathway::MessageFate::kDelivered: return story_.say("un messaggio è consegnato", "a message was delivered");
      case pathway::MessageFate::kFailed: return story_.say("un messaggio non è consegnato ({})", "a message couldn't be delivered ({})", body.reason);
      case pathway::MessageFate::kWithheld: return story_.say("un messaggio non è inviato ({})", "a message wasn't sent ({})", body.reason);
      case pathway::MessageFate::kQueued: return story_.say("un messaggio è rimesso in coda", "a message was put in the queue again");
    }
    return {};
  }
  std::string operator()(const pathway::MessagesChosen& body) const {
    return body.wanted ? story_.say("{} vuole ricevere messaggi", "{} wants messages", story_.person(body.person)) : story_.say("{} non vuole più messaggi", "{} wants no more messages", story_.person(body.person));
  }
  std::string operator()(const pathway::CaseReopened& /*body*/) const { return story_.say("il percorso non è più concluso, per ciò che si è saputo dopo", "the pathway isn't completed any more, by what became known later"); }

  std::string operator()(const pathway::IncidentOpened& body) const {
    return story_.say("{} non può essere calcolato: {}", "{} couldn't be computed: {}", story_.title(body.step), body.message);
  }
  std::string operator()(const pathway::IncidentResolved& body) const { return story_.say("{} può di nuovo essere calcolato", "{} could be computed again", story_.title(body.step)); }
  std::string operator()(const pathway::AlarmSet& body) const {
    return body.day ? story_.say("{} sarà riesaminato il {}", "{} will be looked at again on {}", story_.title(body.step), to_string(*body.day))
                    : story_.say("{} non sarà più riesaminato a un giorno fissato", "{} won't be looked at again on a fixed day", story_.title(body.step));
  }

 private:
  /// A sentence about a fact, and about its person where it has one.
  [[nodiscard]] std::string about(definition::FactIndex index, pathway::PersonIndex person, std::string_view it, std::string_view en) const {
    const std::string title = fact(index);
    return story_.say(it, en, person == pathway::kNobody ? title : story_.say("{} di {}", "{} of {}", title, story_.person(person)));
  }
  [[nodiscard]] const definition::Step& declared(const pathway::StepRef& ref) const { return story_.pathway().steps[ref.step]; }
  [[nodiscard]] StepKind kind(const pathway::StepRef& ref) const { return declared(ref).kind; }
  [[nodiscard]] const definition::Deadline& deadline(const pathway::DeadlineRef& ref) const { return declared(ref.step).deadlines[ref.deadline]; }
  [[nodiscard]] std::string step(definition::StepIndex index) const { return story_.words().quoted(story_.words().title(story_.pathway().steps[index])); }
  [[nodiscard]] std::string fact(definition::FactIndex index) const { return story_.words().quoted(story_.words().title(story_.pathway().facts[index])); }

  const CaseStory& story_;
};

}  // namespace

std::string event_in_words(const CaseStory& story, Version version) { return std::visit(Teller(story), story.body(version)); }

std::string deadline_title(const CaseStory& story, const pathway::DeadlineRef& ref) {
  const definition::Deadline& deadline = story.pathway().steps[ref.step.step].deadlines[ref.deadline];
  return story.say("il termine {} di {}", "the deadline {} of {}", story.words().quoted(story.words().term(deadline.term)), story.title(ref.step));
}

std::string life_in_words(const CaseStory& story, const pathway::StepRef& ref, ItalianGender called) {
  const pathway::StepInstance* step = story.core().find(ref);
  const bool milestone = story.pathway().steps[ref.step].kind == StepKind::kMilestone;
  const char* o = called == ItalianGender::kFeminine ? "a" : "o";
  const auto say = [&](std::string_view it, std::string_view en) { return story.say(it, en, fmt::arg("o", o), fmt::arg("opened", step == nullptr ? std::string() : to_string(step->opened_on)), fmt::arg("ended", step == nullptr ? std::string() : to_string(step->ended_on))); };
  switch (story.core().life_of(ref)) {
    case pathway::StepLife::kAvailable:
      return milestone ? say("non è ancora raggiunta", "has not been reached yet") : say("non si è ancora apert{o}", "has not opened yet");
    case pathway::StepLife::kEnabled: return say("può cominciare dal {opened}", "may be started since {opened}");
    case pathway::StepLife::kActive: return say("è apert{o} dal {opened}", "is open since {opened}");
    case pathway::StepLife::kTerminated: return say("è cessat{o} il {ended} senza essere conclus{o}", "was dropped on {ended} without being done");
    case pathway::StepLife::kCompleted: break;
  }
  if (milestone) return say("è stata raggiunta il {ended}", "was reached on {ended}");
  const std::string ended = say("si è conclus{o} il {ended}", "ended on {ended}");
  const std::vector<definition::Outcome>& outcomes = story.pathway().steps[ref.step].outcomes;
  if (step->outcome >= outcomes.size() || outcomes[step->outcome].name == "done") return ended;
  return ended + story.say(" con l'esito {}", " with {}", story.words().quoted(story.words().title(outcomes[step->outcome])));
}

bool is_over(const CaseStory& story) { return story.core().life == pathway::CaseLife::kCompleted || story.core().life == pathway::CaseLife::kClosed; }

std::string standing_in_words(const CaseStory& story, const pathway::StepRef& ref, ItalianGender called) {
  if (!is_over(story) || story.core().life_of(ref) != pathway::StepLife::kAvailable) return life_in_words(story, ref, called);
  if (story.pathway().steps[ref.step].kind == StepKind::kMilestone) return story.say("non è mai stata raggiunta", "was never reached");
  return story.say(called == ItalianGender::kFeminine ? "non si è mai aperta" : "non si è mai aperto", "never opened");
}

std::string clock_in_words(const CaseStory& story, const pathway::RunningDeadline& deadline) {
  const std::string due = to_string(deadline.due);
  const std::string ended = to_string(deadline.ended_on);
  switch (deadline.clock) {
    case pathway::Clock::kRunning: return story.say("decorre fino al {}", "runs until {}", due);
    case pathway::Clock::kSuspended: return story.say("è sospeso", "is suspended");
    case pathway::Clock::kInterrupted: return story.say("è interrotto e decorrerà da capo", "is interrupted and will start afresh");
    case pathway::Clock::kMet: return story.say("è stato rispettato il {} (scadenza {})", "was met on {} (due on {})", ended, due);
    case pathway::Clock::kMissed: return story.say("è superato: scadeva il {}", "was missed: it was due on {}", due);
    case pathway::Clock::kVoid: return story.say("è caduto il {}", "lapsed on {}", ended);
    case pathway::Clock::kMetLate: return story.say("risultava superato ma era stato rispettato il {} (scadenza {})", "was counted as missed, but had been met on {} (due on {})", ended, due);
  }
  return {};
}

}  // namespace ritrovo::reasons
