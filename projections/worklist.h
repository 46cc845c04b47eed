#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "projections/stored_view.h"

namespace ritrovo::projections {

/// A task that somebody can work on.
struct OpenTask {
  CaseId case_id;
  std::string step;        ///< as in the definition
  std::string title;
  std::string person;      ///< alias of the branch's person; empty for the case's own
  Version occurrence;      ///< 0 where the step doesn't repeat
  std::string role;        ///< who is offered it
  std::string role_title;
  std::string organisation;  ///< whose people work on it: by the definition, or as it was delegated; empty for anybody's
  std::string party;       ///< whom it waits for, as in the definition; may be empty
  std::string party_title;
  std::string claimed_by;  ///< actor id, or empty
  bool may_start = false;  ///< manual or discretionary, and not started yet
  Day opened_on;
  std::optional<Day> due;  ///< of its earliest deadline that runs or was missed
  bool operator==(const OpenTask&) const = default;
};

/// What the worklist keeps of a case.
struct WorklistRow {
  struct Clock {
    definition::DeadlineIndex deadline = 0;
    Day due;
  };
  struct Task {
    pathway::StepRef ref;
    bool active = false;
    Day opened_on;
    std::string claimed_by;
    std::vector<Clock> clocks;
    definition::DeadlineIndex escalated = 0xFF;  ///< the missed deadline that put it before another role as well
    std::string organisation;                    ///< to which it was delegated
  };
  const definition::Pathway* pathway = nullptr;
  bool suspended = false;
  std::vector<std::string> aliases;
  std::vector<pathway::PersonIndex> held;  ///< persons whose branch is suspended
  std::vector<Task> tasks;
  [[nodiscard]] std::string encode() const;
  [[nodiscard]] static Result<WorklistRow> decode(std::string_view bytes);
};

/// The open tasks of open cases that aren't suspended.
class Worklist : public CaseRows<WorklistRow> {
 public:
  [[nodiscard]] static const ViewKind& kind();
  void apply(const CaseEvent& event) override;
  [[nodiscard]] const std::vector<Table>& tables() const override;
  void tabulate(CaseId case_id, const TableSink& sink) const override;
  /// By due day (those without one last), then opening day, case and step. Titles in that language. `role`: only what is offered to it;
  /// `organisation`: only what is its people's, or anybody's; empty for all.
  [[nodiscard]] std::vector<OpenTask> tasks(std::string_view language, std::string_view role = {}, std::string_view organisation = {}) const;

 private:
  using Row = WorklistRow;
  using Task = WorklistRow::Task;
  using Clock = WorklistRow::Clock;
  struct Applying;
};

}  // namespace ritrovo::projections
