#pragma once

#include <string>

#include "engine/record/event_json.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::tools {

/// An event's kind and body with names, for JSON, of the engine's own records too; values that are sealed stay in their boxes. `names`: the
/// case's. `pathway`: the pinned one; nullptr shows numbers.
[[nodiscard]] BodyView view_of(const Event& event, const pathway::CaseNames& names, const definition::Pathway* pathway);
/// What the event is about in a word: the step, fact or person; empty where nothing is named.
[[nodiscard]] std::string subject_of(const BodyView& view);
/// The versions of the events that it follows from, "67, 149"; empty where a command asked for it or its day had come.
[[nodiscard]] std::string causes_of(const BodyView& view);

}  // namespace ritrovo::tools
