#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"

namespace ritrovo {

/// An exact decimal number: coefficient × 10^-scale, 0 ≤ scale ≤ 18. Money has scale 2 (cents). Compared by value, so that 1.50 = 1.5;
/// printed and stored as written. Never a float.
struct Decimal {
  std::int64_t coefficient = 0;
  std::uint8_t scale = 0;
  friend bool operator==(const Decimal& a, const Decimal& b);
  friend std::strong_ordering operator<=>(const Decimal& a, const Decimal& b);
};

/// Reads "-1234.50". kMalformed for exponents, more than 18 digits, or anything else.
[[nodiscard]] Result<Decimal> parse_decimal(std::string_view text);
[[nodiscard]] std::string to_string(const Decimal& value);

class Value;
/// A record of named values, sorted by name, each name once.
using Values = std::vector<std::pair<std::string, Value>>;
using ValueList = std::vector<Value>;

struct Null {
  auto operator<=>(const Null&) const = default;
};

/// A value as commands bring it and events keep it. In JSON, Decimal, Day and Timestamp are strings: only a declaration tells them
/// from text, so a command's data arrives with text, and the workflow turns it into the declared type before it is recorded.
/// There is no floating-point alternative on purpose: a JSON number with a fraction is refused at the edge ("write it as a string").
class Value {
 public:
  using Variant = std::variant<Null, bool, std::int64_t, Decimal, std::string, Day, Timestamp, ValueList, Values>;
  Value() = default;
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Value> && std::is_constructible_v<Variant, T&&>)
  Value(T&& value) : held_(std::forward<T>(value)) {}    // NOLINT(google-explicit-constructor): values are written as literals
  Value(const char* text) : held_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] const Variant& held() const { return held_; }
  [[nodiscard]] Variant& held() { return held_; }
  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&held_);
  }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<Null>(held_); }
  bool operator==(const Value& other) const;

 private:
  Variant held_;
};

/// The value of that name, or nullptr. `values` is sorted by name.
[[nodiscard]] const Value* find(const Values& values, std::string_view name);
/// Sets or replaces the value of that name, keeping the order.
void set(Values& values, std::string name, Value value);

}  // namespace ritrovo
