#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "engine/base/period.h"
#include "workflows/definition/draft.h"

namespace ritrovo::definition {
namespace {

using expression::Type;

Type type_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::kString:
    case FieldKind::kEnumeration:
      return Type(expression::Kind::kString);
    case FieldKind::kBoolean:
      return Type(expression::Kind::kBool);
    case FieldKind::kInteger:
      return Type(expression::Kind::kInt);
    case FieldKind::kDecimal:
      return Type(expression::Kind::kDecimal);
    case FieldKind::kDate:
      return Type(expression::Kind::kDate);
  }
  return Type(expression::Kind::kDyn);
}

/// Declares a variable of the guards and remembers what it stands for.
void declare(expression::Variable declared, Variable variable, Place place, Draft& draft) {
  if (draft.environment.find(declared.name)) {
    draft.problems.error(place, fmt::format("guards would have two meanings for \"{}\"", declared.name), "rename one of the two");
    return;
  }
  draft.environment.declare(std::move(declared));
  draft.pathway->variables.push_back(variable);
}

/// A name that is no identifier was reported when it was read; declaring it would break the environment's contract.
bool can_be_named(const std::string& name) {
  bool begins = true;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    if (!letter && (begins || ((c < '0' || c > '9') && c != '.'))) return false;
    begins = c == '.';
  }
  return !begins;
}

void declare_field(const std::string& owner, const Field& field, Variable variable, Place place, Draft& draft) {
  if (!can_be_named(owner) || !can_be_named(field.name)) return;
  expression::Variable declared{fmt::format("{}.{}", owner, field.name), type_of(field.kind), field.privacy == Privacy::kSealed,
                                field.privacy == Privacy::kStatistical};
  declare(std::move(declared), variable, place, draft);
}

void declare_persons(Draft& draft) {
  for (std::size_t r = 0; r < draft.pathway->persons.size(); ++r) {
    const PersonRole role = draft.pathway->persons[r];
    const auto subject = static_cast<std::uint16_t>(r);
    std::vector<Type::Field> members;
    bool sealed = false;
    bool statistical = false;
    for (std::size_t f = 0; f < role.fields.size(); ++f) {
      const Field& field = role.fields[f];
      declare_field(role.name, field, {Variable::Kind::kPersonField, subject, static_cast<FieldIndex>(f)}, {1, 1}, draft);
      members.push_back({field.name, type_of(field.kind)});
      sealed = sealed || field.privacy == Privacy::kSealed;
      statistical = statistical || field.privacy == Privacy::kStatistical;
    }
    std::vector<Type::Field> outcomes;
    for (const Step& step : draft.pathway->steps)
      if (step.branch == subject && !step.repeats()) outcomes.push_back({step.name, type_of(FieldKind::kString)});
    if (role.many && can_be_named(role.group)) {
      const bool taken = std::any_of(members.begin(), members.end(), [](const Type::Field& field) { return field.name == "outcomes"; });
      if (!taken && !outcomes.empty()) members.push_back({"outcomes", Type::object(role.name + ".outcomes", std::move(outcomes))});
      declare({role.group, Type::list(Type::object(role.name, std::move(members))), sealed, statistical}, {Variable::Kind::kGroup, subject, kNone},
              {1, 1}, draft);
    }
  }
}

/// The type that a compute step declares; reported where it is read in full.
Type value_type(const Node& body) {
  const Node* compute = body.find("compute");
  const Node* type = compute == nullptr ? nullptr : compute->find("type");
  if (type == nullptr) return Type(expression::Kind::kDyn);
  if (type->text == "string") return type_of(FieldKind::kString);
  if (type->text == "boolean") return type_of(FieldKind::kBoolean);
  if (type->text == "integer") return type_of(FieldKind::kInteger);
  if (type->text == "decimal") return type_of(FieldKind::kDecimal);
  if (type->text == "date") return type_of(FieldKind::kDate);
  return Type(expression::Kind::kDyn);
}

void declare_steps(Draft& draft) {
  for (std::size_t s = 0; s < draft.pathway->steps.size(); ++s) {
    const Step& step = draft.pathway->steps[s];
    const auto subject = static_cast<std::uint16_t>(s);
    std::string name = step.name;  // "school/assessment" is school.assessment in a guard
    std::replace(name.begin(), name.end(), '/', '.');
    if (!can_be_named(name) || draft.pathway->step_named(step.name) != subject) continue;
    const Node& body = *draft.step_sources[s].body;
    if (step.kind == StepKind::kCompute) {
      const Node* show = body.find("compute")->find("show");
      const bool shown = show != nullptr && (show->text == "public" || show->text == "statistical");
      declare({name + ".value", value_type(body), !shown, shown && show->text == "statistical"}, {Variable::Kind::kStepValue, subject, kNone}, step.place, draft);
    }
    declare({name + ".outcome", type_of(FieldKind::kString), false, false}, {Variable::Kind::kStepOutcome, subject, kNone}, step.place, draft);
  }
}

/// Where in the file an expression's problem stands: exact where the expression is written on one line, else its beginning.
Place place_within(const Node& node, const expression::Problem& problem, const Problems& problems) {
  Place place = node.place;
  std::string_view line = problems.line(place.line);
  std::size_t byte = 0;
  for (std::uint32_t column = 1; column < place.column && byte < line.size(); ++column) {
    ++byte;
    while (byte < line.size() && (static_cast<unsigned char>(line[byte]) & 0xC0U) == 0x80U) ++byte;
  }
  const bool quote = node.quoted && byte < line.size() && (line[byte] == '\'' || line[byte] == '"');
  if (problem.line != 1 || line.substr(byte + (quote ? 1 : 0), node.text.size()) != node.text) return place;
  place.column += problem.column - 1 + (quote ? 1 : 0);
  return place;
}

/// Reports a variable that has no single value at the guard's site.
void check_reach(const expression::Program& program, const Node& node, const GuardSite& site, Draft& draft) {
  const Pathway& pathway = *draft.pathway;
  for (const std::uint32_t index : program.reads()) {
    if (index >= pathway.variables.size()) continue;
    const Variable& variable = pathway.variables[index];
    RoleIndex owner = kNone;
    switch (variable.kind) {
      case Variable::Kind::kToday:
      case Variable::Kind::kOpenedOn:
      case Variable::Kind::kGroup:
        break;
      case Variable::Kind::kFactField:
        owner = pathway.facts[variable.subject].per;
        break;
      case Variable::Kind::kPersonField:
        owner = variable.subject;
        break;
      case Variable::Kind::kStepValue:
      case Variable::Kind::kStepOutcome:
        owner = pathway.steps[variable.subject].branch;
        break;
    }
    if (!out_of_reach(owner, site.branch, pathway)) continue;
    const PersonRole& role = pathway.persons[owner];
    draft.problems.error(node.place,
                         fmt::format("\"{}\" is different for each {}, and this guard stands outside", draft.environment.variables()[index].name, role.name),
                         fmt::format("move it into a stage with \"each: {}\", or ask the list \"{}\"", role.name, role.group));
  }
}

/// `plus(date, period)`, the same as `date + period`, for those who would read a plus sign as one of numbers.
expression::HostFunction plus_function() {
  const auto call = [](const expression::Host&, std::span<const expression::Value> arguments) {
    constexpr Day kFirst(std::chrono::year(1) / 1 / 1);
    constexpr Day kLast(std::chrono::year(9999) / 12 / 31);
    const Day day = arguments[0].as_date();
    const Day reached = day >= kFirst && day <= kLast ? add(day, arguments[1].as_period()) : day;
    if (day < kFirst || day > kLast || reached < kFirst || reached > kLast)
      return expression::Value::error(expression::FailureKind::kComputing, "the date leaves the years 1 to 9999");
    return expression::Value::date(reached);
  };
  return {"plus", {Type(expression::Kind::kDate), Type(expression::Kind::kPeriod)}, Type(expression::Kind::kDate), call};
}

/// Whether a guard's text asks for that step among a person's outcomes; a text that asks in another way than by name asks for all.
bool asks_for_outcome(const std::string& text, const std::string& step) {
  constexpr std::string_view kWord = "outcomes";
  for (std::size_t at = text.find(kWord); at != std::string::npos; at = text.find(kWord, at + kWord.size())) {
    const std::size_t after = at + kWord.size();
    if (text[after] != '.') return true;
    if (text.compare(after + 1, step.size(), step) == 0) return true;
  }
  return false;
}

/// The steps whose outcomes a guard asks of listed persons; noted with the lists that it reads, too.
std::vector<StepIndex> outcomes_asked(const std::string& source, const expression::Program& program, Pathway& pathway) {
  std::vector<StepIndex> asked;
  for (const std::uint32_t read : program.reads()) {
    if (read >= pathway.variables.size() || pathway.variables[read].kind != Variable::Kind::kGroup) continue;
    std::vector<StepIndex>& of_list = pathway.variables[read].outcomes;
    for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
      const Step& step = pathway.steps[i];
      if (step.branch != pathway.variables[read].subject || step.repeats() || !asks_for_outcome(source, step.name)) continue;
      asked.push_back(static_cast<StepIndex>(i));
      const auto place = std::lower_bound(of_list.begin(), of_list.end(), asked.back());
      if (place == of_list.end() || *place != asked.back()) of_list.insert(place, asked.back());
    }
  }
  std::sort(asked.begin(), asked.end());
  return asked;
}

}  // namespace

void declare_variables(Draft& draft) {
  draft.environment.declare_host_functions();
  draft.environment.declare(plus_function());
  declare({"today", Type(expression::Kind::kDate), false, false}, {Variable::Kind::kToday, kNone, kNone}, {1, 1}, draft);
  declare({"opened_on", Type(expression::Kind::kDate), false, false}, {Variable::Kind::kOpenedOn, kNone, kNone}, {1, 1}, draft);
  for (std::size_t f = 0; f < draft.pathway->facts.size(); ++f) {
    const Fact& fact = draft.pathway->facts[f];
    for (std::size_t i = 0; i < fact.fields.size(); ++i) {
      declare_field(fact.name, fact.fields[i], {Variable::Kind::kFactField, static_cast<std::uint16_t>(f), static_cast<FieldIndex>(i)}, fact.place, draft);
    }
  }
  declare_persons(draft);
  declare_steps(draft);
}

GuardIndex read_guard(const Node* node, std::string_view what, GuardSite site, const expression::Type& expected, Draft& draft) {
  Problems& problems = draft.problems;
  if (problems.full()) return kNone;
  if (node != nullptr && node->is(Node::Kind::kBoolean)) {
    problems.error(node->place, fmt::format("{} is a truth value, but must be an expression", what), "a guard that never changes isn't needed: remove it");
    return kNone;
  }
  const auto source = read_text(node, what, problems);
  if (!source) return kNone;
  auto compiled = expression::compile(*source, draft.environment, expected);
  for (const expression::Problem& problem : compiled.problems)
    problems.error(place_within(*node, problem, problems), fmt::format("{}: {}", what, problem.message), problem.hint);
  if (!compiled.program) return kNone;
  check_reach(*compiled.program, *node, site, draft);
  std::vector<StepIndex> outcomes = outcomes_asked(*source, *compiled.program, *draft.pathway);
  draft.pathway->guards.push_back({*source, node->place, std::move(*compiled.program), std::move(outcomes)});
  draft.guard_sites.push_back(site);
  return static_cast<GuardIndex>(draft.pathway->guards.size() - 1);
}

}  // namespace ritrovo::definition
