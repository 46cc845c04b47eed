#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "projections/facts.h"
#include "workflows/definition/report_reader.h"

/// What a report counts: from facts as they were known at an instant, by the plan that its document gives.
namespace ritrovo::projections {

/// A stretch of days, both included.
struct Stretch {
  Day from;
  Day to;
  [[nodiscard]] bool holds(Day day) const { return from <= day && day <= to; }
  bool operator==(const Stretch&) const = default;
};
/// "2025Q3": its first and last day. kMalformed for anything else.
[[nodiscard]] Result<Stretch> parse_quarter(std::string_view text);

/// One that counts: a person, or a fact.
struct Counted {
  std::size_t line = 0;
  PersonId person;               ///< 0 where the report counts facts of no person
  CaseId case_id;
  Version version;               ///< of the report of the fact
  std::string fact;
  Day effective;
  Timestamp recorded;            ///< of what was said of it last
  std::vector<std::string> by;   ///< values of the line's breakdown; empty ones aren't known
  bool operator==(const Counted&) const = default;
};

/// All that counts up to an instant, by line, then effective day, case and version. Persons stand once in each line, with their first fact.
[[nodiscard]] std::vector<Counted> count(const definition::ReportPlan& plan, const Facts& facts, Timestamp known_on);

/// A value of a breakdown, and what it is called.
struct BreakdownValue {
  std::string value;  ///< empty: not known
  std::string title;
};
/// The values of a line's breakdowns: those that definitions list, in their order, then others that were met, "not known" last if it was met.
[[nodiscard]] std::vector<std::vector<BreakdownValue>> breakdowns(const definition::ReportPlan& plan, std::size_t line, const std::vector<Counted>& counted,
                                                                 const definition::Library& library, std::string_view language);
/// What a breakdown's field is called.
[[nodiscard]] std::string breakdown_title(std::string_view field, const definition::Library& library, std::string_view language);

/// How one that counts differs between two readings of the same days.
struct CountChange {
  enum class Kind : std::uint8_t { kCame, kWent, kMoved };
  Kind kind = Kind::kCame;
  Counted counted;               ///< as it counts now; as it counted, where it went
  std::vector<std::string> was_by;  ///< kMoved: where it counted before
  std::string cause;             ///< the fact, or "person": what was said of it made the difference
  std::string saying;            ///< "reported", "corrected", "withdrawn"
  Version cause_version;
  Timestamp cause_recorded;
};
/// "came", "went", "moved".
[[nodiscard]] std::string_view name_of(CountChange::Kind kind);

/// Line by line what counts otherwise in these days by `now` than by `before`, and which saying recorded in between did it.
struct Readings {
  Timestamp before;
  Timestamp now;
};
[[nodiscard]] std::vector<CountChange> differences(const definition::ReportPlan& plan, const Facts& facts, Stretch days, Readings readings);

/// Which figures of a table are hidden, so that none under five can be read or worked out: those from one to four; then, while what is hidden
/// can be worked out from the total and the others, the smallest of the rest; at last the total.
struct Hiding {
  std::vector<bool> cells;
  bool total = false;
};
[[nodiscard]] Hiding hide_small(const std::vector<std::uint64_t>& cells);

}  // namespace ritrovo::projections
