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

/// The remedy where a name that is none is a word that values are compared with; nothing where it isn't that.
std::optional<std::string> quotes_missing(std::string_view source, const expression::Problem& problem, const Pathway& pathway) {
  std::size_t end = problem.offset;
  while (end < source.size() && ((source[end] >= 'a' && source[end] <= 'z') || (source[end] >= '0' && source[end] <= '9') || source[end] == '_')) ++end;
  const std::string_view word = source.substr(std::min(problem.offset, source.size()), end - std::min(problem.offset, source.size()));
  if (word.empty() || problem.message != fmt::format("there is no `{}` here", word)) return std::nullopt;
  const auto has = [word](const Field& field) { return std::find(field.values.begin(), field.values.end(), word) != field.values.end(); };
  bool known = false;
  for (const Fact& fact : pathway.facts) known = known || std::any_of(fact.fields.begin(), fact.fields.end(), has);
  for (const PersonRole& role : pathway.persons) known = known || std::any_of(role.fields.begin(), role.fields.end(), has);
  for (const Step& step : pathway.steps)
    for (const Outcome& outcome : step.outcomes) known = known || outcome.name == word;
  return known ? std::make_optional(fmt::format("a word stands in quotes: \"{}\"", word)) : std::nullopt;
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

Place place_within(const Node& node, std::size_t offset, const Problems& problems) {
  const std::string_view text = node.text;
  std::uint32_t number = node.place.line;
  std::string_view line = problems.line(number);
  std::size_t byte = 0;
  for (std::uint32_t column = 1; byte < line.size() && (column < node.place.column || continues(line[byte])); ++byte)
    if (!continues(line[byte])) ++column;
  char quote = '\0';
  if (node.quoted && byte < line.size() && (line[byte] == '>' || line[byte] == '|')) {
    line = problems.line(++number);
    byte = 0;
  } else if (node.quoted && byte < line.size() && (line[byte] == '\'' || line[byte] == '"')) {
    quote = line[byte++];
  }
  // The text and what is written go side by side: blanks and line ends are folded, a quote within quotes stands twice or behind a backslash.
  const auto blank = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (blank(text[at]) && at < offset) continue;
    while (byte >= line.size() || blank(line[byte])) {
      if (byte < line.size()) {
        ++byte;
        continue;
      }
      line = problems.line(++number);
      byte = 0;
      if (line.empty()) return node.place;
    }
    if (at >= offset) break;
    if (quote != '\0' && (line[byte] == '\\' || (quote == '\'' && line[byte] == quote))) ++byte;
    if (byte >= line.size() || line[byte] != text[at]) return node.place;
    ++byte;
  }
  return {number, static_cast<std::uint32_t>(std::count_if(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(byte), [](char c) { return !continues(c); })) + 1};
}

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
    problems.error(place_within(*node, problem.offset, problems), fmt::format("{}: {}", what, problem.message), quotes_missing(*source, problem, *draft.pathway).value_or(problem.hint));
  if (!compiled.program) return kNone;
  check_reach(*compiled.program, *node, site, draft);
  std::vector<StepIndex> outcomes = outcomes_asked(*source, *compiled.program, *draft.pathway);
  draft.pathway->guards.push_back({*source, node->place, std::move(*compiled.program), std::move(outcomes)});
  draft.guard_sites.push_back(site);
  draft.guard_nodes.push_back(node);
  return static_cast<GuardIndex>(draft.pathway->guards.size() - 1);
}

}  // namespace ritrovo::definition
