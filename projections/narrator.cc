#include "projections/narrator.h"

#include <algorithm>
#include <array>
#include <variant>

#include "projections/wording.h"
#include "workflows/calendar/due.h"

namespace ritrovo::projections {
namespace {

constexpr std::size_t kReasonsMax = 5;
// Fields are known by their names, as the directory knows them (decision 0124).
constexpr std::array<std::string_view, 2> kRelations = {"relationship", "kinship"};

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : std::string(between)) + part;
  return text;
}

}  // namespace

Narrator::Narrator(const Timeline& timeline, const Telling& telling) : timeline_(timeline), pathway_(*timeline.pathway_), telling_(telling) {
  std::set<std::pair<Version, pathway::StepRef>> opened;
  for (const Told& told : timeline_.events_) {
    if (const auto* open = std::get_if<pathway::StepOpened>(&told.body)) opened.emplace(told.cause, open->step);
    const bool ends = std::holds_alternative<pathway::StepCompleted>(told.body) || std::holds_alternative<pathway::StepTerminated>(told.body);
    const pathway::StepRef* ref = pathway::step_of(told.body);
    if (ends && ref != nullptr && opened.contains({told.cause, *ref})) over_at_once_.emplace(told.cause, *ref);
  }
}

std::vector<TimelineEntry> Narrator::tell() {
  for (const Told& told : timeline_.events_) {
    told_ = &told;
    std::visit(*this, told.body);
  }
  for (auto& [key, group] : groups_) write(group);
  std::stable_sort(entries_.begin(), entries_.end(), [](const TimelineEntry& a, const TimelineEntry& b) { return a.day < b.day; });
  return std::move(entries_);
}

TimelineEntry& Narrator::add(EntryKind kind, std::string text) {
  TimelineEntry entry;
  entry.version = told_->version;
  entry.day = told_->effective;
  entry.kind = kind;
  entry.text = std::move(text);
  if (const pathway::Because* because = pathway::because_of(told_->body)) entry.why = why(*because);
  // A consequence happened when its cause did, and a day that turned was no report.
  if (pathway::is_command_event(told_->body)) {
    constexpr std::int64_t kDayMs = 86'400'000;
    const Day recorded = telling_.local_day ? telling_.local_day(told_->recorded)
                                            : Day(static_cast<std::int32_t>((told_->recorded.value() - (told_->recorded.value() < 0 ? kDayMs - 1 : 0)) / kDayMs));
    // A report of the next day is nothing late.
    if (recorded.value() - told_->effective.value() > 1) entry.reported_on = recorded;
  }
  entries_.push_back(std::move(entry));
  return entries_.back();
}

void Narrator::ground(TimelineEntry& entry, const definition::Ground& ground) const {
  entry.law = ground.law;
  entry.verified = ground.verified;
}

void Narrator::gather(Phrase phrase, EntryKind kind, std::string title, const std::string& person, const std::string& party) {
  const auto [at, fresh] = groups_.try_emplace({told_->cause, told_->effective, phrase, party});
  Group& group = at->second;
  if (fresh) {
    add(kind, {});
    group.entry = entries_.size() - 1;
    group.phrase = phrase;
    group.party = party;
  } else if (const pathway::Because* because = pathway::because_of(told_->body)) {
    // One reason for all, or none: the steps' own events tell each.
    if (entries_[group.entry].why != why(*because)) entries_[group.entry].why.clear();
  }
  const auto same = std::find_if(group.items.begin(), group.items.end(), [&title](const auto& item) { return item.first == title; });
  auto& persons = same != group.items.end() ? same->second : group.items.emplace_back(std::move(title), std::vector<std::string>()).second;
  if (!person.empty()) persons.push_back(person);
}

void Narrator::write(Group& group) {
  std::vector<std::string> items;
  for (const auto& [title, persons] : group.items) items.push_back(persons.empty() ? title : say(Phrase::kOn, language(), title, joined(persons, ", ")));
  // Why a stage ended is told by the steps in it.
  if (group.phrase == Phrase::kStagesEnd) entries_[group.entry].why.clear();
  const std::string list = joined(items, "; ");
  entries_[group.entry].text = group.party.empty() ? say(group.phrase, language(), list) : say(group.phrase, language(), group.party, list);
}

const Narrator::Told* Narrator::event(Version version) const {
  const auto& events = timeline_.events_;
  const auto at = std::lower_bound(events.begin(), events.end(), version, [](const Told& told, Version asked) { return told.version < asked; });
  return at != events.end() && at->version == version ? &*at : nullptr;
}

std::string Narrator::person(pathway::PersonIndex index) const {
  if (index >= timeline_.core_.persons.size()) return {};
  const pathway::Person& person = timeline_.core_.persons[index];
  const std::string name = name_of(person);
  const auto same_name = [&](const pathway::Person& other) { return name_of(other) == name; };
  const auto& persons = timeline_.core_.persons;
  if (!name.empty() && std::count_if(persons.begin(), persons.end(), same_name) == 1) return name;
  // A father and his son may have one name.
  return name.empty() ? numbered_relation(person) : name + " – " + numbered_relation(person);
}

std::string Narrator::name_of(const pathway::Person& person) const { return telling_.name ? telling_.name(person.alias, person.id) : std::string(); }

std::string Narrator::numbered_relation(const pathway::Person& person) const {
  std::string text = relation(person);
  std::size_t alike = 0;
  std::size_t number = 0;
  for (const pathway::Person& other : timeline_.core_.persons) {
    if (relation(other) != text) continue;
    ++alike;
    if (&other == &person) number = alike;
  }
  return alike > 1 ? text + " " + std::to_string(number) : text;
}

std::string Narrator::role_of(const pathway::Person& person) const {
  return person.role < pathway_.persons.size() ? std::string(language().of(pathway_.persons[person.role].title)) : std::string();
}

/// What they said that they are to the family, by the fields that say so in clear; else their role in the pathway.
std::string Narrator::relation(const pathway::Person& person) const {
  const std::string role = role_of(person);
  for (std::uint32_t at = person.values.first; at < person.values.first + person.values.count; ++at) {
    const pathway::FieldValue& value = timeline_.core_.values[at];
    const definition::Field& field = pathway_.persons[person.role].fields[value.field];
    const auto* word = value.value.get<std::string>();
    const bool says = std::find(kRelations.begin(), kRelations.end(), field.name) != kRelations.end();
    if (says && word != nullptr && *word != "other") return value_title(field, *word, language());
  }
  return role.empty() ? person.alias : role;
}

std::string Narrator::named(const pathway::StepRef& ref) const {
  const std::string title = title_of(step(ref), language());
  return ref.person == pathway::kNobody ? title : say(Phrase::kOn, language(), title, person(ref.person));
}

std::string Narrator::value_text(const ritrovo::Value& value) const {
  if (const auto* text = value.get<std::string>()) return plain(*text);
  if (const auto* flag = value.get<bool>()) return std::string(phrase(*flag ? Phrase::kYes : Phrase::kNo, language()));
  if (const auto* number = value.get<std::int64_t>()) return std::to_string(*number);
  if (const auto* amount = value.get<Decimal>()) {
    std::string text = to_string(*amount);
    if (language().code == "it" || language().code == "es" || language().code == "fr") std::replace(text.begin(), text.end(), '.', ',');
    return text;
  }
  if (const auto* day = value.get<Day>()) return to_string(*day);
  return {};
}

// ---- why ----

std::string Narrator::fact(definition::FactIndex index, pathway::PersonIndex about) const {
  const std::string title = title_of(pathway_.facts[index], language());
  return about == pathway::kNobody ? title : title + " – " + person(about);
}

/// The event of that version in a few words, with its day; empty if it says nothing to a reader.
std::string Narrator::cause(Version version) const {
  const Told* told = event(version);
  if (told == nullptr) return {};
  std::string text;
  if (const auto* reported = std::get_if<pathway::FactReported>(&told->body)) {
    text = fact(reported->fact, reported->person);
  } else if (const auto* corrected = std::get_if<pathway::FactCorrected>(&told->body)) {
    text = say(Phrase::kFactCorrected, language(), fact(corrected->fact, corrected->person));
  } else if (const auto* withdrawn = std::get_if<pathway::FactWithdrawn>(&told->body)) {
    text = say(Phrase::kFactWithdrawn, language(), fact(withdrawn->fact, withdrawn->person));
  } else if (const auto* known = std::get_if<pathway::PersonCorrected>(&told->body)) {
    text = say(Phrase::kPersonCorrected, language(), person(known->person));
  } else if (const auto* completed = std::get_if<pathway::StepCompleted>(&told->body)) {
    text = named(completed->step);
    const definition::Step& of = step(completed->step);
    if (completed->outcome < of.outcomes.size() && of.outcomes[completed->outcome].name != "done")
      text = say(Phrase::kStepOutcome, language(), text, title_of(of.outcomes[completed->outcome], language()));
  } else if (const auto* opened = std::get_if<pathway::StepOpened>(&told->body)) {
    text = say(Phrase::kStageBegan, language(), named(opened->step));
  } else if (const auto* done = std::get_if<pathway::TaskCompleted>(&told->body)) {
    text = named(done->step);
  } else if (const auto* missed = std::get_if<pathway::DeadlineMissed>(&told->body)) {
    text = say(Phrase::kTermOver, language(), named(missed->deadline.step));
  } else if (const auto* value = std::get_if<pathway::ValueComputed>(&told->body)) {
    text = named(value->step);
  } else if (const auto* added = std::get_if<pathway::PersonAdded>(&told->body)) {
    text = person(static_cast<pathway::PersonIndex>(timeline_.core_.person_named(added->alias).value_or(pathway::kNobody)));
  } else if (std::holds_alternative<pathway::CaseOpened>(told->body)) {
    text = phrase(Phrase::kCaseBegan, language());
  }
  return text.empty() ? text : say(Phrase::kOn, language(), text, to_string(told->effective));
}

/// A variable that a guard saw, by its title; empty if its value isn't recorded or it only repeats the day.
std::string Narrator::read(const pathway::Read& read) const {
  if (!read.value || read.variable >= pathway_.variables.size()) return {};
  const definition::Variable& variable = pathway_.variables[read.variable];
  std::string title;
  const definition::Field* field = nullptr;
  switch (variable.kind) {
    case definition::Variable::Kind::kFactField: field = &pathway_.facts[variable.subject].fields[variable.field]; break;
    case definition::Variable::Kind::kPersonField: field = &pathway_.persons[variable.subject].fields[variable.field]; break;
    case definition::Variable::Kind::kStepValue: title = title_of(pathway_.steps[variable.subject], language()); break;
    case definition::Variable::Kind::kToday:
    case definition::Variable::Kind::kOpenedOn:
    case definition::Variable::Kind::kGroup:
    case definition::Variable::Kind::kStepOutcome: return {};
  }
  if (field != nullptr) title = title_of(*field, language());
  const auto* word = read.value->get<std::string>();
  const std::string value = field != nullptr && word != nullptr ? value_title(*field, *word, language()) : value_text(*read.value);
  return value.empty() ? value : say(Phrase::kStepOutcome, language(), title, value);
}

std::string Narrator::why(const pathway::Because& because) const {
  std::vector<std::string> reasons;
  const auto put = [&reasons](std::string reason) {
    const bool told = std::find(reasons.begin(), reasons.end(), reason) != reasons.end();
    if (!reason.empty() && !told && reasons.size() < kReasonsMax) reasons.push_back(std::move(reason));
  };
  for (const Version version : because.causes) put(cause(version));
  for (const pathway::Read& seen : because.reads) put(read(seen));
  const auto with = [&](Phrase words) { return reasons.empty() ? std::string() : say(words, language(), joined(reasons, "; ")); };
  switch (because.rule) {
    case pathway::Rule::kCommand: return {};
    case pathway::Rule::kAfter:
    case pathway::Rule::kOutcome:
    case pathway::Rule::kDeadline:
    case pathway::Rule::kGuard:
    case pathway::Rule::kReopen:
    case pathway::Rule::kAssign:
    case pathway::Rule::kWhere: return with(Phrase::kBecause);
    case pathway::Rule::kCancelWhen: return with(Phrase::kNoLongerBecause);
    case pathway::Rule::kStage: return reasons.empty() ? std::string(phrase(Phrase::kStageDone, language())) : with(Phrase::kBecause);
    case pathway::Rule::kScope: return reasons.empty() ? std::string(phrase(Phrase::kPersonGone, language())) : with(Phrase::kBecause);
    case pathway::Rule::kValue: return with(Phrase::kComputedFrom);
    case pathway::Rule::kDay: return std::string(phrase(Phrase::kDayCame, language()));
  }
  return {};
}

// ---- terms ----

std::string Narrator::term(const pathway::DeadlineRef& ref) const {
  const std::string title = term_title(telling_.library, deadline(ref).term, language());
  return ref.step.person == pathway::kNobody ? title : say(Phrase::kOn, language(), title, person(ref.step.person));
}

std::string Narrator::length(const pathway::DeadlineRef& ref, const pathway::Working& working) const {
  const Result<Period> period = parse_period(working.length);
  if (!period) return working.length;
  const calendar::Term* term = telling_.library != nullptr && telling_.library->almanac ? telling_.library->almanac->term(deadline(ref).term) : nullptr;
  return in_words(*period, term != nullptr && term->counting == calendar::Counting::kWorkingDays, language());
}

std::string Narrator::notes(const pathway::Working& working) const {
  std::vector<std::string> lines;
  for (const pathway::WorkingNote& note : working.notes) {
    const std::string from = to_string(note.from);
    const std::string to = to_string(note.to);
    switch (static_cast<calendar::WorkingStep>(note.what)) {
      case calendar::WorkingStep::kPostponed: lines.push_back(say(Phrase::kNotePostponed, language(), to)); break;
      case calendar::WorkingStep::kSuspended: lines.push_back(say(Phrase::kNoteSuspended, language(), from, to)); break;
      case calendar::WorkingStep::kFrozen: lines.push_back(say(Phrase::kNoteFrozen, language(), from, to)); break;
      case calendar::WorkingStep::kInterrupted: lines.push_back(say(Phrase::kNoteInterrupted, language(), from, to)); break;
      case calendar::WorkingStep::kRolled: lines.push_back(say(Phrase::kNoteRolled, language(), from, to)); break;
      case calendar::WorkingStep::kTwoWorking: lines.push_back(say(Phrase::kNoteTwoWorking, language(), from, to)); break;
      case calendar::WorkingStep::kTooLate: lines.push_back(say(Phrase::kNoteTooLate, language(), from)); break;
      case calendar::WorkingStep::kLength:
      case calendar::WorkingStep::kBegins:
      case calendar::WorkingStep::kRuns:
      case calendar::WorkingStep::kStopped:
      case calendar::WorkingStep::kEnds: break;
    }
  }
  return joined(lines, "; ");
}

}  // namespace ritrovo::projections
