#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "workflows/pathway/event_body.h"
#include "workflows/reasons/case_story.h"

namespace ritrovo::reasons {

/// What somebody asks about: a step ("decision/nulla_osta", "nulla_osta"), a deadline ("nulla_osta/deadline", or a term's name), of one person
/// (also as "entry@rel-1") or of everybody, of one occurrence or of all.
struct Asked {
  std::string name;
  std::string person;                 ///< alias or printed id; empty: everybody whom it concerns
  std::optional<Version> occurrence;  ///< nothing: every one
};

/// The instances that are meant, in order of person and occurrence.
struct Meant {
  std::vector<pathway::StepRef> steps;                  ///< at least one
  std::optional<definition::DeadlineIndex> deadline;    ///< it is this deadline of theirs
};

/// kNotFound, with the nearest name, for a step or deadline that the pathway doesn't have, a person who isn't in the case, an occurrence
/// that there wasn't, or a step that concerns nobody; kMalformed for a name that more than one step ends with.
[[nodiscard]] Result<Meant> meant_by(const CaseStory& story, Asked asked);

}  // namespace ritrovo::reasons
