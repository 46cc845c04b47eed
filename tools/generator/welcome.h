#pragma once

#include "tools/generator/people.h"
#include "tools/generator/point.h"
#include "tools/generator/script.h"

namespace ritrovo::generator {

/// The first visit to the one-stop desk, as a case of its own: channel, language, search, needs, orientation, referrals.
/// Returns when the family's reunification is opened.
[[nodiscard]] Point come_to_the_desk(Script& script, const Household& household, Day day);

}  // namespace ritrovo::generator
