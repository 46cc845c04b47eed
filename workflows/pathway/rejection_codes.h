#pragma once

#include <string_view>

/// The workflow's reasons to refuse a command: stable names that programs act on. Each rejection carries one of them and a sentence that holds no
/// personal value. (The runtime has its own: key_reused, unknown_case, version_conflict.)
namespace ritrovo::pathway::code {

inline constexpr std::string_view kAlreadyOpen = "already_open";                          ///< the case exists
inline constexpr std::string_view kUnknownPathway = "unknown_pathway";                    ///< no pathway has that name
inline constexpr std::string_view kNoVersionInForce = "no_version_in_force";              ///< none of its versions covers that day
inline constexpr std::string_view kDefinitionMissing = "definition_missing";              ///< the case is pinned to a version that isn't published here
inline constexpr std::string_view kUnknownCommand = "unknown_command";                    ///< no such verb or action
inline constexpr std::string_view kUnknownFact = "unknown_fact";                          ///< the pinned pathway declares no such fact
inline constexpr std::string_view kUnknownPerson = "unknown_person";                      ///< nobody of that name or id, or of another role, or who left
inline constexpr std::string_view kUnknownStep = "unknown_step";                          ///< the pinned pathway has no such step
inline constexpr std::string_view kUnknownOutcome = "unknown_outcome";                    ///< the task has no such outcome, or needs one named
inline constexpr std::string_view kCompletedByFact = "completed_by_fact";                 ///< the step is completed by reporting a fact, not by hand
inline constexpr std::string_view kInvalidData = "invalid_data";                          ///< missing, unknown or mistyped fields: all of them named
inline constexpr std::string_view kNotPermitted = "not_permitted";                        ///< none of the actor's roles may do that
inline constexpr std::string_view kAlreadyKnown = "already_known";                        ///< the same fact was reported before
inline constexpr std::string_view kNotOffered = "not_offered";                            ///< the step isn't active (or enabled, for start)
inline constexpr std::string_view kFourEyes = "four_eyes";                                ///< whoever did the work may not check it
inline constexpr std::string_view kClaimedByAnother = "claimed_by_another";               ///< somebody else works on it
inline constexpr std::string_view kNotClaimed = "not_claimed";                            ///< nobody works on it
inline constexpr std::string_view kCaseClosed = "case_closed";                            ///< the case was closed, or its pathway is completed
inline constexpr std::string_view kCaseSuspended = "case_suspended";                      ///< the case is suspended: resume it first
inline constexpr std::string_view kPersonSuspended = "person_suspended";                  ///< that person's branch is suspended: resume it first
inline constexpr std::string_view kNothingToResume = "nothing_to_resume";                 ///< neither suspended nor an incident there
inline constexpr std::string_view kNothingToRecount = "nothing_to_recount";               ///< no deadline of the case runs
inline constexpr std::string_view kOtherOrganisation = "other_organisation";              ///< the task is for another organisation's people
inline constexpr std::string_view kEffectiveInFuture = "effective_in_future";             ///< the effective day is after today
inline constexpr std::string_view kPersonLimit = "person_limit";                          ///< more persons than a case or a role takes
inline constexpr std::string_view kRequiredPerson = "required_person";                    ///< the pathway needs that person
inline constexpr std::string_view kTooManySteps = "too_many_steps";                       ///< more steps than one case may have
inline constexpr std::string_view kTooManyConsequences = "too_many_consequences";         ///< more events than one command may lead to
inline constexpr std::string_view kNotCorrectable = "not_correctable";                    ///< no report or person of the case has that version, or it can't be withdrawn
inline constexpr std::string_view kTooMuchHistory = "too_much_history";                   ///< the case has more behind it than can be derived afresh

}  // namespace ritrovo::pathway::code
