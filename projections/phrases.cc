#include "projections/phrases.h"

#include <vector>

namespace ritrovo::projections {
namespace {

struct Words {
  std::string_view it;
  std::string_view en;
};

// length: one line for each phrase
Words words_of(Phrase phrase) {
  switch (phrase) {
    case Phrase::kCaseOpened: return {"Caso aperto: {} (versione {})", "Case opened: {} (version {})"};
    case Phrase::kCaseImported:
      return {"Già avviato altrove, registrato qui il {}: le scadenze precedenti non sono giudicate",
              "Already under way elsewhere, recorded here on {}: earlier due days are not judged"};
    case Phrase::kTermsRecounted: return {"Termini ricontati: {}", "Time limits counted again: {}"};
    case Phrase::kAlmanacVersion: return {"{} (versione {})", "{} (version {})"};
    case Phrase::kFamily: return {"Nel caso: {}", "In the case: {}"};
    case Phrase::kPersonJoined: return {"{} {}", "{} {}"};
    case Phrase::kPersonLeft: return {"{} non fa più parte del caso", "{} is no longer part of the case"};
    case Phrase::kCaseSuspended: return {"Caso sospeso", "Case suspended"};
    case Phrase::kCaseResumed: return {"Caso ripreso", "Case resumed"};
    case Phrase::kStepResumed: return {"Riesaminato: {}", "Looked at again: {}"};
    case Phrase::kCaseClosed: return {"Caso chiuso dall'operatore", "Case closed by a caseworker"};
    case Phrase::kPathwayCompleted: return {"Percorso concluso", "Pathway completed"};
    case Phrase::kStagesBegin: return {"Inizia la fase: {}", "Stage begins: {}"};
    case Phrase::kStagesEnd: return {"Fase conclusa: {}", "Stage completed: {}"};
    case Phrase::kToDo: return {"Ora: {}", "Now: {}"};
    case Phrase::kToDoBy: return {"Tocca a {}: {}", "Now up to {}: {}"};
    case Phrase::kMayStart: return {"Si può avviare: {}", "May be started: {}"};
    case Phrase::kNotNeeded: return {"Non più necessario: {}", "No longer needed: {}"};
    case Phrase::kMilestone: return {"Traguardo: {}", "Milestone: {}"};
    case Phrase::kStepOutcome: return {"{}: {}", "{}: {}"};
    case Phrase::kDoneBy: return {"{} (da {})", "{} (by {})"};
    case Phrase::kDelegated: return {"Affidato a {}: {}", "Given to {}: {}"};
    case Phrase::kEscalated: return {"Sottoposto anche a {}: {}", "Put before {} as well: {}"};
    case Phrase::kAssigned: return {"Assegnato a {}: {}", "Assigned to {}: {}"};
    case Phrase::kReopened: return {"Riaperto: {}", "Open again: {}"};
    case Phrase::kReopenedBy: return {"Riaperto da {}: {}", "Opened again by {}: {}"};
    case Phrase::kPersonSuspended: return {"Sospeso per {}", "Suspended for {}"};
    case Phrase::kPersonResumed: return {"Ripreso per {}", "Resumed for {}"};
    case Phrase::kSplitInto: return {"Passati al nuovo caso {}: {}", "Moved to the new case {}: {}"};
    case Phrase::kSplitFrom: return {"Provenienti dal caso {}: {}", "Come from case {}: {}"};
    case Phrase::kMergedInto: return {"Caso unito al caso {}", "Case merged into case {}"};
    case Phrase::kMergedFrom: return {"Unito a questo il caso {}", "Case {} was merged into this one"};
    case Phrase::kFactCorrected: return {"Rettificato: {}", "Corrected: {}"};
    case Phrase::kFactWithdrawn: return {"Ritirato perché errato: {}", "Withdrawn as wrong: {}"};
    case Phrase::kPersonCorrected: return {"Dati rettificati: {}", "Particulars corrected: {}"};
    case Phrase::kStepWithdrawn: return {"Non vale più: {}", "Doesn't stand any more: {}"};
    case Phrase::kStepRedated: return {"Altra data: {}, dal {}", "Another day: {}, from {}"};
    case Phrase::kDeadlineWithdrawn: return {"Termine «{}»: non decorre", "Time limit \"{}\": doesn't run"};
    case Phrase::kWorkQuestioned:
      return {"Da riesaminare, si basa su un dato poi rettificato: {}", "To be looked at, it rests on something corrected since: {}"};
    case Phrase::kCaseReopened: return {"Percorso non più concluso", "Pathway not completed any more"};
    case Phrase::kValue: return {"{}: {}", "{}: {}"};
    case Phrase::kMessageTo: return {"Messaggio a {}: {}", "Message to {}: {}"};
    case Phrase::kOverdueMessage: return {"Avviso a {}: termine scaduto per {}", "Notice to {}: time limit over for {}"};
    case Phrase::kFamilyReader: return {"famiglia", "family"};
    case Phrase::kMessageDelivered: return {"Messaggio consegnato: {}", "Message delivered: {}"};
    case Phrase::kMessageFailed: return {"Messaggio non consegnato: {}", "Message not delivered: {}"};
    case Phrase::kMessageWithheld: return {"Messaggio non inviato: {}", "Message not sent: {}"};
    case Phrase::kMessageQueued: return {"Messaggio di nuovo in coda: {}", "Message queued again: {}"};
    case Phrase::kMessagesWanted: return {"Messaggi di nuovo richiesti: {}", "Messages wanted again: {}"};
    case Phrase::kMessagesUnwanted: return {"Messaggi non più voluti: {}", "Messages no longer wanted: {}"};
    case Phrase::kDeadlineSet: return {"Termine «{}»: {} dal {}, scade il {}", "Time limit \"{}\": {} from {}, due on {}"};
    case Phrase::kDeadlineMoved: return {"Termine «{}»: nuova scadenza {} (era {})", "Time limit \"{}\": now due on {} (was {})"};
    case Phrase::kDeadlineResumed: return {"Termine «{}»: riprende, scade il {}", "Time limit \"{}\": runs again, due on {}"};
    case Phrase::kDeadlineSuspended: return {"Termine «{}»: sospeso", "Time limit \"{}\": suspended"};
    case Phrase::kDeadlineInterrupted: return {"Termine «{}»: interrotto, ripartirà da capo", "Time limit \"{}\": interrupted, will start afresh"};
    case Phrase::kDeadlineWarned: return {"Termine «{}»: si avvicina, scade il {}", "Time limit \"{}\": drawing near, due on {}"};
    case Phrase::kDeadlineMet: return {"Termine «{}»: rispettato", "Time limit \"{}\": kept"};
    case Phrase::kDeadlineMetLate:
      return {"Termine «{}»: rispettato (si è saputo solo dopo la scadenza)", "Time limit \"{}\": kept (known only after it was over)"};
    case Phrase::kDeadlineMissed: return {"Termine «{}»: scaduto il {}", "Time limit \"{}\": over since {}"};
    case Phrase::kDeadlineImported:
      return {"Termine «{}»: scaduto prima che il caso arrivasse qui, non giudicato", "Time limit \"{}\": over before the case came here, not judged"};
    case Phrase::kIncident: return {"Da verificare, {}: {}", "To be looked at, {}: {}"};
    case Phrase::kIncidentOver: return {"Verificato: {}", "Solved: {}"};
    case Phrase::kBecause: return {"perché: {}", "because: {}"};
    case Phrase::kNoLongerBecause: return {"non serve più: {}", "no longer needed: {}"};
    case Phrase::kStageDone: return {"i passi richiesti sono conclusi", "the required steps have ended"};
    case Phrase::kPersonGone: return {"la persona non fa più parte del caso", "the person is no longer part of the case"};
    case Phrase::kComputedFrom: return {"calcolato da: {}", "computed from: {}"};
    case Phrase::kDayCame: return {"il giorno è arrivato", "the day has come"};
    case Phrase::kOn: return {"{} ({})", "{} ({})"};
    case Phrase::kStageBegan: return {"inizio di {}", "{} began"};
    case Phrase::kTermOver: return {"termine scaduto per {}", "time limit over for {}"};
    case Phrase::kCaseBegan: return {"apertura del caso", "opening of the case"};
    case Phrase::kNotePostponed: return {"decorre dal {} (giorni non computati)", "counted from {} (days that don't count)"};
    case Phrase::kNoteSuspended: return {"sospeso dal {} al {}", "suspended from {} to {}"};
    case Phrase::kNoteFrozen: return {"giorni non computati per legge dal {} al {}", "days not counted by law from {} to {}"};
    case Phrase::kNoteInterrupted: return {"interrotto il {}, ripartito il {}", "interrupted on {}, started afresh on {}"};
    case Phrase::kNoteRolled: return {"dal {} al primo giorno lavorativo, {}", "from {} to the next working day, {}"};
    case Phrase::kNoteTwoWorking: return {"dal {} al {} perché comprenda due giorni lavorativi", "from {} to {} so that it has two working days"};
    case Phrase::kNoteTooLate: return {"la pausa dal {} è venuta a termine scaduto", "the pause from {} came after the time limit"};
    case Phrase::kYear: return {"{} anno", "{} year"};
    case Phrase::kYears: return {"{} anni", "{} years"};
    case Phrase::kMonth: return {"{} mese", "{} month"};
    case Phrase::kMonths: return {"{} mesi", "{} months"};
    case Phrase::kWeek: return {"{} settimana", "{} week"};
    case Phrase::kWeeks: return {"{} settimane", "{} weeks"};
    case Phrase::kDay: return {"{} giorno", "{} day"};
    case Phrase::kDays: return {"{} giorni", "{} days"};
    case Phrase::kWorkingDay: return {"{} giorno lavorativo", "{} working day"};
    case Phrase::kWorkingDays: return {"{} giorni lavorativi", "{} working days"};
    case Phrase::kAnd: return {"{} e {}", "{} and {}"};
    case Phrase::kYes: return {"sì", "yes"};
    case Phrase::kNo: return {"no", "no"};
    case Phrase::kNextBy: return {"{}: {}, entro il {}", "{}: {}, by {}"};
    case Phrase::kNextOverdue: return {"{}: {}, doveva essere entro il {}", "{}: {}, was due by {}"};
    case Phrase::kNext: return {"{}: {}", "{}: {}"};
    case Phrase::kNextStart: return {"{}: si può avviare {}", "{}: may start {}"};
    case Phrase::kReportedOn: return {"comunicato il {}", "reported on {}"};
    case Phrase::kNotVerified: return {"fonte da verificare", "source not verified"};
    case Phrase::kWhatNext: return {"Che cosa succede ora", "What happens next"};
    case Phrase::kNothingNext: return {"Nessun passo aperto.", "No step is open."};
    case Phrase::kLeftOut: return {"… altre {} voci …", "… {} more …"};
    case Phrase::kWhatHappened: return {"Che cosa è accaduto", "What happened"};
    case Phrase::kWhat: return {"Che cosa", "What"};
    case Phrase::kWho: return {"Chi deve agire", "Who must act"};
    case Phrase::kByWhen: return {"Entro", "By when"};
    case Phrase::kDayHead: return {"Giorno", "Day"};
    case Phrase::kAsOf: return {"Situazione al {}", "As of {}"};
    case Phrase::kOver: return {"scaduto", "overdue"};
    case Phrase::kCaseNumber: return {"Pratica {}", "Case {}"};
    case Phrase::kMomentKnown: return {", com'era noto il {}", ", as known on {}"};
    case Phrase::kMomentAsOf: return {", al {} (ricavato da ciò che era accaduto fino ad allora)", ", as of {} (derived from what had happened by then)"};
    case Phrase::kDayExample: return {"31 dicembre 2020", "31 December 2020"};
    case Phrase::kJanuary: return {"gennaio", "January"};
    case Phrase::kFebruary: return {"febbraio", "February"};
    case Phrase::kMarch: return {"marzo", "March"};
    case Phrase::kApril: return {"aprile", "April"};
    case Phrase::kMay: return {"maggio", "May"};
    case Phrase::kJune: return {"giugno", "June"};
    case Phrase::kJuly: return {"luglio", "July"};
    case Phrase::kAugust: return {"agosto", "August"};
    case Phrase::kSeptember: return {"settembre", "September"};
    case Phrase::kOctober: return {"ottobre", "October"};
    case Phrase::kNovember: return {"novembre", "November"};
    case Phrase::kDecember: return {"dicembre", "December"};
    case Phrase::kPageTitle: return {"Ricongiungimenti: situazione al {}", "Family reunification: as of {}"};
    case Phrase::kPageFigures:
      return {"{} casi aperti finora: {} in corso ({} sospesi, {} persone), {} conclusi, {} chiusi dall'operatore.",
              "{} cases opened so far: {} in progress ({} suspended, {} persons), {} completed, {} closed by a caseworker."};
    case Phrase::kByStage: return {"Casi in corso per fase", "Cases in progress by stage"};
    case Phrase::kWaitingFor: return {"Chi deve agire", "Who must act"};
    case Phrase::kResults: return {"Esito dei casi conclusi", "Results of completed cases"};
    case Phrase::kMilestones: return {"Traguardi raggiunti, casi in corso compresi", "Milestones reached, cases in progress included"};
    case Phrase::kNationality: return {"Casi in corso per cittadinanza del richiedente", "Cases in progress by the sponsor's citizenship"};
    case Phrase::kDurations: return {"Quanto dura ogni passo, in giorni", "How long each step takes, in days"};
    case Phrase::kTerms: return {"Termini di legge e di servizio (a breve: entro {} giorni)", "Time limits (soon: within {} days)"};
    case Phrase::kUrgent: return {"Scaduti e in scadenza, i più urgenti", "Overdue and soon due, the most urgent"};
    case Phrase::kColumnCases: return {"casi", "cases"};
    case Phrase::kColumnCase: return {"caso", "case"};
    case Phrase::kColumnStage: return {"fase", "stage"};
    case Phrase::kColumnWho: return {"chi", "who"};
    case Phrase::kColumnResult: return {"esito", "result"};
    case Phrase::kColumnCitizenship: return {"cittadinanza", "citizenship"};
    case Phrase::kColumnStep: return {"passo", "step"};
    case Phrase::kColumnCount: return {"volte", "times"};
    case Phrase::kColumnMedian: return {"mediana", "median"};
    case Phrase::kColumnP90: return {"9 su 10", "9 of 10"};
    case Phrase::kColumnTerm: return {"termine", "time limit"};
    case Phrase::kColumnRunning: return {"in corso", "running"};
    case Phrase::kColumnSoon: return {"a breve", "soon"};
    case Phrase::kColumnOverdue: return {"scaduti", "overdue"};
    case Phrase::kColumnStopped: return {"fermi", "stopped"};
    case Phrase::kColumnMet: return {"rispettati", "kept"};
    case Phrase::kColumnMissed: return {"mancati", "missed"};
    case Phrase::kColumnDue: return {"scade il", "due on"};
    case Phrase::kColumnLeft: return {"giorni", "days"};
    case Phrase::kNowhere: return {"(nessun passo aperto)", "(no open step)"};
    case Phrase::kNoMilestone: return {"(concluso senza traguardi)", "(ended without a milestone)"};
    case Phrase::kUnknown: return {"(non indicata)", "(not given)"};
    case Phrase::kOthers: return {"altri", "others"};
    case Phrase::kOverdueTotal: return {"{} scaduti, {} in scadenza entro {} giorni.", "{} overdue, {} due within {} days."};
    case Phrase::kNothingUrgent: return {"Nessun termine scaduto o in scadenza.", "No time limit is overdue or soon due."};
  }
  return {};
}

}  // namespace

std::string_view phrase(Phrase phrase, const Tongue& language) {
  const Words words = words_of(phrase);
  if (language.code == "it") return words.it;
  const std::string_view translated = language.translation == nullptr ? std::string_view() : language.translation->of(words.en);
  return translated.empty() ? words.en : translated;
}

std::string in_words(Day day, const Tongue& language) {
  const std::chrono::year_month_day date = day.date();
  // The example's parts are exchanged for the day's, so that each language orders them as it does.
  std::string text(phrase(Phrase::kDayExample, language));
  const auto put = [&text](std::string_view part, std::string_view with) {
    if (const std::size_t at = text.find(part); at != std::string::npos) text.replace(at, part.size(), with);
  };
  const auto month = static_cast<Phrase>(static_cast<unsigned>(Phrase::kJanuary) + static_cast<unsigned>(date.month()) - 1);
  put("31", std::to_string(static_cast<unsigned>(date.day())));
  put("2020", std::to_string(static_cast<int>(date.year())));
  put(phrase(Phrase::kDecember, language), phrase(month, language));
  return text;
}

std::string in_words(const Period& period, bool working, const Tongue& language) {
  std::vector<std::string> parts;
  const auto put = [&](std::int32_t number, Phrase one, Phrase many) {
    if (number != 0) parts.push_back(say(number == 1 ? one : many, language, number));
  };
  put(period.years, Phrase::kYear, Phrase::kYears);
  put(period.months, Phrase::kMonth, Phrase::kMonths);
  put(period.weeks, Phrase::kWeek, Phrase::kWeeks);
  put(period.days, working ? Phrase::kWorkingDay : Phrase::kDay, working ? Phrase::kWorkingDays : Phrase::kDays);
  if (parts.empty()) return say(Phrase::kDays, language, 0);
  std::string text = parts.front();
  for (std::size_t i = 1; i < parts.size(); ++i) text = say(Phrase::kAnd, language, text, parts[i]);
  return text;
}

}  // namespace ritrovo::projections
