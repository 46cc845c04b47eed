#pragma once

#include <vector>

#include "engine/base/result.h"
#include "engine/record/event.h"
#include "engine/record/opened.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::pathway {

/// A case as it would have come about, told each thing on the day on which it happened, and nothing that happened after some day.
struct AsOf {
  std::vector<Event> events;  ///< numbered anew from 1, without boxes
  Opened opened;              ///< the personal values of those events, by their new numbers
};

/// Derives a case as of a day from all that is known of it: facts as they were last corrected, persons, and what persons did, effective by then; by
/// the same interpreter, pathway and library. What somebody told keeps its instant and who told it; what follows has those of what it follows.
/// `known`: the case's events. `opened`: their boxes.
/// kNotFound for a day before the case was opened; kOverLimit where it would take more than kRederivedEventsMax events.
/// Requires: at least one event; the pinned pathway is in the library.
/// Runs on: any thread; touches only its arguments.
[[nodiscard]] Result<AsOf> derive_as_of(const definition::Library& library, const std::vector<Event>& known, const Opened& opened, Day day);

}  // namespace ritrovo::pathway
