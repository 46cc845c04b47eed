#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "workflows/expression/functions.h"
#include "workflows/expression/instant_text.h"

namespace ritrovo::expression {

namespace {

constexpr unsigned kScaleMax = 18;

Value overflow() { return failed("the result is too large"); }
Value by_zero() { return failed("division by zero"); }

Value whole(Function function, std::int64_t a, std::int64_t b) {
  std::int64_t out = 0;
  switch (function) {
    case Function::kAdd: return __builtin_add_overflow(a, b, &out) ? overflow() : Value::integer(out);
    case Function::kSubtract: return __builtin_sub_overflow(a, b, &out) ? overflow() : Value::integer(out);
    case Function::kMultiply: return __builtin_mul_overflow(a, b, &out) ? overflow() : Value::integer(out);
    default: break;
  }
  if (b == 0) return by_zero();
  if (a == std::numeric_limits<std::int64_t>::min() && b == -1) return overflow();
  return Value::integer(function == Function::kDivide ? a / b : a % b);
}

Value whole(Function function, std::uint64_t a, std::uint64_t b) {
  std::uint64_t out = 0;
  switch (function) {
    case Function::kAdd: return __builtin_add_overflow(a, b, &out) ? overflow() : Value::unsigned_integer(out);
    case Function::kSubtract: return __builtin_sub_overflow(a, b, &out) ? overflow() : Value::unsigned_integer(out);
    case Function::kMultiply: return __builtin_mul_overflow(a, b, &out) ? overflow() : Value::unsigned_integer(out);
    default: break;
  }
  if (b == 0) return by_zero();
  return Value::unsigned_integer(function == Function::kDivide ? a / b : a % b);
}

Value floating(Function function, double a, double b, std::span<const Value> arguments) {
  switch (function) {
    case Function::kAdd: return Value::floating(a + b);
    case Function::kSubtract: return Value::floating(a - b);
    case Function::kMultiply: return Value::floating(a * b);
    case Function::kDivide: return Value::floating(a / b);
    default: return no_overload(function, arguments);
  }
}

// The coefficient must fit into 64 bits; trailing zeros of the scale are given up before that fails.
Value decimal_of(__int128 coefficient, unsigned scale) {
  constexpr __int128 kMin = std::numeric_limits<std::int64_t>::min();
  constexpr __int128 kMax = std::numeric_limits<std::int64_t>::max();
  while ((scale > kScaleMax || coefficient < kMin || coefficient > kMax) && scale > 0 && coefficient % 10 == 0) {
    coefficient /= 10;
    --scale;
  }
  if (scale > kScaleMax || coefficient < kMin || coefficient > kMax) return overflow();
  return Value::decimal(Decimal{static_cast<std::int64_t>(coefficient), static_cast<std::uint8_t>(scale)});
}

Decimal decimal_from(const Value& value) { return value.kind() == Kind::kInt ? Decimal{value.as_int(), 0} : value.as_decimal(); }

// Coefficients stay below 2^63 and scales below 19, so nothing here leaves 127 bits.
__int128 power_of_ten(unsigned exponent) {
  __int128 power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

Value decimals(Function function, const Value& left, const Value& right, std::span<const Value> arguments) {
  Decimal a = decimal_from(left);
  Decimal b = decimal_from(right);
  unsigned scale = std::max(a.scale, b.scale);
  __int128 x = a.coefficient * power_of_ten(scale - a.scale);
  __int128 y = b.coefficient * power_of_ten(scale - b.scale);
  switch (function) {
    case Function::kAdd: return decimal_of(x + y, scale);
    case Function::kSubtract: return decimal_of(x - y, scale);
    case Function::kMultiply:
      return decimal_of(static_cast<__int128>(a.coefficient) * b.coefficient, static_cast<unsigned>(a.scale) + b.scale);
    default: return no_overload(function, arguments);
  }
}

Value instant(std::int64_t at, std::int64_t by) {
  std::int64_t out = 0;
  if (__builtin_add_overflow(at, by, &out) || out < kInstantMin || out > kInstantMax)
    return failed("the instant leaves the years 1 to 9999");
  return Value::timestamp(Timestamp(out));
}

Value span_of(const Value& milliseconds) {
  if (milliseconds.is_error()) return milliseconds;
  std::int64_t ms = milliseconds.as_int();
  return ms >= -kDurationMaxMs && ms <= kDurationMaxMs ? Value::duration_ms(ms) : failed("the duration is over 292 years");
}

Value date_plus(Day day, const Period& period, int sign) {
  constexpr Day kFirst(std::chrono::year(1) / 1 / 1);
  constexpr Day kLast(std::chrono::year(9999) / 12 / 31);
  bool sane = day >= kFirst && day <= kLast;  // with parts within ±9999 the sum then stays far inside a Day
  Day reached = sane ? add(day, sign < 0 ? negated(period) : period) : day;
  return sane && reached >= kFirst && reached <= kLast ? Value::date(reached) : failed("the date leaves the years 1 to 9999");
}

Value times(Function function, std::span<const Value> arguments) {
  const Value& a = arguments[0];
  const Value& b = arguments[1];
  bool plus = function == Function::kAdd;
  if (!plus && function != Function::kSubtract) return no_overload(function, arguments);
  int sign = plus ? 1 : -1;
  if (a.kind() == Kind::kDate && b.kind() == Kind::kPeriod) return date_plus(a.as_date(), b.as_period(), sign);
  if (plus && a.kind() == Kind::kPeriod && b.kind() == Kind::kDate) return date_plus(b.as_date(), a.as_period(), sign);
  if (!plus && a.kind() == Kind::kDate && b.kind() == Kind::kDate) return span_of_days(Function::kDaysBetween, b, a);
  // Instants stay within ±2^58, so their difference and a negated duration can't overflow, but for the smallest duration.
  if (b.kind() == Kind::kDuration && !plus && b.as_duration_ms() == std::numeric_limits<std::int64_t>::min()) return overflow();
  if (a.kind() == Kind::kTimestamp && b.kind() == Kind::kDuration) return instant(a.as_timestamp().value(), sign * b.as_duration_ms());
  if (plus && a.kind() == Kind::kDuration && b.kind() == Kind::kTimestamp) return instant(b.as_timestamp().value(), a.as_duration_ms());
  bool spans = a.kind() == Kind::kDuration && b.kind() == Kind::kDuration;
  bool instants = !plus && a.kind() == Kind::kTimestamp && b.kind() == Kind::kTimestamp;
  if (!spans && !instants) return no_overload(function, arguments);
  Value out =
      spans ? whole(function, a.as_duration_ms(), b.as_duration_ms()) : whole(function, a.as_timestamp().value(), b.as_timestamp().value());
  return span_of(out);
}

Value joined(std::span<const Value> arguments, CallContext context) {
  const Value& a = arguments[0];
  const Value& b = arguments[1];
  if (a.kind() == Kind::kList) {
    if (!context.meter.charge(a.items().size() + b.items().size())) return {};
    std::vector<Value> items(a.items().begin(), a.items().end());
    items.insert(items.end(), b.items().begin(), b.items().end());
    return Value::list(std::move(items));
  }
  bool text = a.kind() == Kind::kString;
  const std::string& x = text ? a.as_text() : a.as_bytes();
  const std::string& y = text ? b.as_text() : b.as_bytes();
  if (!context.meter.charge((x.size() + y.size()) / 64)) return {};
  return text ? Value::text(x + y) : Value::bytes(x + y);
}

Value negated(const Value& value, std::span<const Value> arguments) {
  if (value.kind() == Kind::kInt) return whole(Function::kSubtract, std::int64_t{0}, value.as_int());
  if (value.kind() == Kind::kDouble) return Value::floating(-value.as_double());
  if (value.kind() == Kind::kDecimal) return decimals(Function::kSubtract, Value::integer(0), value, arguments);
  if (value.kind() == Kind::kDuration) {
    Value out = whole(Function::kSubtract, std::int64_t{0}, value.as_duration_ms());
    return span_of(out);
  }
  return no_overload(Function::kNegate, arguments);
}

// Divides and rounds half away from zero.
__int128 divided(__int128 a, __int128 b) {
  bool minus = (a < 0) != (b < 0);
  __int128 x = a < 0 ? -a : a;
  __int128 y = b < 0 ? -b : b;
  __int128 quotient = x / y;
  if (x % y >= y - x % y) ++quotient;
  return minus ? -quotient : quotient;
}

}  // namespace

Value arithmetic(Function function, std::span<const Value> arguments, CallContext context) {
  const Value& a = arguments[0];
  if (function == Function::kNegate) return negated(a, arguments);
  const Value& b = arguments[1];
  Kind x = a.kind();
  Kind y = b.kind();
  if (x == Kind::kInt && y == Kind::kInt) return whole(function, a.as_int(), b.as_int());
  if (x == Kind::kUint && y == Kind::kUint) return whole(function, a.as_uint(), b.as_uint());
  if (x == Kind::kDouble && y == Kind::kDouble) return floating(function, a.as_double(), b.as_double(), arguments);
  bool exact = (x == Kind::kDecimal || x == Kind::kInt) && (y == Kind::kDecimal || y == Kind::kInt);
  if (exact) return decimals(function, a, b, arguments);
  bool joinable = x == y && (x == Kind::kString || x == Kind::kBytes || x == Kind::kList);
  if (joinable && function == Function::kAdd) return joined(arguments, context);
  return times(function, arguments);
}

Value rounding(Function function, std::span<const Value> arguments) {
  bool divide = function == Function::kDivideRounded;
  const Value& places = arguments.back();
  for (std::size_t i = 0; i + 1 < arguments.size(); ++i) {
    if (arguments[i].kind() != Kind::kDecimal && arguments[i].kind() != Kind::kInt) return no_overload(function, arguments);
  }
  if (places.kind() != Kind::kInt) return no_overload(function, arguments);
  if (places.as_int() < 0 || places.as_int() > kScaleMax) return failed("the number of digits must be 0 to 18");
  auto digits = static_cast<unsigned>(places.as_int());
  Decimal a = decimal_from(arguments[0]);
  if (!divide) {
    if (a.scale <= digits) return decimal_of(a.coefficient * power_of_ten(digits - a.scale), digits);
    return decimal_of(divided(a.coefficient, power_of_ten(a.scale - digits)), digits);
  }
  Decimal b = decimal_from(arguments[1]);
  if (b.coefficient == 0) return by_zero();
  // a/b × 10^digits = ca × 10^(digits + sb − sa) / cb, with the power on the side where it is positive.
  int power = static_cast<int>(digits) + b.scale - a.scale;
  __int128 numerator = a.coefficient;
  __int128 denominator = b.coefficient;
  if (power >= 0) {
    if (__builtin_mul_overflow(numerator, power_of_ten(static_cast<unsigned>(power)), &numerator)) return overflow();
  } else {
    denominator *= power_of_ten(static_cast<unsigned>(-power));
  }
  return decimal_of(divided(numerator, denominator), digits);
}

}  // namespace ritrovo::expression
