#include <algorithm>

#include "engine/base/nearest_name.h"
#include "workflows/expression/checker.h"
#include "workflows/expression/functions.h"
#include "workflows/expression/type_relations.h"

namespace ritrovo::expression {

namespace {

std::string parameter_list(const std::vector<Type>& types) {
  std::string out;
  for (const Type& type : types) out += (out.empty() ? "" : ", ") + type.printed();
  return out;
}

}  // namespace

Type Checker::named_call(Index index) {
  Node node = nodes_[index];
  if (name(node) == "known") return known(index);
  if (auto type = host_call(index, name(node), 0)) return *type;
  return call(index, Form::kCall, name(node));
}

Type Checker::known(Index index) {
  Node node = nodes_[index];
  if (node.count != 1) {
    for (std::size_t i = 0; i < node.count; ++i) visit(child(node, i));
    report(node.offset, "known takes one argument", "write known(fact.field)");
    return Kind::kBool;
  }
  bool rooted = false;
  bool before = only_asking_;
  only_asking_ = only_asking_ || variable(spelled(child(node, 0), rooted), rooted).has_value();
  visit(child(node, 0));
  only_asking_ = before;
  nodes_[index].op = Op::kKnown;
  return Kind::kBool;
}

Type Checker::member_call(Index index) {
  Node node = nodes_[index];
  bool rooted = false;
  std::string path = spelled(child(node, 0), rooted);
  if (!path.empty() && !begins_with_variable(path, rooted)) {
    if (auto type = host_call(index, path + "." + name(node), 1)) return *type;
  }
  return call(index, Form::kMember, name(node));
}

// A call of a host function with that name; `skipped` children spell a part of it. Nothing if there is no such name.
std::optional<Type> Checker::host_call(Index index, const std::string& called, std::size_t skipped) {
  const auto& functions = environment_.functions();
  bool exists = std::any_of(functions.begin(), functions.end(), [&called](const HostFunction& each) { return each.name == called; });
  if (!exists) return std::nullopt;
  nodes_[index].first += static_cast<std::uint32_t>(skipped);
  nodes_[index].count -= static_cast<std::uint32_t>(skipped);
  nodes_[index].op = Op::kHostCall;
  Node node = nodes_[index];
  std::vector<Type> arguments = visit_children(node);
  std::string forms;
  for (const HostFunction& each : functions) {
    if (each.name != called) continue;
    bool fitting = each.parameters.size() == arguments.size();
    for (std::size_t i = 0; fitting && i < arguments.size(); ++i)
      fitting = arguments[i].kind() != Kind::kNull && each.parameters[i].accepts(arguments[i]);
    if (fitting) {
      nodes_[index].operand = static_cast<std::uint32_t>(code_.host_functions.size());
      code_.host_functions.push_back(each);
      return each.result;
    }
    forms += (forms.empty() ? "" : "; ") + called + "(" + parameter_list(each.parameters) + ")";
  }
  report(node.offset, "`" + called + "` isn't defined for " + (arguments.empty() ? "no arguments" : listed(arguments)),
         "there is: " + forms);
  return Type(Kind::kDyn);
}

std::vector<Type> Checker::visit_children(const Node& node) {
  std::vector<Type> types;
  types.reserve(node.count);
  for (std::size_t i = 0; i < node.count; ++i) types.push_back(visit(child(node, i)));
  return types;
}

Type Checker::resolve(Index index, Form form, const std::string& called, const std::vector<Type>& arguments) {
  std::optional<Kind> result;
  bool named = false;
  for (const Signature& each : signatures()) {
    if (each.name != called || each.form != form) continue;
    if (form == Form::kOperator && nodes_[index].function != each.function) continue;
    named = true;
    if (each.count != arguments.size()) continue;
    bool fitting = true;
    for (std::size_t i = 0; fitting && i < arguments.size(); ++i) fitting = fits(each.parameters[i], arguments[i]);
    if (!fitting) continue;
    nodes_[index].function = each.function;
    result = !result || *result == each.result ? each.result : Kind::kDyn;
  }
  if (!named) return unknown_function(index, form, called);
  if (!result) return no_such_overload(index, called, arguments);
  nodes_[index].op = Op::kCall;
  Type type = refine(index, *result, arguments);
  nodes_[index].result = type.kind();
  return fold(index) ? type : Type(Kind::kDyn);
}

Type Checker::unknown_function(Index index, Form form, const std::string& called) {
  std::vector<std::string_view> names;
  std::string hint;
  for (const Signature& each : signatures()) {
    if (each.form == Form::kOperator) continue;
    if (each.name == called) hint = each.form == Form::kMember ? "write value." + called + "(…)" : "write " + called + "(value)";
    if (each.form == form) names.push_back(each.name);
  }
  for (const HostFunction& each : environment_.functions()) names.push_back(each.name);
  if (hint.empty() && !nearest_name(called, names).empty()) hint = "did you mean `" + nearest_name(called, names) + "`?";
  report(nodes_[index].offset, "there is no function `" + called + "`" + (form == Form::kMember ? " of a value" : ""), hint);
  return Kind::kDyn;
}

Type Checker::no_such_overload(Index index, const std::string& called, const std::vector<Type>& arguments) {
  const std::string hint = overload_hint(nodes_[index], arguments);
  report(nodes_[index].offset, "`" + called + "` isn't defined for " + (arguments.empty() ? "no arguments" : listed(arguments)),
         hint.empty() ? forms_of(called) : hint);
  return Kind::kDyn;
}

std::string Checker::overload_hint(const Node& node, const std::vector<Type>& arguments) {
  auto any = [&arguments](Kind kind) {
    return std::any_of(arguments.begin(), arguments.end(), [kind](const Type& each) { return each.kind() == kind; });
  };
  const bool compares = node.function >= Function::kEqual && node.function <= Function::kGreaterEqual;
  if (any(Kind::kNull)) return "null can only be compared with == and !=";
  if (any(Kind::kDecimal) && any(Kind::kDouble)) return "money is never a float: write decimal(\"0.5\")";
  if (any(Kind::kDecimal) && node.function == Function::kDivide) return "say how to round: divide(a, b, digits)";
  if (any(Kind::kDate) && any(Kind::kInt) && compares) return "compare a date with a date: date(\"2025-10-04\"); or count years: age(date, today)";
  if (any(Kind::kDate) && any(Kind::kInt)) return "add a period: date + period(\"P10D\")";
  if (any(Kind::kDate) && any(Kind::kDuration)) return "a date has no hours: add a period(\"P10D\")";
  if (any(Kind::kDate) && any(Kind::kString)) return "write date(\"2025-10-04\")";
  if (any(Kind::kDecimal) && any(Kind::kString)) return "write decimal(\"10.50\")";
  if (any(Kind::kString) && any(Kind::kBool)) return "true and false stand without quotes, and a text with them";
  if (any(Kind::kString) && any(Kind::kInt) && compares) return "a text stands in quotes, a number without";
  if (any(Kind::kInt) && any(Kind::kDouble)) return "convert one: double(x) or int(x)";
  if (any(Kind::kInt) && any(Kind::kUint)) return "convert one: int(x) or uint(x)";
  return {};
}

// How a function of the language is written, with what it takes.
std::string Checker::forms_of(std::string_view called) {
  constexpr std::size_t kFormsMax = 4;
  std::string forms;
  std::size_t count = 0;
  for (const Signature& each : signatures()) {
    if (each.name != called || each.form == Form::kOperator || count++ >= kFormsMax) continue;
    std::vector<Type> parameters;
    for (std::size_t i = each.form == Form::kMember ? 1 : 0; i < each.count; ++i) parameters.emplace_back(each.parameters[i]);
    forms += (forms.empty() ? "" : "; ") + std::string(each.form == Form::kMember ? "value." : "") + std::string(called) + "(" + parameter_list(parameters) + ")";
  }
  return forms.empty() ? forms : "there is: " + forms;
}

// What signatures alone can't say: which types may be compared, and what comes out of a list.
Type Checker::refine(Index index, Kind result, const std::vector<Type>& arguments) {
  Function function = nodes_[index].function;
  switch (function) {
    case Function::kEqual:
    case Function::kNotEqual:
      if (!can_be_equal(arguments[0], arguments[1])) no_such_overload(index, std::string(name_of(function)), arguments);
      return Kind::kBool;
    case Function::kLess:
    case Function::kLessEqual:
    case Function::kGreater:
    case Function::kGreaterEqual:
      if (!can_be_ordered(arguments[0], arguments[1])) no_such_overload(index, std::string(name_of(function)), arguments);
      return Kind::kBool;
    case Function::kMax:
    case Function::kMin:
      if (!can_be_ordered(arguments[0], arguments[1])) return no_such_overload(index, std::string(name_of(function)), arguments);
      return arguments[0].kind() == arguments[1].kind() ? arguments[0] : Type(Kind::kDyn);
    case Function::kIn: return membership(index, arguments);
    case Function::kIndex: return element(index, arguments);
    case Function::kSum: return total(index, arguments);
    case Function::kAdd:
      if (result == Kind::kList) return Type::list(joined(arguments[0].element(), arguments[1].element()).value_or(Kind::kDyn));
      return result;
    default: return result;
  }
}

Type Checker::membership(Index index, const std::vector<Type>& arguments) {
  const Type& in = arguments[1];
  Type asked = in.kind() == Kind::kObject ? Type(Kind::kString)
               : in.kind() == Kind::kMap  ? in.key()
               : in.kind() == Kind::kList ? in.element()
                                          : Type(Kind::kDyn);
  if (!can_be_equal(arguments[0], asked)) no_such_overload(index, "in", arguments);
  return Kind::kBool;
}

Type Checker::element(Index index, const std::vector<Type>& arguments) {
  const Type& in = arguments[0];
  if (in.kind() == Kind::kMap && !can_be_equal(in.key(), arguments[1])) return no_such_overload(index, "[]", arguments);
  if (in.kind() == Kind::kObject && !fits(Kind::kString, arguments[1])) return no_such_overload(index, "[]", arguments);
  return in.kind() == Kind::kObject ? Type(Kind::kDyn) : in.element();
}

Type Checker::total(Index index, const std::vector<Type>& arguments) {
  Type element = arguments[0].element();
  if (element.kind() != Kind::kDyn && !is_number(element.kind())) return no_such_overload(index, "sum", arguments);
  return element;
}

// Conversions of literals are done here, once, so that a wrong date is found before a case meets it. False if it was wrong.
bool Checker::fold(Index index) {
  Node& node = nodes_[index];
  if (node.function == Function::kMatches) return compile_pattern(node);
  bool converts = node.function >= Function::kToInt && node.function <= Function::kToDecimal && node.function != Function::kToDyn &&
                  node.function != Function::kToType;
  if (!converts || nodes_[child(node, 0)].op != Op::kConstant) return true;
  const Value& given = code_.syntax.constants[nodes_[child(node, 0)].operand];
  if (!given.is_value()) return true;  // a problem put off
  Value made = conversion(node.function, given);
  if (made.is_error()) {
    report(node.offset, made.failure_message());
    return false;
  }
  node.op = Op::kConstant;
  node.count = 0;
  node.operand = static_cast<std::uint32_t>(code_.syntax.constants.size());
  code_.syntax.constants.push_back(std::move(made));
  return true;
}

bool Checker::compile_pattern(Node& node) {
  const Node& written = nodes_[child(node, 1)];
  if (written.op != Op::kConstant || code_.syntax.constants[written.operand].kind() != Kind::kString) return true;
  auto pattern = Matcher::compile(code_.syntax.constants[written.operand].as_text());
  if (!pattern) {
    report(written.offset, pattern.error().message);
    return false;
  }
  node.flag = true;
  node.operand = static_cast<std::uint32_t>(code_.patterns.size());
  code_.patterns.push_back(std::move(*pattern));
  return true;
}

}  // namespace ritrovo::expression
