#pragma once

#include "tools/generator/people.h"
#include "tools/generator/point.h"
#include "tools/generator/script.h"

namespace ritrovo::generator {

/// What a relative does from the day of entry on: desk, residence, tax code, health service, permit, school, Italian, and the end.
/// `entry` is the day of entry, `told` when the caseworker heard of it.
void settle(Script& script, const Person& person, Day entry, Point told);

/// What the family does together once somebody has entered: a course on money, a mentor. One in four takes something up.
void take_up_services(Script& script, Point entered);

}  // namespace ritrovo::generator
