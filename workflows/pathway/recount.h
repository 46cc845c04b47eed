#pragma once

#include <vector>

#include "workflows/calendar/almanac.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::pathway {

/// What of the almanac decides when a deadline of that term is due: the term, its calendar and those which that one extends, the parameter that
/// chooses its length; each with the version in force. Requires: `term` is of this almanac.
[[nodiscard]] std::vector<AlmanacVersion> rests_on(const calendar::Almanac& almanac, const calendar::Term& term);

}  // namespace ritrovo::pathway
