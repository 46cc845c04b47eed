#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/record/value.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::pathway {

/// A command's data in the declared types: what is recorded in clear, and what is sealed.
struct FieldData {
  std::vector<FieldValue> open;
  Values sealed;
};

/// Turns `data` into the types that `fields` declare: texts into dates and decimals, whole numbers into decimals; null is "not given".
/// Adds to `problems`, for each field that is missing, unknown or of another type, a clause that names it (prefixed by `where`) and never its
/// value. A date that the definition calls past must not lie after `effective`, where that is given.
[[nodiscard]] FieldData read_fields(const std::vector<definition::Field>& fields, const Values& data, const std::string& where, std::vector<std::string>& problems,
                                    std::optional<Day> effective = std::nullopt);
/// One sentence of all problems.
[[nodiscard]] std::string sentence_of(const std::vector<std::string>& problems);

}  // namespace ritrovo::pathway
