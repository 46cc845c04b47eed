#pragma once

#include <string>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// The whole definition as prose in Markdown: who takes part, the steps with who acts, when each opens and ends and by when, what is
/// reported, the terms and amounts that it uses, and what was not verified. For somebody who answers for it and doesn't read YAML.
/// `almanac` may be nullptr: terms are then named without their lengths. Ends with a line feed; the same arguments give the same bytes.
[[nodiscard]] std::string describe(const definition::Pathway& pathway, const calendar::Almanac* almanac, Language language);

}  // namespace ritrovo::reading
