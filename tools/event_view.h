#pragma once

#include <string>

#include "engine/record/event_json.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::tools {

/// An event's kind and body with the names of its pathway, for JSON; values that are sealed stay in their boxes. Where the pathway isn't
/// known, the kind alone.
[[nodiscard]] BodyView view_of(const Event& event, const definition::Pathway* pathway, const pathway::CaseCore* core);
/// What the event is about in a word: the step, fact or person; empty where nothing is named.
[[nodiscard]] std::string subject_of(const Event& event, const definition::Pathway* pathway, const pathway::CaseCore& core);

}  // namespace ritrovo::tools
