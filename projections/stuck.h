#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "projections/case_fold.h"

namespace ritrovo::projections {

/// A case that needs somebody to look at it.
struct StuckCase {
  CaseId case_id;
  Day opened_on;
  Day last_event_on;                   ///< effective day of its latest event
  bool nothing_moves = false;          ///< no open task or wait, no clock, no awaited fact or day
  std::vector<std::string> incidents;  ///< titles of steps that wait because something can't be computed
  std::string last_step;               ///< title of the step that ended last; may be empty
  bool operator==(const StuckCase&) const = default;
};

/// Open cases that nothing can move, and those with an incident. Keeps the state of each open case; of an ended one nothing.
class Stuck : public View {
 public:
  void apply(const CaseEvent& event) override;
  /// As of that day, by opening day, then case. Titles in that language. `library`: CaseFold::library, in which the pinned pathways are.
  /// Guards over sealed values see nothing given, so that a case which waits for one of these isn't called stuck.
  [[nodiscard]] std::vector<StuckCase> cases(Day today, std::string_view language, const definition::Library& library) const;

 private:
  struct Row {
    const definition::Pathway* pathway = nullptr;
    Day last_event_on;
    definition::StepIndex last_step = definition::kNone;
    pathway::CaseState state;  ///< without boxes
  };
  std::unordered_map<CaseId, Row> rows_;
};

}  // namespace ritrovo::projections
