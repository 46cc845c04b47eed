#pragma once

#include "engine/runtime/machine.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/interpreter.h"

namespace ritrovo::pathway {

/// Decides what a command means for a case. Reads its arguments, changes nothing.
/// `opened`: the opened boxes of `state`. `now.today`: the local day, against which "in the future" and `today` are judged.
/// Returns the events that follow, in the order in which they must be applied (for `wake` perhaps none), or a Rejection with one of
/// rejection_codes.h.
/// `reach`: kEverything derives without the index of what depends on what; same events, slower.
/// Runs on: any thread; touches only its arguments.
[[nodiscard]] Decision decide(const definition::Library& library, const CaseState& state, const Opened& opened, const Command& command, Now now,
                              Reach reach = Reach::kTouched);

}  // namespace ritrovo::pathway
