#include <charconv>
#include <cmath>
#include <limits>

#include "workflows/expression/comparison.h"
#include "workflows/expression/functions.h"
#include "workflows/expression/instant_text.h"

namespace ritrovo::expression {

namespace {

Value not_readable(std::string_view as) { return failed("the text can't be read as " + std::string(as)); }

template <class T>
std::optional<T> read_number(std::string_view text) {
  T value{};
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// A decimal without its fraction, toward zero.
std::int64_t whole_part(Decimal value) {
  std::int64_t coefficient = value.coefficient;
  for (unsigned i = 0; i < value.scale; ++i) coefficient /= 10;
  return coefficient;
}

Value to_int(const Value& value) {
  switch (value.kind()) {
    case Kind::kInt: return value;
    case Kind::kUint:
      if (!std::in_range<std::int64_t>(value.as_uint())) return failed("the number is too large for an int");
      return Value::integer(static_cast<std::int64_t>(value.as_uint()));
    case Kind::kDouble: {
      double number = value.as_double();
      if (!(number > -kTwo63 && number < kTwo63)) return failed("the number is too large for an int");
      return Value::integer(static_cast<std::int64_t>(number));
    }
    case Kind::kDecimal: return Value::integer(whole_part(value.as_decimal()));
    case Kind::kTimestamp: {
      std::int64_t ms = value.as_timestamp().value();
      return Value::integer(ms >= 0 ? ms / 1000 : -((999 - ms) / 1000));
    }
    case Kind::kString: {
      auto read = read_number<std::int64_t>(value.as_text());
      return read ? Value::integer(*read) : not_readable("an int");
    }
    default: return no_overload(Function::kToInt, {&value, 1});
  }
}

Value to_uint(const Value& value) {
  switch (value.kind()) {
    case Kind::kUint: return value;
    case Kind::kInt:
      if (value.as_int() < 0) return failed("a negative number is no uint");
      return Value::unsigned_integer(static_cast<std::uint64_t>(value.as_int()));
    case Kind::kDouble: {
      double number = value.as_double();
      if (!(number > -1.0 && number < kTwo64)) return failed("the number is out of a uint's range");
      return Value::unsigned_integer(static_cast<std::uint64_t>(number));
    }
    case Kind::kString: {
      auto read = read_number<std::uint64_t>(value.as_text());
      return read ? Value::unsigned_integer(*read) : not_readable("a uint");
    }
    default: return no_overload(Function::kToUint, {&value, 1});
  }
}

Value to_double(const Value& value) {
  switch (value.kind()) {
    case Kind::kDouble: return value;
    case Kind::kInt: return Value::floating(static_cast<double>(value.as_int()));
    case Kind::kUint: return Value::floating(static_cast<double>(value.as_uint()));
    case Kind::kString: {
      auto read = read_number<double>(value.as_text());
      return read ? Value::floating(*read) : not_readable("a double");
    }
    default: return no_overload(Function::kToDouble, {&value, 1});
  }
}

Value to_decimal(const Value& value) {
  switch (value.kind()) {
    case Kind::kDecimal: return value;
    case Kind::kInt: return Value::decimal(Decimal{value.as_int(), 0});
    case Kind::kString: {
      auto read = parse_decimal(value.as_text());
      return read ? Value::decimal(*read) : not_readable("a decimal: write for instance \"10.50\"");
    }
    default: return no_overload(Function::kToDecimal, {&value, 1});
  }
}

bool is_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    auto byte = static_cast<unsigned char>(text[at++]);
    if (byte < 0x80) continue;
    std::size_t more = byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1;
    if (byte < 0xC2 || byte > 0xF4 || at + more > text.size()) return false;
    std::uint32_t code = byte & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
      auto next = static_cast<unsigned char>(text[at++]);
      if ((next & 0xC0) != 0x80) return false;
      code = (code << 6) | (next & 0x3F);
    }
    constexpr std::uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (code < kLeast[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
  }
  return true;
}

// "-93.784s", as protobuf's JSON writes a duration.
std::string duration_text(std::int64_t ms) {
  auto magnitude = ms < 0 ? 0 - static_cast<std::uint64_t>(ms) : static_cast<std::uint64_t>(ms);
  std::string text = (ms < 0 ? "-" : "") + std::to_string(magnitude / 1000);
  if (magnitude % 1000 != 0) {
    std::string fraction = std::to_string(1000 + magnitude % 1000);
    fraction[0] = '.';
    while (fraction.back() == '0') fraction.pop_back();
    text += fraction;
  }
  return text + "s";
}

Value to_text(const Value& value) {
  switch (value.kind()) {
    case Kind::kString: return value;
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kDouble:
    case Kind::kDate:
    case Kind::kPeriod:
    case Kind::kDecimal: return Value::text(value.printed());
    case Kind::kUint: return Value::text(std::to_string(value.as_uint()));
    case Kind::kTimestamp: return Value::text(instant_text(value.as_timestamp()));
    case Kind::kDuration: return Value::text(duration_text(value.as_duration_ms()));
    case Kind::kBytes: return is_utf8(value.as_bytes()) ? Value::text(value.as_bytes()) : failed("the bytes are no UTF-8");
    default: return no_overload(Function::kToString, {&value, 1});
  }
}

Value to_bool(const Value& value) {
  if (value.kind() == Kind::kBool) return value;
  if (value.kind() != Kind::kString) return no_overload(Function::kToBool, {&value, 1});
  const std::string& text = value.as_text();
  for (std::string_view yes : {"true", "True", "TRUE", "t", "1"}) {
    if (text == yes) return Value::boolean(true);
  }
  for (std::string_view no : {"false", "False", "FALSE", "f", "0"}) {
    if (text == no) return Value::boolean(false);
  }
  return not_readable("a bool");
}

Value to_timestamp(const Value& value) {
  if (value.kind() == Kind::kTimestamp) return value;
  if (value.kind() == Kind::kInt) {
    if (value.as_int() < kInstantMin / 1000 || value.as_int() > kInstantMax / 1000) return failed("the instant leaves the years 1 to 9999");
    return Value::timestamp(Timestamp(value.as_int() * 1000));
  }
  if (value.kind() != Kind::kString) return no_overload(Function::kToTimestamp, {&value, 1});
  auto read = read_instant(value.as_text());
  return read ? Value::timestamp(*read) : not_readable("a timestamp: write for instance \"2025-10-04T08:30:00Z\"");
}

// Nanoseconds of a unit of Go's durations, which CEL took over: h, m, s, ms, us, ns.
std::int64_t nanoseconds_of(std::string_view unit) {
  if (unit == "h") return 3'600'000'000'000;
  if (unit == "m") return 60'000'000'000;
  if (unit == "s") return 1'000'000'000;
  if (unit == "ms") return 1'000'000;
  if (unit == "us" || unit == "µs") return 1'000;
  return unit == "ns" ? 1 : 0;
}

struct Nanoseconds {
  __int128 total = 0;
  const char* why = nullptr;
};

// "1h30m", "-1.5s", "0".
Nanoseconds read_duration(std::string_view text) {
  constexpr const char* kForm = "a duration: write for instance \"36h\" or \"1h30m\"";
  constexpr std::size_t kDigitsMax = 15;
  Nanoseconds out;
  bool minus = !text.empty() && text.front() == '-';
  if (!text.empty() && (minus || text.front() == '+')) text.remove_prefix(1);
  if (text == "0") return out;
  if (text.empty()) return {0, kForm};
  while (!text.empty()) {
    __int128 coefficient = 0;
    std::int64_t divisor = 1;
    std::size_t at = 0;
    std::size_t digits = 0;
    bool fraction = false;
    for (; at < text.size() && ((text[at] >= '0' && text[at] <= '9') || (text[at] == '.' && !fraction)); ++at) {
      if (text[at] == '.') {
        fraction = true;
        continue;
      }
      if (++digits > kDigitsMax) return {0, "a duration: it has too many digits"};
      coefficient = coefficient * 10 + (text[at] - '0');
      if (fraction) divisor *= 10;
    }
    std::size_t end = at;
    while (end < text.size() && !(text[end] >= '0' && text[end] <= '9') && text[end] != '.') ++end;
    std::int64_t unit = nanoseconds_of(text.substr(at, end - at));
    if (digits == 0 || unit == 0) return {0, kForm};
    out.total += coefficient * unit / divisor;
    text.remove_prefix(end);
  }
  if (minus) out.total = -out.total;
  return out;
}

Value to_duration(const Value& value) {
  if (value.kind() == Kind::kDuration) return value;
  if (value.kind() != Kind::kString) return no_overload(Function::kToDuration, {&value, 1});
  Nanoseconds read = read_duration(value.as_text());
  if (read.why != nullptr) return not_readable(read.why);
  constexpr __int128 kMax = __int128{kDurationMaxMs} * 1'000'000;
  if (read.total > kMax || read.total < -kMax) return failed("the duration is over 292 years");
  if (read.total % 1'000'000 != 0) return failed("durations are whole milliseconds here");
  return Value::duration_ms(static_cast<std::int64_t>(read.total / 1'000'000));
}

Value to_date(const Value& value) {
  if (value.kind() == Kind::kDate) return value;
  if (value.kind() != Kind::kString) return no_overload(Function::kToDate, {&value, 1});
  auto read = parse_day(value.as_text());
  return read ? Value::date(*read) : not_readable("a date: write for instance \"2025-10-04\"");
}

Value to_period(const Value& value) {
  if (value.kind() == Kind::kPeriod) return value;
  if (value.kind() != Kind::kString) return no_overload(Function::kToPeriod, {&value, 1});
  auto read = parse_period(value.as_text());
  return read ? Value::period(*read) : not_readable("a period: write for instance \"P2Y\", \"P6M\" or \"P10D\"");
}

Value to_bytes(const Value& value) {
  if (value.kind() == Kind::kBytes) return value;
  if (value.kind() == Kind::kString) return Value::bytes(value.as_text());
  return no_overload(Function::kToBytes, {&value, 1});
}

}  // namespace

Value conversion(Function function, const Value& value) {
  switch (function) {
    case Function::kToInt: return to_int(value);
    case Function::kToUint: return to_uint(value);
    case Function::kToDouble: return to_double(value);
    case Function::kToString: return to_text(value);
    case Function::kToBytes: return to_bytes(value);
    case Function::kToBool: return to_bool(value);
    case Function::kToType: return Value::type(value.kind());
    case Function::kToDyn: return value;
    case Function::kToTimestamp: return to_timestamp(value);
    case Function::kToDuration: return to_duration(value);
    case Function::kToDate: return to_date(value);
    case Function::kToPeriod: return to_period(value);
    case Function::kToDecimal: return to_decimal(value);
    default: return no_overload(function, {&value, 1});
  }
}

}  // namespace ritrovo::expression
