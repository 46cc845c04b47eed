#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/stored_view.h"
#include "workflows/pathway/case_state.h"

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

/// What is kept of a case to tell whether anything moves it: its state, which guards and sentries are asked about.
struct StuckRow {
  const definition::Pathway* pathway = nullptr;
  Day last_event_on;
  definition::StepIndex last_step = definition::kNone;
  pathway::CaseState state;  ///< without boxes; nothing in it while the case rests
  std::string resting;       ///< the state of a case that has ended, as bytes: it may be reopened
  [[nodiscard]] bool ended() const { return !resting.empty(); }
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<StuckRow> decode(std::string_view bytes);
};

/// Open cases that nothing can move, and those with an incident.
class Stuck : public CaseRows<StuckRow> {
 public:
  [[nodiscard]] static const ViewKind& kind();
  void apply(const CaseEvent& event) override;
  [[nodiscard]] const std::vector<Table>& tables() const override;
  /// Incidents, and when each open case last moved: whether nothing moves it depends on the day that is asked about, which a row doesn't know.
  void tabulate(CaseId case_id, const TableSink& sink) const override;
  /// As of that day, by opening day, then case. Titles in that language. `library`: CaseFold::library, in which the pinned pathways are.
  /// Guards over sealed values see nothing given, so that a case which waits for one of these isn't called stuck.
  [[nodiscard]] std::vector<StuckCase> cases(Day today, std::string_view language, const definition::Library& library) const;
};

}  // namespace ritrovo::projections
