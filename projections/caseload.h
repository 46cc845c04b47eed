#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "projections/stored_view.h"

namespace ritrovo::projections {

/// How many cases something holds for.
struct CaseCount {
  std::string name;   ///< as in the definition; empty where the definition has no word for it
  std::string title;  ///< in the language asked for
  std::uint64_t cases = 0;
  bool operator==(const CaseCount&) const = default;
};

/// Days from the opening of a step to its completion, over all cases, persons and occurrences.
struct StepDuration {
  std::string step;
  std::string title;
  std::string party;        ///< title of whom it waits for; may be empty
  std::uint64_t count = 0;  ///< completed instances
  std::int32_t median_days = 0;
  std::int32_t p90_days = 0;
  bool operator==(const StepDuration&) const = default;
};

struct CaseloadReport {
  std::uint64_t cases = 0;      ///< ever opened
  std::uint64_t open = 0;       ///< suspended ones included
  std::uint64_t suspended = 0;
  std::uint64_t completed = 0;  ///< the pathway came to its end
  std::uint64_t closed = 0;     ///< ended by a person
  std::uint64_t persons = 0;    ///< in scope of open cases
  /// Each open case once, under the first of its open stages in document order, which is the one that holds it up; a case without an open
  /// stage under its first open step, or under the empty name if nothing is open. In document order.
  std::vector<CaseCount> by_stage;
  /// Open cases by whom an open step waits for; a case with several counts under each. Most first.
  std::vector<CaseCount> waiting_for;
  /// Completed cases by their result: the last top-level milestone, in document order, that they reached; the empty name for none.
  std::vector<CaseCount> results;
  /// All cases, open ones too, by top-level milestone reached. In document order.
  std::vector<CaseCount> milestones;
  /// Open cases by the citizenship of the sponsor (the first person of a role that only one plays). Most first.
  std::vector<CaseCount> by_nationality;
  /// Open cases by open step that isn't a stage; a case with several counts under each. In document order.
  std::vector<CaseCount> by_step;
  /// Open cases by the sponsor's language, by the city district of their dwelling, by the organisation that opened them. Most first.
  std::vector<CaseCount> by_language;
  std::vector<CaseCount> by_district;
  std::vector<CaseCount> by_organisation;
  /// In document order; tasks, waits and stages only.
  std::vector<StepDuration> durations;
  bool operator==(const CaseloadReport&) const = default;
};

/// What the caseload keeps of a case: its open steps, the days that those took which ended, and of the family what is recorded in clear.
struct CaseloadRow {
  struct OpenStep {
    pathway::StepRef ref;
    Day opened_on;
  };
  struct EndedStep {
    definition::StepIndex step = definition::kNone;
    std::int32_t days = 0;
  };
  const definition::Pathway* pathway = nullptr;
  pathway::CaseLife life = pathway::CaseLife::kOpen;
  Day opened_on;
  std::uint32_t persons = 0;
  std::string nationality;
  std::string language;
  std::string district;                                          ///< the first that a fact told, as it stands now
  definition::FactIndex district_fact = definition::kNone;       ///< which fact
  std::string organisation;                                      ///< of whoever opened the case
  std::vector<OpenStep> open;
  std::vector<definition::StepIndex> milestones;  ///< top-level ones reached
  std::vector<EndedStep> ended;                   ///< completed ones that take time
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<CaseloadRow> decode(std::string_view bytes);
};

/// Where the cases stand: by stage, by what they wait for, by result, and how long each step takes.
class Caseload : public CaseRows<CaseloadRow> {
 public:
  [[nodiscard]] static const ViewKind& kind();
  void apply(const CaseEvent& event) override;
  [[nodiscard]] const std::vector<Table>& tables() const override;
  void tabulate(CaseId case_id, const TableSink& sink) const override;
  /// The figures, with titles in that language ("it", "en").
  [[nodiscard]] CaseloadReport report(std::string_view language) const;

 private:
  using Row = CaseloadRow;
  using OpenStep = CaseloadRow::OpenStep;
  struct Applying;
};

}  // namespace ritrovo::projections
