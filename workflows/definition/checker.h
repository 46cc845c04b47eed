#pragma once

#include "workflows/calendar/almanac.h"
#include "workflows/definition/draft.h"

namespace ritrovo::definition {

/// Reports what names and types alone don't show: steps that can never open or end, facts that nothing uses, terms and parameters
/// without a value on some day that the pathway covers, personal values that a timer would tell, and the like. Requires: index_touches.
void check_pathway(Draft& draft, const calendar::Almanac& almanac, Place name);
/// Where the definition doesn't say who manages its cases: those who work on its own tasks, or where it has none, those who report. Reports
/// where that is nobody.
void settle_managers(Draft& draft);

/// The part of it that looks for steps which wait for each other (reachability.cc).
void check_reachability(Draft& draft);
/// The part of it that looks into guards (guard_checks.cc).
void check_guards(Draft& draft, const calendar::Almanac& almanac);

/// Reports sentries that can't hold, whatever happens.
void check_sentries(Draft& draft);
/// Reports a dated parameter that has no value on some day from the pathway's first on.
void check_days_covered(const calendar::Parameter& parameter, Place place, Draft& draft);

}  // namespace ritrovo::definition
