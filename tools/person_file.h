#pragma once

#include <optional>
#include <string>
#include <vector>

#include "projections/timeline.h"
#include "tools/case_folder.h"

/// All that a folder knows of one person, for that person: the copy of article 15 of Regulation (EU) 2016/679 (GDPR).
namespace ritrovo::tools {

/// A value that was recorded of them.
struct KnownValue {
  std::string field;
  std::string title;  ///< as the definition calls it, in the file's language
  std::string value;  ///< "[erased]" where its key is gone
  std::string kept;   ///< "sealed", "statistical" or "public"
};

/// One time that something was recorded of them, or of their whole family.
struct KnownFact {
  Version version;
  Day day;             ///< when it was so
  Timestamp recorded;
  std::string what;
  bool of_family = false;
  std::string from;    ///< organisation that reported it; empty: worked out by the rules
  std::vector<KnownValue> values;
};

/// A case that they are in.
struct PersonInCase {
  CaseId case_id;
  std::string alias;
  std::string role;      ///< title
  std::string pathway;   ///< title: what the data is used for
  std::string life;
  Day opened_on;
  std::string kept_for;  ///< "P10Y" after the case has ended, as its definition says; empty where it says nothing
  std::string erasure;   ///< where forgetting them stands; empty where nobody asked for it
  std::vector<KnownFact> known;
  std::vector<projections::TimelineEntry> told;  ///< what happened, as far as it concerns them or the whole case
  std::vector<projections::NextAction> next;
};

/// A time at which one of their cases was read. Who read it is a member of staff, whose name isn't owed (Court of Justice, C-579/21, 22 June 2023):
/// when and what for is.
struct ReadingOfThem {
  Timestamp at;
  CaseId case_id;
  std::string what;
  std::string purpose;
  bool personal = false;
};

struct PersonFile {
  PersonId person;
  std::string name;        ///< may be empty
  std::string controller;  ///< the folder's tenant
  std::string language;    ///< "it" or "en"
  Day written_on;
  std::vector<PersonInCase> cases;
  std::vector<ReadingOfThem> readings;
};

/// Gathers it from every case of the folder. Values of other persons of the same family aren't in it. `access`: the folder of the log of accesses. A
/// Failure where nobody of that id is in any case.
[[nodiscard]] PersonFile person_file(const CaseFolder& folder, PersonId person, const std::string& language, const std::filesystem::path& access);
/// The cases that a person is in.
[[nodiscard]] std::vector<CaseId> cases_of(const CaseFolder& folder, PersonId person);

/// As one JSON document, and as a page to read.
[[nodiscard]] std::string person_json(const PersonFile& file);
[[nodiscard]] std::string person_page(const PersonFile& file, const TimeZone& zone);

}  // namespace ritrovo::tools
