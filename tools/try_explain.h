#pragma once

#include <ostream>
#include <string>

#include "tools/scenario/scratch_case.h"
#include "workflows/reading/wording.h"

namespace ritrovo::tools {

/// Why a step of a case stands where it does, for each person that it is about (or the one of that alias): what opened or ended it, or what its
/// sentry still waits for, part by part (+ holds, - waits, x can't hold any more). Requires: the case is open; the step is its pathway's.
void explain(std::ostream& out, const scenario::ScratchCase& one, definition::StepIndex step, const std::string& alias, Day today, reading::Language language);

}  // namespace ritrovo::tools
