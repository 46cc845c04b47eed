#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "projections/case_fold.h"

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
  /// In document order; tasks, waits and stages only.
  std::vector<StepDuration> durations;
  bool operator==(const CaseloadReport&) const = default;
};

/// Where the cases stand: by stage, by what they wait for, by result, and how long each step takes.
/// Keeps a row for each case (its open steps and the sponsor's citizenship, which is recorded in clear) and a histogram for each step.
class Caseload : public View {
 public:
  void apply(const CaseEvent& event) override;
  /// The figures, with titles in that language ("it", "en").
  [[nodiscard]] CaseloadReport report(std::string_view language) const;

 private:
  struct OpenStep {
    pathway::StepRef ref;
    Day opened_on;
  };
  struct Row {
    const definition::Pathway* pathway = nullptr;
    pathway::CaseLife life = pathway::CaseLife::kOpen;
    std::uint32_t persons = 0;
    std::string nationality;
    std::vector<OpenStep> open;
    std::vector<definition::StepIndex> milestones;  ///< top-level ones reached
  };
  /// A step across the versions of its pathway, ordered as in the latest version met.
  struct StepTimes {
    const definition::Pathway* pathway = nullptr;
    definition::StepIndex step = definition::kNone;
    std::map<std::int32_t, std::uint64_t> days;  ///< how many took that many days
  };

  struct Applying;

  std::unordered_map<CaseId, Row> rows_;
  std::map<std::pair<std::string, std::string>, StepTimes> times_;  ///< by pathway and step name
};

}  // namespace ritrovo::projections
