#pragma once

#include <ostream>
#include <string>

#include "engine/base/result.h"
#include "tools/scenario/scratch_case.h"
#include "workflows/reading/wording.h"

namespace ritrovo::tools {

/// Explains a step or a deadline of a case in memory, of each person whom it concerns, or of `alias` alone. Fails, with what was probably meant,
/// where the names mean nothing there. Requires: the case is open.
[[nodiscard]] Result<void> explain(std::ostream& out, const scenario::ScratchCase& one, const std::string& what, const std::string& alias, Day today, reading::Language language);

}  // namespace ritrovo::tools
