#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/period.h"
#include "engine/base/time.h"
#include "engine/digest/sha256.h"
#include "engine/record/value.h"
#include "workflows/calendar/almanac.h"
#include "workflows/expression/expression.h"

/// A pathway as the interpreter sees it: names turned into indices, guards compiled, and for each cause the steps that it can touch.
/// Made by the loader (workflows/definition/loader.h) from checked YAML; immutable; equal sources give equal models.
namespace ritrovo::definition {

using StepIndex = std::uint16_t;
using FactIndex = std::uint16_t;
using RoleIndex = std::uint16_t;     ///< of a person role: sponsor, relative
using FieldIndex = std::uint16_t;
using OutcomeIndex = std::uint8_t;
using DeadlineIndex = std::uint8_t;
using SentryIndex = std::uint16_t;
using GuardIndex = std::uint16_t;
inline constexpr std::uint16_t kNone = 0xFFFF;
inline constexpr OutcomeIndex kNoOutcome = 0xFF;

struct Node;  // yaml_source.h

/// A text in several languages, sorted by BCP 47 tag ("en", "it").
struct Text {
  std::vector<std::pair<std::string, std::string>> languages;
  /// The text in that language, else in English, else in any; empty if there is none.
  [[nodiscard]] std::string_view in(std::string_view language) const;
};

/// Where something stands in its file, 1-based.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

/// The legal ground of something, and whether it was read in a source that states it.
struct Ground {
  std::string law;
  bool verified = true;
};

enum class FieldKind : std::uint8_t { kString, kBoolean, kInteger, kDecimal, kDate, kEnumeration };
enum class Privacy : std::uint8_t { kSealed, kStatistical, kPublic };

struct Field {
  std::string name;
  FieldKind kind = FieldKind::kString;
  Privacy privacy = Privacy::kSealed;
  bool optional = false;
  std::vector<std::string> values;  ///< of an enumeration
  Text title;
  std::vector<Text> value_titles;   ///< like `values`; none where they have no titles
  bool past = false;                ///< of a date: not after the effective day of what tells of it
};

/// A role that persons play in a case.
struct PersonRole {
  std::string name;
  bool many = false;
  std::string group;  ///< name of the list in guards, for `many`
  Text title;
  std::vector<Field> fields;
};

struct Fact {
  std::string name;
  Text title;
  Ground ground;
  Place place;
  std::vector<std::string> by;  ///< actor roles
  RoleIndex per = kNone;
  bool once = false;
  std::vector<Field> fields;
  std::vector<StepIndex> touches;  ///< steps one of whose sentries, guards, outcomes or deadlines depends on this fact, in document order
};

/// What a variable of the guards stands for; indexed like the variables of `Pathway::environment`.
struct Variable {
  enum class Kind : std::uint8_t { kToday, kOpenedOn, kFactField, kPersonField, kGroup, kStepValue, kStepOutcome };
  Kind kind = Kind::kToday;
  std::uint16_t subject = kNone;  ///< fact, person role or step
  FieldIndex field = kNone;
  std::vector<StepIndex> outcomes = {};  ///< kGroup: the steps of its persons whose outcomes some guard asks for, ascending
};

struct Guard {
  std::string source;
  Place place;
  expression::Program program;
  std::vector<StepIndex> outcomes = {};  ///< the steps whose outcomes it asks of listed persons, ascending
};

/// One on-part, or a connective over parts. Parts of a sentry stand in one vector; part 0 is the root; children are contiguous.
struct Part {
  enum class Kind : std::uint8_t { kAtLeast, kStep, kFact, kOverdue, kDay };
  Kind kind = Kind::kAtLeast;
  /// Over persons, for a part that looks into an `each` from outside: kSome, kEvery. kOwn: the case's or the same branch's.
  enum class Reach : std::uint8_t { kOwn, kSome, kEvery } reach = Reach::kOwn;
  std::uint16_t first_child = 0;           ///< kAtLeast
  std::uint16_t children = 0;              ///< kAtLeast: all = children needed, any = 1
  std::uint16_t needed = 0;                ///< kAtLeast
  StepIndex step = kNone;                  ///< kStep, kOverdue
  OutcomeIndex outcome = kNoOutcome;       ///< kStep: that outcome, or any
  DeadlineIndex deadline = 0xFF;           ///< kOverdue: that one, or any
  FactIndex fact = kNone;                  ///< kFact
  GuardIndex day = kNone;                  ///< kDay: an expression of type date
};

struct Sentry {
  std::vector<Part> parts;  ///< empty: holds at once
  Place place;
};

struct Outcome {
  std::string name;
  Text title;
  Ground ground;
  FactIndex fact = kNone;
  GuardIndex when = kNone;
  bool by_hand = false;
  bool by_deadline = false;  ///< only through a deadline's overdue_outcome
  SentryIndex after = kNone; ///< of a stage or the pathway: the result that it has if this holds when it completes
};

/// A public date of a fact, or the day on which the step opened.
struct DateSource {
  bool opened = false;
  FactIndex fact = kNone;
  FieldIndex field = kNone;
};

struct Deadline {
  std::string name;
  Ground ground;
  Place place;
  std::string term;  ///< looked up in the almanac at each evaluation: terms aren't pinned
  DateSource from;
  GuardIndex when = kNone;
  FactIndex met_by_fact = kNone;
  StepIndex met_by_step = kNone;
  OutcomeIndex met_by_outcome = kNoOutcome;
  std::optional<DateSource> interrupted_on;
  std::optional<DateSource> restarts_on;
  StepIndex suspended_while = kNone;
  std::optional<Period> warn_before;
  bool stops_while_suspended = false;  ///< its days don't count while the case, or the branch's person, is suspended
  OutcomeIndex overdue_outcome = kNoOutcome;
  std::string overdue_notify;    ///< actor role, or empty
  std::string overdue_escalate;  ///< actor role that may work on the task from then on, or empty
  StepIndex overdue_opens = kNone;  ///< a step that opens by it: its `after` says so too
};

/// What becomes of a step's deadlines when it is reopened. kStays: they stay met or missed; kContinues: they run on to the same day;
/// kRestarts: they run afresh from the day of the reopening.
enum class ReopenClock : std::uint8_t { kStays, kContinues, kRestarts };

/// How a completed step is active again. Each report reopens it once, so that reopening ends.
struct Reopening {
  std::vector<FactIndex> on;     ///< facts reported after its completion
  GuardIndex when = kNone;
  std::vector<std::string> by;   ///< actor roles that may reopen it by hand
  ReopenClock clock = ReopenClock::kStays;
  [[nodiscard]] bool possible() const { return !on.empty() || !by.empty(); }
};

/// What settling may do with a step, in the order of a round (workflows/pathway/rounds.cc). kClose: what the ends of stages are judged by;
/// kSeen: what alarms are judged by.
enum class Turn : std::uint8_t { kCancel, kReopen, kFinish, kReach, kOpen, kDeadlines, kClose, kSeen };
inline constexpr std::size_t kTurns = 8;
/// Of 64 steps, in document order: for each turn, a bit a step.
using TurnBits = std::array<std::uint64_t, kTurns>;

enum class StepKind : std::uint8_t { kTask, kWaitFor, kCompute, kMilestone, kNotify, kStage };

struct alignas(64) Step {
  // Each decision asks these of many steps: together they are one line of the processor's cache.
  StepKind kind = StepKind::kTask;
  bool required = true;
  bool manual = false;
  bool discretionary = false;
  bool repeats_itself = false;         ///< an occurrence after each completed one; has repeat_at_most
  StepIndex stage = kNone;             ///< the stage it stands in
  RoleIndex each = kNone;              ///< kStage: one branch for each person of this role; inherited by the steps in it (`branch`)
  RoleIndex branch = kNone;            ///< the role whose persons have an instance each, from the nearest `each`: a stage's own, or an enclosing one's
  StepIndex repeat = kNone;            ///< the nearest step around it that repeats, or itself; kNone if none does
  GuardIndex where = kNone;            ///< kStage with each
  SentryIndex after = kNone;
  GuardIndex when = kNone;
  SentryIndex cancel_when = kNone;
  SentryIndex completes_when = kNone;  ///< kStage: instead of "all required steps have ended"
  SentryIndex until = kNone;           ///< kCompute: final from then on
  FactIndex repeat_for = kNone;
  FieldIndex repeat_match = kNone;     ///< of repeat_for: a fact with a field of that name answers the occurrence that has the same value
  GuardIndex repeat_while = kNone;     ///< must hold for an occurrence to open
  SentryIndex repeat_until = kNone;    ///< no occurrence opens that comes after it
  std::uint16_t repeat_at_most = 0;    ///< occurrences that open; 0: as often as the fact is reported
  GuardIndex value = kNone;            ///< kCompute
  Privacy value_privacy = Privacy::kSealed;
  GuardIndex message_language = kNone; ///< kNotify: a public text, a BCP 47 tag
  FactIndex form = kNone;              ///< kTask
  StepIndex assign_to = kNone;         ///< kTask: offered first to whoever did that step
  std::vector<Outcome> outcomes;       ///< done_when gives one named "done" for each fact
  std::vector<Deadline> deadlines;
  std::vector<StepIndex> touches;      ///< steps whose sentries, guards or deadlines depend on this step, its stage, and the steps in it, in document order
  std::vector<std::uint64_t> ended_by; ///< kStage: a bit for each step whose change may end it: those in it, and those that may rule one of them out
  Reopening reopen;
  std::vector<StepIndex> four_eyes;    ///< kTask: whoever completed these may not complete this one
  // What people read, and what is asked of few.
  std::string name;                    ///< unique; "school/assessment" for a step of the pathway that the step `school` uses
  Text title;
  Ground ground;
  Place place;
  std::string waits_on;                ///< a party
  std::string task_role;               ///< kTask
  std::string task_organisation;       ///< kTask: whose people work on it; empty: anybody's
  std::string notify_to;               ///< kNotify: "family" or an actor role
  std::string message_template;        ///< kNotify: a name for whoever sends it, or empty
  Text message;                        ///< kNotify
  std::string uses;                    ///< kStage: the pathway that was put in here; its steps have this step's name and a slash before theirs
  std::uint32_t uses_version = 0;
  Hash256 uses_identity;
  [[nodiscard]] bool repeats() const { return repeat_for != kNone || repeats_itself; }
};

/// A published pathway.
struct Pathway {
  std::string name;
  std::uint32_t version = 0;
  Day valid_from;
  std::optional<Day> valid_to;         ///< the last day on which a case can open with it; absent: until the next version
  Hash256 identity;                    ///< SHA-256 of the canonical form, and of the pathways that it uses
  Text title;
  Ground ground;
  std::vector<std::pair<std::string, Text>> parties;
  std::vector<std::pair<std::string, Text>> roles;
  std::vector<std::string> managed_by; ///< actor roles that open, suspend, resume, close and recount a case, and add and remove persons
  std::vector<PersonRole> persons;
  std::vector<Fact> facts;             ///< sorted by name
  std::vector<Step> steps;             ///< document order; a stage stands before its steps
  std::vector<Sentry> sentries;
  std::vector<Guard> guards;
  std::vector<Variable> variables;
  SentryIndex completes_when = kNone;  ///< instead of "all required steps have ended"
  std::vector<Outcome> results;        ///< what it may come to: the first that holds when it completes
  std::shared_ptr<const Node> tree;    ///< its document, for pathways that use this one
  std::vector<TurnBits> turns;         ///< in which turns there is anything to do with a step at all
  std::vector<StepIndex> on_today;     ///< steps with a guard that reads `today` or a day part
  [[nodiscard]] FactIndex fact_named(std::string_view name) const;      ///< kNone if there is none
  [[nodiscard]] StepIndex step_named(std::string_view name) const;
  /// Of "visa/issued": how much of it names a step. All of it, or what stands before the last slash that follows a step's name; 0 if nothing does.
  [[nodiscard]] std::size_t step_part_of(std::string_view text) const;
  /// The step's path: its stages' names and its own, with slashes; steps of a used pathway without its repeated prefix.
  [[nodiscard]] std::string path_of(StepIndex step) const;
  /// The step that a person means by that path, or by its end ("entry", "arrival/entry"); kNone if there is none or more than one.
  [[nodiscard]] StepIndex step_at(std::string_view path) const;
  [[nodiscard]] RoleIndex person_role_named(std::string_view name) const;
};

/// A term, calendar or parameter that is in force: which version, with what content.
struct AlmanacItem {
  std::string kind;      ///< "term", "calendar" or "parameter"
  std::string name;
  std::uint32_t version = 0;
  Hash256 identity;      ///< SHA-256 of the canonical form
};

/// All that was published: every version of every pathway, and the almanac (terms, calendars, parameters) in force.
struct Library {
  std::vector<std::shared_ptr<const Pathway>> pathways;  ///< sorted by name, then version
  std::shared_ptr<const calendar::Almanac> almanac;
  calendar::AlmanacParts almanac_parts;    ///< what `almanac` was made of, for a later `merge`
  std::vector<AlmanacItem> almanac_items;  ///< sorted by kind, then name
  /// The version for a case that opens with that effective day: the latest with valid_from ≤ day; nullptr if there is none, or if
  /// its `valid_to` is over.
  [[nodiscard]] std::shared_ptr<const Pathway> valid_on(std::string_view name, Day day) const;
  /// The version with that identity; nullptr if it isn't published.
  [[nodiscard]] std::shared_ptr<const Pathway> with_identity(const Hash256& identity) const;
};

}  // namespace ritrovo::definition
