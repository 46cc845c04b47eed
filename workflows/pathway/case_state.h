#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "engine/record/event.h"
#include "workflows/pathway/event_body.h"

/// What a case is after its events: flat vectors, no pointers, the same bytes everywhere.
namespace ritrovo::pathway {

enum class CaseLife : std::uint8_t { kNone = 0, kOpen = 1, kSuspended = 2, kCompleted = 3, kClosed = 4 };

/// Values recorded in clear, of one person or fact: a range of CaseCore::values.
struct ValueRange {
  std::uint32_t first = 0;
  std::uint16_t count = 0;
  bool operator==(const ValueRange&) const = default;
};

struct Person {
  PersonId id;
  std::string alias;
  definition::RoleIndex role = definition::kNone;
  bool left = false;
  Version joined;
  Day joined_on;
  ValueRange values;
  Version source;  ///< of the event that says so: PersonAdded, or the latest PersonCorrected
  bool operator==(const Person&) const = default;
};

/// One report of a fact, as it was last corrected.
struct FactRecord {
  definition::FactIndex fact = definition::kNone;
  PersonIndex person = kNobody;
  std::uint16_t by = 0;  ///< index into CaseCore::actors
  Version version;
  Day effective;
  ValueRange values;
  Version source;  ///< of the event that says so: the report, or its latest correction or withdrawal
  bool operator==(const FactRecord&) const = default;
};

/// `available` is the life of an instance that has no record yet.
enum class StepLife : std::uint8_t { kAvailable = 0, kEnabled = 1, kActive = 2, kCompleted = 3, kTerminated = 4 };
inline constexpr std::uint16_t kNoActor = 0xFFFF;

struct StepInstance {
  StepRef ref;
  StepLife life = StepLife::kAvailable;
  definition::OutcomeIndex outcome = definition::kNoOutcome;
  definition::OutcomeIndex chosen = definition::kNoOutcome;  ///< by whoever completed the task
  bool worked = false;                                       ///< the task's work was done
  bool questioned = false;                                   ///< that work rests on a fact that was corrected
  bool notified = false;                                     ///< its message was asked for, once and for all
  std::uint16_t claimed_by = kNoActor;
  std::uint16_t done_by = kNoActor;
  std::uint16_t organisation = kNoActor;                     ///< delegated to: index into CaseCore::organisations
  definition::DeadlineIndex escalated = 0xFF;                ///< the missed deadline whose role may work on it too
  Version opened;     ///< of StepEnabled, StepOpened or the event that ended it at once
  Version ended;
  Version met_by;     ///< the event that completed it: a fact, a task's completion
  Version reopened;   ///< of its latest StepReopened; what happened before no longer completes it
  Version computed;   ///< of its latest ValueComputed; 0 if none
  Day opened_on;
  Day ended_on;
  Day reopened_on;
  std::uint32_t value = 0xFFFFFFFF;  ///< index into CaseCore::computed, if public
  bool operator==(const StepInstance&) const = default;
};

/// Among instances in the order of their refs: that one, or nullptr.
[[nodiscard]] const StepInstance* find_step(std::span<const StepInstance> steps, const StepRef& ref);

enum class Clock : std::uint8_t { kRunning = 0, kSuspended = 1, kInterrupted = 2, kMet = 3, kMissed = 4, kVoid = 5, kMetLate = 6 };
struct RunningDeadline {
  DeadlineRef ref;
  Clock clock = Clock::kRunning;
  bool warned = false;
  Day start;
  Day due;
  std::optional<Day> warn_on;
  Version version;  ///< of the event that set its due day
  Version ended;    ///< of the event that met, missed or voided it
  Day ended_on;
  bool operator==(const RunningDeadline&) const = default;
};

struct Incident {
  StepRef step;
  Rule rule = Rule::kGuard;
  std::uint16_t part = 0;
  Version version;
  bool operator==(const Incident&) const = default;
};

struct Alarm {
  StepRef step;
  Day day;
  bool operator==(const Alarm&) const = default;
};

/// A time in which nothing new opens, for the whole case (kNobody) or for one person's branch.
struct Suspension {
  PersonIndex person = kNobody;
  Day from;
  std::optional<Day> to;  ///< nothing: it lasts
  Version began;
  Version ended;
  bool operator==(const Suspension&) const = default;
};

/// Another case that this one was split from or into, or merged with.
struct CaseLink {
  LinkKind kind = LinkKind::kSplitInto;
  CaseId other;
  Version version;
  bool operator==(const CaseLink&) const = default;
};

enum class MoveKind : std::uint8_t { kPersonLeft = 0, kCaseSuspended = 1, kCaseResumed = 2, kTaskStarted = 3, kTaskCompleted = 4, kPersonSuspended = 5, kPersonResumed = 6, kStepReopened = 7 };
/// What a person asked of the case and isn't a fact, a newcomer, or a matter of who works on what: with those, all that the case was told.
struct Move {
  MoveKind kind = MoveKind::kPersonLeft;
  Version version;
  Day effective;
  Day order;                  ///< not before the step that it is about began
  StepRef step;               ///< kPersonLeft, kPersonSuspended, kPersonResumed: the person alone; kCaseResumed: the step alone
  std::uint16_t by = kNoActor;
  definition::OutcomeIndex chosen = definition::kNoOutcome;
  Day opened_on;              ///< kTaskCompleted: since when the step was open for whoever worked on it
  std::uint16_t turn = 0;     ///< of an occurrence that a step began by itself: how many came before it
  bool operator==(const Move&) const = default;
};

/// All of a case but its boxes: what decide works on. Copying it takes a few vectors.
struct CaseCore {
  CaseId case_id;
  Version version;
  CaseLife life = CaseLife::kNone;
  Day opened_on;
  std::optional<Day> imported_on;         ///< what fell due before isn't judged
  Day reached;                            ///< the latest day on which anything happened: what happened before it and comes now, comes late
  Hash256 identity;                       ///< of the pinned pathway
  std::vector<Person> persons;            ///< by joining
  std::vector<FactRecord> facts;          ///< in the order in which they happened (order_of), and of arrival within a day
  std::vector<FactRecord> withdrawn;      ///< facts that were withdrawn, by version
  std::vector<Move> moves;                ///< by version
  std::vector<StepInstance> steps;        ///< by ref
  std::vector<RunningDeadline> deadlines; ///< by ref
  std::vector<Incident> incidents;        ///< open ones, by step, rule and part
  std::vector<Alarm> alarms;              ///< by step
  std::vector<FieldValue> values;         ///< of persons and facts
  std::vector<ritrovo::Value> computed;   ///< public values of compute steps
  std::vector<std::string> actors;        ///< who reported and worked, by first appearance
  std::vector<std::string> organisations; ///< to which tasks were delegated, by first appearance
  std::vector<Suspension> suspensions;    ///< by beginning
  std::vector<CaseLink> links;            ///< by version

  [[nodiscard]] const StepInstance* find(const StepRef& ref) const;
  [[nodiscard]] StepLife life_of(const StepRef& ref) const;
  [[nodiscard]] const RunningDeadline* find(const DeadlineRef& ref) const;
  /// The latest report of that fact about that person (kNobody: the case), or nullptr.
  [[nodiscard]] const FactRecord* latest(definition::FactIndex fact, PersonIndex person) const;
  [[nodiscard]] const FactRecord* fact_at(Version version) const;
  /// The report of that version, or the one whose latest correction has it; withdrawn ones too.
  [[nodiscard]] const FactRecord* fact_known(Version version) const;
  /// The day on which a fact about that person takes its place among the others: not before the case, or their joining it.
  [[nodiscard]] Day order_of(PersonIndex person, Day effective) const;
  /// Whether that fact comes after the one that an occurrence is named by; true for the occurrence 0.
  [[nodiscard]] bool follows(const FactRecord& fact, Version occurrence) const;
  /// The public value of that field, or nullptr.
  [[nodiscard]] const ritrovo::Value* value(const ValueRange& range, definition::FieldIndex field) const;
  [[nodiscard]] std::optional<PersonIndex> person_named(std::string_view alias_or_id) const;
  /// How that person left the case, or nullptr while they are in it.
  [[nodiscard]] const Move* leaving_of(PersonIndex person) const;
  /// Persons of that role who are in scope, by joining; the role kNone gives kNobody alone.
  [[nodiscard]] std::vector<PersonIndex> in_scope(definition::RoleIndex role) const;
  /// Whether that person's branch is suspended now; the case's own suspension is its life.
  [[nodiscard]] bool suspended(PersonIndex person) const;
  bool operator==(const CaseCore&) const = default;
};

/// A box that decide may ask for.
struct StateBox {
  Version version;
  Box box;
  bool operator==(const StateBox&) const = default;
};

/// The state of a case: the core and the sealed values that guards may read.
struct CaseState {
  CaseCore core;
  std::vector<StateBox> boxes;  ///< by version
  bool operator==(const CaseState&) const = default;
};

/// What apply needs of an event besides its body.
struct EventHead {
  CaseId case_id;
  Version version;
  Day effective;
  std::string_view actor;  ///< id; empty where the record doesn't say
};

/// Changes `core` as that event says. Total: any body that decide can make, in the order in which it made them. A reference to a person or
/// deadline that the case doesn't have is corruption and asserts.
void apply_body(CaseCore& core, const EventHead& head, const Body& body);
/// The same for a record: decodes the body, applies it, keeps the boxes that guards may read. Asserts on bytes that don't decode.
void apply(CaseState& state, const Event& event);

/// The day at whose beginning the case next has something to do: a deadline missed (the day after its due day), a warning, an alarm.
[[nodiscard]] std::optional<Day> wake_on(const CaseCore& core);

/// Snapshot bytes: a version, then every member. Canonical.
[[nodiscard]] std::string encode_state(const CaseState& state);
/// kCorrupt for anything that encode_state didn't write.
[[nodiscard]] Result<CaseState> decode_state(std::string_view bytes);
/// What the case came to, as bytes to hash: pathway, persons' roles, facts with their effective days and public values, lives and
/// outcomes of steps, deadlines with their days. No instants, positions, versions, generated ids, actors or boxes; independent of the
/// order in which unrelated commands arrived.
[[nodiscard]] std::string outcome_bytes(const CaseState& state);

}  // namespace ritrovo::pathway
