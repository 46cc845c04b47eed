#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/time.h"
#include "engine/runtime/machine.h"
#include "workflows/calendar/almanac.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"
#include "workflows/pathway/guard_context.h"
#include "workflows/pathway/sealed_values.h"

namespace ritrovo::pathway {

/// Alarms that belong to no step. The pathway's own: a day in its `completes_when`.
inline constexpr StepRef kPathwayAlarm{definition::kNone, kNobody, Version()};
/// The day of a command that came before an earlier day was worked through: nothing is judged as of a day before it any more.
inline constexpr StepRef kLookedAhead{definition::kNone, kNobody, Version(1)};

/// The day that a wake left half worked through, because it leads to more than one command may: the next wake, due at once, goes on.
inline constexpr StepRef kHalfDone{definition::kNone, kNobody, Version(2)};

/// Which steps a settling looks at. Both give the same events; kEverything is the slow proof of it.
enum class Reach : std::uint8_t { kTouched, kEverything };

/// What a command or a day brings with it.
struct Trigger {
  Day today;               ///< the day being evaluated
  Day effective;           ///< when the cause happened in the world
  std::string_view actor;  ///< id of who reported or worked; empty for the engine: a day that has begun
};

/// What a sentry comes to. kNever: it can't hold any more, whatever is reported.
enum class Holding : std::uint8_t { kHolds, kWaits, kNever, kFailed };
struct Verdict {
  Holding holding = Holding::kWaits;
  Day day;  ///< kHolds: the day in the world from which it does
};

/// How a sentry is asked. All three agree on whether it holds.
enum class Look : std::uint8_t {
  kActing,   ///< a guard that can't be computed opens an incident
  kReading,  ///< changes nothing
  kAhead,    ///< changes nothing, and tells what can't hold any more from what merely waits: dearer
};

/// What can still become of a step instance, seen from the stage around it.
enum class Prospect : std::uint8_t { kDone, kMay, kNever };

/// A step that may open: since when, and why.
struct Opening {
  Day day;
  Because because;
};

/// One decision being worked out: a copy of the case, the events so far, and the rules that derive more. Each event is applied to the copy as
/// it is emitted, by the same apply_body as in replay. The meaning of each move stands at the top of rounds.cc.
/// Refers to the pathway, the almanac and the opened boxes; they outlive it. Not for sharing between threads.
class Interpreter {
 public:
  Interpreter(const definition::Pathway& pathway, const calendar::Almanac* almanac, const CaseCore& before, const Opened& opened, Trigger trigger,
              Reach reach = Reach::kTouched);
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  [[nodiscard]] const CaseCore& core() const { return core_; }
  [[nodiscard]] const definition::Pathway& pathway() const { return pathway_; }
  /// May be nullptr.
  [[nodiscard]] const calendar::Almanac* almanac() const { return almanac_; }
  [[nodiscard]] const SealedValues& sealed() const { return sealed_; }
  [[nodiscard]] const Trigger& trigger() const { return trigger_; }
  /// The events so far.
  [[nodiscard]] const std::vector<Draft>& drafts() const { return drafts_; }
  /// How many events may be made, instead of what one command may lead to.
  void allow(std::size_t events_max) { events_max_ = events_max; }
  /// The events so far, for the runtime; leaves none behind.
  [[nodiscard]] std::vector<Draft> take_drafts() { return std::move(drafts_); }
  [[nodiscard]] std::size_t draft_count() const { return drafts_.size(); }

  /// Adds an event, applies it, and marks the steps that it can change. Returns its version.
  Version emit(Day effective, const Body& body, std::vector<Secret> secrets = {});
  void touch(definition::StepIndex step);
  void touch_fact(definition::FactIndex fact);
  void touch_all();
  /// Another day or cause from here on: a wake works through several days (`by_day`), a derivation through several commands.
  void turn_to(Trigger trigger, bool by_day) {
    trigger_ = trigger;
    by_day_ = by_day;
    prospects_.clear();
  }

  /// Goes round until a round changes nothing.
  void settle();
  /// Ends a live instance and what stands in it.
  void terminate(const StepRef& ref, EndReason reason, Day day, Because because);
  /// Completes a live instance: `day` for the record, `met_on` for its deadlines.
  void complete(const StepRef& ref, definition::OutcomeIndex outcome, Day day, Day met_on, Because because);

  /// Makes a completed instance active again, and its deadlines as the definition says. `by`: who asked; empty: a fact did.
  /// Requires: it is completed and may be reopened.
  void reopen_step(const StepRef& ref, std::string by, Day day, Because why, std::vector<Secret> reason = {});

  /// Ends whatever is enabled or active.
  void end_everything(EndReason reason, Day day, const Because& why);

  // Questions, also asked by next_steps.
  [[nodiscard]] std::vector<StepRef> instances(definition::StepIndex step) const;
  /// The same, without a list of them where that isn't needed: `visit` may emit.
  template <class Visit>
  void for_each_instance(definition::StepIndex step, const Visit& visit) const {
    const definition::Step& declared = step_at(step);
    if (repeat_of(pathway_, step) != definition::kNone) {
      for (const StepRef& ref : instances(step)) visit(ref);
    } else if (declared.branch == definition::kNone) {
      visit(StepRef{step, kNobody, Version()});
    } else {
      for (std::size_t i = 0; i < core_.persons.size(); ++i)
        if (core_.persons[i].role == declared.branch && !core_.persons[i].left) visit(StepRef{step, static_cast<PersonIndex>(i), Version()});
    }
  }
  [[nodiscard]] std::optional<StepRef> parent_of(const StepRef& ref) const;
  /// Whom a name of that role means in that person's scope: the person, else the first in scope who plays it; kNobody if there is none.
  [[nodiscard]] PersonIndex person_for(definition::RoleIndex role, PersonIndex person) const;
  /// Whether the stage around it is active and its person in scope.
  [[nodiscard]] bool surrounded(const StepRef& ref) const;
  [[nodiscard]] Verdict judge(const StepRef& ref, definition::SentryIndex sentry, bool cancels, std::vector<Version>* causes, Look look = Look::kActing);
  [[nodiscard]] expression::Value evaluate(const StepRef& ref, definition::GuardIndex guard, std::optional<Day> on = std::nullopt) const;
  /// As that, on that day, and the first day after it on which the guard may come to something else. Requires: it reads `today`.
  [[nodiscard]] expression::Value evaluate_lasting(const StepRef& ref, definition::GuardIndex guard, Day on, std::optional<Day>& until) const;
  [[nodiscard]] Prospect prospect(const StepRef& ref);
  /// Whether all that is required inside (kNone: at the top of the pathway) is done and nothing is active.
  [[nodiscard]] bool stage_done(definition::StepIndex stage, const StepRef& ref);
  /// Whether that actor completed a step that this task checks (`four_eyes`), for the same person or for the case.
  [[nodiscard]] std::optional<definition::StepIndex> own_work(const StepRef& ref, std::uint16_t actor) const;
  /// The report that answers the instance: the latest in scope; for a repetition the first after its occurrence that no other took.
  [[nodiscard]] const FactRecord* answer_to(const StepRef& ref, definition::FactIndex fact) const;

  /// The whole days that have begun and ask for something: missed deadlines, warnings, alarms. Returns when nothing is due by `today`, or
  /// enough events were made for one command.
  void wake(Day today);

 private:
  using Turn = definition::Turn;
  enum class Truth : std::uint8_t { kTrue, kFalse, kUnknown, kFailed };

  /// Whether a wake has made so many events that the rest is left to the next: half of what one command may lead to, so that what is under
  /// way still has room.
  [[nodiscard]] bool wakes_enough() const { return by_day_ && drafts_.size() >= events_max_ / 2; }

  // rounds.cc
  [[nodiscard]] std::uint64_t& marks(Turn turn, std::size_t word) { return marks_[word][static_cast<std::size_t>(turn)]; }
  void pass(Turn turn);
  void consider(Turn turn, const StepRef& ref);
  void cancel(const StepRef& ref);
  void reopen(const StepRef& ref);
  void finish(const StepRef& ref);
  void reach_moment(const StepRef& ref);
  void open(const StepRef& ref);
  void close_stages(Version round_began);
  [[nodiscard]] bool may_have_ended(definition::StepIndex stage);
  [[nodiscard]] bool any_marked(Turn turn);
  void close_stage(const StepRef& ref);
  /// The first of a stage's or the pathway's results that holds; kNoOutcome if none does.
  [[nodiscard]] definition::OutcomeIndex result_of(const StepRef& ref, const std::vector<definition::Outcome>& results);
  void complete_pathway();
  void mark_after(const Body& body);

  // occurrences.cc
  void add_occurrences(definition::StepIndex step, PersonIndex person, std::vector<StepRef>& refs) const;
  /// The completed occurrence that the instance of a step which begins again by itself follows, or nullptr.
  [[nodiscard]] const StepInstance* occurrence_before(const StepRef& ref) const;
  /// Whether that report is one which the definition lets reopen the instance.
  [[nodiscard]] bool asks_again(const StepRef& ref, const FactRecord& fact) const;
  /// What the case was told that made the instance active again for the last time: the last such report of that day, or the reopening itself
  /// where a person asked for it. 0 if it never was.
  [[nodiscard]] Version asked_again(const StepInstance& step) const;
  /// Whether `at_most` and `until` leave room for the occurrence.
  [[nodiscard]] bool may_repeat(const StepRef& ref, Look look);

  // step_moves.cc
  void assign(const StepRef& ref);
  [[nodiscard]] std::optional<Opening> may_open(const StepRef& ref);
  void compute(const StepRef& ref);
  void record_value(const StepRef& ref, const expression::Value& value, Opening opening, bool active);
  [[nodiscard]] bool outcome_holds(const StepInstance& step, const definition::Outcome& outcome, definition::OutcomeIndex index, Opening& opening);

  // sentries.cc
  struct Asked {
    const definition::Sentry* sentry;
    StepRef ref;
    bool cancels;
    Look look;
    std::vector<Version>* causes;
  };
  [[nodiscard]] Verdict judge_part(const Asked& asked, std::size_t part);
  [[nodiscard]] Verdict judge_children(const Asked& asked, const definition::Part& part);
  [[nodiscard]] Verdict judge_step(const Asked& asked, const definition::Part& part);
  [[nodiscard]] Verdict judge_instance(const Asked& asked, const definition::Part& part, const StepRef& target);
  [[nodiscard]] Verdict judge_fact(const Asked& asked, const definition::Part& part);
  [[nodiscard]] Verdict judge_overdue(const Asked& asked, const definition::Part& part, const StepRef& target);
  [[nodiscard]] Verdict judge_day(const Asked& asked, const definition::Part& part);
  template <class Ask>
  [[nodiscard]] Verdict over_persons(const Asked& asked, const definition::Part& part, definition::RoleIndex role, const Ask& ask);
  template <class Ask>
  [[nodiscard]] Day since_leaving(const Asked& asked, const definition::Part& part, definition::RoleIndex role, const Ask& ask, Day day);
  [[nodiscard]] bool branch_applies(definition::StepIndex step, PersonIndex person) const;
  [[nodiscard]] Truth ask(const StepRef& ref, definition::GuardIndex guard, Opening& opening);
  void note_reads(const StepRef& ref, definition::GuardIndex guard, Opening& opening) const;
  /// The latest day of what the guard reads, values that the engine computed left out.
  [[nodiscard]] Day last_day_read(const StepRef& ref, definition::GuardIndex guard) const;
  void open_incident(const StepRef& ref, Rule rule, std::uint16_t part, Failure failure, std::string message);
  void resolve_incident(const StepRef& ref, Rule rule, std::uint16_t part);
  [[nodiscard]] bool has_incident(const StepRef& ref, Rule rule, std::uint16_t part) const;
  [[nodiscard]] Prospect work_out_prospect(const StepRef& ref);
  [[nodiscard]] Prospect prospect_of_available(const StepRef& ref);

  // deadlines.cc
  struct DatedCause {
    Day day;
    Version version;
  };
  /// A deadline worked out from all that is known now.
  struct Counted {
    const calendar::Term* term = nullptr;
    calendar::Clockwork clockwork;
    calendar::Due due;
    Because why;
    [[nodiscard]] bool stopped() const { return due.status != calendar::TermStatus::kRunning || !due.day; }
  };
  void update_deadlines(const StepRef& ref);
  void update_deadline(const StepInstance& step, definition::DeadlineIndex index);
  /// A step that is done: whether what came later shows that its deadline was met after all.
  void absolve(const StepInstance& step, definition::DeadlineIndex index);
  /// Nothing where the term doesn't run yet, can't be worked out (an incident), or rests on nothing newer than `since`.
  [[nodiscard]] std::optional<Counted> count(const StepInstance& step, definition::DeadlineIndex index, Version since);
  void follow_clock(const DeadlineRef& ref, const Counted& counted);
  void run_clock(const DeadlineRef& ref, const Counted& counted, const calendar::Due& due);
  void end_deadlines(const StepRef& ref, std::optional<Day> met_on, Version cause);
  void judge_deadline(const DeadlineRef& ref, Day day, Version cause);
  [[nodiscard]] std::optional<DatedCause> meeting(const DeadlineRef& ref) const;
  [[nodiscard]] std::vector<DatedCause> dates_of(const StepInstance& step, const definition::DateSource& source) const;
  [[nodiscard]] std::vector<calendar::Pause> pauses_of(const StepInstance& step, const definition::Deadline& deadline, Day start, std::vector<Version>& causes) const;
  [[nodiscard]] Result<std::optional<Day>> choice_of(const StepInstance& step, const calendar::Term& term, Day start) const;
  void miss(const DeadlineRef& ref);

  // alarms.cc
  void set_alarms();
  /// Of occurrences that aren't there any more: the report that they were for was withdrawn.
  void drop_alarms(definition::StepIndex step);
  void set_pathway_alarm();
  void note_look_ahead();
  void touch_alarms(Day day);
  [[nodiscard]] std::optional<Day> alarm_of(const StepRef& ref) const;
  void set_alarm(const StepRef& ref);
  struct Turning {
    std::optional<Day> day;  ///< the first on which something turns
    bool beyond = false;     ///< something may turn after the horizon
    void at(Day candidate) {
      if (!day || candidate < *day) day = candidate;
    }
  };
  [[nodiscard]] Turning turning_of(const StepRef& ref);
  void consider_days(const StepRef& ref, definition::SentryIndex sentry, Turning& first) const;
  void consider_guard(const StepRef& ref, definition::GuardIndex guard, Turning& first) const;

  [[nodiscard]] const definition::Step& step_at(definition::StepIndex step) const { return pathway_.steps[step]; }
  /// What core() says of that instance, found sooner: nothing is asked as often.
  [[nodiscard]] const StepInstance* find(const StepRef& ref) const;
  [[nodiscard]] StepLife life_of(const StepRef& ref) const {
    const StepInstance* step = find(ref);
    return step == nullptr ? StepLife::kAvailable : step->life;
  }
  void note_where_steps_begin();
  [[nodiscard]] Because because(Rule rule, std::uint16_t part, std::vector<Version> causes = {}) const;

  const definition::Pathway& pathway_;
  const calendar::Almanac* almanac_;
  AlmanacHost host_;
  CaseCore core_;
  std::vector<Draft> drafts_;
  SealedValues sealed_;
  Trigger trigger_;
  Day told_on_;          ///< the day of the command or wake itself, whichever earlier day it turns to
  Reach reach_;
  std::size_t events_max_ = limits::kConsequencesMax;
  std::vector<definition::TurnBits> marks_;  ///< what is to be looked at
  std::vector<std::uint32_t> begins_;        ///< of each step: where its instances begin in core_.steps; then how many there are in all
  Version recounted_;    ///< of the TermsRecounted that is being worked out; 0 if none
  bool by_day_ = false;  ///< a day is being worked through, not a command
  std::vector<std::pair<StepRef, Prospect>> prospects_;  ///< worked out since the last event
  mutable GuardContext::Groups groups_;                  ///< likewise
};

}  // namespace ritrovo::pathway
