#include "workflows/expression/comparison.h"

#include <cmath>

namespace ritrovo::expression {

namespace {

// A whole number against a double on CEL's terms: it is first rounded to a double, so that the largest int equals 2^63.
std::partial_ordering compare_rounded(const Value& a, double b) {
  if (a.kind() == Kind::kInt) return static_cast<double>(a.as_int()) <=> b;
  if (a.kind() == Kind::kUint) return static_cast<double>(a.as_uint()) <=> b;
  return std::partial_ordering::unordered;
}

// Exactly, for the keys of maps, whose order must be one.
std::partial_ordering compare_with_double(std::int64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwo63) return std::partial_ordering::less;
  if (b < -kTwo63) return std::partial_ordering::greater;
  auto whole = static_cast<std::int64_t>(b);
  if (a != whole) return a <=> whole;
  return 0.0 <=> (b - static_cast<double>(whole));
}

std::partial_ordering compare_with_double(std::uint64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwo64) return std::partial_ordering::less;
  if (b < 0) return std::partial_ordering::greater;
  auto whole = static_cast<std::uint64_t>(b);
  if (a != whole) return a <=> whole;
  return 0.0 <=> (b - static_cast<double>(whole));
}

std::partial_ordering reversed(std::partial_ordering order) { return 0 <=> order; }

std::partial_ordering compare_with_double(const Value& a, double b) {
  if (a.kind() == Kind::kInt) return compare_with_double(a.as_int(), b);
  if (a.kind() == Kind::kUint) return compare_with_double(a.as_uint(), b);
  return std::partial_ordering::unordered;
}

struct Exact {
  __int128 coefficient;
  unsigned scale;
};

Exact exact(const Value& value) {
  if (value.kind() == Kind::kInt) return {value.as_int(), 0};
  if (value.kind() == Kind::kUint) return {value.as_uint(), 0};
  Decimal decimal = value.as_decimal();
  return {decimal.coefficient, decimal.scale};
}

// A coefficient stays below 2^64 (1.9e19) and a scale below 19, so the product stays below 1.9e37 and fits into 127 bits (1.7e38).
__int128 scaled(Exact value, unsigned scale) {
  __int128 coefficient = value.coefficient;
  for (unsigned i = value.scale; i < scale; ++i) coefficient *= 10;
  return coefficient;
}

bool equal_payloads(const Value& a, const Value& b, Meter& meter) {
  if (a.kind() == Kind::kList) {
    auto left = a.items();
    auto right = b.items();
    if (left.size() != right.size()) return false;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (!equal(left[i], right[i], meter)) return false;
    }
    return true;
  }
  auto left = a.entries();
  auto right = b.entries();
  if (left.size() != right.size()) return false;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (compare_keys(left[i].first, right[i].first) != 0 || !equal(left[i].second, right[i].second, meter)) return false;
  }
  return true;
}

int rank(Kind kind) {
  if (kind == Kind::kBool) return 0;
  return is_number(kind) ? 1 : 2;
}

}  // namespace

bool is_number(Kind kind) { return kind == Kind::kInt || kind == Kind::kUint || kind == Kind::kDouble || kind == Kind::kDecimal; }

std::partial_ordering compare_numbers(const Value& a, const Value& b) {
  if (a.kind() == Kind::kInt && b.kind() == Kind::kInt) return a.as_int() <=> b.as_int();
  if (a.kind() == Kind::kDouble && b.kind() == Kind::kDouble) return a.as_double() <=> b.as_double();
  if (b.kind() == Kind::kDouble) return compare_rounded(a, b.as_double());
  if (a.kind() == Kind::kDouble) return reversed(compare_rounded(b, a.as_double()));
  Exact left = exact(a);
  Exact right = exact(b);
  unsigned scale = left.scale > right.scale ? left.scale : right.scale;
  __int128 l = scaled(left, scale);
  __int128 r = scaled(right, scale);
  if (l == r) return std::partial_ordering::equivalent;
  return l < r ? std::partial_ordering::less : std::partial_ordering::greater;
}

bool equal(const Value& a, const Value& b, Meter& meter) {
  if (!meter.charge(1)) return false;
  if (!a.is_value() || !b.is_value()) {
    meter.met = a.is_value() ? b : a;
    return false;
  }
  if (is_number(a.kind()) && is_number(b.kind())) return compare_numbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull: return true;
    case Kind::kBool: return a.as_bool() == b.as_bool();
    case Kind::kString: return meter.charge(a.as_text().size() / 64) && a.as_text() == b.as_text();
    case Kind::kBytes: return meter.charge(a.as_bytes().size() / 64) && a.as_bytes() == b.as_bytes();
    case Kind::kDate: return a.as_date() == b.as_date();
    case Kind::kTimestamp: return a.as_timestamp() == b.as_timestamp();
    case Kind::kDuration: return a.as_duration_ms() == b.as_duration_ms();
    case Kind::kPeriod: return a.as_period() == b.as_period();
    case Kind::kType: return a.as_type() == b.as_type();
    case Kind::kList:
    case Kind::kMap: return equal_payloads(a, b, meter);
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kDecimal:
    case Kind::kObject:
    case Kind::kDyn:
    case Kind::kUnknown:
    case Kind::kError: return false;
  }
  return false;
}

std::optional<std::partial_ordering> compare(const Value& a, const Value& b) {
  if (is_number(a.kind()) && is_number(b.kind())) {
    if ((a.kind() == Kind::kDouble && b.kind() == Kind::kDecimal) || (a.kind() == Kind::kDecimal && b.kind() == Kind::kDouble))
      return std::nullopt;
    return compare_numbers(a, b);
  }
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kBool: return a.as_bool() <=> b.as_bool();
    case Kind::kString: return a.as_text().compare(b.as_text()) <=> 0;
    case Kind::kBytes: return a.as_bytes().compare(b.as_bytes()) <=> 0;
    case Kind::kDate: return a.as_date() <=> b.as_date();
    case Kind::kTimestamp: return a.as_timestamp() <=> b.as_timestamp();
    case Kind::kDuration: return a.as_duration_ms() <=> b.as_duration_ms();
    case Kind::kNull:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDouble:
    case Kind::kPeriod:
    case Kind::kDecimal:
    case Kind::kList:
    case Kind::kMap:
    case Kind::kObject:
    case Kind::kType:
    case Kind::kDyn:
    case Kind::kUnknown:
    case Kind::kError: return std::nullopt;
  }
  return std::nullopt;
}

std::weak_ordering compare_keys(const Value& a, const Value& b) {
  int left = rank(a.kind());
  int right = rank(b.kind());
  if (left != right) return left <=> right;
  bool mixed = left == 1 && a.kind() != b.kind();
  auto order = compare(a, b);
  if (mixed && b.kind() == Kind::kDouble) order = compare_with_double(a, b.as_double());
  if (mixed && a.kind() == Kind::kDouble) order = reversed(compare_with_double(b, a.as_double()));
  if (!order) return static_cast<int>(a.kind()) <=> static_cast<int>(b.kind());
  if (*order < 0) return std::weak_ordering::less;
  // NaN is no key of a map; looked up, it comes after every number and so is never found.
  return *order == 0 ? std::weak_ordering::equivalent : std::weak_ordering::greater;
}

}  // namespace ritrovo::expression
