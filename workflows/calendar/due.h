#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "workflows/calendar/calendar.h"
#include "workflows/calendar/term.h"

namespace ritrovo::calendar {

/// How a running term is stopped: its rest runs on afterwards, or it starts afresh.
enum class PauseKind { kSuspended, kInterrupted };

/// One stop of a running term. `from` is the day of the act that stops it, `until` the day of the act that ends the stop; without
/// `until` it lasts.
///   suspended    the days from `from` to the day before `until` are not counted; the rest runs on, `until` included
///   interrupted  what ran is lost; the term begins again on `until`, which is not counted (as the first start's day is not)
struct Pause {
  PauseKind kind = PauseKind::kSuspended;
  Day from;
  std::optional<Day> until;
};

/// What happened to one term in one case.
struct Clockwork {
  Day start;                  ///< the day of the event from which the term runs; itself not counted
  std::optional<Day> choice;  ///< the day that chooses the length; nothing: the day each run begins (ChosenBy::kRestart)
  std::vector<Pause> pauses;  ///< in any order; they may overlap
};

/// What a term does at the end of its working.
enum class TermStatus {
  kRunning,      ///< has a due day (which may be past)
  kSuspended,    ///< stopped by a suspension that lasts: no due day
  kInterrupted,  ///< stopped by an interruption that lasts: no due day
};

/// What a line of a working says. `days` is counted in the term's own unit, except where said. Events keep these numbers: none is ever
/// given to another meaning.
enum class WorkingStep : std::uint8_t {
  kLength = 1,       ///< from: the day that chose; to: the day from which that length holds; days: the days to count
  kBegins = 2,       ///< from = to: the day from which a run is counted, itself not counted
  kPostponed = 3,    ///< the start fell into a frozen window: from: that day; to: the window's last day, from which the run begins
  kRuns = 4,         ///< from … to, both included: counted; days: how many
  kSuspended = 5,    ///< from … to, both included: not counted; days: calendar days
  kFrozen = 6,       ///< from … to, both included: not counted, for anybody; days: calendar days
  kInterrupted = 7,  ///< from: the interrupting day; to: the day it begins again; days: counted days that are lost
  kStopped = 8,      ///< from = to: the day of the pause that lasts
  kEnds = 9,         ///< from = to: the last counted day, before rolling
  kRolled = 10,      ///< from: the last counted day; to: the working day on which it ends (1182/71 art. 3(4))
  kTwoWorking = 11,  ///< from: the day so far; to: the day by which it includes two working days (1182/71 art. 3(5))
  kTooLate = 12,     ///< a pause from … to (or from = to if it lasts) that began after the due day and changes nothing
};

/// One line of a working, for explanations; written by name_of and the two days.
struct WorkingLine {
  WorkingStep what = WorkingStep::kRuns;
  Day from;
  Day to;
  std::int32_t days = 0;
  bool operator==(const WorkingLine&) const = default;
};

/// When a term is due, and how that was worked out.
struct Due {
  TermStatus status = TermStatus::kRunning;
  std::optional<Day> day;               ///< the last day, due at its end; only while running
  const DatedLength* length = nullptr;  ///< the length used by the last run; owned by the Term
  std::vector<WorkingLine> working;     ///< in the order in which they were applied
};

/// When `term`, started and stopped as `clockwork` says, is due.
///
/// Counting (Regulation (EEC, Euratom) 1182/71 art. 3):
///   1. The day of the event is not counted. A run that begins inside a frozen window begins on the window's last day.
///   2. The length is turned into a number of days N once a run: N calendar days for weeks, months and years, from the day the run
///      begins to the same weekday or date (or the month's last day); N as written for days; N working days for a term that counts those.
///   3. The term ends on the N-th day that is counted: not suspended, not frozen, and a working day where only those count. So what is
///      left of a months' term after a suspension runs on in days, and a freeze pushes the end by the frozen days that fall into the run.
///   4. With `roll_to_working_day`, an end on a rest day, holiday or closure moves to the next working day that is not frozen; and a
///      period of two days or more includes at least two working days.
///   5. A pause counts if it begins on or before the due day that stands without it; later ones change nothing and are listed as kTooLate.
///      One that begins after the last counted day, while the end is rolled, moves the end to its `until`, rolled again.
///   6. A pause that lasts leaves no due day; an interruption that lasts prevails over a suspension that lasts.
/// A term that runs backwards is never rolled (1182/71 art. 3(4), last sentence), frozen or paused.
///
/// Returns the Due; or kNotFound (no length on the choosing day), kMalformed (a pause whose `until` is before its `from`).
/// Runs on: any thread; touches only its arguments. The Due points into `term`.
[[nodiscard]] Result<Due> compute_due(const Term& term, const Calendar& calendar, const Clockwork& clockwork);

/// Stable words for explanations and JSON: "running", "suspended", "interrupted"; "length", "begins", "postponed", "runs", …
[[nodiscard]] std::string_view name_of(TermStatus status);
[[nodiscard]] std::string_view name_of(WorkingStep step);
[[nodiscard]] std::string_view name_of(PauseKind kind);

/// One working as text, a line each: "runs 2025-10-11..2025-11-20 (41)".
[[nodiscard]] std::string to_string(const std::vector<WorkingLine>& working);

}  // namespace ritrovo::calendar
