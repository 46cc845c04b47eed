#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "workflows/calendar/almanac.h"

namespace ritrovo::calendar::milan {

/// The day of a text, which is one.
[[nodiscard]] Day day(std::string_view text);

/// The calendars italia and milano as the catalogue has them, unmerged.
[[nodiscard]] CalendarRules italia_rules();
[[nodiscard]] CalendarRules milano_rules();
/// The same, ready for use.
[[nodiscard]] const Calendar& italia();
[[nodiscard]] const Calendar& milano();

/// The term of the authorisation, with its four lengths and the freeze of 2020, choosing by its start.
[[nodiscard]] const Term& nulla_osta();
/// Eight working days after entry.
[[nodiscard]] const Term& entry_notice();
/// A term of one length since 1990, in milano, without freezes.
[[nodiscard]] Term plain_term(std::string_view length, bool roll);

[[nodiscard]] Pause suspended(std::string_view from, std::string_view until = "");
[[nodiscard]] Pause interrupted(std::string_view from, std::string_view until = "");

/// The due day as text; or "suspended", "interrupted", or the error's message. The start chooses the length.
[[nodiscard]] std::string due(const Term& term, std::string_view start, std::vector<Pause> pauses = {});
/// The same with the calendar given.
[[nodiscard]] std::string due_in(const Calendar& calendar, const Term& term, std::string_view start);

}  // namespace ritrovo::calendar::milan
