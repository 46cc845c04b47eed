#include <chrono>
#include <optional>

#include "workflows/expression/elapsed.h"
#include "workflows/expression/functions.h"

namespace ritrovo::expression {

namespace {

constexpr std::int64_t kSecondMs = 1000;
constexpr std::int64_t kMinuteMs = 60 * kSecondMs;
constexpr std::int64_t kHourMs = 60 * kMinuteMs;
constexpr std::int64_t kDayMs = 24 * kHourMs;

// "UTC", "Z", "+02:00", "-05:30", and CEL's "02:00". Named zones need tables that change from year to year; they are not pure, and live in the runtime.
std::optional<std::int64_t> offset_ms(std::string_view zone) {
  if (zone == "UTC" || zone == "Z") return 0;
  bool minus = !zone.empty() && zone.front() == '-';
  if (!zone.empty() && (minus || zone.front() == '+')) zone.remove_prefix(1);
  auto digit = [&zone](std::size_t at) { return zone[at] >= '0' && zone[at] <= '9'; };
  if (zone.size() != 5 || zone[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return std::nullopt;
  std::int64_t hours = (zone[0] - '0') * 10 + (zone[1] - '0');
  std::int64_t minutes = (zone[3] - '0') * 10 + (zone[4] - '0');
  if (hours > 23 || minutes > 59) return std::nullopt;
  std::int64_t offset = hours * kHourMs + minutes * kMinuteMs;
  return minus ? -offset : offset;
}

std::optional<std::int64_t> of_day(Function function, Day day) {
  auto date = day.date();
  switch (function) {
    case Function::kGetFullYear: return static_cast<int>(date.year());
    case Function::kGetMonth: return static_cast<unsigned>(date.month()) - 1;
    case Function::kGetDate: return static_cast<unsigned>(date.day());
    case Function::kGetDayOfMonth: return static_cast<unsigned>(date.day()) - 1;
    case Function::kGetDayOfWeek: return day.weekday().c_encoding();
    case Function::kGetDayOfYear: return day.value() - Day(date.year() / 1 / 1).value();
    default: return std::nullopt;
  }
}

std::optional<std::int64_t> of_time(Function function, std::int64_t ms) {
  switch (function) {
    case Function::kGetHours: return ms / kHourMs;
    case Function::kGetMinutes: return ms / kMinuteMs;
    case Function::kGetSeconds: return ms / kSecondMs;
    case Function::kGetMilliseconds: return ms % kSecondMs;
    default: return std::nullopt;
  }
}

std::int64_t wrap(Function function, std::int64_t part) {
  constexpr std::int64_t kSixty = 60;
  return function == Function::kGetMinutes || function == Function::kGetSeconds ? part % kSixty : part;
}

Value of_timestamp(Function function, std::span<const Value> arguments) {
  std::int64_t ms = arguments[0].as_timestamp().value();
  if (arguments.size() > 1) {
    if (arguments[1].kind() != Kind::kString) return no_overload(function, arguments);
    auto offset = offset_ms(arguments[1].as_text());
    if (!offset) return failed("a zone here is \"UTC\" or an offset such as \"+02:00\"");
    ms += *offset;
  }
  std::int64_t day = ms >= 0 ? ms / kDayMs : -((kDayMs - 1 - ms) / kDayMs);
  if (auto part = of_day(function, Day(static_cast<std::int32_t>(day)))) return Value::integer(*part);
  auto part = of_time(function, ms - day * kDayMs);
  return part ? Value::integer(wrap(function, *part)) : no_overload(function, arguments);
}

}  // namespace

Value accessor(Function function, std::span<const Value> arguments) {
  const Value& of = arguments[0];
  if (of.kind() == Kind::kTimestamp) return of_timestamp(function, arguments);
  std::optional<std::int64_t> part;
  if (arguments.size() == 1 && of.kind() == Kind::kDate) part = of_day(function, of.as_date());
  if (arguments.size() == 1 && of.kind() == Kind::kDuration) part = of_time(function, of.as_duration_ms());
  return part ? Value::integer(*part) : no_overload(function, arguments);
}

Value span_of_days(Function function, const Value& from, const Value& to) {
  if (from.kind() != Kind::kDate || to.kind() != Kind::kDate) {
    const Value both[] = {from, to};
    return no_overload(function, both);
  }
  Day a = from.as_date();
  Day b = to.as_date();
  switch (function) {
    case Function::kAge: return Value::integer(age_on(a, b));
    case Function::kYearsBetween: return Value::integer(years_between(a, b));
    case Function::kMonthsBetween: return Value::integer(months_between(a, b));
    default: return Value::integer(std::int64_t{b.value()} - a.value());
  }
}

}  // namespace ritrovo::expression
