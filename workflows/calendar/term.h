#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/period.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "workflows/calendar/title.h"

namespace ritrovo::calendar {

/// What one unit of "D" in a term's length is.
enum class Counting {
  kCalendarDays,
  kWorkingDays,  ///< lengths are then in days alone (P8D: eight working days)
};

/// Which way a term runs from its start.
enum class Direction {
  kAfter,
  kBefore,  ///< "at least 60 days before expiry": the due day lies before the start; never rolled, frozen or paused
};

/// Whose day chooses among the dated lengths of a term.
enum class ChosenBy {
  kStart,    ///< the day from which the term first runs
  kFiling,   ///< the day the application was filed; the start where the pathway knows no filing
  kOpening,  ///< the day the pathway instance was opened
  kStepDay,  ///< the day the step became active
  kRestart,  ///< the day from which the term runs now: the start, or the last restart after an interruption
  kToday,    ///< the day being evaluated: a new law reaches terms that are running
};

/// What obliges: a law, or a norm that the service gave itself.
enum class TermKind { kStatutory, kServiceNorm };

/// The length that holds from a day on, until the next one's day.
struct DatedLength {
  Day from;
  Period length;
  Source source;
};

/// A window, both days included, that no term of this kind counts, for anybody.
struct Freeze {
  Day from;
  Day to;
  Source source;
};

/// A time limit as written in workflows/catalogue/terms/*.yaml (the form stands in README.md).
struct Term {
  std::string name;
  std::uint32_t version = 1;
  Title title;
  Source source;
  TermKind kind = TermKind::kStatutory;
  Counting counting = Counting::kCalendarDays;
  Direction direction = Direction::kAfter;
  std::string calendar;              ///< the Almanac's calendar for working days and for rolling
  bool roll_to_working_day = false;  ///< Regulation 1182/71 art. 3(4) and (5)
  ChosenBy chosen_by = ChosenBy::kStart;
  std::string chosen_by_parameter;   ///< a text parameter that names the choice; overrides `chosen_by`; empty for none
  std::vector<DatedLength> lengths;  ///< by `from`, ascending
  std::vector<Freeze> freezes;       ///< by `from`, ascending, disjoint
};

/// The length that holds on `day`. kNotFound, naming the term, before the first length's day. The pointer is owned by `term`.
[[nodiscard]] Result<const DatedLength*> length_on(const Term& term, Day day);

/// Everything wrong with one term by itself, a sentence each; empty if nothing is.
[[nodiscard]] std::vector<std::string> problems_of(const Term& term);

/// The words of the YAML: "calendar_days", "working_days"; "after", "before"; "start", "filing", "opening", "step_day", "restart",
/// "today"; "statutory", "service_norm".
[[nodiscard]] std::string_view name_of(Counting counting);
[[nodiscard]] std::string_view name_of(Direction direction);
[[nodiscard]] std::string_view name_of(ChosenBy chosen_by);
[[nodiscard]] std::string_view name_of(TermKind kind);
/// Reads those words; nothing for any other.
[[nodiscard]] std::optional<Counting> counting_of(std::string_view word);
[[nodiscard]] std::optional<Direction> direction_of(std::string_view word);
[[nodiscard]] std::optional<ChosenBy> chosen_by_of(std::string_view word);
[[nodiscard]] std::optional<TermKind> term_kind_of(std::string_view word);

}  // namespace ritrovo::calendar
