#pragma once

#include <vector>

#include "workflows/reasons/case_story.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons {

/// What keeps an instance that hasn't ended from opening or ending: each part of its sentry with those that hold ("holds"), those that wait
/// ("waits") and those that can't hold any more ("never"), each person where it looks at several, each guard with what it saw or what is
/// unknown; beneath a part that waits for a step, what that step waits for. Last, what can be done now ("next"). Empty for one that has ended.
[[nodiscard]] std::vector<Line> waits_of(const CaseStory& story, const pathway::StepRef& ref);

}  // namespace ritrovo::reasons
