#include "engine/record/value.h"

#include <algorithm>

namespace ritrovo {

namespace {

constexpr std::size_t kDecimalDigitsMax = 18;

__int128 scaled_to(const Decimal& value, std::uint8_t scale) {
  __int128 coefficient = value.coefficient;
  for (int i = value.scale; i < scale; ++i) coefficient *= 10;
  return coefficient;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool operator==(const Decimal& a, const Decimal& b) { return (a <=> b) == 0; }

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const std::uint8_t scale = std::max(a.scale, b.scale);
  const __int128 left = scaled_to(a, scale);
  const __int128 right = scaled_to(b, scale);
  if (left < right) return std::strong_ordering::less;
  return left > right ? std::strong_ordering::greater : std::strong_ordering::equal;
}

Result<Decimal> parse_decimal(std::string_view text) {
  const auto malformed = [] { return failure(ErrorCode::kMalformed, "expected a decimal number of at most 18 digits, like \"-1234.50\""); };
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view fraction = point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
  if (whole.empty() || (point != std::string_view::npos && fraction.empty())) return malformed();
  if (whole.size() > 1 && whole.front() == '0') return malformed();
  const std::size_t whole_digits = whole == "0" ? 0 : whole.size();
  if (whole_digits + fraction.size() > kDecimalDigitsMax) return malformed();
  if (!std::all_of(whole.begin(), whole.end(), is_digit) || !std::all_of(fraction.begin(), fraction.end(), is_digit)) return malformed();
  std::int64_t coefficient = 0;
  for (const char c : whole) coefficient = coefficient * 10 + (c - '0');
  for (const char c : fraction) coefficient = coefficient * 10 + (c - '0');
  return Decimal{negative ? -coefficient : coefficient, static_cast<std::uint8_t>(fraction.size())};
}

std::string to_string(const Decimal& value) {
  // Through unsigned, since the smallest number's opposite doesn't fit.
  const bool negative = value.coefficient < 0;
  std::string digits =
      std::to_string(negative ? 0 - static_cast<std::uint64_t>(value.coefficient) : static_cast<std::uint64_t>(value.coefficient));
  if (digits.size() <= value.scale) digits.insert(0, value.scale + 1 - digits.size(), '0');
  if (value.scale > 0) digits.insert(digits.size() - value.scale, ".");
  return negative ? "-" + digits : digits;
}

bool Value::operator==(const Value& other) const { return held_ == other.held_; }

namespace {

auto place_of(auto& values, std::string_view name) {
  return std::lower_bound(values.begin(), values.end(), name,
                          [](const auto& entry, std::string_view wanted) { return entry.first < wanted; });
}

}  // namespace

const Value* find(const Values& values, std::string_view name) {
  const auto place = place_of(values, name);
  return place != values.end() && place->first == name ? &place->second : nullptr;
}

void set(Values& values, std::string name, Value value) {
  const auto place = place_of(values, name);
  if (place != values.end() && place->first == name) {
    place->second = std::move(value);
  } else {
    values.emplace(place, std::move(name), std::move(value));
  }
}

}  // namespace ritrovo
