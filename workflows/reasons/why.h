#pragma once

#include "workflows/pathway/event_body.h"
#include "workflows/reasons/case_story.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons {

/// Why a step instance stands as it stands: the events that opened, ended, reopened or computed it, each with its rule, the values that the rule
/// saw and the law, back to what persons told; and, unless it has ended, what it waits for. Reads what was recorded; only a working is
/// done again, and left out where it doesn't lead to what was recorded.
/// Requires: a step of the story's pathway, a person of its case.
[[nodiscard]] Explanation explain_step(const CaseStory& story, const pathway::StepRef& ref);

/// The same for a deadline: how its day was counted, what moved or stopped it, whether it was met. One that never ran says what it waits for.
[[nodiscard]] Explanation explain_deadline(const CaseStory& story, const pathway::DeadlineRef& ref);

}  // namespace ritrovo::reasons
