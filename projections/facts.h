#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/stored_view.h"

namespace ritrovo::projections {

/// What the view of facts keeps of a case: everything that was said of its persons and facts in clear, with the instants at which it became
/// known, so that any past reading can be made again.
struct FactsRow {
  /// What was said of a person, at first or by a correction.
  struct PersonSaid {
    pathway::PersonIndex person = pathway::kNobody;
    definition::RoleIndex role = definition::kNone;
    PersonId id;
    Version version;
    Timestamp recorded;
    std::vector<pathway::FieldValue> values;
  };
  enum class Saying : std::uint8_t { kReported = 0, kCorrected = 1, kWithdrawn = 2 };
  /// What was said of a fact.
  struct FactSaid {
    Saying saying = Saying::kReported;
    Version version;
    Version of;  ///< of the report
    definition::FactIndex fact = definition::kNone;
    pathway::PersonIndex person = pathway::kNobody;
    Day effective;
    Timestamp recorded;
    std::vector<pathway::FieldValue> values;
  };
  const definition::Pathway* pathway = nullptr;
  std::vector<PersonSaid> persons;
  std::vector<FactSaid> facts;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<FactsRow> decode(std::string_view bytes);
};
/// "reported", "corrected", "withdrawn".
[[nodiscard]] std::string_view name_of(FactsRow::Saying saying);

/// A fact as it was known at an instant.
struct KnownFact {
  const definition::Fact* fact = nullptr;
  Version version;                        ///< of the report
  Version latest;                         ///< of what was said of it last
  pathway::PersonIndex person = pathway::kNobody;
  Day effective;
  Timestamp recorded;                     ///< of what was said of it last
  const std::vector<pathway::FieldValue>* values = nullptr;
  /// The value of a field that is recorded in clear, as a word: an enumerator, a text, "true", a number, a day; empty where there is none.
  [[nodiscard]] std::string value(std::string_view field) const;
};

/// A person as they were known at an instant.
struct KnownPerson {
  PersonId id;
  const definition::PersonRole* role = nullptr;
  const std::vector<pathway::FieldValue>* values = nullptr;
  [[nodiscard]] std::string value(std::string_view field) const;
};

/// A case's facts and persons as they were known at an instant. Points into the view, which outlives it.
struct KnownCase {
  CaseId case_id;
  const definition::Pathway* pathway = nullptr;
  std::vector<KnownPerson> persons;  ///< by their index in the case
  std::vector<KnownFact> facts;      ///< by effective day, then version; withdrawn ones aren't among them
};

/// Facts and persons of every case, as far as events say them in clear, now and as known at any instant: what indicators and statistics count.
class Facts : public CaseRows<FactsRow> {
 public:
  [[nodiscard]] static const ViewKind& kind();
  void apply(const CaseEvent& event) override;
  [[nodiscard]] const std::vector<Table>& tables() const override;
  void tabulate(CaseId case_id, const TableSink& sink) const override;

  /// Every case in order of its number, as known at that instant (included); those opened later aren't among them.
  [[nodiscard]] std::vector<KnownCase> known_on(Timestamp instant) const;
  /// What was said of the facts and persons of a case; nullptr for an unknown one.
  [[nodiscard]] const FactsRow* of(CaseId case_id) const;

 private:
  struct Applying;
  static KnownCase known(CaseId case_id, const FactsRow& row, Timestamp instant);
};

}  // namespace ritrovo::projections
