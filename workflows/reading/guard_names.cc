#include "workflows/reading/guard_names.h"

#include <algorithm>

#include <fmt/format.h>

namespace ritrovo::reading {

using expression::Kind;
using expression::Node;
using expression::Op;

std::string GuardNames::path(Index at) const {
  const Node& here = node(at);
  if (here.op == Op::kName) return std::string(name(here));
  if (here.op != Op::kSelect) return {};
  const std::string before = path(child(here, 0));
  return before.empty() ? before : fmt::format("{}.{}", before, name(here));
}

std::optional<std::string> GuardNames::text_constant(Index at) const {
  if (node(at).op != Op::kConstant) return std::nullopt;
  const expression::Value& constant = syntax_.constants[node(at).operand];
  if (constant.kind() != Kind::kString) return std::nullopt;
  return constant.as_text();
}

std::optional<std::int64_t> GuardNames::whole_constant(Index at) const {
  if (node(at).op != Op::kConstant) return std::nullopt;
  const expression::Value& constant = syntax_.constants[node(at).operand];
  if (constant.kind() != Kind::kInt) return std::nullopt;
  return constant.as_int();
}

bool GuardNames::is_call(Index at, std::string_view called, std::uint32_t arguments) const {
  return node(at).op == Op::kNamedCall && node(at).count == arguments && name(node(at)) == called;
}

const definition::Field* GuardNames::field_at(Index at) const {
  const std::string whole = path(at);
  const std::size_t dot = whole.rfind('.');
  if (dot == std::string::npos) return nullptr;
  const std::string before = whole.substr(0, dot);
  const definition::Pathway& pathway = words_.pathway();
  const std::vector<definition::Field>* fields = nullptr;
  if (const definition::FactIndex fact = pathway.fact_named(before); fact != definition::kNone) fields = &pathway.facts[fact].fields;
  for (const auto& [variable, role] : locals_)
    if (variable == before) fields = &pathway.persons[role].fields;
  if (const definition::RoleIndex role = pathway.person_role_named(before); fields == nullptr && role != definition::kNone) fields = &pathway.persons[role].fields;
  if (fields == nullptr) return nullptr;
  const auto found = std::find_if(fields->begin(), fields->end(), [&](const definition::Field& field) { return field.name == whole.substr(dot + 1); });
  return found == fields->end() ? nullptr : &*found;
}

definition::StepIndex GuardNames::step_of(std::string name) const {
  std::replace(name.begin(), name.end(), '.', '/');
  return words_.pathway().step_named(name);
}

const definition::Step* GuardNames::outcome_at(Index at) const {
  const std::string whole = path(at);
  if (const definition::StepIndex own = step_of_person(whole); own != definition::kNone) return &words_.pathway().steps[own];
  if (!whole.ends_with(".outcome")) return nullptr;
  const definition::StepIndex step = step_of(whole.substr(0, whole.size() - 8));
  return step == definition::kNone ? nullptr : &words_.pathway().steps[step];
}

definition::StepIndex GuardNames::step_of_person(const std::string& whole) const {
  for (const auto& [variable, role] : locals_) {
    const std::string before = variable + ".outcomes.";
    if (whole.starts_with(before)) return words_.pathway().step_named(whole.substr(before.size()));
  }
  return definition::kNone;
}

bool GuardNames::is_day(Index at) const {
  if (const definition::Field* field = field_at(at)) return field->kind == definition::FieldKind::kDate;
  const std::string whole = path(at);
  return whole == "today" || whole == "opened_on" || is_call(at, "plus", 2) || is_call(at, "date", 1);
}

bool GuardNames::is_true(Index at) const {
  if (node(at).op != Op::kConstant) return false;
  const expression::Value& constant = syntax_.constants[node(at).operand];
  return constant.kind() == Kind::kBool && constant.as_bool();
}

definition::RoleIndex GuardNames::role_of_group(Index list) const {
  const std::vector<definition::PersonRole>& persons = words_.pathway().persons;
  const std::string group = path(list);
  const auto found = std::find_if(persons.begin(), persons.end(), [&group](const definition::PersonRole& role) { return role.many && role.group == group; });
  return found == persons.end() ? definition::kNone : static_cast<definition::RoleIndex>(found - persons.begin());
}

bool GuardNames::is_boolean(Index at) const {
  const definition::Field* field = field_at(at);
  return field != nullptr && field->kind == definition::FieldKind::kBoolean;
}

std::string GuardNames::fact_field(const definition::Fact& fact, const definition::Field& field) const {
  const std::string title = words_.title(field);
  std::size_t alike = 0;
  for (const definition::Fact& other : words_.pathway().facts)
    for (const definition::Field& candidate : other.fields) alike += words_.title(candidate) == title ? 1 : 0;
  for (const definition::PersonRole& role : words_.pathway().persons)
    for (const definition::Field& candidate : role.fields) alike += words_.title(candidate) == title ? 1 : 0;
  // "Date" alone is of everything.
  if (alike <= 1 && title != pick("Data", "Date")) return words_.quoted(title);
  return fmt::format("{} ({})", words_.quoted(title), words_.quoted(words_.title(fact)));
}

std::optional<std::string> GuardNames::noun(Index at) const {
  const std::string whole = path(at);
  if (whole == "today") return std::string(pick("il giorno in cui si decide", "the day of deciding"));
  if (whole == "opened_on") return std::string(pick("il giorno di apertura del caso", "the day on which the case was opened"));
  const std::size_t dot = whole.rfind('.');
  if (dot == std::string::npos) return std::nullopt;
  const std::string before = whole.substr(0, dot);
  const std::string last = whole.substr(dot + 1);
  const definition::Pathway& pathway = words_.pathway();
  if (const definition::Field* field = field_at(at)) {
    if (const definition::FactIndex fact = pathway.fact_named(before); fact != definition::kNone) return fact_field(pathway.facts[fact], *field);
    for (const auto& [variable, role] : locals_)
      if (variable == before) return words_.quoted(words_.title(*field));
    return fmt::format("{} ({})", words_.quoted(words_.title(*field)), words_.person(pathway.person_role_named(before)));
  }
  if (const definition::StepIndex own = step_of_person(whole); own != definition::kNone)
    return fmt::format(fmt::runtime(pick("l'esito di {}", "the outcome of {}")), words_.quoted(words_.title(pathway.steps[own])));
  const definition::StepIndex step = step_of(before);
  if (step == definition::kNone) return std::nullopt;
  const std::string title = words_.quoted(words_.title(pathway.steps[step]));
  if (last == "value") return fmt::format(fmt::runtime(pick("il valore calcolato in {}", "the value worked out in {}")), title);
  if (last == "outcome") return fmt::format(fmt::runtime(pick("l'esito di {}", "the outcome of {}")), title);
  return std::nullopt;
}

std::string GuardNames::word(const std::string& constant) const {
  std::string found;
  const auto look = [&](const std::vector<definition::Field>& fields) {
    for (const definition::Field& field : fields)
      for (std::size_t i = 0; i < field.values.size(); ++i)
        if (found.empty() && field.values[i] == constant) found = words_.title(field, i);
  };
  for (const definition::Fact& fact : words_.pathway().facts) look(fact.fields);
  for (const definition::PersonRole& role : words_.pathway().persons) look(role.fields);
  return words_.quoted(found.empty() ? spaced(constant) : found);
}

std::string GuardNames::constant_word(Index beside, const std::string& constant) const {
  if (const definition::Step* step = outcome_at(beside)) {
    for (const definition::Outcome& outcome : step->outcomes)
      if (outcome.name == constant) return words_.quoted(words_.title(outcome));
  }
  if (const definition::Field* field = field_at(beside)) {
    for (std::size_t i = 0; i < field->values.size(); ++i)
      if (field->values[i] == constant) return words_.quoted(words_.title(*field, i));
  }
  return words_.quoted(spaced(constant));
}

}  // namespace ritrovo::reading
