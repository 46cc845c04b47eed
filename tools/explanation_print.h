#pragma once

#include <ostream>

#include "workflows/reading/wording.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::tools {

/// Columns of what is printed for a reader.
inline constexpr std::size_t kExplanationColumns = 118;

/// Writes an explanation for a reader, broken into lines of at most kExplanationColumns columns; what is quoted stays as it is written.
void print(std::ostream& out, const reasons::Explanation& explanation, reading::Language language);

}  // namespace ritrovo::tools
