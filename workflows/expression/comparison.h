#pragma once

#include <compare>
#include <cstdint>
#include <optional>

#include "workflows/expression/value.h"

namespace ritrovo::expression {

/// What an evaluation may still spend. One step is about one visit of a node, or 64 bytes or one element looked at.
struct Meter {
  std::int64_t left = 0;
  /// An unknown or an error inside a list or map that `equal` came across; then its `false` isn't an answer. Null if there was none.
  Value met = {};
  /// Takes `steps`; false once the budget is spent (and for ever after).
  bool charge(std::uint64_t steps) {
    left -= static_cast<std::int64_t>(steps);
    return left >= 0;
  }
};

/// One past the largest int and uint.
inline constexpr double kTwo63 = 9223372036854775808.0;
inline constexpr double kTwo64 = 18446744073709551616.0;

/// Whether a kind is one of int, uint, double, decimal.
[[nodiscard]] bool is_number(Kind kind);

/// Compares numbers of any kinds by their mathematical value, but a whole number with a double after rounding it to one, as the
/// specification's tests have it; unordered with NaN and between double and decimal, which are kept apart because money is never a
/// float. Requires: both are numbers.
[[nodiscard]] std::partial_ordering compare_numbers(const Value& a, const Value& b);

/// CEL's equality: by value within a kind, numbers across kinds, lists and maps by element; false across other kinds.
/// Spends steps by what it looks at; once they are spent the answer means nothing and the evaluation ends in Error{kBudget}.
[[nodiscard]] bool equal(const Value& a, const Value& b, Meter& meter);

/// CEL's order of two values: numbers across kinds; bools, texts, bytes, dates, timestamps, durations within theirs.
/// std::nullopt where they have no order (the caller makes that "no such overload").
[[nodiscard]] std::optional<std::partial_ordering> compare(const Value& a, const Value& b);

/// The order in which maps keep their keys: bools, numbers (by their exact value), texts. Equal for 1 and 1u.
[[nodiscard]] std::weak_ordering compare_keys(const Value& a, const Value& b);

}  // namespace ritrovo::expression
