#pragma once

#include <cstdint>
#include <string>

#include "workflows/pathway/event_body.h"
#include "workflows/reasons/case_story.h"

namespace ritrovo::reasons {

/// What that event says, as a sentence without its day and without a full stop. Requires: story.has(version).
[[nodiscard]] std::string event_in_words(const CaseStory& story, Version version);
/// "“Decision on the authorisation” of “Nulla osta”": a deadline with its step and person.
[[nodiscard]] std::string deadline_title(const CaseStory& story, const pathway::DeadlineRef& ref);
/// How Italian speaks of a step: "la fase", else "il passo".
enum class ItalianGender : std::uint8_t { kMasculine, kFeminine };
/// How a step stands, in a word: "is open", "has ended with “Granted”".
[[nodiscard]] std::string life_in_words(const CaseStory& story, const pathway::StepRef& ref, ItalianGender called = ItalianGender::kMasculine);
/// Whether the case has ended, so that nothing opens in it any more.
[[nodiscard]] bool is_over(const CaseStory& story);
/// The same as life_in_words, but that in a case that is over what never opened isn't said to open yet.
[[nodiscard]] std::string standing_in_words(const CaseStory& story, const pathway::StepRef& ref, ItalianGender called = ItalianGender::kMasculine);
/// How a deadline stands: "runs until 2025-05-13".
[[nodiscard]] std::string clock_in_words(const CaseStory& story, const pathway::RunningDeadline& deadline);

}  // namespace ritrovo::reasons
