#pragma once

#include <string>
#include <vector>

#include "workflows/reasons/case_story.h"
#include "workflows/reasons/explanation.h"

namespace ritrovo::reasons {

/// What stands behind one event: the rule of the definition with its place, what the rule saw and how it came to its result, how a due day was
/// counted, the law; or who told it, when, with which data. Requires: story.has(version).
[[nodiscard]] std::vector<Line> grounds_of(const CaseStory& story, Version version);

/// The events that it rests on, ascending: those that its rule names, those whose values its guards saw, and for a deadline's end the event that
/// set its day.
[[nodiscard]] std::vector<Version> causes_of(const CaseStory& story, Version version);

/// Where that place of the step is written: "milan/family-reunification.yaml, line 780"; "line 780" where the file isn't known. For a step of a
/// used pathway, where the step begins in that pathway's own file.
[[nodiscard]] std::string place_in_words(const CaseStory& story, const definition::Step& step, const definition::Place& place);
/// The step's lines as they are written, with their numbers; steps in it left out, at most `lines_max`.
[[nodiscard]] std::vector<std::string> quoted_lines(const CaseStory& story, const definition::Step& step, std::size_t lines_max);

/// "law: TUI art. 29(8)"; nothing without one.
void add_law(const CaseStory& story, const definition::Ground& ground, std::vector<Line>& lines);

}  // namespace ritrovo::reasons
