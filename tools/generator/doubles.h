#pragma once

#include "tools/generator/people.h"
#include "tools/generator/random.h"

namespace ritrovo::generator {

/// A family as another service writes it down.
struct DoubleFamily {
  Household household;
  bool respelt = false;  ///< at least one name is written otherwise
  bool swapped = false;  ///< day and month of at least one date of birth changed places
};

/// Most names are written otherwise, a few in their own script, some with the family name first; in a quarter of the families dates of birth have day and
/// month swapped wherever that is a date before `day`; now and then a relative isn't named this time.
[[nodiscard]] DoubleFamily as_met_again(Random& random, const Household& household, Day day);

}  // namespace ritrovo::generator
