#include <algorithm>

#include "engine/base/assert.h"
#include "workflows/expression/code.h"
#include "workflows/expression/functions.h"
#include "workflows/expression/signatures.h"
#include "workflows/expression/suggestion.h"

namespace ritrovo::expression {

namespace {

using Index = std::uint32_t;

constexpr std::size_t kListedMax = 6;  // names listed in one hint

struct Local {
  std::string name;
  Type type;
};

bool is_ordered(Kind kind) {
  return is_number(kind) || kind == Kind::kBool || kind == Kind::kString || kind == Kind::kBytes || kind == Kind::kDate ||
         kind == Kind::kTimestamp || kind == Kind::kDuration;
}

bool numbers_compare(const Type& a, const Type& b) {
  bool apart = (a.kind() == Kind::kDecimal && b.kind() == Kind::kDouble) || (a.kind() == Kind::kDouble && b.kind() == Kind::kDecimal);
  return is_number(a.kind()) && is_number(b.kind()) && !apart;
}

bool can_be_equal(const Type& a, const Type& b) {
  bool maps = (a.kind() == Kind::kObject && b.kind() == Kind::kMap) || (a.kind() == Kind::kMap && b.kind() == Kind::kObject);
  return maps || a.accepts(b) || b.accepts(a) || numbers_compare(a, b);
}

bool can_be_ordered(const Type& a, const Type& b) {
  if (a.kind() == Kind::kDyn || b.kind() == Kind::kDyn) {
    return (a.kind() == Kind::kDyn || is_ordered(a.kind())) && (b.kind() == Kind::kDyn || is_ordered(b.kind()));
  }
  return numbers_compare(a, b) || (a.kind() == b.kind() && is_ordered(a.kind()));
}

std::optional<Type> joined(const Type& a, const Type& b) {
  if (a.kind() == Kind::kNull) return b;
  if (b.kind() == Kind::kNull) return a;
  if (a.is_open()) return b;
  if (b.is_open()) return a;
  if (a.kind() == Kind::kDyn || b.kind() == Kind::kDyn) return Type(Kind::kDyn);
  if (a.kind() == Kind::kList && b.kind() == Kind::kList) {
    auto element = joined(a.element(), b.element());
    return element ? std::optional(Type::list(*element)) : std::nullopt;
  }
  if (a.kind() == Kind::kMap && b.kind() == Kind::kMap) {
    auto key = joined(a.key(), b.key());
    auto value = joined(a.element(), b.element());
    return key && value ? std::optional(Type::map(*key, *value)) : std::nullopt;
  }
  if (a.accepts(b)) return a;
  if (b.accepts(a)) return b;
  return std::nullopt;
}

bool fits(Kind parameter, const Type& argument) {
  if (parameter == Kind::kDyn || argument.kind() == Kind::kDyn || parameter == argument.kind()) return true;
  return parameter == Kind::kMap && argument.kind() == Kind::kObject;
}

std::optional<Kind> type_named(std::string_view name) {
  constexpr Kind kNamed[] = {Kind::kNull, Kind::kBool,   Kind::kInt,     Kind::kUint, Kind::kDouble, Kind::kString, Kind::kBytes,
                             Kind::kDate, Kind::kPeriod, Kind::kDecimal, Kind::kList, Kind::kMap,    Kind::kType};
  for (Kind kind : kNamed) {
    if (name_of(kind) == name) return kind;
  }
  if (name == "google.protobuf.Timestamp") return Kind::kTimestamp;
  if (name == "google.protobuf.Duration") return Kind::kDuration;
  return std::nullopt;
}

std::string listed(const std::vector<Type>& types) {
  std::string out;
  for (std::size_t i = 0; i < types.size(); ++i) out += (i == 0 ? "" : i + 1 == types.size() ? " and " : ", ") + types[i].printed();
  return out;
}

class Checker {
 public:
  Checker(Code& code, const Environment& environment, Checking checking, std::vector<Problem>& problems)
      : code_(code), nodes_(code.syntax.nodes), environment_(environment), checking_(checking), problems_(problems) {}

  void run(const Type& expected) {
    Type type = visit(code_.syntax.root);
    if (!expected.accepts(type) && expected.kind() != Kind::kObject) {
      report(nodes_[code_.syntax.root].offset,
             "the expression is of type " + type.printed() + ", where " + expected.printed() + " is asked for",
             expected.kind() == Kind::kBool ? "compare it with something" : "");
    }
    bool says_little = type.kind() == Kind::kDyn || (type.kind() == Kind::kNull && expected.kind() != Kind::kDyn);
    code_.result = says_little ? expected : type;
    std::sort(code_.reads.begin(), code_.reads.end());
    code_.reads.erase(std::unique(code_.reads.begin(), code_.reads.end()), code_.reads.end());
  }

 private:
  Index child(const Node& node, std::size_t i) const { return code_.syntax.children[node.first + i]; }
  const std::string& name(const Node& node) const { return code_.syntax.names[node.name]; }
  void report(std::size_t offset, std::string message, std::string hint = {}) {
    problems_.push_back(Problem{offset, 1, 1, std::move(message), std::move(hint)});
  }

  Type visit(Index index) {
    std::size_t known = problems_.size();
    Type type = visit_op(index);
    if (checking_ == Checking::kWhenRun) {
      if (problems_.size() > known) put_off(index, known);
      type = Kind::kDyn;
    }
    nodes_[index].result = type.kind();
    return type;
  }

  // Makes the first problem of a node the error that its evaluation ends in.
  void put_off(Index index, std::size_t problem) {
    Node& node = nodes_[index];
    node.op = Op::kConstant;
    node.count = 0;
    node.operand = static_cast<std::uint32_t>(code_.syntax.constants.size());
    code_.syntax.constants.push_back(failed(problems_[problem].message));
    problems_.resize(problem);
  }

  Type visit_op(Index index) {
    Node node = nodes_[index];
    switch (node.op) {
      case Op::kInvalid: return Kind::kDyn;
      case Op::kName: return plain_name(index);
      case Op::kSelect: return selection(index);
      case Op::kNamedCall: return named_call(index);
      case Op::kMemberCall: return member_call(index);
      case Op::kConstant: return constant_type(code_.syntax.constants[node.operand]);
      case Op::kHas: return has(index);
      case Op::kList: return list(node);
      case Op::kMap: return map(node);
      case Op::kAnd:
      case Op::kOr: return logic(node);
      case Op::kConditional: return conditional(node);
      case Op::kCall: return call(index, Form::kOperator, name_of(node.function));
      case Op::kAll:
      case Op::kExists:
      case Op::kExistsOne:
      case Op::kTransform:
      case Op::kTransformMap:
      case Op::kTransformEntry:
      case Op::kFilter: return comprehension(index);
      case Op::kVariable:
      case Op::kLocal:
      case Op::kHasVariable:
      case Op::kKnown:
      case Op::kHostCall: break;
    }
    RITROVO_ASSERT(false && "the parser makes no checked nodes");
    return Kind::kDyn;
  }

  static Type constant_type(const Value& value) { return value.kind(); }

  // ---- names

  // The dotted name that a node spells, or empty; `rooted` if it began with a dot.
  std::string spelled(Index index, bool& rooted) const {
    const Node& node = nodes_[index];
    if (node.op == Op::kName) {
      rooted = node.flag;
      return name(node);
    }
    if (node.op != Op::kSelect) return {};
    std::string prefix = spelled(child(node, 0), rooted);
    return prefix.empty() ? prefix : prefix + "." + name(node);
  }

  const Local* local(std::string_view path) const {
    std::string_view first = path.substr(0, path.find('.'));
    for (auto at = locals_.rbegin(); at != locals_.rend(); ++at) {
      if (at->name == first) return &*at;
    }
    return nullptr;
  }

  std::optional<std::uint32_t> variable(const std::string& path, bool rooted) const {
    if (path.empty() || (!rooted && local(path) != nullptr)) return std::nullopt;
    return environment_.resolve(path, rooted);
  }

  // Whether the path, or a part of it from the left, is a variable or a macro's variable.
  bool begins_with_variable(const std::string& path, bool rooted) const {
    if (!rooted && local(path) != nullptr) return true;
    for (std::size_t end = path.size(); end != std::string::npos && end > 0; end = path.rfind('.', end - 1)) {
      if (environment_.resolve(path.substr(0, end), rooted)) return true;
    }
    return false;
  }

  Type read(Index index, std::uint32_t variable, bool value_is_used) {
    const Variable& declared = environment_.variables()[variable];
    Node& node = nodes_[index];
    node.op = value_is_used ? Op::kVariable : Op::kHasVariable;
    node.operand = variable;
    node.count = 0;
    node.name = static_cast<std::uint32_t>(code_.variable_types.size());
    code_.variable_types.push_back(declared.type);
    code_.reads.push_back(variable);
    code_.tainted = code_.tainted || (declared.sealed && value_is_used && !only_asking_);
    return value_is_used ? declared.type : Type(Kind::kBool);
  }

  Type type_constant(Index index, Kind kind) {
    Node& node = nodes_[index];
    node.op = Op::kConstant;
    node.count = 0;
    node.operand = static_cast<std::uint32_t>(code_.syntax.constants.size());
    code_.syntax.constants.push_back(Value::type(kind));
    return Kind::kType;
  }

  Type plain_name(Index index) {
    std::string path = name(nodes_[index]);
    bool rooted = nodes_[index].flag;
    const Local* found = rooted ? nullptr : local(path);
    if (found != nullptr) {
      nodes_[index].op = Op::kLocal;
      nodes_[index].operand = static_cast<std::uint32_t>(found - locals_.data());
      return found->type;
    }
    if (auto declared = variable(path, rooted)) return read(index, *declared, true);
    if (auto kind = type_named(path)) return type_constant(index, *kind);
    return unknown_name(nodes_[index].offset, path);
  }

  Type selection(Index index) {
    bool rooted = false;
    std::string path = spelled(index, rooted);
    if (auto declared = variable(path, rooted)) return read(index, *declared, true);
    if (!path.empty() && !begins_with_variable(path, rooted)) {
      if (auto kind = type_named(path)) return type_constant(index, *kind);
      return unknown_name(first_offset(index), path);
    }
    Node node = nodes_[index];
    Type of = visit(child(node, 0));
    nodes_[index].flag = of.kind() == Kind::kObject;
    return field(node, of);
  }

  std::size_t first_offset(Index index) const {
    while (nodes_[index].op == Op::kSelect) index = child(nodes_[index], 0);
    return nodes_[index].offset;
  }

  Type field(const Node& node, const Type& of) {
    if (of.kind() == Kind::kDyn) return Kind::kDyn;
    if (of.kind() == Kind::kMap) {
      if (of.key().accepts(Kind::kString)) return of.element();
      report(node.offset, "a map with keys of type " + of.key().printed() + " has no field `" + name(node) + "`", "write map[key]");
      return Kind::kDyn;
    }
    if (of.kind() != Kind::kObject) {
      report(node.offset, "a value of type " + of.printed() + " has no field `" + name(node) + "`", member_hint(name(node)));
      return Kind::kDyn;
    }
    std::vector<std::string_view> names;
    for (const Type::Field& each : of.fields()) {
      if (each.name == name(node)) return each.type;
      names.push_back(each.name);
    }
    report(node.offset, of.printed() + " has no field `" + name(node) + "`", did_you_mean(name(node), names));
    return Kind::kDyn;
  }

  static std::string member_hint(std::string_view wanted) {
    for (const Signature& each : signatures()) {
      if (each.name == wanted && each.form == Form::kMember) return "it is a function: write ." + std::string(wanted) + "()";
    }
    return {};
  }

  static std::string did_you_mean(std::string_view misspelt, const std::vector<std::string_view>& names) {
    std::string found = nearest(misspelt, names);
    if (!found.empty()) return "did you mean `" + found + "`?";
    std::string list;
    for (std::size_t i = 0; i < names.size() && i < kListedMax; ++i) list += (i == 0 ? "" : ", ") + std::string(names[i]);
    return list.empty() ? list : "there are: " + list + (names.size() > kListedMax ? ", …" : "");
  }

  Type unknown_name(std::size_t offset, const std::string& path) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> inside;
    for (const Variable& each : environment_.variables()) {
      names.push_back(each.name);
      if (each.name.starts_with(path + ".")) inside.push_back(std::string_view(each.name).substr(path.size() + 1));
    }
    for (const Local& each : locals_) names.push_back(each.name);
    if (!inside.empty()) {
      report(offset, "`" + path + "` isn't a value itself", did_you_mean("", inside));
      return Kind::kDyn;
    }
    std::string found = nearest(path, names);
    report(offset, "there is no `" + path + "` here", found.empty() ? "" : "did you mean `" + found + "`?");
    return Kind::kDyn;
  }

  // ---- structures

  Type has(Index index) {
    Node node = nodes_[index];
    bool rooted = false;
    std::string path = spelled(child(node, 0), rooted);
    if (!path.empty()) {
      path += "." + name(node);
      if (auto declared = variable(path, rooted)) return read(index, *declared, false);
      if (!begins_with_variable(path, rooted)) {
        unknown_name(first_offset(child(node, 0)), path);
        return Kind::kBool;
      }
    }
    Type of = visit(child(node, 0));
    nodes_[index].flag = of.kind() == Kind::kObject;
    field(node, of);
    return Kind::kBool;
  }

  Type list(const Node& node) {
    std::optional<Type> element;
    for (std::size_t i = 0; i < node.count; ++i) {
      Type type = visit(child(node, i));
      if (!element) {
        element = type;
      } else {
        element = joined(*element, type).value_or(Kind::kDyn);
      }
    }
    return Type::list(element.value_or(Type::open()));
  }

  Type map(const Node& node) {
    std::optional<Type> key;
    std::optional<Type> value;
    for (std::size_t i = 0; i + 1 < node.count; i += 2) {
      Type key_type = visit(child(node, i));
      Kind kind = key_type.kind();
      bool allowed = kind == Kind::kBool || kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kString || kind == Kind::kDyn;
      if (!allowed)
        report(nodes_[child(node, i)].offset, "a map's key can't be of type " + key_type.printed(), "keys are bool, int, uint or string");
      Type value_type = visit(child(node, i + 1));
      key = key ? joined(*key, key_type).value_or(Kind::kDyn) : key_type;
      value = value ? joined(*value, value_type).value_or(Kind::kDyn) : value_type;
    }
    return Type::map(key.value_or(Type::open()), value.value_or(Type::open()));
  }

  void want_bool(Index index, const Type& type, std::string_view where) {
    if (type.kind() == Kind::kBool || type.kind() == Kind::kDyn) return;
    report(nodes_[index].offset, std::string(where) + " needs a bool, not " + type.printed(), "compare it with something");
  }

  Type logic(const Node& node) {
    for (std::size_t i = 0; i < node.count; ++i) want_bool(child(node, i), visit(child(node, i)), node.op == Op::kAnd ? "`&&`" : "`||`");
    return Kind::kBool;
  }

  Type conditional(const Node& node) {
    want_bool(child(node, 0), visit(child(node, 0)), "the condition of `?:`");
    Type yes = visit(child(node, 1));
    Type no = visit(child(node, 2));
    auto type = joined(yes, no);
    if (!type)
      report(node.offset, "the branches of `?:` are of different types: " + yes.printed() + " and " + no.printed(),
             "convert one, or write dyn(…) around both");
    return type.value_or(Kind::kDyn);
  }

  // The types of a macro's variables, in order; for one variable the second isn't used.
  std::pair<Type, Type> range_types(const Node& node, const Type& range) {
    bool two = node.flag;
    switch (range.kind()) {
      case Kind::kList: return {two ? Type(Kind::kInt) : range.element(), range.element()};
      case Kind::kMap: return {range.key(), range.element()};
      case Kind::kObject: return {Kind::kString, Kind::kDyn};
      case Kind::kDyn: return {Kind::kDyn, Kind::kDyn};
      default: break;
    }
    report(node.offset, "`" + name(node) + "` ranges over a list or a map, not " + range.printed());
    return {Kind::kDyn, Kind::kDyn};
  }

  Type comprehension(Index index) {
    Node node = nodes_[index];
    Type range = visit(child(node, 0));
    // The macro's name isn't kept; its variables' are.
    auto [first, second] = range_types(node, range);
    std::size_t outer = locals_.size();
    nodes_[index].operand = static_cast<std::uint32_t>(outer);
    locals_.push_back(Local{name(node), first});
    if (node.flag) locals_.push_back(Local{code_.syntax.names[node.name + 1], second});
    code_.slots = std::max(code_.slots, static_cast<std::uint32_t>(locals_.size()));
    bool transforms = node.op == Op::kTransform || node.op == Op::kTransformMap || node.op == Op::kTransformEntry;
    Type body = visit(child(node, 1));
    if (!transforms || node.count == 3) want_bool(child(node, 1), body, "the macro's condition");
    if (node.count == 3) body = visit(child(node, 2));
    locals_.resize(outer, Local{{}, Kind::kDyn});
    if (node.op == Op::kTransform) return Type::list(body);
    if (node.op == Op::kFilter) return Type::list(first);
    if (node.op == Op::kTransformMap) return Type::map(first, body);
    return node.op == Op::kTransformEntry ? entries_type(node, body) : Type(Kind::kBool);
  }

  Type entries_type(const Node& node, const Type& body) {
    if (body.kind() == Kind::kMap || body.kind() == Kind::kDyn) return body;
    report(node.offset, "the body of transformMapEntry must be a map, not " + body.printed(), "write {key: value}");
    return Kind::kDyn;
  }

  // ---- calls

  Type named_call(Index index) {
    Node node = nodes_[index];
    if (name(node) == "known") return known(index);
    if (auto type = host_call(index, name(node), 0)) return *type;
    return call(index, Form::kCall, name(node));
  }

  Type known(Index index) {
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

  Type member_call(Index index) {
    Node node = nodes_[index];
    bool rooted = false;
    std::string path = spelled(child(node, 0), rooted);
    if (!path.empty() && !begins_with_variable(path, rooted)) {
      if (auto type = host_call(index, path + "." + name(node), 1)) return *type;
    }
    return call(index, Form::kMember, name(node));
  }

  // A call of a host function with that name; `skipped` children spell a part of it. Nothing if there is no such name.
  std::optional<Type> host_call(Index index, const std::string& called, std::size_t skipped) {
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
      forms += (forms.empty() ? "" : "; ") + called + "(" + listed(each.parameters) + ")";
    }
    report(node.offset, "`" + called + "` isn't defined for " + (arguments.empty() ? "no arguments" : listed(arguments)),
           "there is: " + forms);
    return Type(Kind::kDyn);
  }

  std::vector<Type> visit_children(const Node& node) {
    std::vector<Type> types;
    types.reserve(node.count);
    for (std::size_t i = 0; i < node.count; ++i) types.push_back(visit(child(node, i)));
    return types;
  }

  Type call(Index index, Form form, std::string called) { return resolve(index, form, called, visit_children(nodes_[index])); }
  Type call(Index index, Form form, std::string_view called) { return call(index, form, std::string(called)); }

  Type resolve(Index index, Form form, const std::string& called, const std::vector<Type>& arguments) {
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

  Type unknown_function(Index index, Form form, const std::string& called) {
    std::vector<std::string_view> names;
    std::string hint;
    for (const Signature& each : signatures()) {
      if (each.form == Form::kOperator) continue;
      if (each.name == called) hint = each.form == Form::kMember ? "write value." + called + "(…)" : "write " + called + "(value)";
      if (each.form == form) names.push_back(each.name);
    }
    for (const HostFunction& each : environment_.functions()) names.push_back(each.name);
    if (hint.empty() && !nearest(called, names).empty()) hint = "did you mean `" + nearest(called, names) + "`?";
    report(nodes_[index].offset, "there is no function `" + called + "`" + (form == Form::kMember ? " of a value" : ""), hint);
    return Kind::kDyn;
  }

  Type no_such_overload(Index index, const std::string& called, const std::vector<Type>& arguments) {
    report(nodes_[index].offset, "`" + called + "` isn't defined for " + (arguments.empty() ? "no arguments" : listed(arguments)),
           overload_hint(nodes_[index], arguments));
    return Kind::kDyn;
  }

  static std::string overload_hint(const Node& node, const std::vector<Type>& arguments) {
    auto any = [&arguments](Kind kind) {
      return std::any_of(arguments.begin(), arguments.end(), [kind](const Type& each) { return each.kind() == kind; });
    };
    if (any(Kind::kNull)) return "null can only be compared with == and !=";
    if (any(Kind::kDecimal) && any(Kind::kDouble)) return "money is never a float: write decimal(\"0.5\")";
    if (any(Kind::kDecimal) && node.function == Function::kDivide) return "say how to round: divide(a, b, digits)";
    if (any(Kind::kDate) && any(Kind::kInt)) return "add a period: date + period(\"P10D\")";
    if (any(Kind::kDate) && any(Kind::kDuration)) return "a date has no hours: add a period(\"P10D\")";
    if (any(Kind::kDate) && any(Kind::kString)) return "write date(\"2025-10-04\")";
    if (any(Kind::kDecimal) && any(Kind::kString)) return "write decimal(\"10.50\")";
    if (any(Kind::kInt) && any(Kind::kDouble)) return "convert one: double(x) or int(x)";
    if (any(Kind::kInt) && any(Kind::kUint)) return "convert one: int(x) or uint(x)";
    return {};
  }

  // What signatures alone can't say: which types may be compared, and what comes out of a list.
  Type refine(Index index, Kind result, const std::vector<Type>& arguments) {
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

  Type membership(Index index, const std::vector<Type>& arguments) {
    const Type& in = arguments[1];
    Type asked = in.kind() == Kind::kObject ? Type(Kind::kString)
                 : in.kind() == Kind::kMap  ? in.key()
                 : in.kind() == Kind::kList ? in.element()
                                            : Type(Kind::kDyn);
    if (!can_be_equal(arguments[0], asked)) no_such_overload(index, "in", arguments);
    return Kind::kBool;
  }

  Type element(Index index, const std::vector<Type>& arguments) {
    const Type& in = arguments[0];
    if (in.kind() == Kind::kMap && !can_be_equal(in.key(), arguments[1])) return no_such_overload(index, "[]", arguments);
    if (in.kind() == Kind::kObject && !fits(Kind::kString, arguments[1])) return no_such_overload(index, "[]", arguments);
    return in.kind() == Kind::kObject ? Type(Kind::kDyn) : in.element();
  }

  Type total(Index index, const std::vector<Type>& arguments) {
    Type element = arguments[0].element();
    if (element.kind() != Kind::kDyn && !is_number(element.kind())) return no_such_overload(index, "sum", arguments);
    return element;
  }

  // Conversions of literals are done here, once, so that a wrong date is found before a case meets it. False if it was wrong.
  bool fold(Index index) {
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

  bool compile_pattern(Node& node) {
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

  Code& code_;
  std::vector<Node>& nodes_;
  const Environment& environment_;
  Checking checking_;
  std::vector<Problem>& problems_;
  std::vector<Local> locals_;
  bool only_asking_ = false;  // inside known(variable): the value itself isn't used
};

}  // namespace

Code check(Syntax syntax, const Environment& environment, const Type& expected, Checking checking, std::vector<Problem>& problems) {
  Code code;
  code.syntax = std::move(syntax);
  Checker(code, environment, checking, problems).run(expected);
  return code;
}

}  // namespace ritrovo::expression
