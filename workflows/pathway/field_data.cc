#include "workflows/pathway/field_data.h"

#include <algorithm>
#include <optional>

#include "engine/base/limits.h"

namespace ritrovo::pathway {
namespace {

using definition::Field;
using definition::FieldKind;

std::string kind_of(const Field& field) {
  switch (field.kind) {
    case FieldKind::kString: return "a text";
    case FieldKind::kBoolean: return "true or false";
    case FieldKind::kInteger: return "a whole number";
    case FieldKind::kDecimal: return "an amount such as \"1200.50\"";
    case FieldKind::kDate: return "a date such as \"2025-10-04\"";
    case FieldKind::kEnumeration: {
      std::string names = "one of";
      for (const std::string& value : field.values) names += " " + value;
      return names;
    }
  }
  return "a value";
}

std::optional<ritrovo::Value> decimal_of(const ritrovo::Value& value) {
  if (value.get<Decimal>() != nullptr) return value;
  if (const auto* whole = value.get<std::int64_t>()) return ritrovo::Value(Decimal{*whole, 0});
  const auto* text = value.get<std::string>();
  const Result<Decimal> amount = text == nullptr ? failure(ErrorCode::kMalformed, "") : parse_decimal(*text);
  return amount ? std::optional<ritrovo::Value>(*amount) : std::nullopt;
}

std::optional<ritrovo::Value> date_of(const ritrovo::Value& value) {
  if (value.get<Day>() != nullptr) return value;
  const auto* text = value.get<std::string>();
  const Result<Day> day = text == nullptr ? failure(ErrorCode::kMalformed, "") : parse_day(*text);
  return day ? std::optional<ritrovo::Value>(*day) : std::nullopt;
}

std::optional<ritrovo::Value> typed(const Field& field, const ritrovo::Value& value) {
  const auto* text = value.get<std::string>();
  switch (field.kind) {
    case FieldKind::kString: return text != nullptr && text->size() <= limits::kTextBytesMax ? std::optional(value) : std::nullopt;
    case FieldKind::kBoolean: return value.get<bool>() != nullptr ? std::optional(value) : std::nullopt;
    case FieldKind::kInteger: return value.get<std::int64_t>() != nullptr ? std::optional(value) : std::nullopt;
    case FieldKind::kDecimal: return decimal_of(value);
    case FieldKind::kDate: return date_of(value);
    case FieldKind::kEnumeration: {
      const bool known = text != nullptr && std::find(field.values.begin(), field.values.end(), *text) != field.values.end();
      return known ? std::optional(value) : std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace

FieldData read_fields(const std::vector<Field>& fields, const Values& data, const std::string& where, std::vector<std::string>& problems,
                      std::optional<Day> effective) {
  FieldData read;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Field& field = fields[i];
    const ritrovo::Value* given = find(data, field.name);
    if (given == nullptr || given->is_null()) {
      if (!field.optional) problems.push_back(where + field.name + " is missing (" + kind_of(field) + ")");
      continue;
    }
    std::optional<ritrovo::Value> value = typed(field, *given);
    if (!value) {
      problems.push_back(where + field.name + " must be " + kind_of(field));
    } else if (field.past && effective && value->get<Day>() != nullptr && *value->get<Day>() > *effective) {
      problems.push_back(where + field.name + " is after " + to_string(*effective) + ", the day on which this is said to have happened");
    } else if (field.privacy == definition::Privacy::kSealed) {
      set(read.sealed, field.name, std::move(*value));
    } else {
      read.open.push_back({static_cast<definition::FieldIndex>(i), std::move(*value)});
    }
  }
  for (const auto& [name, value] : data) {
    const bool known = std::any_of(fields.begin(), fields.end(), [&name = name](const Field& field) { return field.name == name; });
    if (!known) problems.push_back(where + name + " is not a field here");
  }
  return read;
}

std::string sentence_of(const std::vector<std::string>& problems) {
  std::string sentence;
  for (auto problem = problems.begin(); problem != problems.end(); ++problem)
    if (std::find(problems.begin(), problem, *problem) == problem) sentence += (sentence.empty() ? "" : "; ") + *problem;
  return sentence + ".";
}

}  // namespace ritrovo::pathway
