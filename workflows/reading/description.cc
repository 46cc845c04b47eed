#include "workflows/reading/description.h"

#include <algorithm>
#include <array>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "workflows/reading/guard_words.h"
#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"

namespace ritrovo::reading {
namespace {

using definition::kNone;
using definition::Pathway;
using definition::Step;
using definition::StepIndex;
using definition::StepKind;

/// A sentence ends with one stop, also where it ends with a quotation that has its own.
std::string sentence(std::string text) {
  constexpr std::array<std::string_view, 7> kStops = {".", "!", "?", ".»", ".”", "?»", "?”"};
  const bool stopped = std::any_of(kStops.begin(), kStops.end(), [&text](std::string_view stop) { return text.ends_with(stop); });
  return stopped ? text : text + ".";
}

void append_clauses(std::string& text, const std::vector<Clause>& clauses) {
  for (const Clause& clause : clauses) {
    if (clause.items.size() == 1) {
      text += fmt::format("- **{}**: {}\n", clause.head, sentence(clause.items.front()));
      continue;
    }
    text += fmt::format("- **{}**:\n", clause.head);
    for (const std::string& item : clause.items) text += fmt::format("  - {}\n", sentence(raised(item)));
  }
}

void append_head(std::string& text, const Wording& words) {
  const Pathway& pathway = words.pathway();
  const std::string title(words.in(pathway.title));
  text += fmt::format("# {}\n\n", title.empty() ? raised(spaced(pathway.name)) : title);
  text += say(words, "Versione {}, per i casi aperti {} in poi.", "Version {}, for cases opened {} on.", pathway.version, words.from(pathway.valid_from));
  if (!pathway.ground.law.empty()) text += say(words, " Base giuridica: {}", " Legal basis: {}", sentence(ground_in_words(words, pathway.ground)));
  text += "\n";
  text += say(words, "Impronta della definizione (SHA-256): {}.\n\n", "Fingerprint of the definition (SHA-256): {}.\n\n", pathway.identity.hex());
  text += words.pick("Le parole fra virgolette sono nomi di passi, fatti, dati ed esiti di questa definizione.\n",
                     "Words in quotation marks are names of steps, facts, data and outcomes of this definition. Laws are cited as they are published.\n");
  const std::string until = sentry_in_words(words, pathway.completes_when);
  text += "\n";
  text += until.empty() ? std::string(words.pick("Il percorso si conclude quando i suoi passi necessari sono conclusi e nessun altro è in corso.\n",
                                                 "The pathway ends when its required steps have ended and none is under way.\n"))
                        : say(words, "Il percorso si conclude quando {}. Ciò che allora è ancora aperto cessa.\n", "The pathway ends when {}. What is still open then is ended.\n", until);
}

void append_results(std::string& text, const Wording& words) {
  if (words.pathway().results.empty()) return;
  text += words.pick("\nIl suo risultato, quando si conclude, è il primo di questi che vale:\n", "\nIts result, when it ends, is the first of these that holds:\n");
  for (const definition::Outcome& result : words.pathway().results)
    text += fmt::format("- {}: {}\n", words.quoted(words.title(result)), sentence(sentry_in_words(words, result.after)));
}

void append_participants(std::string& text, const Wording& words) {
  const Pathway& pathway = words.pathway();
  text += words.pick("\n## Chi partecipa\n", "\n## Who takes part\n");
  for (const definition::PersonRole& role : pathway.persons) {
    text += fmt::format("\n### {}\n", words.title(role));
    append_clauses(text, clauses_of(words, role));
  }
  const auto list = [&](std::string_view head, const auto& named, const auto& title) {
    if (named.empty()) return;
    std::vector<std::string> titles;
    for (const auto& [name, unused] : named) titles.push_back(title(name));
    text += fmt::format("\n{}: {}.\n", head, words.all_of(titles));
  };
  list(words.pick("Chi lavora sui casi e comunica i fatti", "Those who work on cases and report facts"), pathway.roles,
       [&](const std::string& name) { return lowered(words.role(name)); });
  std::vector<std::string> managers;
  for (const std::string& name : pathway.managed_by) managers.push_back(lowered(words.role(name)));
  if (!managers.empty()) {
    const std::string_view head = words.pick("Chi apre, sospende e chiude i casi, e vi aggiunge o toglie persone", "Those who open, suspend and close cases, and add or remove persons");
    text += fmt::format("\n{}: {}.\n", head, words.all_of(managers));
  }
  list(words.pick("Chi può essere atteso", "Those who may be waited for"), pathway.parties, [&](const std::string& name) { return words.party(name); });
}

std::string_view kind_word(const Wording& words, StepKind kind) {
  switch (kind) {
    case StepKind::kTask: return words.pick("compito", "task");
    case StepKind::kWaitFor: return words.pick("attesa", "wait");
    case StepKind::kCompute: return words.pick("calcolo", "calculation");
    case StepKind::kMilestone: return words.pick("tappa", "milestone");
    case StepKind::kNotify: return words.pick("avviso", "message");
    case StepKind::kStage: return words.pick("fase", "stage");
  }
  return {};
}

/// The steps of one stage (or of the pathway, for kNone), numbered "2.3". Depth is bounded by the loader's nesting limit.
void append_steps(std::string& text, const Wording& words, StepIndex stage, const std::string& number, std::size_t depth) {
  const Pathway& pathway = words.pathway();
  std::size_t count = 0;
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    const Step& step = pathway.steps[i];
    if (step.stage != stage) continue;
    const std::string own = number.empty() ? fmt::format("{}", ++count) : fmt::format("{}.{}", number, ++count);
    text += fmt::format("\n{} {}. {} ({})\n", std::string(std::min<std::size_t>(3 + depth, 6), '#'), own, words.title(step), kind_word(words, step.kind));
    append_clauses(text, clauses_of(words, step));
    if (step.kind == StepKind::kStage) append_steps(text, words, static_cast<StepIndex>(i), own, depth + 1);
  }
}

void append_facts(std::string& text, const Wording& words) {
  text += words.pick("\n## Che cosa si chiede e si comunica\n", "\n## What is asked and reported\n");
  // As they stand in the document: the model has them by name, which nobody reads here.
  std::vector<const definition::Fact*> facts;
  for (const definition::Fact& fact : words.pathway().facts) facts.push_back(&fact);
  std::stable_sort(facts.begin(), facts.end(), [](const auto* a, const auto* b) { return std::tie(a->place.line, a->place.column) < std::tie(b->place.line, b->place.column); });
  for (const definition::Fact* fact : facts) {
    text += fmt::format("\n### {}\n", words.title(*fact));
    append_clauses(text, clauses_of(words, *fact));
  }
}

/// A law, a doubt and a note, as what follows in brackets.
std::string source_words(const Wording& words, const calendar::Source& source) {
  std::vector<std::string> parts;
  if (!source.law.empty()) parts.push_back(source.law);
  if (!source.verified) parts.push_back(std::string(words.unverified()));
  return parts.empty() ? std::string() : fmt::format(" ({})", fmt::join(parts, "; "));
}

/// The day that chooses among the lengths of a term.
std::string deciding_day(const Wording& words, calendar::ChosenBy chosen_by) {
  switch (chosen_by) {
    case calendar::ChosenBy::kStart: return std::string(words.pick("il giorno da cui si conta", "the day from which it is counted"));
    case calendar::ChosenBy::kFiling: return std::string(words.pick("il giorno in cui la domanda è presentata", "the day on which the application is filed"));
    case calendar::ChosenBy::kOpening: return std::string(words.pick("il giorno in cui il caso è aperto", "the day on which the case is opened"));
    case calendar::ChosenBy::kStepDay: return std::string(words.pick("il giorno in cui il passo ha inizio", "the day on which the step begins"));
    case calendar::ChosenBy::kRestart: return std::string(words.pick("il giorno da cui si conta, o si torna a contare,", "the day from which it is counted, or counted anew,"));
    case calendar::ChosenBy::kToday: return std::string(words.pick("il giorno presente", "the present day"));
  }
  return {};
}

/// The lengths of a term, each with the days for which it holds; and where the law leaves it open which day that is, what was decided.
void append_lengths(std::string& text, const Wording& words, const calendar::Term& term) {
  const bool working = term.counting == calendar::Counting::kWorkingDays;
  const calendar::Parameter* choice = words.almanac()->parameter(term.chosen_by_parameter);
  const std::string deciding = choice == nullptr ? deciding_day(words, term.chosen_by) : std::string(words.pick("il giorno che decide", "the deciding day"));
  text += fmt::format("- **{}**:\n", words.pick("Durata", "Length"));
  for (std::size_t i = 0; i < term.lengths.size(); ++i) {
    const calendar::DatedLength& length = term.lengths[i];
    const std::string span = i + 1 == term.lengths.size() ? say(words, "non è anteriore {}", "is {} or later", words.pick(words.to(length.from), words.day(length.from)))
                                                          : say(words, "cade {} {}", "falls {} {}", words.from(length.from), words.to(term.lengths[i + 1].from.plus(-1)));
    text += fmt::format("  - {}, {} {} {}{}.\n", words.length(length.length, working), words.pick("se", "if"), deciding, span, source_words(words, length.source));
  }
  if (choice == nullptr) return;
  text += fmt::format("- **{}** ({}):\n", words.pick("Il giorno che decide", "The deciding day"), words.parameter(choice->name));
  for (const calendar::DatedValue& value : choice->values) {
    const std::string written = calendar::to_string(value.value);
    const std::optional<calendar::ChosenBy> day = calendar::chosen_by_of(written);
    text += fmt::format("  - {}, {}{}.\n", words.from(value.from), day ? deciding_day(words, *day) : spaced(written), source_words(words, value.source));
  }
}

void append_term(std::string& text, const Wording& words, const calendar::Term& term) {
  const bool working = term.counting == calendar::Counting::kWorkingDays;
  text += fmt::format("\n### {}\n", words.term(term.name));
  text += fmt::format("- **{}**: {}{}.\n", words.pick("Natura", "Nature"),
                      term.kind == calendar::TermKind::kStatutory ? words.pick("termine di legge", "statutory") : words.pick("norma del servizio", "the service's own norm"),
                      source_words(words, term.source));
  append_lengths(text, words, term);
  std::string counting(working ? words.pick("in giorni lavorativi", "in working days") : words.pick("in giorni di calendario", "in calendar days"));
  if (term.direction == calendar::Direction::kBefore) counting += words.pick(", a ritroso", ", backwards");
  if (term.roll_to_working_day) counting += words.pick("; se cade in un giorno festivo, scade alla fine del primo giorno lavorativo che segue", "; if it falls on a holiday, it ends with the next working day");
  const calendar::Calendar* calendar = words.almanac()->calendar(term.calendar);
  if (calendar != nullptr) counting += say(words, "; calendario: {}", "; calendar: {}", words.pick(calendar->rules().title.it, calendar->rules().title.en));
  text += fmt::format("- **{}**: {}.\n", words.pick("Si conta", "It is counted"), counting);
  for (const calendar::Freeze& freeze : term.freezes) {
    text += fmt::format("- **{}**: {} {}{}.\n", words.pick("Sospeso per legge", "Frozen by law"), words.from(freeze.from), words.to(freeze.to), source_words(words, freeze.source));
  }
}

void append_terms(std::string& text, const Wording& words) {
  std::vector<std::string> names;  // in the order in which the steps need them
  for (const Step& step : words.pathway().steps)
    for (const definition::Deadline& deadline : step.deadlines)
      if (std::find(names.begin(), names.end(), deadline.term) == names.end()) names.push_back(deadline.term);
  if (names.empty() || words.almanac() == nullptr) return;
  text += words.pick("\n## I termini\n", "\n## The time limits\n");
  for (const std::string& name : names)
    if (const calendar::Term* term = words.almanac()->term(name)) append_term(text, words, *term);
}

/// The parameters that guards name, found in their text: parameter("name".
std::set<std::string> parameters_named(const Pathway& pathway) {
  constexpr std::string_view kCall = "parameter(";
  std::set<std::string> names;
  for (const definition::Guard& guard : pathway.guards) {
    for (std::size_t at = guard.source.find(kCall); at != std::string::npos; at = guard.source.find(kCall, at + 1)) {
      const std::size_t open = guard.source.find_first_of("\"'", at);
      const std::size_t close = open == std::string::npos ? open : guard.source.find_first_of("\"'", open + 1);
      if (close != std::string::npos) names.insert(guard.source.substr(open + 1, close - open - 1));
    }
  }
  return names;
}

void append_parameters(std::string& text, const Wording& words) {
  const std::set<std::string> names = parameters_named(words.pathway());
  if (names.empty() || words.almanac() == nullptr) return;
  text += words.pick("\n## Gli importi e le scelte per data\n", "\n## Amounts and choices by date\n");
  for (const std::string& name : names) {
    const calendar::Parameter* parameter = words.almanac()->parameter(name);
    if (parameter == nullptr) continue;
    text += fmt::format("\n### {}\n", words.parameter(name));
    if (!parameter->source.law.empty()) text += fmt::format("{}.\n", source_words(words, parameter->source).substr(1));
    for (const calendar::DatedValue& value : parameter->values) {
      const bool worded = parameter->type == calendar::ParameterType::kText || parameter->type == calendar::ParameterType::kPeriod;
      const std::string written = calendar::to_string(value.value);
      text += fmt::format("- {} {}{}.\n", worded ? spaced(written) : words.number(written), words.from(value.from), source_words(words, value.source));
    }
  }
}

/// What somebody who signs must know isn't sure, in one list.
void append_doubts(std::string& text, const Wording& words) {
  const Pathway& pathway = words.pathway();
  std::vector<std::string> doubts;
  const auto of_step = [&words](const std::string& title, const std::string& part) {
    return title == part ? words.quoted(title) : fmt::format("{}, {}", words.quoted(title), words.quoted(part));
  };
  const auto doubt = [&](std::string what, const definition::Ground& ground) {
    if (!ground.verified) doubts.push_back(ground.law.empty() ? std::move(what) : fmt::format("{}: {}", what, ground.law));
  };
  doubt(std::string(words.pick("L'intero percorso", "The whole pathway")), pathway.ground);
  for (const Step& step : pathway.steps) {
    const std::string title = words.title(step);
    doubt(words.quoted(title), step.ground);
    for (const definition::Outcome& outcome : step.outcomes) doubt(of_step(title, words.title(outcome)), outcome.ground);
    for (const definition::Deadline& deadline : step.deadlines) doubt(of_step(title, words.term(deadline.term)), deadline.ground);
  }
  for (const definition::Fact& fact : pathway.facts) doubt(words.quoted(words.title(fact)), fact.ground);
  for (std::size_t i = 0; i < doubts.size(); ++i) doubts.erase(std::remove(doubts.begin() + static_cast<std::ptrdiff_t>(i) + 1, doubts.end(), doubts[i]), doubts.end());
  text += words.pick("\n## Che cosa non è stato verificato\n\n", "\n## What was not verified\n\n");
  if (doubts.empty()) text += words.pick("Tutte le basi giuridiche dei passi sono state lette nelle fonti.", "The legal basis of every step was read in its source.");
  if (!doubts.empty()) text += words.pick("Non è stato letto in una fonte che lo dica:\n", "Not read in a source that says so:\n");
  for (const std::string& each : doubts) text += fmt::format("- {}\n", sentence(each));
  if (doubts.empty()) text += "\n";
  text += words.pick("\nI dubbi su durate e importi stanno accanto a ciascuno, con le parole “non verificato”.\n",
                     "\nDoubts about lengths and amounts stand beside each of them, with the words “not verified”.\n");
}

}  // namespace

std::string describe(const Pathway& pathway, const calendar::Almanac* almanac, Language language) {
  const Wording words(pathway, almanac, language);
  std::string text;
  append_head(text, words);
  append_results(text, words);
  append_participants(text, words);
  text += words.pick("\n## I passi\n", "\n## The steps\n");
  append_steps(text, words, kNone, "", 0);
  append_facts(text, words);
  append_terms(text, words);
  append_parameters(text, words);
  append_doubts(text, words);
  return text;
}

}  // namespace ritrovo::reading
