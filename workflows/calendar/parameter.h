#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/period.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/record/value.h"
#include "workflows/calendar/title.h"

namespace ritrovo::calendar {

/// What kind of value a parameter has; the order is that of ParameterValue's alternatives.
enum class ParameterType { kDecimal, kInt, kText, kPeriod };

using ParameterValue = std::variant<Decimal, std::int64_t, std::string, Period>;

/// The value that holds from a day on, until the next one's day, or through `to` if given.
struct DatedValue {
  Day from;
  std::optional<Day> to;
  ParameterValue value;
  Source source;
};

/// A dated amount or policy choice, as written in workflows/catalogue/parameters/*.yaml (the form stands in README.md).
struct Parameter {
  std::string name;
  std::uint32_t version = 1;
  Title title;
  Source source;
  ParameterType type = ParameterType::kText;
  std::vector<std::string> choices;  ///< the texts allowed; empty: any (text parameters only)
  std::vector<DatedValue> values;    ///< by `from`, ascending
};

/// The value that holds on `day`. kNotFound, naming the parameter and the day, before the first value's day or after a value's `to`.
/// The pointer is owned by `parameter`.
[[nodiscard]] Result<const DatedValue*> value_on(const Parameter& parameter, Day day);

/// Reads a value as the YAML writes it, for that type: decimal "5977.79", int "16", text, period "P2Y". kMalformed otherwise.
[[nodiscard]] Result<ParameterValue> parse_parameter_value(ParameterType type, std::string_view text);
/// Writes it back.
[[nodiscard]] std::string to_string(const ParameterValue& value);

/// Everything wrong with one parameter by itself, a sentence each; empty if nothing is.
[[nodiscard]] std::vector<std::string> problems_of(const Parameter& parameter);

/// The words of the YAML: "decimal", "int", "text", "period".
[[nodiscard]] std::string_view name_of(ParameterType type);
[[nodiscard]] std::optional<ParameterType> parameter_type_of(std::string_view word);

}  // namespace ritrovo::calendar
