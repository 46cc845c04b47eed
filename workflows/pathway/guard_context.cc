#include "workflows/pathway/guard_context.h"

#include <string>

#include "engine/record/case_ids.h"

namespace ritrovo::pathway {

using definition::kNone;
using definition::Privacy;
using expression::FailureKind;
using EValue = expression::Value;

namespace {

/// Texts longer than this aren't repeated in traces; the event that holds them is named.
constexpr std::size_t kTraceTextBytesMax = 40;

EValue no_calendar() { return EValue::error(FailureKind::kHost, "no calendar is named by the parameter default_calendar"); }

}  // namespace

EValue AlmanacHost::parameter(std::string_view name, Day day) const {
  const calendar::Parameter* parameter = almanac_ == nullptr ? nullptr : almanac_->parameter(name);
  if (parameter == nullptr) return EValue::error(FailureKind::kHost, "no parameter is named " + std::string(name));
  const Result<const calendar::DatedValue*> value = calendar::value_on(*parameter, day);
  if (!value) return EValue::error(FailureKind::kHost, value.error().message);
  if (const auto* amount = std::get_if<Decimal>(&(*value)->value)) return EValue::decimal(*amount);
  if (const auto* count = std::get_if<std::int64_t>(&(*value)->value)) return EValue::decimal(Decimal{*count, 0});
  return EValue::error(FailureKind::kHost, "the parameter " + std::string(name) + " is not an amount");
}

std::optional<Day> AlmanacHost::parameter_until(std::string_view name, Day day) const {
  const calendar::Parameter* parameter = almanac_ == nullptr ? nullptr : almanac_->parameter(name);
  if (parameter == nullptr) return std::nullopt;
  std::optional<Day> until;
  const auto changes_on = [&](Day change) {
    if (change > day && (!until || change < *until)) until = change;
  };
  for (const calendar::DatedValue& value : parameter->values) {
    changes_on(value.from);
    if (value.to) changes_on(value.to->plus(1));
  }
  return until;
}

const calendar::Calendar* AlmanacHost::calendar_on(Day day) const {
  if (almanac_ == nullptr) return nullptr;
  if (const calendar::Parameter* named = almanac_->parameter("default_calendar")) {
    const Result<const calendar::DatedValue*> value = calendar::value_on(*named, day);
    const auto* name = value ? std::get_if<std::string>(&(*value)->value) : nullptr;
    return name == nullptr ? nullptr : almanac_->calendar(*name);
  }
  return almanac_->calendars().size() == 1 ? &almanac_->calendars().front() : nullptr;
}

EValue AlmanacHost::add_working_days(Day day, std::int64_t count) const {
  const calendar::Calendar* calendar = calendar_on(day);
  if (calendar == nullptr) return no_calendar();
  if (count > 10'000 || count < -10'000) return EValue::error(FailureKind::kComputing, "more than 10,000 working days");
  return EValue::date(calendar->add_working_days(day, static_cast<std::int32_t>(count)));
}

EValue AlmanacHost::working_days_between(Day from, Day to) const {
  const calendar::Calendar* calendar = calendar_on(from);
  return calendar == nullptr ? no_calendar() : EValue::integer(calendar->working_days_between(from, to));
}

EValue AlmanacHost::is_working_day(Day day) const {
  const calendar::Calendar* calendar = calendar_on(day);
  return calendar == nullptr ? no_calendar() : EValue::boolean(calendar->working_day(day));
}

PersonId owner_of(const CaseCore& core, PersonIndex person) { return person == kNobody ? household_of(core.case_id) : core.persons[person].id; }

std::optional<std::uint32_t> today_in(const definition::Pathway& pathway, const definition::Guard& guard) {
  for (const std::uint32_t variable : guard.program.reads())
    if (pathway.variables[variable].kind == definition::Variable::Kind::kToday) return variable;
  return std::nullopt;
}

std::optional<StepRef> own_instance(const definition::Pathway& pathway, definition::StepIndex step, Scope scope, definition::StepIndex from) {
  const PersonIndex person = pathway.steps[step].branch == kNone ? kNobody : scope.person;
  const definition::StepIndex repeat = repeat_of(pathway, step);
  if (repeat == kNone) return StepRef{step, person, Version()};
  if (from != kNone && repeat_of(pathway, from) == repeat) return StepRef{step, person, scope.occurrence};
  return std::nullopt;
}

definition::FieldIndex matching_field(const definition::Pathway& pathway, const Scope& scope, definition::FactIndex fact) {
  const definition::StepIndex repeat = scope.occurrence == Version() ? kNone : repeat_of(pathway, scope.step);
  if (repeat == kNone || pathway.steps[repeat].repeat_match == kNone) return kNone;
  const definition::Step& step = pathway.steps[repeat];
  const std::string& name = pathway.facts[step.repeat_for].fields[step.repeat_match].name;
  const std::vector<definition::Field>& fields = pathway.facts[fact].fields;
  for (std::size_t i = 0; i < fields.size(); ++i)
    if (fields[i].name == name) return static_cast<definition::FieldIndex>(i);
  return kNone;
}

bool belongs(const definition::Pathway& pathway, const CaseCore& core, const Scope& scope, const FactRecord& report) {
  const definition::StepIndex repeat = scope.occurrence == Version() ? kNone : repeat_of(pathway, scope.step);
  if (repeat == kNone || pathway.steps[repeat].repeat_for == kNone) return true;
  if (report.fact == pathway.steps[repeat].repeat_for) return report.version == scope.occurrence;
  const definition::FieldIndex field = matching_field(pathway, scope, report.fact);
  const FactRecord* asked = field == kNone ? nullptr : core.fact_at(scope.occurrence);
  if (asked == nullptr) return true;
  const ritrovo::Value* key = core.value(asked->values, pathway.steps[repeat].repeat_match);
  const ritrovo::Value* given = core.value(report.values, field);
  return key != nullptr && given != nullptr && *key == *given;
}

const FactRecord* latest_in(const definition::Pathway& pathway, const CaseCore& core, const Scope& scope, definition::FactIndex fact, PersonIndex person) {
  if (scope.occurrence == Version()) return core.latest(fact, person);
  for (std::size_t i = core.facts.size(); i-- > 0;)
    if (core.facts[i].fact == fact && core.facts[i].person == person && belongs(pathway, core, scope, core.facts[i])) return &core.facts[i];
  return nullptr;
}

const FactRecord* GuardContext::fact_of(const Variable& variable) const {
  const definition::Fact& fact = pathway_.facts[variable.subject];
  if (fact.per == kNone) return latest_in(pathway_, core_, scope_, variable.subject, kNobody);
  if (scope_.person != kNobody && core_.persons[scope_.person].role == fact.per) return latest_in(pathway_, core_, scope_, variable.subject, scope_.person);
  // Outside a branch only a role that one person plays can be meant.
  for (std::size_t i = 0; i < core_.persons.size(); ++i)
    if (core_.persons[i].role == fact.per && !core_.persons[i].left) return latest_in(pathway_, core_, scope_, variable.subject, static_cast<PersonIndex>(i));
  return nullptr;
}

const Person* GuardContext::person_of(const Variable& variable) const {
  if (scope_.person != kNobody && core_.persons[scope_.person].role == variable.subject) return &core_.persons[scope_.person];
  for (const Person& person : core_.persons)
    if (person.role == variable.subject && !person.left) return &person;
  return nullptr;
}

const StepInstance* GuardContext::step_of(const Variable& variable) const {
  const PersonIndex person = pathway_.steps[variable.subject].branch == kNone ? kNobody : scope_.person;
  const definition::StepIndex repeat = repeat_of(pathway_, variable.subject);
  if (repeat == kNone) return core_.find(StepRef{variable.subject, person, Version()});
  // Inside its repetition: the occurrence's own, or (where it begins again by itself) the one before. From outside: the latest.
  const bool inside = scope_.step != kNone && repeat_of(pathway_, scope_.step) == repeat;
  const StepInstance* found = nullptr;
  for (const StepInstance& step : core_.steps) {
    if (step.ref.step != variable.subject || step.ref.person != person) continue;
    if (inside && step.ref.occurrence == scope_.occurrence) return &step;
    if (!inside || (step.ended != Version() && step.ended == scope_.occurrence)) found = &step;
  }
  return found;
}

EValue GuardContext::sealed_field(Version version, PersonId owner, std::string_view name) const {
  const SealedValues::Found found = sealed_.find(version, owner);
  if (found.state == BoxState::kErased) return EValue::error(FailureKind::kErased, "the value was erased with its person's key");
  if (found.state == BoxState::kUnreadable) return EValue::error(FailureKind::kErased, "the value can't be read: its person's key is missing");
  const ritrovo::Value* value = found.values == nullptr ? nullptr : ritrovo::find(*found.values, name);
  return value == nullptr ? EValue::null() : expression::from_record(*value);
}

EValue GuardContext::fact_field(const Variable& variable, std::uint32_t index) const {
  const FactRecord* fact = fact_of(variable);
  if (fact == nullptr) return EValue::unknown(index);
  const definition::Field& field = pathway_.facts[variable.subject].fields[variable.field];
  if (field.privacy == Privacy::kSealed) return sealed_field(fact->source, owner_of(core_, fact->person), field.name);
  const ritrovo::Value* value = core_.value(fact->values, variable.field);
  return value == nullptr ? EValue::null() : expression::from_record(*value);
}

EValue GuardContext::person_field(const Variable& variable, std::uint32_t index) const {
  const Person* person = person_of(variable);
  if (person == nullptr) return EValue::unknown(index);
  const definition::Field& field = pathway_.persons[variable.subject].fields[variable.field];
  if (field.privacy == Privacy::kSealed) return sealed_field(person->source, person->id, field.name);
  const ritrovo::Value* value = core_.value(person->values, variable.field);
  return value == nullptr ? EValue::null() : expression::from_record(*value);
}

EValue GuardContext::group(const Variable& variable) const {
  const std::vector<definition::Field>& fields = pathway_.persons[variable.subject].fields;
  std::vector<EValue> members;
  for (const Person& person : core_.persons) {
    if (person.role != variable.subject || person.left) continue;
    std::vector<EValue::Entry> entries;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      EValue value;
      if (fields[i].privacy == Privacy::kSealed) {
        value = sealed_field(person.source, person.id, fields[i].name);
      } else if (const ritrovo::Value* given = core_.value(person.values, static_cast<definition::FieldIndex>(i))) {
        value = expression::from_record(*given);
      }
      // Without the entry, a guard that reads an erased field fails, and one that reads the others doesn't.
      if (!value.is_error()) entries.emplace_back(EValue::text(fields[i].name), std::move(value));
    }
    if (!variable.outcomes.empty()) entries.emplace_back(EValue::text("outcomes"), outcomes_of(static_cast<PersonIndex>(&person - core_.persons.data()), variable.outcomes));
    members.push_back(EValue::map(std::move(entries)));
  }
  return EValue::list(std::move(members));
}

EValue GuardContext::kept_group(std::uint32_t index) const {
  if (groups_ == nullptr) return group(pathway_.variables[index]);
  for (const auto& [variable, persons] : *groups_)
    if (variable == index) return persons;
  return groups_->emplace_back(index, group(pathway_.variables[index])).second;
}

EValue GuardContext::outcomes_of(PersonIndex person, const std::vector<definition::StepIndex>& steps) const {
  std::vector<EValue::Entry> entries;
  entries.reserve(steps.size());
  for (const definition::StepIndex step : steps) {
    const StepInstance* found = core_.find(StepRef{step, person, Version()});
    const definition::Step& declared = pathway_.steps[step];
    EValue outcome;
    if (found != nullptr && found->life == StepLife::kCompleted) outcome = EValue::text(found->outcome == definition::kNoOutcome ? "done" : declared.outcomes[found->outcome].name);
    entries.emplace_back(EValue::text(declared.name), std::move(outcome));
  }
  return EValue::map(std::move(entries));
}

EValue GuardContext::step_value(const Variable& variable, std::uint32_t index) const {
  const StepInstance* step = step_of(variable);
  if (step == nullptr || step->computed == Version()) return EValue::unknown(index);
  if (step->value != 0xFFFFFFFF) return expression::from_record(core_.computed[step->value]);
  return sealed_field(step->computed, owner_of(core_, step->ref.person), "value");
}

EValue GuardContext::step_outcome(const Variable& variable, std::uint32_t index) const {
  const StepInstance* step = step_of(variable);
  if (step == nullptr || step->life != StepLife::kCompleted) return EValue::unknown(index);
  if (step->outcome == definition::kNoOutcome) return EValue::text("done");
  return EValue::text(pathway_.steps[variable.subject].outcomes[step->outcome].name);
}

EValue GuardContext::lookup(std::uint32_t index) const {
  const Variable& variable = pathway_.variables[index];
  switch (variable.kind) {
    case Variable::Kind::kToday: return EValue::date(today_);
    case Variable::Kind::kOpenedOn: return EValue::date(core_.opened_on);
    case Variable::Kind::kFactField: return fact_field(variable, index);
    case Variable::Kind::kPersonField: return person_field(variable, index);
    case Variable::Kind::kGroup: return kept_group(index);
    case Variable::Kind::kStepValue: return step_value(variable, index);
    case Variable::Kind::kStepOutcome: return step_outcome(variable, index);
  }
  return EValue::unknown(index);
}

Read GuardContext::read_of(std::uint32_t index) const {
  const Variable& variable = pathway_.variables[index];
  Read read{static_cast<std::uint16_t>(index), Version(), std::nullopt};
  bool in_clear = true;
  switch (variable.kind) {
    case Variable::Kind::kToday:
    case Variable::Kind::kOpenedOn: break;
    case Variable::Kind::kFactField:
      if (const FactRecord* fact = fact_of(variable)) read.version = fact->source;
      in_clear = pathway_.facts[variable.subject].fields[variable.field].privacy != Privacy::kSealed;
      break;
    case Variable::Kind::kPersonField:
      if (const Person* person = person_of(variable)) read.version = person->source;
      in_clear = pathway_.persons[variable.subject].fields[variable.field].privacy != Privacy::kSealed;
      break;
    case Variable::Kind::kGroup: in_clear = false; break;
    case Variable::Kind::kStepValue:
      if (const StepInstance* step = step_of(variable)) read.version = step->computed;
      in_clear = pathway_.steps[variable.subject].value_privacy != Privacy::kSealed;
      break;
    case Variable::Kind::kStepOutcome:
      if (const StepInstance* step = step_of(variable)) read.version = step->ended;
      break;
  }
  if (!in_clear) return read;
  const EValue value = lookup(index);
  if (!value.is_value()) return read;
  Result<ritrovo::Value> recorded = expression::to_record(value);
  if (!recorded) return read;
  const auto* text = recorded->get<std::string>();
  if (text == nullptr || text->size() <= kTraceTextBytesMax) read.value = std::move(*recorded);
  return read;
}

namespace {

/// The latest day on which one of these persons joined or left, or, where their outcomes are read, completed a step.
std::optional<Day> day_of_group(const CaseCore& core, const definition::Variable& variable) {
  std::optional<Day> last;
  for (std::size_t i = 0; i < core.persons.size(); ++i) {
    const Person& person = core.persons[i];
    if (person.role != variable.subject) continue;
    const Move* left = core.leaving_of(static_cast<PersonIndex>(i));
    const Day came_or_went = left == nullptr ? person.joined_on : left->effective;
    last = std::max(last.value_or(came_or_went), came_or_went);
    if (left != nullptr) continue;
    for (const definition::StepIndex step : variable.outcomes) {
      const StepInstance* found = core.find(StepRef{step, static_cast<PersonIndex>(i), Version()});
      if (found != nullptr && found->life == StepLife::kCompleted) last = std::max(*last, found->ended_on);
    }
  }
  return last;
}

}  // namespace

std::optional<Day> GuardContext::day_of(std::uint32_t index) const {
  const Variable& variable = pathway_.variables[index];
  switch (variable.kind) {
    case Variable::Kind::kToday: return today_;
    case Variable::Kind::kOpenedOn: return std::nullopt;
    case Variable::Kind::kGroup: return day_of_group(core_, variable);
    case Variable::Kind::kFactField:
      if (const FactRecord* fact = fact_of(variable)) return fact->effective;
      return std::nullopt;
    case Variable::Kind::kPersonField:
      if (const Person* person = person_of(variable)) return person->joined_on;
      return std::nullopt;
    case Variable::Kind::kStepValue:
    case Variable::Kind::kStepOutcome:
      if (const StepInstance* step = step_of(variable)) return step->ended == Version() ? step->opened_on : step->ended_on;
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace ritrovo::pathway
