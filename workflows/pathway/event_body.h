#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "engine/record/event.h"
#include "engine/record/value.h"
#include "workflows/pathway/because.h"

/// The events of a case: what the workflow's record tags mean. Facts and commands' own events come first, consequences follow.
/// Steps, facts, fields, outcomes and deadlines are named by their index in the pathway that CaseOpened pins; event_json.h renders names.
/// Tags are explicit and never renumbered; each body's bytes start with its own version (body_codec.cc).
namespace ritrovo::pathway {

/// A value that is recorded in clear because its field is declared public or statistical.
struct FieldValue {
  definition::FieldIndex field = 0;
  ritrovo::Value value;
  bool operator==(const FieldValue&) const = default;
};

// ---- the case ----

/// A case began and is pinned to a version of its pathway.
struct CaseOpened {
  static constexpr RecordTag kTag{100};
  std::string pathway;
  std::uint32_t version = 0;
  Hash256 identity;
  std::optional<Day> imported_on;  ///< it was under way elsewhere, and came here on that day: what fell due before isn't judged
  bool operator==(const CaseOpened&) const = default;
};
/// A person joined. Their sealed values are in their box, by field name.
struct PersonAdded {
  static constexpr RecordTag kTag{101};
  std::string alias;
  definition::RoleIndex role = definition::kNone;
  PersonId id;
  std::vector<FieldValue> values;
  bool operator==(const PersonAdded&) const = default;
};
/// A person is no longer part of the case; the reason is in their box (`reason`).
struct PersonLeft {
  static constexpr RecordTag kTag{102};
  PersonIndex person = kNobody;
  bool operator==(const PersonLeft&) const = default;
};
/// Something happened in the world, on the event's effective day. Sealed values are in the box of the person, or of the household for a
/// fact about the case, by field name.
struct FactReported {
  static constexpr RecordTag kTag{103};
  definition::FactIndex fact = definition::kNone;
  PersonIndex person = kNobody;
  std::vector<FieldValue> values;
  bool operator==(const FactReported&) const = default;
};
/// Nothing new opens until the case is resumed; terms run on. The reason is in the household's box, as for the next two.
struct CaseSuspended {
  static constexpr RecordTag kTag{104};
  bool operator==(const CaseSuspended&) const = default;
};
/// The case goes on, or a step is looked at again after an incident (`step`).
struct CaseResumed {
  static constexpr RecordTag kTag{105};
  definition::StepIndex step = definition::kNone;
  bool operator==(const CaseResumed&) const = default;
};
/// Nothing new opens for that person until they are resumed; deadlines run on unless their definition says otherwise. The reason is in
/// their box, as for the next one.
struct PersonSuspended {
  static constexpr RecordTag kTag{108};
  PersonIndex person = kNobody;
  bool operator==(const PersonSuspended&) const = default;
};
struct PersonResumed {
  static constexpr RecordTag kTag{109};
  PersonIndex person = kNobody;
  bool operator==(const PersonResumed&) const = default;
};
enum class LinkKind : std::uint8_t { kSplitInto = 0, kSplitFrom = 1, kMergedInto = 2, kMergedFrom = 3 };
/// The case goes together with another one: persons moved into it or came from it, or one of the two is closed into the other.
struct CaseLinked {
  static constexpr RecordTag kTag{117};
  LinkKind kind = LinkKind::kSplitInto;
  CaseId other;
  std::vector<PersonIndex> persons;  ///< who moved, by their place in this case
  bool operator==(const CaseLinked&) const = default;
};
/// A person ended the case; what was open is terminated.
struct CaseClosed {
  static constexpr RecordTag kTag{106};
  bool operator==(const CaseClosed&) const = default;
};
/// Every required step is done and nothing is active; with one of the pathway's results, where one holds.
struct PathwayCompleted {
  static constexpr RecordTag kTag{107};
  definition::OutcomeIndex result = definition::kNoOutcome;
  Because because;
  bool operator==(const PathwayCompleted&) const = default;
};

/// A term, calendar or parameter in force.
struct AlmanacVersion {
  std::string kind;  ///< "term", "calendar", "parameter"
  std::string name;
  std::uint32_t version = 0;
  bool operator==(const AlmanacVersion&) const = default;
};
/// The running deadlines of the case were counted again by these versions, which came into force since; what moved follows.
struct TermsRecounted {
  static constexpr RecordTag kTag{118};
  std::vector<AlmanacVersion> by;
  bool operator==(const TermsRecounted&) const = default;
};

// ---- steps ----

/// A manual or discretionary step may be started by a person.
struct StepEnabled {
  static constexpr RecordTag kTag{110};
  StepRef step;
  Because because;
  bool operator==(const StepEnabled&) const = default;
};
/// A step is active: a task is offered, something is waited for, a stage has begun.
struct StepOpened {
  static constexpr RecordTag kTag{111};
  StepRef step;
  Because because;
  bool operator==(const StepOpened&) const = default;
};
/// A step is done, with an outcome where it has several; a milestone is reached.
struct StepCompleted {
  static constexpr RecordTag kTag{112};
  StepRef step;
  definition::OutcomeIndex outcome = definition::kNoOutcome;
  Because because;
  bool operator==(const StepCompleted&) const = default;
};
enum class EndReason : std::uint8_t { kCancelled = 0, kPersonLeft = 1, kStageEnded = 2, kCaseClosed = 3, kPathwayCompleted = 4 };
/// A step ended without being done.
struct StepTerminated {
  static constexpr RecordTag kTag{113};
  StepRef step;
  EndReason reason = EndReason::kCancelled;
  Because because;
  bool operator==(const StepTerminated&) const = default;
};
/// A completed step is active again, because a fact asks for it or a person does (`by`).
struct StepReopened {
  static constexpr RecordTag kTag{116};
  StepRef step;
  std::string by;  ///< empty: a fact did
  Because because;
  bool operator==(const StepReopened&) const = default;
};
/// A value was computed, for the first time or again because what it rests on changed. `value` is there if it is public; otherwise it is in
/// the box of the branch's person or of the household, as `value`. The first one completes the step, unless it has outcomes (`active`).
struct ValueComputed {
  static constexpr RecordTag kTag{114};
  StepRef step;
  std::optional<ritrovo::Value> value;
  bool active = false;
  Because because;
  bool operator==(const ValueComputed&) const = default;
};
/// A message is asked for: by a notify step, which it completes, or by a missed deadline (`deadline`). To whom stands in the definition.
struct NotificationRequested {
  static constexpr RecordTag kTag{115};
  StepRef step;
  definition::DeadlineIndex deadline = 0xFF;
  std::string language;  ///< BCP 47 tag, or empty: the definition names none
  Because because;
  bool operator==(const NotificationRequested&) const = default;
};

// ---- tasks ----

struct TaskClaimed {
  static constexpr RecordTag kTag{120};
  StepRef step;
  std::string by;
  bool operator==(const TaskClaimed&) const = default;
};
struct TaskReleased {
  static constexpr RecordTag kTag{121};
  StepRef step;
  std::string by;
  bool operator==(const TaskReleased&) const = default;
};
/// The task is another's to do: of an actor (`to`), or of anybody of an organisation.
struct TaskDelegated {
  static constexpr RecordTag kTag{122};
  StepRef step;
  std::string by;
  std::string to;
  std::string organisation;
  bool operator==(const TaskDelegated&) const = default;
};
/// A person did the work; the step's completion follows from its outcomes. A note is in the box (`note`).
struct TaskCompleted {
  static constexpr RecordTag kTag{123};
  StepRef step;
  std::string by;
  definition::OutcomeIndex chosen = definition::kNoOutcome;
  bool operator==(const TaskCompleted&) const = default;
};
/// A person started a manual or discretionary step; StepOpened follows.
struct TaskStarted {
  static constexpr RecordTag kTag{124};
  StepRef step;
  std::string by;
  bool operator==(const TaskStarted&) const = default;
};

/// A missed deadline put the task before another role as well, which `on_overdue` of the definition names.
struct TaskEscalated {
  static constexpr RecordTag kTag{125};
  StepRef step;
  definition::DeadlineIndex deadline = 0xFF;
  Because because;
  bool operator==(const TaskEscalated&) const = default;
};
/// The definition gives the task to whoever did another step; they may release it.
struct TaskAssigned {
  static constexpr RecordTag kTag{126};
  StepRef step;
  std::string to;
  Because because;
  bool operator==(const TaskAssigned&) const = default;
};

// ---- deadlines ----

/// One deadline of one step instance.
struct DeadlineRef {
  StepRef step;
  definition::DeadlineIndex deadline = 0;
  auto operator<=>(const DeadlineRef&) const = default;
};
/// A line of a due day's working: what (a calendar::WorkingStep by number), from which day to which, over how many days.
struct WorkingNote {
  std::uint8_t what = 0;
  Day from;
  Day to;
  std::int32_t days = 0;
  bool operator==(const WorkingNote&) const = default;
};
/// How a due day came about, so that it can be explained without the almanac of that time.
struct Working {
  std::string length;                ///< ISO 8601: "P90D"
  std::uint32_t term_version = 0;
  std::uint32_t calendar_version = 0;
  std::vector<WorkingNote> notes;    ///< what was more than start plus length: rolling, freezes, pauses
  bool operator==(const Working&) const = default;
};
/// A deadline runs: from `start` (not counted) to the end of `due`.
struct DeadlineSet {
  static constexpr RecordTag kTag{130};
  DeadlineRef deadline;
  Day start;
  Day due;
  std::optional<Day> warn_on;
  Working working;
  Because because;
  bool operator==(const DeadlineSet&) const = default;
};
/// A deadline, running or missed, has another due day, or runs again after it was suspended or interrupted (`resumed`).
struct DeadlineMoved {
  static constexpr RecordTag kTag{131};
  DeadlineRef deadline;
  Day start;
  Day due;
  std::optional<Day> was_due;
  std::optional<Day> warn_on;
  bool resumed = false;
  Working working;
  Because because;
  bool operator==(const DeadlineMoved&) const = default;
};
/// A deadline's days don't count for now; the rest will run on.
struct DeadlineSuspended {
  static constexpr RecordTag kTag{132};
  DeadlineRef deadline;
  Because because;
  bool operator==(const DeadlineSuspended&) const = default;
};
/// A deadline stopped and will start afresh.
struct DeadlineInterrupted {
  static constexpr RecordTag kTag{133};
  DeadlineRef deadline;
  Because because;
  bool operator==(const DeadlineInterrupted&) const = default;
};
/// The day to warn has begun.
struct DeadlineWarned {
  static constexpr RecordTag kTag{135};
  DeadlineRef deadline;
  Day due;
  bool operator==(const DeadlineWarned&) const = default;
};
/// What the deadline asks for happened on the event's effective day, on or before its due day. `late_report`: it was counted as missed
/// before this became known.
struct DeadlineMet {
  static constexpr RecordTag kTag{136};
  DeadlineRef deadline;
  bool late_report = false;
  Because because;
  bool operator==(const DeadlineMet&) const = default;
};
/// The due day ended without it; effective on the day after.
struct DeadlineMissed {
  static constexpr RecordTag kTag{137};
  DeadlineRef deadline;
  Day due;
  bool operator==(const DeadlineMissed&) const = default;
};
/// The step ended in a way that leaves nothing to be met; or (`imported`) the due day was over before the case came here, and whether it
/// was met isn't judged.
struct DeadlineVoided {
  static constexpr RecordTag kTag{138};
  DeadlineRef deadline;
  bool imported = false;
  bool operator==(const DeadlineVoided&) const = default;
};

// ---- on the side ----

enum class Failure : std::uint8_t { kErased = 0, kComputing = 1, kBudget = 2, kHost = 3, kTerm = 4 };
/// A guard, value or term can't be computed: the step waits, visibly, until a fact changes what it reads or `resume` asks again.
struct IncidentOpened {
  static constexpr RecordTag kTag{140};
  StepRef step;
  Failure failure = Failure::kComputing;
  std::string message;  ///< a sentence without personal values
  Because because;
  bool operator==(const IncidentOpened&) const = default;
};
struct IncidentResolved {
  static constexpr RecordTag kTag{141};
  StepRef step;
  Because because;
  bool operator==(const IncidentResolved&) const = default;
};
/// A step will be looked at again when that day begins, because a guard or a part of a sentry turns with the day. Without a day: not any more.
struct AlarmSet {
  static constexpr RecordTag kTag{142};
  StepRef step;
  std::optional<Day> day;
  bool operator==(const AlarmSet&) const = default;
};

// ---- what was corrected ----

/// A reported fact was different: its data and its day, the event's effective day, are these from now on; those reported stand in the log.
/// Sealed values are in its box, as in the report's, with the reason as `correction.reason`. What follows from the difference comes after it.
struct FactCorrected {
  static constexpr RecordTag kTag{150};
  Version of;  ///< of the report
  definition::FactIndex fact = definition::kNone;
  PersonIndex person = kNobody;
  std::vector<FieldValue> values;
  bool operator==(const FactCorrected&) const = default;
};
/// A reported fact was wrong: it didn't happen. It may be corrected again, which brings it back.
struct FactWithdrawn {
  static constexpr RecordTag kTag{151};
  Version of;  ///< of the report
  definition::FactIndex fact = definition::kNone;
  PersonIndex person = kNobody;
  bool operator==(const FactWithdrawn&) const = default;
};
/// What is known of a person was wrong; their values are these from now on. Boxes as in FactCorrected.
struct PersonCorrected {
  static constexpr RecordTag kTag{152};
  PersonIndex person = kNobody;
  definition::RoleIndex role = definition::kNone;
  std::vector<FieldValue> values;
  bool operator==(const PersonCorrected&) const = default;
};
/// How a step stands otherwise than was recorded. kWithdrawn: it is available again, as if it hadn't begun; kReopened: it is active again;
/// kRedated: it began or ended on another day.
enum class Revision : std::uint8_t { kWithdrawn = 0, kReopened = 1, kRedated = 2 };
/// What became known of the past took a step back, or gave it another day. What moves it forward is told by the events of every step.
struct StepRevised {
  static constexpr RecordTag kTag{153};
  StepRef step;
  Revision to = Revision::kWithdrawn;
  Day opened_on;  ///< unless withdrawn
  Day ended_on;   ///< kRedated, of a step that has ended
  bool worked = false;  ///< kReopened: the task's work stays done, something else is missing
  Because because;      ///< the rule that doesn't hold any more, or holds on another day
  bool operator==(const StepRevised&) const = default;
};
/// A deadline never ran, by what is known now.
struct DeadlineWithdrawn {
  static constexpr RecordTag kTag{154};
  DeadlineRef deadline;
  Because because;
  bool operator==(const DeadlineWithdrawn&) const = default;
};
/// What a person did stays done, but it rests on a fact that was corrected or withdrawn: somebody should look at it.
struct WorkQuestioned {
  static constexpr RecordTag kTag{155};
  StepRef step;
  Because because;
  bool operator==(const WorkQuestioned&) const = default;
};
/// The pathway isn't completed, by what is known now.
struct CaseReopened {
  static constexpr RecordTag kTag{156};
  Because because;
  bool operator==(const CaseReopened&) const = default;
};

// ---- messages, once they were asked for (docs/notifications.md) ----

enum class MessageFate : std::uint8_t { kDelivered = 0, kFailed = 1, kWithheld = 2, kQueued = 3 };
/// What became of a message that the event `of` asked for: whoever takes mail for its reader took it, nobody would, or it wasn't sent at all;
/// or it is to be tried again.
struct MessageReported {
  static constexpr RecordTag kTag{160};
  Version of;
  MessageFate fate = MessageFate::kDelivered;
  std::string channel;  ///< "mail", "webhook"; empty where it went nowhere
  std::string reason;   ///< one of few words, where it failed or was withheld
  bool operator==(const MessageReported&) const = default;
};
/// A person doesn't want messages any more, or wants them again.
struct MessagesChosen {
  static constexpr RecordTag kTag{161};
  PersonIndex person = kNobody;
  bool wanted = false;
  bool operator==(const MessagesChosen&) const = default;
};

using Body = std::variant<CaseOpened, PersonAdded, PersonLeft, FactReported, CaseSuspended, CaseResumed, CaseClosed, PathwayCompleted, StepEnabled,
                          StepOpened, StepCompleted, StepTerminated, ValueComputed, NotificationRequested, TaskClaimed, TaskReleased, TaskDelegated,
                          TaskCompleted, TaskStarted, DeadlineSet, DeadlineMoved, DeadlineSuspended, DeadlineInterrupted, DeadlineWarned, DeadlineMet,
                          DeadlineMissed, DeadlineVoided, IncidentOpened, IncidentResolved, AlarmSet, PersonSuspended,
                          PersonResumed, CaseLinked, StepReopened, TaskEscalated, TaskAssigned, TermsRecounted, FactCorrected, FactWithdrawn,
                          PersonCorrected, StepRevised, DeadlineWithdrawn, WorkQuestioned, CaseReopened,
                          MessageReported, MessagesChosen>;

/// The record tag of that kind of body.
[[nodiscard]] RecordTag tag_of(const Body& body);
/// The kind's stable name: "fact_reported", "deadline_missed", …
[[nodiscard]] std::string_view name_of(const Body& body);
/// The body's bytes: a version byte, then its members. Equal bodies give equal bytes.
[[nodiscard]] std::string encode_body(const Body& body);
/// Reads what encode_body wrote. kCorrupt for an unknown tag or version, or bytes that don't read to their end.
[[nodiscard]] Result<Body> decode_body(RecordTag tag, std::string_view bytes);
/// The step instance that the event is about, or nullptr.
[[nodiscard]] const StepRef* step_of(const Body& body);
/// Why it follows, or nullptr where a command asked for it or its day had come.
[[nodiscard]] const Because* because_of(const Body& body);
/// Whether the event was reported or asked for, rather than derived.
[[nodiscard]] bool is_command_event(const Body& body);

}  // namespace ritrovo::pathway
