#include "workflows/expression/value.h"

#include <algorithm>
#include <bit>
#include <charconv>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "workflows/expression/comparison.h"

namespace ritrovo::expression {

struct Value::Payload {
  std::string text;
  std::vector<Value> items;
  std::vector<Entry> entries;
  std::vector<std::uint32_t> unknowns;
};

namespace {

constexpr std::size_t kLevelsMax = limits::kGuardNestingMax;

[[noreturn]] void wrong_kind(std::string_view asked, Kind is) {
  assertion_failed(__FILE__, __LINE__, "the value has the kind that is read",
                   std::string(asked) + " asked, " + std::string(name_of(is)) + " there");
}

}  // namespace

Value Value::floating(double value) { return Value(Kind::kDouble, std::bit_cast<std::uint64_t>(value)); }

Value Value::text(std::string value) {
  Value made(Kind::kString, 0);
  made.payload_ = std::make_shared<Payload>(Payload{std::move(value), {}, {}, {}});
  return made;
}

Value Value::bytes(std::string value) {
  Value made = text(std::move(value));
  made.kind_ = Kind::kBytes;
  return made;
}

Value Value::period(const Period& value) {
  std::uint64_t packed = 0;
  for (std::int32_t part : {value.years, value.months, value.weeks, value.days}) {
    RITROVO_ASSERT(std::in_range<std::int16_t>(part));
    packed = (packed << 16) | static_cast<std::uint16_t>(part);
  }
  return Value(Kind::kPeriod, packed);
}

Value Value::decimal(Decimal value) {
  Value made(Kind::kDecimal, static_cast<std::uint64_t>(value.coefficient));
  made.small_ = value.scale;
  return made;
}

Value Value::list(std::vector<Value> items) {
  Value made(Kind::kList, 0);
  made.payload_ = std::make_shared<Payload>(Payload{{}, std::move(items), {}, {}});
  return made;
}

Value Value::map(std::vector<Entry> entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return compare_keys(a.first, b.first) < 0; });
  std::vector<Entry> unique;
  unique.reserve(entries.size());
  for (Entry& entry : entries) {
    if (!unique.empty() && compare_keys(unique.back().first, entry.first) == 0) unique.pop_back();
    unique.push_back(std::move(entry));
  }
  Value made(Kind::kMap, 0);
  made.payload_ = std::make_shared<Payload>(Payload{{}, {}, std::move(unique), {}});
  return made;
}

Value Value::unknown(std::vector<std::uint32_t> variables) {
  RITROVO_ASSERT(!variables.empty());
  std::sort(variables.begin(), variables.end());
  variables.erase(std::unique(variables.begin(), variables.end()), variables.end());
  if (variables.size() == 1) return unknown(variables.front());
  Value made(Kind::kUnknown, 0);
  made.payload_ = std::make_shared<Payload>(Payload{{}, {}, {}, std::move(variables)});
  return made;
}

Value Value::error(FailureKind kind, std::string message) {
  Value made = text(std::move(message));
  made.kind_ = Kind::kError;
  made.small_ = static_cast<std::uint8_t>(kind);
  return made;
}

bool Value::as_bool() const {
  if (kind_ != Kind::kBool) wrong_kind("bool", kind_);
  return bits_ != 0;
}

std::int64_t Value::as_int() const {
  if (kind_ != Kind::kInt) wrong_kind("int", kind_);
  return static_cast<std::int64_t>(bits_);
}

std::uint64_t Value::as_uint() const {
  if (kind_ != Kind::kUint) wrong_kind("uint", kind_);
  return bits_;
}

double Value::as_double() const {
  if (kind_ != Kind::kDouble) wrong_kind("double", kind_);
  return std::bit_cast<double>(bits_);
}

const std::string& Value::as_text() const {
  if (kind_ != Kind::kString) wrong_kind("string", kind_);
  return payload_->text;
}

const std::string& Value::as_bytes() const {
  if (kind_ != Kind::kBytes) wrong_kind("bytes", kind_);
  return payload_->text;
}

Day Value::as_date() const {
  if (kind_ != Kind::kDate) wrong_kind("date", kind_);
  return Day(static_cast<std::int32_t>(static_cast<std::int64_t>(bits_)));
}

Timestamp Value::as_timestamp() const {
  if (kind_ != Kind::kTimestamp) wrong_kind("timestamp", kind_);
  return Timestamp(static_cast<std::int64_t>(bits_));
}

std::int64_t Value::as_duration_ms() const {
  if (kind_ != Kind::kDuration) wrong_kind("duration", kind_);
  return static_cast<std::int64_t>(bits_);
}

Period Value::as_period() const {
  if (kind_ != Kind::kPeriod) wrong_kind("period", kind_);
  auto part = [this](unsigned shift) { return std::int32_t{static_cast<std::int16_t>(bits_ >> shift)}; };
  return Period{part(48), part(32), part(16), part(0)};
}

Decimal Value::as_decimal() const {
  if (kind_ != Kind::kDecimal) wrong_kind("decimal", kind_);
  return Decimal{static_cast<std::int64_t>(bits_), small_};
}

Kind Value::as_type() const {
  if (kind_ != Kind::kType) wrong_kind("type", kind_);
  return static_cast<Kind>(bits_);
}

std::span<const Value> Value::items() const {
  if (kind_ != Kind::kList) wrong_kind("list", kind_);
  return payload_->items;
}

std::span<const Value::Entry> Value::entries() const {
  if (kind_ != Kind::kMap) wrong_kind("map", kind_);
  return payload_->entries;
}

const Value* Value::entry(std::string_view key) const {
  auto all = entries();
  auto at = std::lower_bound(all.begin(), all.end(), key, [](const Entry& entry, std::string_view wanted) {
    return entry.first.kind_ != Kind::kString || std::string_view(entry.first.payload_->text) < wanted;
  });
  if (at == all.end() || at->first.kind_ != Kind::kString || at->first.payload_->text != key) return nullptr;
  return &at->second;
}

const Value* Value::entry(const Value& key) const {
  auto all = entries();
  auto at = std::lower_bound(all.begin(), all.end(), key,
                             [](const Entry& entry, const Value& wanted) { return compare_keys(entry.first, wanted) < 0; });
  if (at == all.end() || compare_keys(at->first, key) != 0) return nullptr;
  return &at->second;
}

std::vector<std::uint32_t> Value::unknown_variables() const {
  if (kind_ != Kind::kUnknown) wrong_kind("unknown", kind_);
  if (payload_) return payload_->unknowns;
  return {static_cast<std::uint32_t>(bits_)};
}

FailureKind Value::failure_kind() const {
  if (kind_ != Kind::kError) wrong_kind("error", kind_);
  return static_cast<FailureKind>(small_);
}

const std::string& Value::failure_message() const {
  if (kind_ != Kind::kError) wrong_kind("error", kind_);
  return payload_->text;
}

std::string Value::printed() const { return printed(kLevelsMax); }

namespace {

std::string print_double(double value) {
  char text[40];
  auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::string print_quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string print_unknown(const std::vector<std::uint32_t>& variables) {
  std::string out = "unknown(";
  for (std::size_t i = 0; i < variables.size(); ++i) out += (i == 0 ? "" : ", ") + std::to_string(variables[i]);
  return out + ")";
}

}  // namespace

std::string Value::printed(std::size_t levels_left) const {
  if (levels_left == 0) return "…";
  switch (kind_) {
    case Kind::kNull: return "null";
    case Kind::kBool: return bits_ != 0 ? "true" : "false";
    case Kind::kInt: return std::to_string(as_int());
    case Kind::kUint: return std::to_string(bits_) + "u";
    case Kind::kDouble: return print_double(as_double());
    case Kind::kString: return print_quoted(payload_->text);
    case Kind::kBytes: return "b" + print_quoted(payload_->text);
    case Kind::kDate: return to_string(as_date());
    case Kind::kTimestamp: return to_string(as_timestamp());
    case Kind::kDuration: return std::to_string(as_duration_ms()) + "ms";
    case Kind::kPeriod: return to_string(as_period());
    case Kind::kDecimal: return to_string(as_decimal());
    case Kind::kType: return std::string(name_of(as_type()));
    case Kind::kUnknown: return print_unknown(unknown_variables());
    case Kind::kError: return "error: " + payload_->text;
    case Kind::kList: {
      std::string out = "[";
      for (const Value& item : payload_->items) out += (out.size() == 1 ? "" : ", ") + item.printed(levels_left - 1);
      return out + "]";
    }
    case Kind::kMap: {
      std::string out = "{";
      for (const auto& [key, value] : payload_->entries) {
        out += (out.size() == 1 ? "" : ", ") + key.printed(levels_left - 1) + ": " + value.printed(levels_left - 1);
      }
      return out + "}";
    }
    case Kind::kObject:
    case Kind::kDyn: return "?";
  }
  return "?";
}

namespace {

Value from_record_at(const ritrovo::Value& value, std::size_t levels_left);

struct FromRecord {
  std::size_t levels_left;
  Value operator()(const Null&) const { return Value::null(); }
  Value operator()(bool held) const { return Value::boolean(held); }
  Value operator()(std::int64_t held) const { return Value::integer(held); }
  Value operator()(const Decimal& held) const { return Value::decimal(held); }
  Value operator()(const std::string& held) const { return Value::text(held); }
  Value operator()(Day held) const { return Value::date(held); }
  Value operator()(Timestamp held) const { return Value::timestamp(held); }
  Value operator()(const ValueList& held) const {
    std::vector<Value> items;
    items.reserve(held.size());
    for (const auto& item : held) items.push_back(from_record_at(item, levels_left - 1));
    return Value::list(std::move(items));
  }
  Value operator()(const Values& held) const {
    std::vector<Value::Entry> entries;
    entries.reserve(held.size());
    for (const auto& [name, item] : held) entries.emplace_back(Value::text(name), from_record_at(item, levels_left - 1));
    return Value::map(std::move(entries));
  }
};

Value from_record_at(const ritrovo::Value& value, std::size_t levels_left) {
  RITROVO_ASSERT(levels_left > 0);  // the edge refuses deeper values, over kValueNestingMax
  return std::visit(FromRecord{levels_left}, value.held());
}

tl::unexpected<Error> not_recordable(Kind kind) {
  return failure(ErrorCode::kMalformed, "a value of type " + std::string(name_of(kind)) + " can't be recorded");
}

Result<ritrovo::Value> list_to_record(const Value& value) {
  ValueList list;
  for (const Value& item : value.items()) {
    auto made = to_record(item);
    if (!made) return made;
    list.push_back(std::move(*made));
  }
  return ritrovo::Value(std::move(list));
}

Result<ritrovo::Value> map_to_record(const Value& value) {
  Values values;
  for (const auto& [key, item] : value.entries()) {
    if (key.kind() != Kind::kString) return failure(ErrorCode::kMalformed, "a map whose keys aren't texts can't be recorded");
    auto made = to_record(item);
    if (!made) return made;
    values.emplace_back(key.as_text(), std::move(*made));
  }
  return ritrovo::Value(std::move(values));
}

std::string iso_duration(std::int64_t milliseconds) {
  auto magnitude = milliseconds < 0 ? 0 - static_cast<std::uint64_t>(milliseconds) : static_cast<std::uint64_t>(milliseconds);
  std::string text = (milliseconds < 0 ? "-PT" : "PT") + std::to_string(magnitude / 1000);
  if (magnitude % 1000 != 0) {
    std::string fraction = std::to_string(1000 + magnitude % 1000);
    fraction[0] = '.';
    text += fraction;
  }
  return text + "S";
}

}  // namespace

Value from_record(const ritrovo::Value& value) { return from_record_at(value, kLevelsMax); }

Result<ritrovo::Value> to_record(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull: return ritrovo::Value();
    case Kind::kBool: return ritrovo::Value(value.as_bool());
    case Kind::kInt: return ritrovo::Value(value.as_int());
    case Kind::kUint:
      if (!std::in_range<std::int64_t>(value.as_uint()))
        return failure(ErrorCode::kMalformed, "an unsigned number over 2^63 can't be recorded");
      return ritrovo::Value(static_cast<std::int64_t>(value.as_uint()));
    case Kind::kString: return ritrovo::Value(value.as_text());
    case Kind::kDate: return ritrovo::Value(value.as_date());
    case Kind::kTimestamp: return ritrovo::Value(value.as_timestamp());
    case Kind::kDuration: return ritrovo::Value(iso_duration(value.as_duration_ms()));
    case Kind::kPeriod: return ritrovo::Value(to_string(value.as_period()));
    case Kind::kDecimal: return ritrovo::Value(value.as_decimal());
    case Kind::kList: return list_to_record(value);
    case Kind::kMap: return map_to_record(value);
    case Kind::kDouble:
    case Kind::kBytes:
    case Kind::kType:
    case Kind::kObject:
    case Kind::kDyn:
    case Kind::kUnknown:
    case Kind::kError: return not_recordable(value.kind());
  }
  return not_recordable(value.kind());
}

}  // namespace ritrovo::expression
