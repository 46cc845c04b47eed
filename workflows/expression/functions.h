#pragma once

#include <span>
#include <string>
#include <vector>

#include "workflows/expression/comparison.h"
#include "workflows/expression/matcher.h"
#include "workflows/expression/syntax.h"
#include "workflows/expression/value.h"

namespace ritrovo::expression {

/// What a call needs beside its arguments.
struct CallContext {
  Meter& meter;
  Kind result = Kind::kDyn;          ///< as the checker found it; `sum` of an empty list needs it
  const Matcher* pattern = nullptr;  ///< of `matches`, where the pattern is a literal
};

/// Calls a function of CEL or the house. Arguments are values, never unknown or errors; of wrong kinds they give Error{kComputing}.
/// Spends steps in proportion to what it looks at.
[[nodiscard]] Value call_function(Function function, std::span<const Value> arguments, CallContext context);

/// An Error{kComputing}.
[[nodiscard]] Value failed(std::string message);
/// The Error of a call for which the kinds at hand have no meaning.
[[nodiscard]] Value no_overload(Function function, std::span<const Value> arguments);

/// + - * / % and their unary kin. Overflow, and division by zero, are errors; in doubles they follow IEEE 754.
[[nodiscard]] Value arithmetic(Function function, std::span<const Value> arguments, CallContext context);
/// int(), string(), date() and the other conversions.
[[nodiscard]] Value conversion(Function function, const Value& value);
/// getFullYear() and the other parts of a date, timestamp or duration; the optional second argument is an offset from UTC.
[[nodiscard]] Value accessor(Function function, std::span<const Value> arguments);
/// age, years_between, months_between, days_between.
[[nodiscard]] Value span_of_days(Function function, const Value& from, const Value& to);
/// round and divide: half away from zero, so that 0.005 becomes 0.01 and -0.005 becomes -0.01.
[[nodiscard]] Value rounding(Function function, std::span<const Value> arguments);

}  // namespace ritrovo::expression
