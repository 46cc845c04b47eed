#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/time.h"
#include "workflows/calendar/calendar.h"
#include "workflows/calendar/due.h"
#include "workflows/calendar/parameter.h"
#include "workflows/calendar/term.h"

namespace ritrovo::calendar {

/// What an Almanac is made of, in any order.
struct AlmanacParts {
  std::vector<CalendarRules> calendars;
  std::vector<Term> terms;
  std::vector<Parameter> parameters;
};

/// Everything wrong with these parts, alone and together (names used twice, what a calendar extends, a term's calendar and choosing
/// parameter), a sentence each, beginning "term nulla_osta: …"; empty if nothing is.
[[nodiscard]] std::vector<std::string> problems_of(const AlmanacParts& parts);

/// All calendars, terms and parameters in force in a folder, by name. Immutable; a new version of any of them is a new Almanac.
/// Pointers that it returns are owned by it and live as long as it does. Runs on: any thread; safe to share.
class Almanac {
 public:
  /// An empty one.
  Almanac() = default;
  /// kMalformed with every problem, a line each.
  [[nodiscard]] static Result<Almanac> make(AlmanacParts parts);

  /// Each in the order of names; nullptr where there is none of that name.
  [[nodiscard]] const std::vector<Calendar>& calendars() const { return calendars_; }
  [[nodiscard]] const std::vector<Term>& terms() const { return terms_; }
  [[nodiscard]] const std::vector<Parameter>& parameters() const { return parameters_; }
  [[nodiscard]] const Calendar* calendar(std::string_view name) const;
  [[nodiscard]] const Term* term(std::string_view name) const;
  [[nodiscard]] const Parameter* parameter(std::string_view name) const;

  /// Whose day chooses the term's length: what the term says, or what its choosing parameter says on `today`. kNotFound where that
  /// parameter has no value then.
  [[nodiscard]] Result<ChosenBy> chosen_by(const Term& term, Day today) const;

  /// compute_due with the term's calendar. Requires: `term` is of this almanac.
  [[nodiscard]] Result<Due> due(const Term& term, const Clockwork& clockwork) const;

  /// All that it holds as one text, the same for the same content in whatever order it was given: one line for each item and each of its
  /// dated entries. For identities (digest it) and for showing what a new version changes.
  [[nodiscard]] const std::string& canonical() const { return canonical_; }

  /// A short name of the content, 16 hexadecimal digits (64-bit FNV-1a of canonical()), for "rule, calendar version and result" in events.
  /// Not cryptographic: identity is the digest of the publication.
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  std::vector<Calendar> calendars_;
  std::vector<Term> terms_;
  std::vector<Parameter> parameters_;
  std::string canonical_;
  std::string version_ = "cbf29ce484222325";
};

}  // namespace ritrovo::calendar
