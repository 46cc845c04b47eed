#include "workflows/reasons/grounds.h"

#include <algorithm>
#include <concepts>
#include <optional>
#include <utility>
#include <variant>

#include "engine/base/period.h"
#include "engine/record/case_ids.h"
#include "workflows/calendar/due.h"
#include "workflows/pathway/guard_context.h"
#include "workflows/pathway/instance_names.h"
#include "workflows/reading/sentry_words.h"
#include "workflows/reading/step_words.h"
#include "workflows/reasons/seen.h"

namespace ritrovo::reasons {
namespace {

using definition::kNone;
using pathway::Rule;

/// A part of the definition that led to an event.
struct RulePart {
  std::vector<std::string> sentences;
  definition::Place place;
  std::vector<definition::GuardIndex> guards;
  definition::Ground ground;
};

void add_clause(const CaseStory& story, const definition::Step& step, std::string_view it, std::string_view en, RulePart& part) {
  const std::string_view head = story.words().pick(it, en);
  for (const reading::Clause& clause : reading::clauses_of(story.words(), step))
    if (clause.head == head)
      for (const std::string& item : clause.items) part.sentences.push_back(fmt::format("{}: {}", head, item));
}

void add_guard(definition::GuardIndex guard, RulePart& part) {
  if (guard != kNone) part.guards.push_back(guard);
}

/// Days that the sentry waits for are expressions too.
void add_sentry(const CaseStory& story, definition::SentryIndex index, RulePart& part) {
  if (index == kNone) return;
  const definition::Sentry& sentry = story.pathway().sentries[index];
  part.place = sentry.place;
  for (const definition::Part& each : sentry.parts)
    if (each.kind == definition::Part::Kind::kDay) add_guard(each.day, part);
}

RulePart of_outcome(const CaseStory& story, const definition::Step& step, std::uint16_t index) {
  RulePart part;
  part.place = step.place;
  part.ground = step.ground;
  if (index >= step.outcomes.size()) {
    add_clause(story, step, "Si conclude", "It ends", part);
    return part;
  }
  const definition::Outcome& outcome = step.outcomes[index];
  part.sentences.push_back(story.say("Si conclude: {}", "It ends: {}", reading::outcome_in_words(story.words(), step, outcome)));
  add_guard(outcome.when, part);
  if (outcome.when != kNone) part.place = story.pathway().guards[outcome.when].place;
  if (!outcome.ground.law.empty()) part.ground = outcome.ground;
  return part;
}

RulePart of_step(const CaseStory& story, const definition::Step& step, Rule rule, std::uint16_t index) {
  RulePart part;
  part.place = step.place;
  part.ground = step.ground;
  switch (rule) {
    case Rule::kAfter:
      add_clause(story, step, "Si apre", "It opens", part);
      add_clause(story, step, "Per chi", "For whom", part);
      add_clause(story, step, "Solo se", "Only if", part);
      add_sentry(story, step.after, part);
      for (const definition::GuardIndex guard : {step.where, step.when, step.repeat_while}) add_guard(guard, part);
      break;
    case Rule::kOutcome: return of_outcome(story, step, index);
    case Rule::kCancelWhen:
      add_clause(story, step, "Cessa", "It is dropped", part);
      add_sentry(story, step.cancel_when, part);
      break;
    case Rule::kStage:
      add_clause(story, step, "Si conclude", "It ends", part);
      add_sentry(story, step.completes_when, part);
      break;
    case Rule::kScope: part.sentences.push_back(story.say("Cessa: la persona o la fase a cui appartiene non c'è più", "It is dropped: its person or the stage around it is gone")); break;
    case Rule::kValue:
      add_clause(story, step, "Calcolo", "Calculation", part);
      add_guard(step.value, part);
      if (step.value != kNone) part.place = story.pathway().guards[step.value].place;
      break;
    case Rule::kDeadline:
      if (index >= step.deadlines.size()) break;
      part.sentences.push_back(story.say("Termine: {}", "Deadline: {}", reading::deadline_in_words(story.words(), step.deadlines[index])));
      part.place = step.deadlines[index].place;
      if (!step.deadlines[index].ground.law.empty()) part.ground = step.deadlines[index].ground;
      add_guard(step.deadlines[index].when, part);
      break;
    case Rule::kGuard:
      if (index < story.pathway().guards.size()) add_guard(index, part);
      break;
    case Rule::kWhere: add_guard(step.where, part); break;
    case Rule::kReopen:
      add_clause(story, step, "Si riapre", "It is opened again", part);
      add_guard(step.reopen.when, part);
      break;
    case Rule::kAssign: add_clause(story, step, "Assegnazione", "Assignment", part); break;
    case Rule::kDay: part.sentences.push_back(story.say("È cominciato il giorno fissato", "The day that was set began")); break;
    case Rule::kCommand: part.sentences.push_back(story.say("Lo ha chiesto una persona", "A person asked for it")); break;
  }
  return part;
}

std::string pathway_rule(const CaseStory& story) {
  const std::string when = reading::sentry_in_words(story.words(), story.pathway().completes_when);
  return when.empty() ? story.say("Il percorso si conclude quando i suoi passi necessari sono conclusi e nessun altro è in corso", "The pathway is completed when its required steps have ended and none is under way")
                      : story.say("Il percorso si conclude quando {}", "The pathway is completed when {}", when);
}

/// What ended with the whole case: no rule of its own did it.
std::optional<RulePart> of_end(const CaseStory& story, const pathway::Body& body) {
  const auto* terminated = std::get_if<pathway::StepTerminated>(&body);
  if (terminated == nullptr) return std::nullopt;
  RulePart part;
  if (terminated->reason == pathway::EndReason::kPathwayCompleted) part.sentences = {pathway_rule(story), story.say("Ciò che allora è ancora aperto cessa", "What is still open then is dropped")};
  else if (terminated->reason == pathway::EndReason::kCaseClosed) part.sentences = {story.say("Il caso è stato chiuso: ciò che era ancora aperto cessa", "The case was closed: what was still open is dropped")};
  else return std::nullopt;
  return part;
}

/// The deadline that the event is about, or nothing.
std::optional<pathway::DeadlineRef> deadline_of(const pathway::Body& body) {
  return std::visit([](const auto& one) -> std::optional<pathway::DeadlineRef> {
    if constexpr (requires { { one.deadline } -> std::same_as<const pathway::DeadlineRef&>; }) return one.deadline;
    else return std::nullopt;
  }, body);
}

/// The event by which that deadline had its due day before `version`; 0 if none.
Version due_day_set(const CaseStory& story, const pathway::DeadlineRef& ref, Version version) {
  for (std::uint32_t at = version.value() - 1; at > 0; --at) {
    const pathway::Body& body = story.body(Version(at));
    const bool sets = std::holds_alternative<pathway::DeadlineSet>(body) || std::holds_alternative<pathway::DeadlineMoved>(body);
    if (sets && deadline_of(body) == ref) return Version(at);
  }
  return {};
}

/// The report that this event corrects or withdraws; 0 for any other.
Version corrected_by(const CaseStory& story, Version version) {
  if (const auto* corrected = std::get_if<pathway::FactCorrected>(&story.body(version))) return corrected->of;
  if (const auto* withdrawn = std::get_if<pathway::FactWithdrawn>(&story.body(version))) return withdrawn->of;
  return {};
}

const pathway::Working* working_of(const pathway::Body& body) {
  if (const auto* set = std::get_if<pathway::DeadlineSet>(&body)) return &set->working;
  if (const auto* moved = std::get_if<pathway::DeadlineMoved>(&body)) return &moved->working;
  return nullptr;
}

std::string note_in_words(const CaseStory& story, const pathway::WorkingNote& note) {
  const std::string from = to_string(note.from);
  const std::string to = to_string(note.to);
  switch (static_cast<calendar::WorkingStep>(note.what)) {
    case calendar::WorkingStep::kPostponed: return story.say("l'inizio cade in un periodo di sospensione di legge: decorre dal {}", "the start fell into a time frozen by law: it runs from {}", to);
    case calendar::WorkingStep::kSuspended: return story.say("sospeso dal {} al {}: quei giorni non contano", "suspended from {} to {}: those days don't count", from, to);
    case calendar::WorkingStep::kFrozen: return story.say("fermato per legge dal {} al {}: quei giorni non contano", "frozen by law from {} to {}: those days don't count", from, to);
    case calendar::WorkingStep::kInterrupted: return story.say("interrotto il {}, ricomincia da capo il {}", "interrupted on {}, started afresh on {}", from, to);
    case calendar::WorkingStep::kRolled: return story.say("il {} non è lavorativo: scade il primo giorno lavorativo, {} (Reg. 1182/71 art. 3(4))", "{} is no working day: it ends on the next one, {} (Reg. 1182/71 art. 3(4))", from, to);
    case calendar::WorkingStep::kTwoWorking: return story.say("comprende almeno due giorni lavorativi: dal {} al {} (Reg. 1182/71 art. 3(5))", "it includes two working days: from {} to {} (Reg. 1182/71 art. 3(5))", from, to);
    case calendar::WorkingStep::kTooLate: return story.say("la pausa dal {} viene dopo la scadenza e non cambia nulla", "the pause from {} came after the due day and changes nothing", from);
    case calendar::WorkingStep::kLength:
    case calendar::WorkingStep::kBegins:
    case calendar::WorkingStep::kRuns:
    case calendar::WorkingStep::kStopped:
    case calendar::WorkingStep::kEnds: break;
  }
  return {};
}

void add_due_day(const CaseStory& story, Version version, const pathway::DeadlineRef& ref, const pathway::Working& working, Day start, Day due, std::vector<Line>& lines) {
  const definition::Deadline& deadline = story.pathway().steps[ref.step.step].deadlines[ref.deadline];
  const definition::Library& library = story.library_at(version);
  const calendar::Term* term = library.almanac == nullptr ? nullptr : library.almanac->term(deadline.term);
  const Result<Period> length = parse_period(working.length);
  const std::string said = length ? story.words().length(*length, term != nullptr && term->counting == calendar::Counting::kWorkingDays) : working.length;
  Line line{"counting", story.say("{} dal {}, giorno che non conta, fino a tutto il {}", "{} from {}, which isn't counted, to the end of {}", said, to_string(start), to_string(due)), {}, {}};
  set(line.data, "length", working.length);
  set(line.data, "start", start);
  set(line.data, "due", due);
  for (const pathway::WorkingNote& note : working.notes)
    if (std::string text = note_in_words(story, note); !text.empty()) line.more.push_back({"note", std::move(text), {}, {}});
  lines.push_back(std::move(line));
  Line of{"term", story.say("termine {}, versione {}", "term {}, version {}", story.words().quoted(story.words().term(deadline.term)), working.term_version), {}, {}};
  if (working.calendar_version > 0) of.text += story.say("; calendario, versione {}", "; calendar, version {}", working.calendar_version);
  if (term != nullptr && !term->source.law.empty()) of.text += fmt::format("; {}", term->source.law);
  if (term != nullptr && !term->source.verified) of.text += fmt::format(" ({})", story.words().unverified());
  set(of.data, "term", deadline.term);
  set(of.data, "version", std::int64_t{working.term_version});
  set(of.data, "calendar_version", std::int64_t{working.calendar_version});
  lines.push_back(std::move(of));
}

/// The day on which the event was decided: the one that its guards saw, else its own.
Day day_of_deciding(const CaseStory& story, Version version, const pathway::Because& because) {
  for (const pathway::Read& read : because.reads) {
    const bool today = story.pathway().variables[read.variable].kind == definition::Variable::Kind::kToday;
    if (const Day* day = today && read.value ? read.value->get<Day>() : nullptr) return *day;
  }
  return story.event(version).effective;
}

/// Whether the working done again leads to what was recorded.
bool agrees(const CaseStory& story, Version version, const expression::Value& again) {
  const auto* computed = std::get_if<pathway::ValueComputed>(&story.body(version));
  if (computed == nullptr) return again.is_true() || again.kind() == expression::Kind::kDate;
  if (!again.is_value()) return false;
  const Result<ritrovo::Value> value = expression::to_record(again);
  if (computed->value) return value && *value == *computed->value;
  const Opened::Entry* box = story.knowledge().opened.find(version, owner_of(story.core(), computed->step.person));
  const ritrovo::Value* sealed = box == nullptr ? nullptr : find(box->values, "value");
  return sealed == nullptr || (value && *value == *sealed);
}

/// A wake and a late report are decided on days that aren't recorded where no guard asks for them; what the guard saw is.
void add_guards(const CaseStory& story, Version version, const pathway::StepRef& ref, const pathway::Because& because, const RulePart& part, std::vector<Line>& lines) {
  if (part.guards.empty()) return;
  const pathway::CaseState before = story.before(version);
  const Asking asking{before, story.library_at(version), ref, day_of_deciding(story, version, because)};
  for (const definition::GuardIndex guard : part.guards) {
    const definition::Guard& declared = story.pathway().guards[guard];
    const std::string where = place_in_words(story, story.pathway().steps[ref.step], declared.place);
    const bool condition = declared.program.result_type().kind() == expression::Kind::kBool;
    Line line{"guard", condition ? story.say("condizione ({}): {}", "guard ({}): {}", where, declared.source) : story.say("formula ({}): {}", "formula ({}): {}", where, declared.source), {}, {}};
    std::replace(line.text.begin(), line.text.end(), '\n', ' ');
    set(line.data, "source", declared.source);
    set(line.data, "line", std::int64_t{declared.place.line});
    line.more = values_seen(story, asking, guard);
    const expression::Value again = result_of(story, asking, guard);
    const bool failed = std::holds_alternative<pathway::IncidentOpened>(story.body(version));
    if (failed || agrees(story, version, again)) {
      for (Line& working : worked_out(story, asking, guard)) line.more.push_back(std::move(working));
    } else if (std::holds_alternative<pathway::ValueComputed>(story.body(version))) {
      line.more.push_back({"note", story.say("il calcolo non si può ripetere con ciò che è in forza oggi", "the working can't be repeated with what is in force now"), {}, {}});
    }
    lines.push_back(std::move(line));
  }
}

void add_values(const CaseStory& story, Version version, const std::vector<definition::Field>& fields, const std::vector<pathway::FieldValue>& open, std::vector<Line>& lines) {
  const std::vector<Opened::Entry>& boxes = story.knowledge().opened.entries();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const definition::Field& field = fields[i];
    std::string said;
    for (const pathway::FieldValue& value : open)
      if (value.field == i) said = story.shown(value.value, &field);
    for (const Opened::Entry& entry : boxes) {
      if (field.privacy != definition::Privacy::kSealed || entry.version != version) continue;
      if (entry.state != BoxState::kOpen) said = story.withheld(entry.state);
      const ritrovo::Value* value = find(entry.values, field.name);
      if (value != nullptr) said = story.knowledge().shows_personal ? story.shown(*value, &field) : story.withheld(BoxState::kOpen);
    }
    if (said.empty()) continue;
    Line line{"value", fmt::format("{}: {}", story.words().title(field), said), {}, {}};
    set(line.data, "field", field.name);
    set(line.data, "shown", said);
    lines.push_back(std::move(line));
  }
}

/// What a report, a newcomer or a correction says; and what corrected it since.
void add_data(const CaseStory& story, Version version, std::vector<Line>& lines) {
  const pathway::Body& body = story.body(version);
  if (const auto* fact = std::get_if<pathway::FactReported>(&body)) {
    const definition::Fact& declared = story.pathway().facts[fact->fact];
    add_values(story, version, declared.fields, fact->values, lines);
    add_law(story, declared.ground, lines);
  }
  if (const auto* corrected = std::get_if<pathway::FactCorrected>(&body)) add_values(story, version, story.pathway().facts[corrected->fact].fields, corrected->values, lines);
  const auto of_person = [&](const auto& person) {
    if (person.role < story.pathway().persons.size()) add_values(story, version, story.pathway().persons[person.role].fields, person.values, lines);
  };
  if (const auto* added = std::get_if<pathway::PersonAdded>(&body)) of_person(*added);
  if (const auto* corrected = std::get_if<pathway::PersonCorrected>(&body)) of_person(*corrected);
  for (std::uint32_t at = version.value() + 1; story.has(Version(at)); ++at)
    if (corrected_by(story, Version(at)) == version)
      lines.push_back({"note", story.say("rettificato o ritirato poi dall'evento [{}]", "corrected or withdrawn later by event [{}]", at), {}, {}});
}

void add_reporter(const CaseStory& story, Version version, std::vector<Line>& lines) {
  const Event& event = story.event(version);
  if (!story.has(event.cause) || !story.event(event.cause).provenance) return;
  const Provenance& provenance = *story.event(event.cause).provenance;
  Line line{"reporter", {}, {}, {}};
  set(line.data, "recorded", event.recorded);
  set(line.data, "effective_on", event.effective);
  const std::string when = story.knowledge().local_time ? story.knowledge().local_time(event.recorded) : to_string(event.recorded);
  if (provenance.actor.id.empty()) {
    line.text = story.say("registrato dal sistema il {}", "recorded by the system on {}", when);
  } else {
    std::string of = provenance.actor.organisation;
    for (std::size_t i = 0; i < provenance.actor.roles.size(); ++i) of += (i > 0 ? ", " : of.empty() ? "" : "; ") + reading::lowered(story.words().role(provenance.actor.roles[i]));
    line.text = story.say("riferito da {}", "told by {}", provenance.actor.id);
    if (!of.empty()) line.text += " (" + of + ")";
    line.text += story.say(", registrato il {}", ", recorded on {}", when);
    line.text += story.say("; avvenuto il {}", "; it happened on {}", to_string(event.effective));
    set(line.data, "actor", provenance.actor.id);
    set(line.data, "organisation", provenance.actor.organisation);
  }
  if (!provenance.key.empty()) set(line.data, "key", provenance.key);
  if (provenance.source) line.text += story.say("; fonte {}", "; source {}", provenance.source->name);
  lines.push_back(std::move(line));
}

}  // namespace

void add_law(const CaseStory& story, const definition::Ground& ground, std::vector<Line>& lines) {
  const std::string law = reading::ground_in_words(story.words(), ground);
  if (law.empty()) return;
  Line line{"law", story.say("base giuridica: {}", "law: {}", law), {}, {}};
  set(line.data, "law", ground.law);
  set(line.data, "verified", ground.verified);
  lines.push_back(std::move(line));
}

std::vector<Line> grounds_of(const CaseStory& story, Version version) {
  std::vector<Line> lines;
  const pathway::Body& body = story.body(version);
  const pathway::StepRef* ref = pathway::step_of(body);
  const std::optional<pathway::DeadlineRef> deadline = deadline_of(body);
  const pathway::Because* because = pathway::because_of(body);
  if (because != nullptr && ref != nullptr && ref->step < story.pathway().steps.size()) {
    const std::optional<RulePart> end = of_end(story, body);
    const RulePart part = end ? *end : of_step(story, story.pathway().steps[ref->step], because->rule, because->part);
    for (std::size_t i = 0; i < part.sentences.size(); ++i) {
      Line line{"rule", part.sentences[i], {}, {}};
      if (i == 0 && part.place.line > 0) line.text += fmt::format("  [{}]", place_in_words(story, story.pathway().steps[ref->step], part.place));
      set(line.data, "rule", std::string(name_of(because->rule)));
      set(line.data, "line", std::int64_t{part.place.line});
      lines.push_back(std::move(line));
    }
    add_guards(story, version, *ref, *because, part, lines);
    if (const pathway::Working* working = working_of(body)) {
      const auto* set_on = std::get_if<pathway::DeadlineSet>(&body);
      const auto* moved = std::get_if<pathway::DeadlineMoved>(&body);
      add_due_day(story, version, *deadline, *working, set_on != nullptr ? set_on->start : moved->start, set_on != nullptr ? set_on->due : moved->due, lines);
    }
    add_law(story, part.ground, lines);
  } else if (deadline) {
    const definition::Step& step = story.pathway().steps[deadline->step.step];
    add_law(story, step.deadlines[deadline->deadline].ground.law.empty() ? step.ground : step.deadlines[deadline->deadline].ground, lines);
  }
  if (const auto* completed = std::get_if<pathway::PathwayCompleted>(&body)) {
    lines.push_back({"rule", pathway_rule(story), {}, {}});
    set(lines.back().data, "rule", std::string(name_of(completed->because.rule)));
  }
  add_data(story, version, lines);
  if (pathway::is_command_event(body)) add_reporter(story, version, lines);
  return lines;
}

std::vector<Version> causes_of(const CaseStory& story, Version version) {
  std::vector<Version> causes;
  const auto put = [&](Version cause) {
    if (story.has(cause) && cause < version) causes.push_back(cause);
  };
  const pathway::Body& body = story.body(version);
  put(corrected_by(story, version));
  if (const pathway::Because* because = pathway::because_of(body)) {
    for (const Version cause : because->causes) put(cause);
    for (const pathway::Read& read : because->reads) {
      put(read.version);
      // A group was seen as it was then: those who had joined.
      const definition::Variable& variable = story.pathway().variables[read.variable];
      for (const pathway::Person& person : story.core().persons)
        if (variable.kind == definition::Variable::Kind::kGroup && person.role == variable.subject) put(person.joined);
    }
  }
  if (const std::optional<pathway::DeadlineRef> deadline = deadline_of(body); deadline && !std::holds_alternative<pathway::DeadlineSet>(body))
    put(due_day_set(story, *deadline, version));
  // Its date may be older than the step that it belongs to.
  if (const auto* begun = std::get_if<pathway::DeadlineSet>(&body))
    if (const pathway::StepInstance* step = story.core().find(begun->deadline.step)) put(step->opened);
  // An end that only a day or a parameter brought about rests on the step's having been open.
  const pathway::StepRef* ref = pathway::step_of(body);
  if (const pathway::StepInstance* step = ref == nullptr ? nullptr : story.core().find(*ref); causes.empty() && step != nullptr && !pathway::is_command_event(body)) put(step->opened);
  std::sort(causes.begin(), causes.end());
  causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
  return causes;
}

}  // namespace ritrovo::reasons
