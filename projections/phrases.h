#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "engine/base/period.h"
#include "engine/base/time.h"
#include "projections/tongue.h"

/// The views' own words, in Italian and English; what the definitions name, they title themselves. Another language than Italian is told
/// by its translation, and where that has none in English.
namespace ritrovo::projections {

/// Sentences and words; `{}` stand for what is put in.
enum class Phrase {
  kCaseOpened, kCaseImported, kTermsRecounted, kAlmanacVersion, kFamily, kPersonJoined, kPersonLeft, kCaseSuspended, kCaseResumed, kStepResumed, kCaseClosed, kPathwayCompleted,
  kStagesBegin, kStagesEnd, kToDo, kToDoBy, kMayStart, kNotNeeded, kMilestone, kStepOutcome, kDoneBy, kDelegated, kEscalated, kAssigned, kReopened, kReopenedBy, kValue,
  kPersonSuspended, kPersonResumed, kSplitInto, kSplitFrom, kMergedInto, kMergedFrom,
  kFactCorrected, kFactWithdrawn, kPersonCorrected, kStepWithdrawn, kStepRedated, kDeadlineWithdrawn, kWorkQuestioned, kCaseReopened,
  kMessageTo, kOverdueMessage, kFamilyReader, kMessageDelivered, kMessageFailed, kMessageWithheld, kMessageQueued, kMessagesWanted, kMessagesUnwanted,
  kDeadlineSet, kDeadlineMoved, kDeadlineResumed, kDeadlineSuspended, kDeadlineInterrupted, kDeadlineWarned, kDeadlineMet, kDeadlineMetLate,
  kDeadlineMissed, kDeadlineImported, kIncident, kIncidentOver,
  kBecause, kNoLongerBecause, kStageDone, kPersonGone, kComputedFrom, kDayCame, kOn, kStageBegan, kTermOver, kCaseBegan,
  kNotePostponed, kNoteSuspended, kNoteFrozen, kNoteInterrupted, kNoteRolled, kNoteTwoWorking, kNoteTooLate,
  kYear, kYears, kMonth, kMonths, kWeek, kWeeks, kDay, kDays, kWorkingDay, kWorkingDays, kAnd, kYes, kNo,
  kNextBy, kNextOverdue, kNext, kNextStart, kReportedOn, kNotVerified, kWhatNext, kNothingNext, kLeftOut, kWhatHappened, kWhat, kWho, kByWhen, kDayHead, kAsOf, kOver, kCaseNumber, kMomentKnown, kMomentAsOf,
  kDayExample, kJanuary, kFebruary, kMarch, kApril, kMay, kJune, kJuly, kAugust, kSeptember, kOctober, kNovember, kDecember,
  kPageTitle, kPageFigures, kByStage, kWaitingFor, kResults, kMilestones, kNationality, kDurations, kTerms, kUrgent,
  kColumnCases, kColumnCase, kColumnStage, kColumnWho, kColumnResult, kColumnCitizenship, kColumnStep, kColumnCount, kColumnMedian, kColumnP90, kColumnTerm, kColumnRunning,
  kColumnSoon, kColumnOverdue, kColumnStopped, kColumnMet, kColumnMissed, kColumnDue, kColumnLeft, kNowhere, kNoMilestone, kUnknown, kOthers,
  kOverdueTotal, kNothingUrgent,
};

/// The words, with their `{}`.
[[nodiscard]] std::string_view phrase(Phrase phrase, const Tongue& language);

/// The words with `args` put in. Requires: as many as the phrase has `{}`.
template <class... Args>
[[nodiscard]] std::string say(Phrase which, const Tongue& language, const Args&... args) {
  const std::string_view words = phrase(which, language);
  return fmt::vformat(fmt::string_view(words.data(), words.size()), fmt::make_format_args(args...));
}

/// A day as people write it: "18 febbraio 2020".
[[nodiscard]] std::string in_words(Day day, const Tongue& language);
/// A length in words: "P1Y6M" as "1 anno e 6 mesi". `working`: its days are working days.
[[nodiscard]] std::string in_words(const Period& period, bool working, const Tongue& language);

}  // namespace ritrovo::projections
