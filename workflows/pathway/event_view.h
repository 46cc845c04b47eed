#pragma once

#include "engine/record/event_json.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/event_body.h"
#include "workflows/pathway/instance_names.h"

namespace ritrovo::pathway {

/// An event's body with names in place of indices, for JSON and for people: step paths, persons' aliases, facts, fields, outcomes, deadlines, the
/// law, and why it follows. `names`: the case's, which must have noted the events before this one (and this one, where it names
/// somebody). `pathway`: the pinned one; without it (nullptr) indices are shown as numbers.
[[nodiscard]] BodyView view_of(const Body& body, const CaseNames& names, const definition::Pathway* pathway);

/// Why, as names: {rule, part, law, causes: [versions], reads: {variable: {version, value}}}.
[[nodiscard]] Values view_of(const Because& because, const StepRef* step, const definition::Pathway* pathway);

}  // namespace ritrovo::pathway
