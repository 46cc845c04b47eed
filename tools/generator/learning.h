#pragma once

#include "tools/generator/people.h"
#include "tools/generator/point.h"
#include "tools/generator/script.h"

namespace ritrovo::generator {

/// A place at school: earlier schooling, requests, enrolment in the class of one's age, attendance. Returns when that was settled.
/// Requires: the pathway asks it of the person, who is of school age.
[[nodiscard]] Point go_to_school(Script& script, const Person& person, Point entered);

/// Italian: needs, test, a course of the city's list that suits, attendance, examination. Returns when that was settled.
/// Requires: the person is sixteen or older on the day of entry.
[[nodiscard]] Point learn_italian(Script& script, const Person& person, Point entered);

}  // namespace ritrovo::generator
