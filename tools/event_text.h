#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tools/words.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/event_body.h"

namespace ritrovo::tools {

/// One event for a person who reads a case's history.
struct EventText {
  bool shown = true;   ///< false for what only the engine needs (an alarm that is set)
  Bilingual what;      ///< a sentence: "Deadline: Nulla osta, by 12 Mar 2020"
  Bilingual why;       ///< what it follows from; empty where somebody asked for it
  std::string law;     ///< the legal ground; empty if the definition names none
  bool verified = true;  ///< whether that ground was read in a source that states it
};

/// What an event that others follow from is called: the fact's or step's title. Empty for a version that isn't known.
using NameOfVersion = std::function<Bilingual(Version)>;

/// Describes an event of a case that is pinned to `pathway`; `core` is the case after it, or later. No personal value is in it: persons
/// are named by their alias.
[[nodiscard]] EventText describe(const pathway::Body& body, const definition::Pathway& pathway, const pathway::CaseCore& core,
                                 const NameOfVersion& name_of_version);
/// The title of what the event is about, for use in another's `why`.
[[nodiscard]] Bilingual name_of_cause(const pathway::Body& body, const definition::Pathway& pathway);
/// "Visa · rel-1": a step's title, and whose branch it is.
[[nodiscard]] Bilingual step_title(const pathway::StepRef& ref, const definition::Pathway& pathway, const pathway::CaseCore& core);
/// The title of the party that a step waits for, or of the role that works on it; "—" where there is neither.
[[nodiscard]] Bilingual awaited(const definition::Step& step, const definition::Pathway& pathway);

}  // namespace ritrovo::tools
