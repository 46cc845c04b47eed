#pragma once

#include <optional>
#include <vector>

#include "workflows/pathway/case_state.h"
#include "workflows/reasons/case_story.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons {

/// A guard asked at some moment of a case.
struct Asking {
  const pathway::CaseState& state;      ///< the case then
  const definition::Library& library;  ///< in force then
  pathway::StepRef ref;                 ///< for whom
  Day today;                            ///< the day of deciding
};

/// What the guard reads: each variable with its title, value and the event that it came from.
[[nodiscard]] std::vector<Line> values_seen(const CaseStory& story, const Asking& asking, definition::GuardIndex guard);

/// How the guard comes to its result: with the values put in, and the parameters that it looked up. Empty where personal values, or none, are at hand.
[[nodiscard]] std::vector<Line> worked_out(const CaseStory& story, const Asking& asking, definition::GuardIndex guard);

/// The same result again.
[[nodiscard]] expression::Value result_of(const CaseStory& story, const Asking& asking, definition::GuardIndex guard);

/// A variable's title for a reader: "Yearly income in euro", "Relatives".
[[nodiscard]] std::string variable_title(const CaseStory& story, std::uint32_t variable);

}  // namespace ritrovo::reasons
