#include "workflows/reading/step_words.h"

#include <fmt/format.h>

#include "workflows/reading/guard_words.h"
#include "workflows/reading/sentry_words.h"

namespace ritrovo::reading {
namespace {

using definition::Deadline;
using definition::Fact;
using definition::Field;
using definition::FieldKind;
using definition::kNone;
using definition::Outcome;
using definition::PersonRole;
using definition::Privacy;
using definition::Step;
using definition::StepKind;

void add(std::vector<Clause>& clauses, std::string_view head, std::string text) {
  if (!text.empty()) clauses.push_back({std::string(head), {std::move(text)}});
}

std::string kind_of_field(const Wording& words, const Field& field) {
  switch (field.kind) {
    case FieldKind::kString: return std::string(words.pick("testo", "text"));
    case FieldKind::kBoolean: return std::string(words.pick("sì o no", "yes or no"));
    case FieldKind::kInteger: return std::string(words.pick("numero intero", "whole number"));
    case FieldKind::kDecimal: return std::string(words.pick("importo o numero decimale", "amount"));
    case FieldKind::kDate: return std::string(words.pick("data", "date"));
    case FieldKind::kEnumeration: break;
  }
  std::vector<std::string> values;
  for (std::size_t i = 0; i < field.values.size(); ++i) values.push_back(words.quoted(words.title(field, i)));
  return say(words, "uno fra {}", "one of {}", fmt::join(values, ", "));
}

std::string field_in_words(const Wording& words, const Field& field) {
  std::string text = fmt::format("{}: {}", words.title(field), kind_of_field(words, field));
  switch (field.privacy) {
    case Privacy::kSealed: text += words.pick("; riservato", "; confidential"); break;
    case Privacy::kStatistical: text += words.pick("; a fini statistici", "; for statistics"); break;
    case Privacy::kPublic: text += words.pick("; in chiaro", "; recorded openly"); break;
  }
  if (field.optional) text += words.pick("; facoltativo", "; optional");
  return text;
}

void add_fields(const Wording& words, std::vector<Clause>& clauses, const std::vector<Field>& fields) {
  if (fields.empty()) return;
  Clause clause{std::string(words.pick("Dati", "Data")), {}};
  for (const Field& field : fields) clause.items.push_back(field_in_words(words, field));
  clauses.push_back(std::move(clause));
}

std::string opening(const Wording& words, const Step& step) {
  const std::string when = sentry_in_words(words, step.after);
  const bool own_each = step.each != kNone;
  std::string text;
  const bool each_report = step.repeat_for != kNone && when.empty();
  const std::string repeated = step.repeat_for == kNone ? std::string() : words.quoted(words.title(words.pathway().facts[step.repeat_for]));
  if (!when.empty()) {
    text = say(words, "quando {}", "when {}", when);
  } else if (each_report) {
    text = say(words, "ogni volta che è comunicato il fatto {}", "each time that {} is reported", repeated);
  } else if (step.stage != kNone) {
    text = say(words, "insieme alla fase {}", "together with the stage {}", words.quoted(words.title(words.pathway().steps[step.stage])));
  } else {
    text = words.pick("all'apertura del caso", "when the case is opened");
  }
  if (own_each) text += say(words, ", separatamente per ogni {}", ", separately for every {}", words.person(step.each));
  if (step.manual) text += words.pick("; comincia però solo quando chi ne è incaricato lo avvia", "; it begins only when the person in charge starts it");
  if (step.repeat_for != kNone && !each_report) text += say(words, "; una volta per ogni comunicazione del fatto {}", "; once for each report of {}", repeated);
  if (step.repeats_itself) text += words.pick("; di nuovo dopo ogni conclusione", "; again after each completion");
  if (step.repeat_while != kNone)
    text += say(words, ", finché {}", ", as long as {}", condition(words, words.pathway().guards[step.repeat_while].source));
  if (const std::string until = sentry_in_words(words, step.repeat_until); !until.empty())
    text += say(words, "; non più da quando {}", "; no more once {}", until);
  if (step.repeat_at_most > 0) text += say(words, ", al massimo {} volte", ", at most {} times", step.repeat_at_most);
  if (step.repeat_match != kNone) {
    const definition::Field& field = words.pathway().facts[step.repeat_for].fields[step.repeat_match];
    text += say(words, "; ogni risposta vale per la comunicazione che reca lo stesso dato {}", "; an answer belongs to the report with the same {}", words.quoted(words.title(field)));
  }
  return text;
}

Clause ending(const Wording& words, const Step& step) {
  Clause clause{std::string(words.pick("Si conclude", "It ends")), {}};
  if (step.kind == StepKind::kStage) {
    const std::string when = sentry_in_words(words, step.completes_when);
    clause.items.push_back(when.empty() ? std::string(words.pick("quando i suoi passi necessari sono conclusi e nessun altro è in corso",
                                                                 "when its required steps have ended and none in it is under way"))
                                        : say(words, "quando {}. Ciò che allora è ancora aperto nella fase cessa", "when {}. What is still open in it then is ended", when));
  }
  if (step.kind == StepKind::kMilestone || step.kind == StepKind::kCompute || step.kind == StepKind::kNotify) {
    if (step.outcomes.empty()) return {};
  }
  for (const Outcome& outcome : step.outcomes) clause.items.push_back(outcome_in_words(words, step, outcome));
  if (clause.items.empty()) clause.items.push_back(std::string(words.pick("quando chi se ne occupa lo dichiara svolto", "when whoever works on it says that it is done")));
  return clause;
}

/// What a kind of step does besides waiting for its end.
void add_matter(const Wording& words, std::vector<Clause>& clauses, const Step& step) {
  const definition::Pathway& pathway = words.pathway();
  if (step.form != kNone) {
    add(clauses, words.pick("Modulo", "Form"), say(words, "si compila {}, e il fatto è così comunicato", "{} is filled in, and is thereby reported", words.quoted(words.title(pathway.facts[step.form]))));
  }
  if (!step.task_organisation.empty())
    add(clauses, words.pick("Ente", "Organisation"), say(words, "solo chi è di {}", "only people of {}", step.task_organisation));
  if (step.assign_to != kNone)
    add(clauses, words.pick("Assegnazione", "Assignment"),
        say(words, "a chi ha svolto {}, se non vi rinuncia", "to whoever did {}, unless they release it", words.quoted(words.title(pathway.steps[step.assign_to]))));
  if (!step.four_eyes.empty()) {
    std::vector<std::string> titles;
    for (const definition::StepIndex other : step.four_eyes) titles.push_back(words.quoted(words.title(pathway.steps[other])));
    add(clauses, words.pick("Quattro occhi", "Four eyes"), say(words, "non può concluderlo chi ha concluso {}", "whoever completed {} may not complete it", words.any_of(titles)));
  }
  if (step.value != kNone) {
    add(clauses, words.pick("Calcolo", "Calculation"), value(words, pathway.guards[step.value].source));
    const std::string until = sentry_in_words(words, step.until);
    if (!until.empty()) add(clauses, words.pick("Diventa definitivo", "It becomes final"), say(words, "quando {}", "when {}", until));
  }
  if (step.kind == StepKind::kNotify) add(clauses, words.pick("Testo", "Message"), words.quoted(words.in(step.message)));
}

std::string stops_in_words(const Wording& words, const Deadline& deadline) {
  const definition::Pathway& pathway = words.pathway();
  std::string text;
  if (deadline.interrupted_on) text += say(words, ". Si interrompe {}", ". It is interrupted {}", from_source_in_words(words, *deadline.interrupted_on));
  if (deadline.restarts_on) text += say(words, " e ricomincia da capo {}", " and starts afresh {}", from_source_in_words(words, *deadline.restarts_on));
  if (deadline.suspended_while != kNone) {
    text += say(words, ". È sospeso finché è in corso {}", ". It is suspended while {} is under way", words.quoted(words.title(pathway.steps[deadline.suspended_while])));
  }
  if (deadline.met_by_fact != kNone) {
    text += say(words, ". È rispettato quando è comunicato il fatto {}", ". It is met when {} is reported", words.quoted(words.title(pathway.facts[deadline.met_by_fact])));
  } else if (deadline.met_by_step != kNone) {
    std::vector<std::string> outcomes;
    const Step& step = pathway.steps[deadline.met_by_step];
    if (deadline.met_by_outcome != definition::kNoOutcome) outcomes.push_back(words.quoted(words.title(step.outcomes[deadline.met_by_outcome])));
    text += say(words, ". È rispettato quando {}", ". It is met when {}", end_of_step(words, step, outcomes));
  }
  if (deadline.stops_while_suspended) {
    text += words.pick(". I giorni non decorrono mentre il caso o la persona è sospeso", ". Its days don't count while the case or the person is suspended");
  }
  return text;
}

std::string overdue_in_words(const Wording& words, const Step& step, const Deadline& deadline) {
  std::string text;
  if (deadline.overdue_outcome != definition::kNoOutcome) {
    text += say(words, ". Se scade, il passo si conclude con l'esito {}", ". If it passes, the step ends with {}", words.quoted(words.title(step.outcomes[deadline.overdue_outcome])));
  }
  if (!deadline.overdue_escalate.empty()) text += say(words, ". Se scade, può svolgerlo anche: {}", ". If it passes, it may be done by {} as well", lowered(words.role(deadline.overdue_escalate)));
  if (deadline.overdue_opens != kNone)
    text += say(words, ". Se scade, si apre {}", ". If it passes, {} opens", words.quoted(words.title(words.pathway().steps[deadline.overdue_opens])));
  if (!deadline.overdue_notify.empty()) text += say(words, ". Se scade, è avvisato: {}", ". If it passes, notice goes to: {}", lowered(words.role(deadline.overdue_notify)));
  return text;
}

std::string reopening_in_words(const Wording& words, const Step& step) {
  std::vector<std::string> facts;
  for (const definition::FactIndex fact : step.reopen.on) facts.push_back(words.quoted(words.title(words.pathway().facts[fact])));
  std::string text;
  if (!facts.empty()) text = say(words, "quando, dopo la conclusione, è comunicato il fatto {}", "when {} is reported after it ended", words.any_of(facts));
  if (step.reopen.when != kNone) text += say(words, ", se {}", ", if {}", condition(words, words.pathway().guards[step.reopen.when].source));
  if (!step.reopen.by.empty()) text += say(words, "{}per mano di {}", "{}by {}", text.empty() ? "" : words.pick("; oppure ", "; or "), lowered(words.roles(step.reopen.by)));
  switch (step.reopen.clock) {
    case definition::ReopenClock::kStays: break;
    case definition::ReopenClock::kContinues: text += words.pick("; i termini proseguono", "; its deadlines run on"); break;
    case definition::ReopenClock::kRestarts: text += words.pick("; i termini ripartono da capo", "; its deadlines start afresh"); break;
  }
  return text;
}

/// Whether an outcome without a condition takes what those above it, with the same fact and a condition, leave.
bool falls_to(const Step& step, const Outcome& outcome) {
  if (outcome.fact == kNone || outcome.when != kNone) return false;
  for (const Outcome& above : step.outcomes) {
    if (&above == &outcome) return false;
    if (above.fact == outcome.fact && above.when != kNone) return true;
  }
  return false;
}

}  // namespace

std::string ground_in_words(const Wording& words, const definition::Ground& ground) {
  if (ground.verified) return ground.law;
  return ground.law.empty() ? raised(words.unverified()) : fmt::format("{} ({})", ground.law, words.unverified());
}

std::string lengths_in_words(const Wording& words, std::string_view name) {
  const calendar::Term* term = words.almanac() != nullptr ? words.almanac()->term(name) : nullptr;
  if (term == nullptr) return {};
  const bool working = term->counting == calendar::Counting::kWorkingDays;
  const auto doubt = [&words](const calendar::DatedLength& length) { return length.source.verified ? std::string() : fmt::format(", {}", words.unverified()); };
  const auto& lengths = term->lengths;
  std::vector<std::string> aside;
  if (!lengths.back().source.verified) aside.emplace_back(words.unverified());
  for (std::size_t i = lengths.size(); i-- > 1;)
    aside.push_back(fmt::format("{}: {}{}", words.before(lengths[i].from), words.length(lengths[i - 1].length, working), doubt(lengths[i - 1])));
  const std::string now = words.length(lengths.back().length, working);
  return aside.empty() ? now : fmt::format("{} ({})", now, fmt::join(aside, "; "));
}

std::string deadline_in_words(const Wording& words, const Deadline& deadline) {
  const calendar::Term* term = words.almanac() != nullptr ? words.almanac()->term(deadline.term) : nullptr;
  const bool before = term != nullptr && term->direction == calendar::Direction::kBefore;
  std::string text = words.quoted(words.term(deadline.term));
  if (const std::string lengths = lengths_in_words(words, deadline.term); !lengths.empty()) text += fmt::format(": {}", lengths);
  text += before ? say(words, ". Si conta a ritroso {}", ". It is counted back {}", from_source_in_words(words, deadline.from))
                 : say(words, ". Decorre {}", ". It runs {}", from_source_in_words(words, deadline.from));
  if (deadline.when != kNone) text += say(words, ", solo se {}", ", only if {}", condition(words, words.pathway().guards[deadline.when].source));
  text += stops_in_words(words, deadline);
  if (deadline.warn_before) text += say(words, ". Preavviso: {} prima", ". Warning: {} before", words.length(*deadline.warn_before, false));
  if (!deadline.ground.law.empty() || !deadline.ground.verified) text += fmt::format(". {}", ground_in_words(words, deadline.ground));
  return text;
}

std::string outcome_in_words(const Wording& words, const Step& step, const Outcome& outcome) {
  const bool alone = step.outcomes.size() == 1 && outcome.title.languages.empty() && outcome.name == "done";
  std::vector<std::string> ways;
  if (outcome.fact != kNone) {
    ways.push_back(say(words, "quando è comunicato il fatto {}", "when {} is reported", words.quoted(words.title(words.pathway().facts[outcome.fact]))));
  }
  if (outcome.when != kNone) {
    const std::string_view word = outcome.fact != kNone ? words.pick("e se", "and if") : words.pick("se", "if");
    ways.push_back(fmt::format("{} {}", word, condition(words, words.pathway().guards[outcome.when].source)));
  }
  if (outcome.after != definition::kNone) ways.push_back(say(words, "se, quando si conclude, {}", "if, when it ends, {}", sentry_in_words(words, outcome.after)));
  if (outcome.by_hand) ways.push_back(std::string(words.pick("a scelta di chi svolge il compito", "chosen by whoever does the task")));
  if (outcome.by_deadline) ways.push_back(std::string(words.pick("allo scadere del termine", "when the deadline passes")));
  if (falls_to(step, outcome)) ways.push_back(std::string(words.pick("e nessuno degli esiti precedenti vale", "and none of the outcomes above holds")));
  std::string text = fmt::format("{}", fmt::join(ways, " "));
  if (!alone && step.outcomes.size() == 1) text = say(words, "con l'esito {}, {}", "with {}, {}", words.quoted(words.title(outcome)), text);
  else if (!alone) text = fmt::format("{}: {}", words.quoted(words.title(outcome)), text);
  if (!outcome.ground.law.empty() || !outcome.ground.verified) text += fmt::format(". {}", ground_in_words(words, outcome.ground));
  return text;
}

std::string actor_in_words(const Wording& words, const Step& step) {
  const std::string party = step.waits_on.empty() ? std::string() : words.party(step.waits_on);
  switch (step.kind) {
    case StepKind::kTask: {
      const std::string role = words.role(step.task_role);
      return party.empty() || party == role ? role : say(words, "{} (si attende: {})", "{} (waiting for: {})", role, party);
    }
    case StepKind::kWaitFor: return party.empty() ? std::string(words.pick("altri, fuori dall'ufficio", "somebody outside the office")) : party;
    case StepKind::kCompute: return std::string(words.pick("il sistema (calcolo)", "the system (calculation)"));
    case StepKind::kMilestone: return {};
    case StepKind::kNotify: {
      const std::string to = step.notify_to == "family" ? std::string(words.pick("la famiglia", "the family")) : lowered(words.role(step.notify_to));
      return say(words, "il sistema (avviso a: {})", "the system (message to: {})", to);
    }
    case StepKind::kStage: return party;
  }
  return {};
}

std::vector<Clause> clauses_of(const Wording& words, const Step& step) {
  std::vector<Clause> clauses;
  add(clauses, words.pick("Chi agisce", "Who acts"), actor_in_words(words, step));
  if (!step.uses.empty()) add(clauses, words.pick("Percorso", "Pathway"), say(words, "{}, versione {}", "{}, version {}", words.quoted(step.uses), step.uses_version));
  add(clauses, words.pick("Si apre", "It opens"), opening(words, step));
  const std::vector<definition::Guard>& guards = words.pathway().guards;
  if (step.where != kNone) add(clauses, words.pick("Per chi", "For whom"), say(words, "solo se {}", "only if {}", condition(words, guards[step.where].source)));
  if (step.when != kNone) add(clauses, words.pick("Solo se", "Only if"), condition(words, guards[step.when].source));
  add_matter(words, clauses, step);
  if (Clause end = ending(words, step); !end.items.empty()) clauses.push_back(std::move(end));
  for (const Deadline& deadline : step.deadlines) {
    add(clauses, words.pick("Termine", "Deadline"), deadline_in_words(words, deadline) + overdue_in_words(words, step, deadline));
  }
  if (step.reopen.possible()) add(clauses, words.pick("Si riapre", "It is opened again"), reopening_in_words(words, step));
  const std::string cancelled = sentry_in_words(words, step.cancel_when);
  if (!cancelled.empty()) add(clauses, words.pick("Cessa", "It is dropped"), say(words, "quando {}", "when {}", cancelled));
  if (step.discretionary) {
    add(clauses, words.pick("Necessità", "Necessity"), std::string(words.pick("offerto, mai dovuto", "offered, never owed")));
  } else if (!step.required && step.kind != StepKind::kMilestone) {
    add(clauses, words.pick("Necessità", "Necessity"),
        std::string(words.pick("può mancare; la fase o il percorso può concludersi anche senza", "it may be missing; the stage or the pathway can end without it")));
  }
  add(clauses, words.pick("Base giuridica", "Legal basis"), ground_in_words(words, step.ground));
  return clauses;
}

std::vector<Clause> clauses_of(const Wording& words, const Fact& fact) {
  std::vector<Clause> clauses;
  add(clauses, words.pick("Chi lo comunica", "Who reports it"), fact.by.empty() ? std::string(words.pick("nessuno", "nobody")) : words.roles(fact.by));
  add(clauses, words.pick("Riguarda", "It is about"), fact.per == kNone ? std::string(words.pick("il caso", "the case")) : say(words, "una persona: {}", "one person: {}", words.person(fact.per)));
  if (fact.once) add(clauses, words.pick("Quante volte", "How often"), std::string(words.pick("una sola", "once")));
  add_fields(words, clauses, fact.fields);
  add(clauses, words.pick("Base giuridica", "Legal basis"), ground_in_words(words, fact.ground));
  return clauses;
}

std::vector<Clause> clauses_of(const Wording& words, const PersonRole& role) {
  std::vector<Clause> clauses;
  add(clauses, words.pick("Quante persone", "How many"), std::string(role.many ? words.pick("una o più", "one or more") : words.pick("una", "one")));
  add_fields(words, clauses, role.fields);
  return clauses;
}

}  // namespace ritrovo::reading
