#include "workflows/calendar/parameter.h"

#include <algorithm>
#include <charconv>

namespace ritrovo::calendar {

namespace {

struct InWords {
  std::string operator()(const Decimal& value) const { return ritrovo::to_string(value); }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(const std::string& value) const { return value; }
  std::string operator()(const Period& value) const { return ritrovo::to_string(value); }
};

template <class T>
Result<ParameterValue> widened(Result<T> value) {
  if (!value) return tl::unexpected<Error>(value.error());
  return ParameterValue(std::move(*value));
}

Result<std::int64_t> parse_int(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size()) {
    return failure(ErrorCode::kMalformed, "\"" + std::string(text.substr(0, 40)) + "\" is not a whole number");
  }
  return value;
}

void check_value(const Parameter& parameter, const DatedValue& each, std::vector<std::string>& problems) {
  const std::string when = "value from " + to_string(each.from);
  if (each.to && *each.to < each.from) problems.push_back(when + " ends before it begins");
  if (each.value.index() != static_cast<std::size_t>(parameter.type)) {
    problems.push_back(when + " is not of type " + std::string(name_of(parameter.type)));
    return;
  }
  const auto* text = std::get_if<std::string>(&each.value);
  if (text == nullptr || parameter.choices.empty()) return;
  if (std::find(parameter.choices.begin(), parameter.choices.end(), *text) == parameter.choices.end()) {
    problems.push_back(when + " is \"" + *text + "\", which is none of the choices");
  }
}

}  // namespace

Result<const DatedValue*> value_on(const Parameter& parameter, Day day) {
  const auto after = std::upper_bound(parameter.values.begin(), parameter.values.end(), day,
                                      [](Day wanted, const DatedValue& each) { return wanted < each.from; });
  if (after == parameter.values.begin() || (std::prev(after)->to && *std::prev(after)->to < day)) {
    return failure(ErrorCode::kNotFound, "parameter " + parameter.name + " has no value on " + to_string(day) + "; publish one");
  }
  return &*std::prev(after);
}

Result<ParameterValue> parse_parameter_value(ParameterType type, std::string_view text) {
  switch (type) {
    case ParameterType::kDecimal: return widened(parse_decimal(text));
    case ParameterType::kInt: return widened(parse_int(text));
    case ParameterType::kText: return ParameterValue(std::string(text));
    case ParameterType::kPeriod: return widened(parse_period(text));
  }
  return failure(ErrorCode::kMalformed, "unknown parameter type");
}

std::string to_string(const ParameterValue& value) { return std::visit(InWords{}, value); }

std::vector<std::string> problems_of(const Parameter& parameter) {
  std::vector<std::string> problems;
  if (parameter.name.empty()) problems.emplace_back("has no name");
  if (parameter.version == 0) problems.emplace_back("has version 0; versions start at 1");
  if (parameter.title.it.empty() || parameter.title.en.empty()) problems.emplace_back("lacks a title in it or en");
  if (parameter.values.empty()) problems.emplace_back("has no value");
  if (!parameter.choices.empty() && parameter.type != ParameterType::kText) problems.emplace_back("has choices but is not a text");
  for (std::size_t i = 0; i < parameter.values.size(); ++i) {
    const DatedValue& each = parameter.values[i];
    check_value(parameter, each, problems);
    if (i == 0) continue;
    const DatedValue& previous = parameter.values[i - 1];
    if (each.from <= previous.from || (previous.to && each.from <= *previous.to)) {
      problems.push_back("values overlap or are out of order at " + to_string(each.from));
    }
  }
  return problems;
}

std::string_view name_of(ParameterType type) {
  switch (type) {
    case ParameterType::kDecimal: return "decimal";
    case ParameterType::kInt: return "int";
    case ParameterType::kText: return "text";
    case ParameterType::kPeriod: return "period";
  }
  return "?";
}

std::optional<ParameterType> parameter_type_of(std::string_view word) {
  for (const ParameterType type : {ParameterType::kDecimal, ParameterType::kInt, ParameterType::kText, ParameterType::kPeriod}) {
    if (name_of(type) == word) return type;
  }
  return std::nullopt;
}

}  // namespace ritrovo::calendar
