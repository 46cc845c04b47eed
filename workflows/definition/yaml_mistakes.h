#pragma once

#include <string>
#include <string_view>

#include "workflows/definition/problem.h"

/// What somebody most likely did wrong where a text isn't YAML: a reader of YAML stumbles later than the mistake, and says something else.
namespace ritrovo::definition {

struct Mistake {
  Place place;
  std::string message;
  std::string hint;
};

/// The mistake behind `said`, what the reader of YAML said at `stumbled`: a tab or a no-break space in the indent, a quote or bracket that
/// isn't closed, a key without a colon, a text with a colon or an apostrophe in it, an indent that fits no line above; where it is none of
/// them, what was said. `problems` gives the lines of `text`. Runs on: any thread.
[[nodiscard]] Mistake likely_mistake(std::string_view text, const Problems& problems, Place stumbled, const std::string& said);

}  // namespace ritrovo::definition
