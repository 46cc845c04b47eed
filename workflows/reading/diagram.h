#pragma once

#include <string>

#include "workflows/reading/wording.h"

namespace ritrovo::reading {

/// The pathway as a picture, a whole SVG document in UTF-8: stages as frames one below the other, their steps as boxes from left to right,
/// each with its kind, who acts, conditions, deadlines and outcomes; an arrow leaves the outcome (or deadline) that opens the next step. With a
/// title, a description and a legend; what is shown by colour or shape is also said in words. `almanac` may be nullptr: deadlines are
/// then shown without lengths. The same arguments give the same bytes.
[[nodiscard]] std::string diagram(const definition::Pathway& pathway, const calendar::Almanac* almanac, Language language);

}  // namespace ritrovo::reading
