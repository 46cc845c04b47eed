#pragma once

#include "workflows/calendar/calendar.h"
#include "workflows/calendar/parameter.h"
#include "workflows/calendar/term.h"
#include "workflows/definition/problem.h"
#include "workflows/definition/yaml_source.h"

/// The YAML of terms, calendars and parameters (its form stands in workflows/calendar/README.md) read into the structs of that room.
namespace ritrovo::definition {

[[nodiscard]] calendar::CalendarRules read_calendar(const Node& root, Problems& problems);
[[nodiscard]] calendar::Term read_term(const Node& root, Problems& problems);
[[nodiscard]] calendar::Parameter read_parameter(const Node& root, Problems& problems);

}  // namespace ritrovo::definition
