#include <algorithm>
#include <array>

#include "engine/base/limits.h"
#include "workflows/expression/code.h"
#include "workflows/expression/functions.h"

namespace ritrovo::expression {

namespace {

constexpr std::size_t kParametersMax = 3;  // of a function of CEL or the house

// What stands in the way of a strict operation's result: the variables waited for, else the first failure.
class Obstacle {
 public:
  /// Takes note of a value that may be unknown or an error.
  void meet(const Value& value) {
    if (value.is_unknown()) {
      unknown_ = unknown_.is_unknown() ? merged(unknown_, value) : value;
    } else if (value.is_error() && !error_.is_error()) {
      error_ = value;
    }
  }
  [[nodiscard]] bool met() const { return unknown_.is_unknown() || error_.is_error(); }
  /// Unknown before error: it may yet turn out so that the error doesn't matter.
  [[nodiscard]] const Value& result() const { return unknown_.is_unknown() ? unknown_ : error_; }

 private:
  static Value merged(const Value& a, const Value& b) {
    auto all = a.unknown_variables();
    auto more = b.unknown_variables();
    all.insert(all.end(), more.begin(), more.end());
    return Value::unknown(std::move(all));
  }
  Value unknown_;
  Value error_;
};

class Evaluation {
 public:
  Evaluation(const Code& code, const Activation& activation, const Host& host, Lasting* lasting)
      : code_(code),
        activation_(activation),
        host_(host),
        lasting_(lasting),
        nodes_(code.syntax.nodes.data()),
        children_(code.syntax.children.data()),
        locals_(code.slots) {
    meter_.left = static_cast<std::int64_t>(limits::kGuardStepsMax);
  }

  Value run() {
    Value result = at(code_.syntax.root);
    if (spent())
      return Value::error(FailureKind::kBudget,
                          "the expression takes more than " + std::to_string(limits::kGuardStepsMax) + " steps (kGuardStepsMax)");
    bool wrong = result.is_value() && !conforms(result, code_.result, code_.result.kind() != Kind::kBool);
    if (!wrong) return result;
    Value failure = failed("the result is of type " + std::string(name_of(result.kind())) + ", where " + code_.result.printed() + " is asked for");
    // The whole guard may be one field that was left out.
    return result.is_null() ? left_out(nodes_[code_.syntax.root], std::move(failure)) : failure;
  }

 private:
  // Once the budget is spent, whatever is returned is dropped by run(): null is the cheapest.
  bool spent() const { return meter_.left < 0; }
  std::uint32_t child(const Node& node, std::size_t i) const { return children_[node.first + i]; }

  Value at(std::uint32_t index) {
    if (!meter_.charge(1)) return {};
    const Node& node = nodes_[index];
    switch (node.op) {
      case Op::kConstant: return code_.syntax.constants[node.operand];
      case Op::kVariable: return variable(node);
      case Op::kLocal: return locals_[node.operand];
      case Op::kCall: return call(node);
      case Op::kAnd: return logic(node, false);
      case Op::kOr: return logic(node, true);
      case Op::kConditional: return conditional(node);
      case Op::kSelect: return selection(node);
      case Op::kHas: return has(node);
      case Op::kHasVariable: return has_variable(node);
      case Op::kKnown: return known(node);
      case Op::kList: return list(node);
      case Op::kMap: return map(node);
      case Op::kHostCall: return host_call(node);
      case Op::kAll:
      case Op::kExists: return quantified(node, node.op == Op::kExists);
      case Op::kExistsOne: return exists_one(node);
      case Op::kTransform:
      case Op::kFilter: return collected(node);
      case Op::kTransformMap:
      case Op::kTransformEntry: return collected_map(node);
      case Op::kInvalid:
      case Op::kName:
      case Op::kNamedCall:
      case Op::kMemberCall: break;
    }
    return failed("the code wasn't checked");
  }

  // Whether a value from outside is of the declared type, so that a comparison can't become false for a wrong kind.
  bool conforms(const Value& value, const Type& type, bool null_allowed) {
    Kind kind = type.kind();
    // An unknown or an error inside a list or map is met by whoever uses it.
    if (kind == Kind::kDyn || !value.is_value() || (value.is_null() && null_allowed)) return true;
    if (kind == Kind::kList) return value.kind() == Kind::kList && elements_conform(value, type.element());
    if (kind == Kind::kMap) return value.kind() == Kind::kMap && entries_conform(value, type);
    if (kind == Kind::kObject) return value.kind() == Kind::kMap;  // each field when it is selected: few of them ever are
    return value.kind() == kind;
  }

  bool elements_conform(const Value& value, const Type& element) {
    if (element.kind() == Kind::kDyn) return true;
    if (!meter_.charge(value.items().size())) return true;
    for (const Value& item : value.items()) {
      if (!conforms(item, element, true)) return false;
    }
    return true;
  }

  bool entries_conform(const Value& value, const Type& type) {
    if (!meter_.charge(value.entries().size())) return true;
    for (const auto& [key, item] : value.entries()) {
      if (!conforms(key, type.key(), false) || !conforms(item, type.element(), true)) return false;
    }
    return true;
  }

  // ---- how long the result stays

  bool goes_on(const Node& node) const { return lasting_ != nullptr && node.op == Op::kVariable && node.operand == lasting_->variable; }
  void lasts_until(std::optional<Day> day) {
    if (day && (!lasting_->until || *day < *lasting_->until)) lasting_->until = day;
  }
  void lasts_a_day() { lasts_until(lasting_->day.plus(1)); }
  // Of a comparison of the day that goes on with a value that may be one: it is before that day, on it, after it.
  void lasts_as_compared_with(const Value& other) {
    if (!other.is_value()) return;
    if (other.kind() != Kind::kDate || other.as_date() == lasting_->day) return lasts_a_day();
    if (other.as_date() > lasting_->day) lasts_until(other.as_date());
  }
  // The side of a comparison that is the day that goes on; 2 where neither is, or both are.
  std::size_t side_that_goes_on(const Node& node) const {
    if (lasting_ == nullptr || node.count != 2 || node.function < Function::kEqual || node.function > Function::kGreaterEqual) return 2;
    const bool left = goes_on(nodes_[child(node, 0)]);
    const bool right = goes_on(nodes_[child(node, 1)]);
    return left == right ? 2 : (left ? 0 : 1);
  }

  Value at_whatever_lasts(std::uint32_t index) {
    if (!goes_on(nodes_[index])) return at(index);
    return meter_.charge(1) ? read(nodes_[index]) : Value();
  }

  Value read(const Node& node) {
    Value value = activation_.lookup(node.operand);
    const Type& type = code_.types[node.name];
    if (value.kind() == type.kind() && value.kind() < Kind::kList) return value;  // the usual case, quickly
    if (!value.is_value() || conforms(value, type, true)) return value;
    return failed("a variable holds " + std::string(name_of(value.kind())) + ", where it is declared " + type.printed());
  }

  Value variable(const Node& node) {
    if (goes_on(node)) lasts_a_day();
    return read(node);
  }

  Value has_variable(const Node& node) {
    Value value = activation_.lookup(node.operand);
    return value.is_value() ? Value::boolean(!value.is_null()) : value;
  }

  Value known(const Node& node) {
    Value value = at(child(node, 0));
    return Value::boolean(!value.is_unknown() && !value.is_null());
  }

  // What an operation that needs a value makes of a field that its report left out: unknown, as if it weren't reported yet.
  // `otherwise` where the null came from elsewhere.
  Value left_out(const Node& from, Value otherwise) {
    const Node* node = &from;
    for (; node->op == Op::kSelect; node = &nodes_[children_[node->first]])
      if (!node->flag) return otherwise;
    if (node->op == Op::kVariable) {
      const Kind declared = code_.types[node->name].kind();
      return declared == Kind::kDyn || declared == Kind::kNull ? otherwise : Value::unknown(node->operand);
    }
    // A field of an object that a macro ranges over: what the objects come from is among what the expression reads.
    const bool object = node->op == Op::kLocal && from.op == Op::kSelect && !code_.reads.empty();
    return object ? Value::unknown(code_.reads) : otherwise;
  }

  // A failed operation's result: unknown where that is because a field was left out.
  Value without_left_out(const Node& node, std::span<const Value> arguments, Value failure) {
    if (!failure.is_error() || failure.failure_kind() != FailureKind::kComputing) return failure;
    for (std::size_t i = 0; i < arguments.size(); ++i)
      if (arguments[i].is_null()) failure = left_out(nodes_[child(node, i)], std::move(failure));
    return failure;
  }

  Value call(const Node& node) {
    std::array<Value, kParametersMax> arguments;
    bool plain = true;
    const std::size_t going_on = side_that_goes_on(node);
    for (std::size_t i = 0; i < node.count; ++i) {
      arguments[i] = i == going_on ? at_whatever_lasts(child(node, i)) : at(child(node, i));
      plain = plain && arguments[i].is_value();
    }
    if (going_on < 2) lasts_as_compared_with(arguments[1 - going_on]);
    std::span<const Value> given(arguments.data(), node.count);
    if (!plain) return obstacle_in(given);
    if (spent()) return {};
    CallContext context{meter_, node.result, node.function == Function::kMatches && node.flag ? &code_.patterns[node.operand] : nullptr};
    Value result = call_function(node.function, given, context);
    return result.is_error() ? without_left_out(node, given, std::move(result)) : result;
  }

  static Value obstacle_in(std::span<const Value> values) {
    Obstacle obstacle;
    for (const Value& each : values) obstacle.meet(each);
    return obstacle.result();
  }

  // `lasts`: whoever asks says itself how long the day that goes on lasts in it.
  std::vector<Value> children_of(const Node& node, Obstacle& obstacle, bool lasts = false) {
    std::vector<Value> values;
    values.reserve(node.count);
    for (std::size_t i = 0; i < node.count; ++i) {
      values.push_back(lasts ? at_whatever_lasts(child(node, i)) : at(child(node, i)));
      obstacle.meet(values.back());
    }
    return values;
  }

  Value host_call(const Node& node) {
    const HostFunction& function = code_.host_functions[node.operand];
    if (!meter_.charge(function.steps)) return {};
    const std::uint32_t* first = children_ + node.first;
    const bool dated = function.until && std::count_if(first, first + node.count, [this](std::uint32_t each) { return goes_on(nodes_[each]); }) == 1;
    Obstacle obstacle;
    const std::vector<Value> arguments = children_of(node, obstacle, dated);
    if (obstacle.met()) return obstacle.result();
    if (spent()) return {};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (!conforms(arguments[i], function.parameters[i], false))
        return without_left_out(node, arguments, failed("`" + function.name + "` isn't defined for " + std::string(name_of(arguments[i].kind()))));
    }
    Value result = function.call(host_, arguments);
    if (dated && result.is_value()) lasts_until(function.until(host_, arguments));
    if (dated && !result.is_value()) lasts_a_day();
    if (!result.is_value() || conforms(result, function.result, false)) return result;
    return Value::error(FailureKind::kHost, "`" + function.name + "` answered with " + std::string(name_of(result.kind())) +
                                                " instead of " + function.result.printed());
  }

  // && and ||: a side that decides wins over unknowns and errors on any other side.
  Value logic(const Node& node, bool deciding) {
    Obstacle obstacle;
    for (std::size_t i = 0; i < node.count; ++i) {
      Value side = at(child(node, i));
      if (spent()) return {};
      if (side.kind() == Kind::kBool) {
        if (side.as_bool() == deciding) return side;
      } else {
        obstacle.meet(side.is_value() ? not_a_bool(side, nodes_[child(node, i)]) : side);
      }
    }
    return obstacle.met() ? obstacle.result() : Value::boolean(!deciding);
  }

  Value not_a_bool(const Value& value, const Node& from) {
    Value failure = failed("a bool is needed, not " + std::string(name_of(value.kind())));
    return value.is_null() ? left_out(from, std::move(failure)) : failure;
  }

  Value conditional(const Node& node) {
    Value condition = at(child(node, 0));
    if (!condition.is_value()) return condition;
    if (condition.kind() != Kind::kBool) return not_a_bool(condition, nodes_[child(node, 0)]);
    return at(child(node, condition.as_bool() ? 1 : 2));
  }

  Value selection(const Node& node) {
    Value of = at(child(node, 0));
    if (!of.is_value() || spent()) return of;
    const std::string& name = code_.syntax.names[node.name];
    if (of.kind() != Kind::kMap) return failed("a value of type " + std::string(name_of(of.kind())) + " has no field `" + name + "`");
    const Value* found = of.entry(std::string_view(name));
    if (found == nullptr) return failed("there is no field `" + name + "`");
    if (node.flag && !conforms(*found, code_.types[node.operand], true))
      return failed("the field `" + name + "` holds " + std::string(name_of(found->kind())) + ", where it is declared " + code_.types[node.operand].printed());
    return *found;
  }

  Value has(const Node& node) {
    Value of = at(child(node, 0));
    if (!of.is_value() || spent()) return of;
    const std::string& name = code_.syntax.names[node.name];
    if (of.kind() != Kind::kMap) return failed("a value of type " + std::string(name_of(of.kind())) + " has no field `" + name + "`");
    const Value* found = of.entry(std::string_view(name));
    if (found == nullptr) return Value::boolean(false);
    // Of an object, an empty field isn't there, as with a variable; a map's key is there whatever it holds, as CEL has it.
    return found->is_value() ? Value::boolean(!node.flag || !found->is_null()) : *found;
  }

  Value list(const Node& node) {
    Obstacle obstacle;
    std::vector<Value> items = children_of(node, obstacle);
    return obstacle.met() ? obstacle.result() : Value::list(std::move(items));
  }

  Value map(const Node& node) {
    std::vector<Value::Entry> entries;
    Obstacle obstacle;
    for (std::size_t i = 0; i + 1 < node.count; i += 2) {
      Value key = at(child(node, i));
      Value value = at(child(node, i + 1));
      obstacle.meet(key);
      obstacle.meet(value);
      bool allowed = key.kind() == Kind::kBool || key.kind() == Kind::kInt || key.kind() == Kind::kUint || key.kind() == Kind::kString;
      if (key.is_value() && !allowed) obstacle.meet(failed("a map's key can't be of type " + std::string(name_of(key.kind()))));
      entries.emplace_back(std::move(key), std::move(value));
    }
    if (obstacle.met()) return obstacle.result();
    if (spent()) return {};
    return map_of(std::move(entries));
  }

  // ---- macros

  // What a macro ranges over: a list's elements, or a map's keys; with two variables, places and elements, or keys and values.
  struct Range {
    std::vector<Value> first;
    std::vector<Value> second;
  };

  // Anything that is no list or map is handed on as the macro's result, in `instead`.
  bool range(const Node& node, Range& out, Value& instead) {
    Value of = at(child(node, 0));
    if (of.kind() == Kind::kList) {
      std::vector<Value>& elements = node.flag ? out.second : out.first;
      elements.assign(of.items().begin(), of.items().end());
      for (std::size_t i = 0; node.flag && i < elements.size(); ++i) out.first.push_back(Value::integer(static_cast<std::int64_t>(i)));
    } else if (of.kind() == Kind::kMap) {
      for (const auto& [key, value] : of.entries()) {
        out.first.push_back(key);
        if (node.flag) out.second.push_back(value);
      }
    } else {
      instead = of.is_value() ? failed("a macro ranges over a list or a map, not " + std::string(name_of(of.kind()))) : of;
      return false;
    }
    return meter_.charge(out.first.size());
  }

  void bind(const Node& node, const Range& range, std::size_t i) {
    locals_[node.operand] = range.first[i];
    if (node.flag) locals_[node.operand + 1] = range.second[i];
  }

  Value quantified(const Node& node, bool deciding) {
    Range elements;
    Value instead;
    if (!range(node, elements, instead)) return instead;
    Obstacle obstacle;
    for (std::size_t i = 0; i < elements.first.size(); ++i) {
      bind(node, elements, i);
      Value holds = at(child(node, 1));
      if (spent()) return {};
      if (holds.kind() == Kind::kBool) {
        if (holds.as_bool() == deciding) return holds;
      } else {
        obstacle.meet(holds.is_value() ? not_a_bool(holds, nodes_[child(node, 1)]) : holds);
      }
    }
    return obstacle.met() ? obstacle.result() : Value::boolean(!deciding);
  }

  Value exists_one(const Node& node) {
    Range elements;
    Value instead;
    if (!range(node, elements, instead)) return instead;
    Obstacle obstacle;
    std::size_t holding = 0;
    for (std::size_t i = 0; i < elements.first.size(); ++i) {
      bind(node, elements, i);
      Value holds = at(child(node, 1));
      if (spent()) return {};
      if (holds.is_true()) ++holding;
      if (holds.kind() != Kind::kBool) obstacle.meet(holds.is_value() ? not_a_bool(holds, nodes_[child(node, 1)]) : holds);
    }
    return obstacle.met() ? obstacle.result() : Value::boolean(holding == 1);
  }

  // Whether a macro with a filter takes the element that its variables are bound to; what is no bool is an obstacle.
  bool kept_by_filter(const Node& node, Obstacle& obstacle) {
    Value holds = at(child(node, 1));
    if (holds.kind() != Kind::kBool) obstacle.meet(holds.is_value() ? not_a_bool(holds, nodes_[child(node, 1)]) : holds);
    return holds.is_true() && !spent();
  }

  // map, filter and transformList: strict, so that one unknown element makes the whole list unknown.
  Value collected(const Node& node) {
    Range elements;
    Value instead;
    if (!range(node, elements, instead)) return instead;
    bool filters = node.op == Op::kFilter || node.count == 3;
    std::vector<Value> kept;
    Obstacle obstacle;
    for (std::size_t i = 0; i < elements.first.size() && !spent(); ++i) {
      bind(node, elements, i);
      if (filters && !kept_by_filter(node, obstacle)) continue;
      kept.push_back(node.op == Op::kFilter ? elements.first[i] : at(child(node, node.count - 1)));
      obstacle.meet(kept.back());
    }
    return obstacle.met() ? obstacle.result() : Value::list(std::move(kept));
  }

  // transformMap and transformMapEntry: as strict.
  Value collected_map(const Node& node) {
    Range elements;
    Value instead;
    if (!range(node, elements, instead)) return instead;
    std::vector<Value::Entry> made;
    Obstacle obstacle;
    for (std::size_t i = 0; i < elements.first.size() && !spent(); ++i) {
      bind(node, elements, i);
      if (node.count == 3 && !kept_by_filter(node, obstacle)) continue;
      Value body = at(child(node, node.count - 1));
      obstacle.meet(body);
      if (node.op == Op::kTransformMap) {
        made.emplace_back(elements.first[i], std::move(body));
      } else if (body.kind() == Kind::kMap) {
        if (meter_.charge(body.entries().size())) made.insert(made.end(), body.entries().begin(), body.entries().end());
      } else if (body.is_value()) {
        obstacle.meet(failed("the body of transformMapEntry must be a map, not " + std::string(name_of(body.kind()))));
      }
    }
    if (obstacle.met()) return obstacle.result();
    if (spent()) return {};
    return map_of(std::move(made));
  }

  static Value map_of(std::vector<Value::Entry> entries) {
    std::size_t given = entries.size();
    Value made = Value::map(std::move(entries));
    return made.entries().size() == given ? made : failed("a map has the same key twice");
  }

  const Code& code_;
  const Activation& activation_;
  const Host& host_;
  Lasting* lasting_;
  const Node* nodes_;
  const std::uint32_t* children_;
  std::vector<Value> locals_;
  Meter meter_;
};

}  // namespace

Value evaluate(const Code& code, const Activation& activation, const Host& host, Lasting* lasting) {
  if (lasting != nullptr) lasting->until.reset();
  return Evaluation(code, activation, host, lasting).run();
}

}  // namespace ritrovo::expression
