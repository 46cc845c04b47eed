#pragma once

#include <optional>
#include <string>
#include <vector>

#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo {
class Opened;
}

namespace ritrovo::pathway {

/// A deadline of a step that is open.
struct NextDeadline {
  definition::DeadlineIndex index = 0;
  Clock clock = Clock::kRunning;
  Day start;
  Day due;
  std::optional<Day> warn_on;
  Version version;  ///< of the event whose working explains the due day
};

/// A step that is open, or that may open: for whom it waits, by when, and what is missing.
struct NextStep {
  StepRef ref;
  StepLife life = StepLife::kAvailable;
  std::string waits_on;              ///< a party, where the definition names one
  std::string role;                  ///< of a task
  std::string claimed_by;            ///< id of the actor who works on it
  Day since;                         ///< not for available ones
  Version because;                   ///< the event that opened it; its body says why
  std::vector<NextDeadline> deadlines;
  std::vector<std::string> missing;  ///< available: what its sentry waits for; active: the facts that would complete it
  std::optional<Day> again_on;       ///< looked at again on that day
  bool failed = false;               ///< an incident is open on it
};

/// What happens next in a case: open steps first, then those that may open (whose stage is active), in document order.
/// `opened`: the opened boxes, for guards that read sealed values; without them such guards see nothing given.
/// Empty for a case that is closed or completed, or whose definition isn't in `library`.
[[nodiscard]] std::vector<NextStep> next_steps(const CaseState& state, const definition::Library& library, const Opened& opened, Day today);

/// Why nothing can move the case by itself any more: no task, nobody waited for, no timer, no fact that a step awaits. Nothing if
/// something can, or if the case is not open.
[[nodiscard]] std::optional<std::string> stuck(const CaseState& state, const definition::Library& library, const Opened& opened, Day today);

}  // namespace ritrovo::pathway
