#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/period.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/record/value.h"
#include "workflows/expression/type.h"

namespace ritrovo::expression {

/// Why an evaluation failed; the caller opens an incident that names it.
enum class FailureKind : std::uint8_t {
  kErased,     ///< a value was erased with its person's key
  kComputing,  ///< overflow, division by zero, no such key, text that can't be read, a value of another type than declared
  kBudget,     ///< over kGuardStepsMax
  kHost,       ///< a host function can't answer (no parameter for that day, a calendar that doesn't reach)
};

/// A runtime value: 32 bytes; texts, lists and maps are shared, so that copying never copies them. Besides CEL's values it can be Unknown
/// (a set of variable indexes that are not yet reported) or an Error. Immutable; safe to share between threads.
class Value {
 public:
  using Entry = std::pair<Value, Value>;

  /// null
  Value() = default;
  [[nodiscard]] static Value null() { return {}; }
  [[nodiscard]] static Value boolean(bool value) { return Value(Kind::kBool, value ? 1 : 0); }
  [[nodiscard]] static Value integer(std::int64_t value) { return Value(Kind::kInt, static_cast<std::uint64_t>(value)); }
  [[nodiscard]] static Value unsigned_integer(std::uint64_t value) { return Value(Kind::kUint, value); }
  [[nodiscard]] static Value floating(double value);
  [[nodiscard]] static Value text(std::string value);
  [[nodiscard]] static Value bytes(std::string value);
  [[nodiscard]] static Value date(Day value) { return Value(Kind::kDate, static_cast<std::uint64_t>(std::int64_t{value.value()})); }
  [[nodiscard]] static Value timestamp(Timestamp value) { return Value(Kind::kTimestamp, static_cast<std::uint64_t>(value.value())); }
  [[nodiscard]] static Value duration_ms(std::int64_t value) { return Value(Kind::kDuration, static_cast<std::uint64_t>(value)); }
  /// Requires: each part within ±9999, as parse_period reads them.
  [[nodiscard]] static Value period(const Period& value);
  [[nodiscard]] static Value decimal(Decimal value);
  [[nodiscard]] static Value list(std::vector<Value> items);
  /// A map; entries in any order, sorted here. The later of two equal keys wins. Requires: keys are bool, int, uint or string.
  [[nodiscard]] static Value map(std::vector<Entry> entries);
  /// The type of that kind, as `type(x)` gives it.
  [[nodiscard]] static Value type(Kind kind) { return Value(Kind::kType, static_cast<std::uint64_t>(kind)); }
  /// Not yet reported: the variable with that index.
  [[nodiscard]] static Value unknown(std::uint32_t variable) { return Value(Kind::kUnknown, variable); }
  /// Not yet reported: all these variables. Requires: at least one.
  [[nodiscard]] static Value unknown(std::vector<std::uint32_t> variables);
  /// A failure; `message` is a sentence without personal values.
  [[nodiscard]] static Value error(FailureKind kind, std::string message);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool is_null() const { return kind_ == Kind::kNull; }
  [[nodiscard]] bool is_unknown() const { return kind_ == Kind::kUnknown; }
  [[nodiscard]] bool is_error() const { return kind_ == Kind::kError; }
  /// Neither unknown nor an error.
  [[nodiscard]] bool is_value() const { return kind_ < Kind::kUnknown; }
  /// Whether this is the bool `true`.
  [[nodiscard]] bool is_true() const { return kind_ == Kind::kBool && bits_ != 0; }
  /// Whether this is the bool `false`; an unknown or an error is neither true nor false.
  [[nodiscard]] bool is_false() const { return kind_ == Kind::kBool && bits_ == 0; }

  // Readers. Each requires the kind that it names; asserts otherwise.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;
  [[nodiscard]] std::uint64_t as_uint() const;
  [[nodiscard]] double as_double() const;
  [[nodiscard]] const std::string& as_text() const;   ///< of a string
  [[nodiscard]] const std::string& as_bytes() const;  ///< of bytes
  [[nodiscard]] Day as_date() const;
  [[nodiscard]] Timestamp as_timestamp() const;
  [[nodiscard]] std::int64_t as_duration_ms() const;
  [[nodiscard]] Period as_period() const;
  [[nodiscard]] Decimal as_decimal() const;
  [[nodiscard]] Kind as_type() const;
  /// Elements of a list, in order.
  [[nodiscard]] std::span<const Value> items() const;
  /// Entries of a map, sorted by key (bools, then numbers, then texts).
  [[nodiscard]] std::span<const Entry> entries() const;
  /// The entry of a map under a text key, or nullptr.
  [[nodiscard]] const Value* entry(std::string_view key) const;
  /// The entry of a map under any key (1 and 1u are the same key), or nullptr.
  [[nodiscard]] const Value* entry(const Value& key) const;
  /// The variables that an unknown waits for, ascending, each once.
  [[nodiscard]] std::vector<std::uint32_t> unknown_variables() const;
  [[nodiscard]] FailureKind failure_kind() const;
  [[nodiscard]] const std::string& failure_message() const;

  /// For people and traces: `"text"`, `2025-10-04`, `10.50`, `[1, 2]`, `unknown(3)`, `error: …`.
  [[nodiscard]] std::string printed() const;

 private:
  struct Payload;
  Value(Kind kind, std::uint64_t bits) : bits_(bits), kind_(kind) {}
  [[nodiscard]] std::string printed(std::size_t levels_left) const;

  std::uint64_t bits_ = 0;
  std::shared_ptr<const Payload> payload_;
  Kind kind_ = Kind::kNull;
  std::uint8_t small_ = 0;  ///< a decimal's scale, a failure's kind
};

/// From what events and commands hold: texts stay texts, whole numbers become int, records become maps with text keys.
[[nodiscard]] Value from_record(const ritrovo::Value& value);
/// To what events hold: durations and periods become texts in ISO 8601. kMalformed for a double, bytes, a type, a uint over
/// int64, a map with keys other than texts, an unknown or an error.
[[nodiscard]] Result<ritrovo::Value> to_record(const Value& value);

}  // namespace ritrovo::expression
