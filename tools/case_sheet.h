#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/timeline.h"
#include "tools/case_folder.h"
#include "tools/case_reading.h"

namespace ritrovo::tools {

/// The names of a case's persons, opened from the vault: for caseworkers' eyes, never for a log.
struct NamesOfPersons {
  std::map<std::string, std::string, std::less<>> by_alias;
  /// "Amina Rahmani", "[erased]", or nothing where it isn't known.
  [[nodiscard]] std::string of(std::string_view alias) const;
  /// The name; nothing where it can't be read.
  [[nodiscard]] std::string readable(std::string_view alias) const;
};
[[nodiscard]] NamesOfPersons names_of_persons(const CaseReading& reading);

/// A person of a case.
struct PersonLine {
  std::string alias;
  std::string role;         ///< as in the definition
  std::string role_title;
  std::string id;
  std::string name;         ///< may be empty
  std::string birth_date;   ///< may be empty
  bool left = false;
};
/// A step that is open or may open.
struct StepLine {
  std::string title;
  std::string step;
  std::string person;
  std::string life;         ///< "active", "enabled", "available"
  std::string party;        ///< for whom it waits, and who works on it, as in the definition; may be empty
  std::string party_title;
  std::string role;
  std::string role_title;
  std::string claimed_by;
  std::optional<Day> since;
  std::optional<Day> due;
  std::string law;
  std::vector<std::string> missing;
  bool failed = false;
};
/// All that a caseworker sees of one case.
struct CaseSheet {
  CaseId case_id;
  Version version;
  std::string pathway;      ///< its name
  std::string pathway_title;
  std::uint32_t pathway_version = 0;
  std::string life;
  Day opened_on;
  Day today;
  std::string stuck;        ///< why nothing can move it; empty otherwise
  std::vector<PersonLine> persons;
  std::vector<StepLine> steps;
};
[[nodiscard]] CaseSheet case_sheet(const CaseReading& reading, std::string_view language);
/// `caption`: which moment it shows, for the first line.
[[nodiscard]] std::vector<std::string> sheet_lines(const CaseSheet& sheet, std::string_view caption = {});
[[nodiscard]] std::string sheet_json(const CaseSheet& sheet, std::string_view caption = {});

/// One line of the list of cases.
struct CaseSummary {
  CaseId case_id;
  Version version;
  Day opened_on;
  std::uint64_t persons = 0;
  std::string pathway;
  std::string life;
};
[[nodiscard]] CaseSummary summary_of(const CaseFolder& folder, const CaseStateView& view);

/// A timeline and what comes next, as one JSON document.
[[nodiscard]] std::string timeline_json(CaseId case_id, const std::vector<projections::TimelineEntry>& entries,
                                        const std::vector<projections::NextAction>& next, std::string_view caption = {});

}  // namespace ritrovo::tools
