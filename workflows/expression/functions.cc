#include "workflows/expression/functions.h"

#include "workflows/expression/signatures.h"

namespace ritrovo::expression {

Value failed(std::string message) { return Value::error(FailureKind::kComputing, std::move(message)); }

Value no_overload(Function function, std::span<const Value> arguments) {
  std::string message = "`" + std::string(name_of(function)) + "` isn't defined for ";
  for (std::size_t i = 0; i < arguments.size(); ++i)
    message += (i == 0 ? "" : i + 1 == arguments.size() ? " and " : ", ") + std::string(name_of(arguments[i].kind()));
  return failed(std::move(message));
}

namespace {

Value size_of(std::span<const Value> arguments, CallContext context) {
  const Value& of = arguments[0];
  if (of.kind() == Kind::kList) return Value::integer(static_cast<std::int64_t>(of.items().size()));
  if (of.kind() == Kind::kMap) return Value::integer(static_cast<std::int64_t>(of.entries().size()));
  if (of.kind() == Kind::kBytes) return Value::integer(static_cast<std::int64_t>(of.as_bytes().size()));
  if (of.kind() != Kind::kString) return no_overload(Function::kSize, arguments);
  if (!context.meter.charge(of.as_text().size() / 64)) return {};
  std::int64_t code_points = 0;
  for (char c : of.as_text()) code_points += (static_cast<unsigned char>(c) & 0xC0) != 0x80 ? 1 : 0;
  return Value::integer(code_points);
}

// Finds with at most size(text) + size(part) steps of work (Knuth, Morris, Pratt), so that no pair of texts is slow.
bool contains(std::string_view text, std::string_view part) {
  if (part.empty()) return true;
  std::vector<std::size_t> border(part.size(), 0);
  for (std::size_t i = 1, k = 0; i < part.size(); ++i) {
    while (k > 0 && part[i] != part[k]) k = border[k - 1];
    if (part[i] == part[k]) ++k;
    border[i] = k;
  }
  std::size_t k = 0;
  for (char c : text) {
    while (k > 0 && c != part[k]) k = border[k - 1];
    if (c == part[k]) ++k;
    if (k == part.size()) return true;
  }
  return false;
}

Value matches(std::span<const Value> arguments, CallContext context) {
  const std::string& text = arguments[0].as_text();
  if (context.pattern != nullptr) return Value::boolean(context.pattern->found_in(text, context.meter));
  if (!context.meter.charge(10 + arguments[1].as_text().size())) return {};
  auto pattern = Matcher::compile(arguments[1].as_text());
  if (!pattern) return failed(pattern.error().message);
  return Value::boolean(pattern->found_in(text, context.meter));
}

Value text_function(Function function, std::span<const Value> arguments, CallContext context) {
  if (arguments[0].kind() != Kind::kString || arguments[1].kind() != Kind::kString) return no_overload(function, arguments);
  const std::string& text = arguments[0].as_text();
  const std::string& part = arguments[1].as_text();
  if (!context.meter.charge((text.size() + part.size()) / 64)) return {};
  if (function == Function::kContains) return Value::boolean(contains(text, part));
  if (function == Function::kStartsWith) return Value::boolean(text.starts_with(part));
  if (function == Function::kEndsWith) return Value::boolean(text.ends_with(part));
  return matches(arguments, context);
}

Value ordered(Function function, std::span<const Value> arguments, CallContext context) {
  const Value& a = arguments[0];
  if (a.kind() == Kind::kString && !context.meter.charge(a.as_text().size() / 64)) return {};
  auto order = compare(a, arguments[1]);
  if (!order) return no_overload(function, arguments);
  switch (function) {
    case Function::kLess: return Value::boolean(*order < 0);
    case Function::kLessEqual: return Value::boolean(*order <= 0);
    case Function::kGreater: return Value::boolean(*order > 0);
    case Function::kGreaterEqual: return Value::boolean(*order >= 0);
    case Function::kMax: return *order < 0 ? arguments[1] : a;
    default: return *order > 0 ? arguments[1] : a;  // min
  }
}

// Lists and maps from outside may hold what isn't reported yet: then a difference isn't decided.
Value same(std::span<const Value> arguments, bool wanted, CallContext context) {
  context.meter.met = Value();
  bool alike = equal(arguments[0], arguments[1], context.meter);
  return context.meter.met.is_value() ? Value::boolean(alike == wanted) : context.meter.met;
}

Value contained(std::span<const Value> arguments, CallContext context) {
  const Value& what = arguments[0];
  const Value& where = arguments[1];
  if (where.kind() == Kind::kMap) return Value::boolean(where.entry(what) != nullptr);
  if (where.kind() != Kind::kList) return no_overload(Function::kIn, arguments);
  context.meter.met = Value();
  for (const Value& item : where.items()) {
    if (equal(item, what, context.meter)) return Value::boolean(true);
  }
  return context.meter.met.is_value() ? Value::boolean(false) : context.meter.met;
}

// The place in a list that a whole number of any kind names, or nothing.
std::optional<std::size_t> place(const Value& index, std::size_t size) {
  double number = 0;
  switch (index.kind()) {
    case Kind::kInt:
      return index.as_int() >= 0 && static_cast<std::uint64_t>(index.as_int()) < size
                 ? std::optional(static_cast<std::size_t>(index.as_int()))
                 : std::nullopt;
    case Kind::kUint: return index.as_uint() < size ? std::optional(static_cast<std::size_t>(index.as_uint())) : std::nullopt;
    case Kind::kDouble: number = index.as_double(); break;
    default: return std::nullopt;
  }
  if (!(number >= 0 && number < static_cast<double>(size))) return std::nullopt;
  auto at = static_cast<std::size_t>(number);
  return static_cast<double>(at) == number ? std::optional(at) : std::nullopt;
}

Value indexed(std::span<const Value> arguments) {
  const Value& in = arguments[0];
  const Value& by = arguments[1];
  if (in.kind() == Kind::kMap) {
    const Value* found = in.entry(by);
    return found != nullptr ? *found : failed("the map has no such key");
  }
  if (in.kind() != Kind::kList || !is_number(by.kind())) return no_overload(Function::kIndex, arguments);
  auto at = place(by, in.items().size());
  return at ? in.items()[*at] : failed("the list has no such place");
}

Value sum(std::span<const Value> arguments, CallContext context) {
  if (arguments[0].kind() != Kind::kList) return no_overload(Function::kSum, arguments);
  auto items = arguments[0].items();
  if (items.empty()) {
    if (context.result == Kind::kDecimal) return Value::decimal(Decimal{0, 0});
    if (context.result == Kind::kDouble) return Value::floating(0);
    return context.result == Kind::kUint ? Value::unsigned_integer(0) : Value::integer(0);
  }
  for (const Value& item : items) {
    if (!item.is_value()) return item;
  }
  if (!is_number(items[0].kind())) return no_overload(Function::kSum, arguments);
  Value total = items[0];
  for (const Value& item : items.subspan(1)) {
    if (!context.meter.charge(1)) return {};
    const Value both[] = {total, item};
    total = is_number(item.kind()) ? arithmetic(Function::kAdd, both, context) : no_overload(Function::kSum, both);
    if (total.is_error()) return total;
  }
  return total;
}

Value negation(std::span<const Value> arguments) {
  if (arguments[0].kind() != Kind::kBool) return no_overload(Function::kNot, arguments);
  return Value::boolean(!arguments[0].as_bool());
}

}  // namespace

// length: one line for each function of the language
Value call_function(Function function, std::span<const Value> arguments, CallContext context) {
  switch (function) {
    case Function::kAdd:
    case Function::kSubtract:
    case Function::kMultiply:
    case Function::kDivide:
    case Function::kModulo:
    case Function::kNegate: return arithmetic(function, arguments, context);
    case Function::kNot: return negation(arguments);
    case Function::kEqual: return same(arguments, true, context);
    case Function::kNotEqual: return same(arguments, false, context);
    case Function::kLess:
    case Function::kLessEqual:
    case Function::kGreater:
    case Function::kGreaterEqual:
    case Function::kMax:
    case Function::kMin: return ordered(function, arguments, context);
    case Function::kIn: return contained(arguments, context);
    case Function::kIndex: return indexed(arguments);
    case Function::kSize: return size_of(arguments, context);
    case Function::kContains:
    case Function::kStartsWith:
    case Function::kEndsWith:
    case Function::kMatches: return text_function(function, arguments, context);
    case Function::kToInt:
    case Function::kToUint:
    case Function::kToDouble:
    case Function::kToString:
    case Function::kToBytes:
    case Function::kToBool:
    case Function::kToType:
    case Function::kToDyn:
    case Function::kToTimestamp:
    case Function::kToDuration:
    case Function::kToDate:
    case Function::kToPeriod:
    case Function::kToDecimal: return conversion(function, arguments[0]);
    case Function::kGetFullYear:
    case Function::kGetMonth:
    case Function::kGetDate:
    case Function::kGetDayOfMonth:
    case Function::kGetDayOfWeek:
    case Function::kGetDayOfYear:
    case Function::kGetHours:
    case Function::kGetMinutes:
    case Function::kGetSeconds:
    case Function::kGetMilliseconds: return accessor(function, arguments);
    case Function::kAge:
    case Function::kYearsBetween:
    case Function::kMonthsBetween:
    case Function::kDaysBetween: return span_of_days(function, arguments[0], arguments[1]);
    case Function::kRound:
    case Function::kDivideRounded: return rounding(function, arguments);
    case Function::kSum: return sum(arguments, context);
    case Function::kNone: break;
  }
  return no_overload(function, arguments);
}

}  // namespace ritrovo::expression
