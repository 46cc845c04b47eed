#include <algorithm>

#include "engine/base/assert.h"
#include "engine/base/limits.h"

#include "workflows/pathway/interpreter.h"

// Deadlines of step instances. A deadline is set when its step is active, the day it runs from is known and its `when` holds; it follows its
// clock (pauses, a moved start, a new version of the term) while it runs; it is met or missed by the day in the world of what meets it, or
// void when its step ends in a way that leaves nothing to be met. Missing one by the mere passing of days happens in a wake only: a
// command that is read late must not turn a met deadline into a missed one. One that counted as missed only because a pause (or a later start)
// wasn't known yet is moved, or met, by a further event; what the miss opened stays.
namespace ritrovo::pathway {

using definition::kNone;

namespace {

/// Whether a report answers another one: false where a repetition for that one matches the two by a field (`match`), and it isn't the same.
bool answers(const definition::Pathway& pathway, const CaseCore& core, const FactRecord& asked, const FactRecord& report) {
  for (std::size_t i = 0; i < pathway.steps.size(); ++i) {
    const definition::Step& step = pathway.steps[i];
    if (step.repeat_for != asked.fact || step.repeat_match == kNone) continue;
    const Scope scope{asked.person, asked.version, static_cast<definition::StepIndex>(i)};
    if (matching_field(pathway, scope, report.fact) != kNone) return belongs(pathway, core, scope, report);
  }
  return true;
}

/// The lines of a working that say more than start, length and end.
std::vector<WorkingNote> notes_of(const calendar::Due& due) {
  std::vector<WorkingNote> notes;
  for (const calendar::WorkingLine& line : due.working) {
    const bool plain = line.what == calendar::WorkingStep::kLength || line.what == calendar::WorkingStep::kBegins ||
                       line.what == calendar::WorkingStep::kRuns || line.what == calendar::WorkingStep::kEnds;
    if (!plain) notes.push_back({static_cast<std::uint8_t>(line.what), line.from, line.to, line.days});
  }
  return notes;
}

}  // namespace

std::vector<Interpreter::DatedCause> Interpreter::dates_of(const StepInstance& step, const definition::DateSource& source) const {
  if (source.opened) return {{step.opened_on, step.opened}};
  std::vector<DatedCause> dates;
  const PersonIndex about = person_for(pathway_.facts[source.fact].per, step.ref.person);
  for (const FactRecord& fact : core_.facts) {
    if (fact.fact != source.fact || fact.person != about || !belongs(pathway_, core_, scope_of(step.ref), fact)) continue;
    const ritrovo::Value* value = core_.value(fact.values, source.field);
    const Day* day = value == nullptr ? nullptr : value->get<Day>();
    if (day != nullptr) dates.push_back({*day, fact.source});
  }
  return dates;
}

std::vector<calendar::Pause> Interpreter::pauses_of(const StepInstance& step, const definition::Deadline& deadline, Day start,
                                                    std::vector<Version>& causes) const {
  std::vector<calendar::Pause> pauses;
  if (deadline.interrupted_on) {
    const std::vector<DatedCause> restarts = deadline.restarts_on ? dates_of(step, *deadline.restarts_on) : std::vector<DatedCause>();
    const auto answered = [this](Version asked, Version report) { return answers(pathway_, core_, *core_.fact_known(asked), *core_.fact_known(report)); };
    for (const DatedCause& interruption : dates_of(step, *deadline.interrupted_on)) {
      if (interruption.day < start) continue;
      const DatedCause* restart = nullptr;
      for (const DatedCause& candidate : restarts)
        if (candidate.day >= interruption.day && answered(interruption.version, candidate.version) && (restart == nullptr || candidate.day < restart->day)) restart = &candidate;
      pauses.push_back({calendar::PauseKind::kInterrupted, interruption.day, restart == nullptr ? std::nullopt : std::optional(restart->day)});
      causes.push_back(interruption.version);
      if (restart != nullptr) causes.push_back(restart->version);
    }
  }
  if (deadline.suspended_while != kNone) {
    const bool branch = step_at(deadline.suspended_while).branch != kNone;
    for (const StepInstance& pause : core_.steps) {
      if (pause.ref.step != deadline.suspended_while || pause.ref.person != (branch ? step.ref.person : kNobody)) continue;
      const bool was_active = pause.life == StepLife::kActive || pause.life == StepLife::kCompleted || (pause.life == StepLife::kTerminated && pause.opened != pause.ended);
      if (!was_active) continue;
      const bool ended = pause.life != StepLife::kActive;
      if (ended && pause.ended_on < std::max(start, pause.opened_on)) continue;
      pauses.push_back({calendar::PauseKind::kSuspended, std::max(start, pause.opened_on), ended ? std::optional(pause.ended_on) : std::nullopt});
      causes.push_back(ended ? pause.ended : pause.opened);
    }
  }
  if (!deadline.stops_while_suspended) return pauses;
  for (const Suspension& suspension : core_.suspensions) {
    if (suspension.person != kNobody && suspension.person != step.ref.person) continue;
    const Day from = std::max(start, suspension.from);
    if (suspension.to && *suspension.to < from) continue;
    pauses.push_back({calendar::PauseKind::kSuspended, from, suspension.to});
    causes.push_back(suspension.to ? suspension.ended : suspension.began);
  }
  return pauses;
}

Result<std::optional<Day>> Interpreter::choice_of(const StepInstance& step, const calendar::Term& term, Day start) const {
  const Result<calendar::ChosenBy> chosen_by = almanac_->chosen_by(term, trigger_.today);
  if (!chosen_by) return tl::unexpected(chosen_by.error());
  switch (*chosen_by) {
    case calendar::ChosenBy::kStart: return start;
    case calendar::ChosenBy::kFiling: {
      const definition::FactIndex filed = pathway_.fact_named("application.filed");
      if (filed == kNone) return start;
      for (const FactRecord& fact : core_.facts)
        if (fact.fact == filed) return fact.effective;
      return start;
    }
    case calendar::ChosenBy::kOpening: return core_.opened_on;
    case calendar::ChosenBy::kStepDay: return step.opened_on;
    case calendar::ChosenBy::kRestart: return std::optional<Day>();
    case calendar::ChosenBy::kToday: return trigger_.today;
  }
  return start;
}

void Interpreter::update_deadlines(const StepRef& ref) {
  const std::size_t count = step_at(ref.step).deadlines.size();
  for (std::size_t i = 0; i < count; ++i) {
    const StepInstance* step = find(ref);
    if (step == nullptr || (step->life != StepLife::kActive && step->life != StepLife::kCompleted)) return;
    const StepInstance copy = *step;
    if (copy.life == StepLife::kActive) {
      update_deadline(copy, static_cast<definition::DeadlineIndex>(i));
    } else {
      absolve(copy, static_cast<definition::DeadlineIndex>(i));
    }
  }
}

void Interpreter::update_deadline(const StepInstance& step, definition::DeadlineIndex index) {
  const DeadlineRef ref{step.ref, index};
  const RunningDeadline* known = core_.find(ref);
  if (known != nullptr && (known->clock == Clock::kMet || known->clock == Clock::kVoid || known->clock == Clock::kMetLate)) return;
  const bool missed = known != nullptr && known->clock == Clock::kMissed;
  std::optional<Counted> counted = count(step, index, missed ? known->ended : Version());
  if (counted && missed && !counted->stopped() && *counted->due.day <= known->due) counted.reset();
  if (counted) follow_clock(ref, *counted);
  if (const std::optional<DatedCause> met = meeting(ref)) judge_deadline(ref, met->day, met->version);
}

void Interpreter::absolve(const StepInstance& step, definition::DeadlineIndex index) {
  const definition::Deadline& deadline = step_at(step.ref.step).deadlines[index];
  const DeadlineRef ref{step.ref, index};
  const RunningDeadline* known = core_.find(ref);
  if (known == nullptr || known->clock != Clock::kMissed) return;
  const bool ended_it = deadline.overdue_outcome != definition::kNoOutcome && step.outcome == deadline.overdue_outcome;
  const bool elsewhere = deadline.met_by_fact != kNone || deadline.met_by_step != kNone;
  if (ended_it && !elsewhere) return;
  const std::optional<DatedCause> met = elsewhere ? meeting(ref) : std::optional(DatedCause{step.ended_on, step.ended});
  if (!met) return;
  if (met->day <= known->due) {
    emit(met->day, DeadlineMet{ref, true, because(Rule::kDeadline, index, {met->version})});
    return;
  }
  const std::optional<Counted> counted = count(step, index, known->ended);
  if (!counted || (!counted->stopped() && *counted->due.day < met->day)) return;
  if (counted->stopped() || *counted->due.day != known->due) follow_clock(ref, *counted);
  emit(met->day, DeadlineMet{ref, true, because(Rule::kDeadline, index, {met->version})});
}

std::optional<Interpreter::Counted> Interpreter::count(const StepInstance& step, definition::DeadlineIndex index, Version since) {
  const definition::Deadline& deadline = step_at(step.ref.step).deadlines[index];
  const bool restarted = step.reopened != Version() && step_at(step.ref.step).reopen.clock == definition::ReopenClock::kRestarts;
  const std::vector<DatedCause> from = restarted ? std::vector<DatedCause>{{step.reopened_on, step.reopened}} : dates_of(step, deadline.from);
  if (from.empty()) return std::nullopt;
  Counted counted;
  counted.clockwork.start = from.back().day;
  std::vector<Version> causes = {from.back().version};
  counted.clockwork.pauses = pauses_of(step, deadline, from.back().day, causes);
  // What was missed stays so unless something says otherwise that wasn't known then.
  if (*std::max_element(causes.begin(), causes.end()) <= since) return std::nullopt;
  Opening opening{trigger_.effective, because(Rule::kDeadline, index)};
  // `when` says whether there is a deadline, once; a running one isn't held by it.
  const bool fresh = core_.find(DeadlineRef{step.ref, index}) == nullptr;
  if (fresh && deadline.when != kNone && ask(step.ref, deadline.when, opening) != Truth::kTrue) return std::nullopt;
  const auto fails = [&](std::string message) {
    open_incident(step.ref, Rule::kDeadline, index, Failure::kTerm, std::move(message));
    return std::nullopt;
  };
  counted.term = almanac_ == nullptr ? nullptr : almanac_->term(deadline.term);
  if (counted.term == nullptr) return fails("no term is named " + deadline.term);
  const Result<std::optional<Day>> choice = choice_of(step, *counted.term, counted.clockwork.start);
  if (!choice) return fails(choice.error().message);
  counted.clockwork.choice = *choice;
  Result<calendar::Due> due = almanac_->due(*counted.term, counted.clockwork);
  if (!due) return fails(due.error().message);
  counted.due = std::move(*due);
  resolve_incident(step.ref, Rule::kDeadline, index);
  if (recounted_ != Version()) causes.push_back(recounted_);
  counted.why = because(Rule::kDeadline, index, std::move(causes));
  counted.why.reads = std::move(opening.because.reads);
  return counted;
}

void Interpreter::follow_clock(const DeadlineRef& ref, const Counted& counted) {
  const Day on = trigger_.effective;
  if (!counted.stopped()) return run_clock(ref, counted, counted.due);
  if (core_.find(ref) == nullptr) {
    // Stopped before it ran a day: it is set as it would run, so that everybody sees it, and then stopped.
    calendar::Clockwork alone = counted.clockwork;
    alone.pauses.clear();
    const Result<calendar::Due> due = almanac_->due(*counted.term, alone);
    if (!due || !due->day) return;
    run_clock(ref, counted, *due);
  }
  const Clock stopped = counted.due.status == calendar::TermStatus::kSuspended ? Clock::kSuspended : Clock::kInterrupted;
  const RunningDeadline* known = core_.find(ref);
  if (known == nullptr || known->clock == stopped) return;
  if (stopped == Clock::kSuspended) {
    emit(on, DeadlineSuspended{ref, counted.why});
  } else {
    emit(on, DeadlineInterrupted{ref, counted.why});
  }
}

void Interpreter::run_clock(const DeadlineRef& ref, const Counted& counted, const calendar::Due& due) {
  const RunningDeadline* known = core_.find(ref);
  const definition::Deadline& deadline = step_at(ref.step.step).deadlines[ref.deadline];
  const Day start = counted.clockwork.start;
  std::optional<Day> warn_on = deadline.warn_before ? std::optional(subtract(*due.day, *deadline.warn_before)) : std::nullopt;
  // A warning longer than the term is due as soon as it runs.
  if (warn_on && start <= *due.day) warn_on = std::max(*warn_on, start);
  // Nobody is warned on a day on which the deadline wasn't known yet; one that runs on keeps its day.
  const Day known_on = std::max(trigger_.today, told_on_);
  const bool the_same = known != nullptr && known->due == *due.day && known->start == start;
  if (the_same) warn_on = known->warn_on;
  else if (warn_on && known_on > *due.day && *due.day >= start) warn_on.reset();
  else if (warn_on) warn_on = std::max(*warn_on, known_on);
  if (known != nullptr && known->clock == Clock::kRunning && known->due == *due.day && known->start == start && known->warn_on == warn_on) return;
  const calendar::Calendar* calendar = almanac_->calendar(counted.term->calendar);
  Working working{due.length == nullptr ? std::string() : to_string(due.length->length), counted.term->version,
                  calendar == nullptr ? 0 : calendar->rules().version, notes_of(due)};
  const Day on = trigger_.effective;
  if (known == nullptr) {
    emit(on, DeadlineSet{ref, start, *due.day, warn_on, std::move(working), counted.why});
    return;
  }
  const bool resumed = known->clock != Clock::kRunning && known->clock != Clock::kMissed;
  emit(on, DeadlineMoved{ref, start, *due.day, resumed ? std::nullopt : std::optional(known->due), warn_on, resumed, std::move(working), counted.why});
}

std::optional<Interpreter::DatedCause> Interpreter::meeting(const DeadlineRef& ref) const {
  const definition::Deadline& deadline = step_at(ref.step.step).deadlines[ref.deadline];
  std::optional<DatedCause> first;
  const auto consider = [&first](Day day, Version version) {
    if (!first || day < first->day) first = DatedCause{day, version};
  };
  if (deadline.met_by_fact != kNone) {
    const PersonIndex about = person_for(pathway_.facts[deadline.met_by_fact].per, ref.step.person);
    const bool matched = matching_field(pathway_, scope_of(ref.step), deadline.met_by_fact) != kNone;
    for (const FactRecord& fact : core_.facts)
      if (fact.fact == deadline.met_by_fact && fact.person == about && (matched || core_.follows(fact, ref.step.occurrence)) && belongs(pathway_, core_, scope_of(ref.step), fact)) consider(fact.effective, fact.source);
  }
  if (deadline.met_by_step != kNone) {
    const Scope scope = scope_of(ref.step);
    const std::optional<StepRef> target = own_instance(pathway_, deadline.met_by_step, scope, ref.step.step);
    for (const StepInstance& step : core_.steps) {
      const bool meant = target ? step.ref == *target : step.ref.step == deadline.met_by_step;
      const bool done = step.life == StepLife::kCompleted && (deadline.met_by_outcome == definition::kNoOutcome || deadline.met_by_outcome == step.outcome);
      if (meant && done) consider(step.ended_on, step.ended);
    }
  }
  return first;
}

void Interpreter::judge_deadline(const DeadlineRef& ref, Day day, Version cause) {
  const RunningDeadline* known = core_.find(ref);
  if (known == nullptr) return;
  const Day due = known->due;
  switch (known->clock) {
    case Clock::kRunning:
      if (day <= due) {
        emit(day, DeadlineMet{ref, false, because(Rule::kDeadline, ref.deadline, {cause})});
      } else {
        miss(ref);
      }
      return;
    case Clock::kSuspended:
    case Clock::kInterrupted: emit(day, DeadlineMet{ref, false, because(Rule::kDeadline, ref.deadline, {cause})}); return;
    case Clock::kMissed:
      if (day <= due) emit(day, DeadlineMet{ref, true, because(Rule::kDeadline, ref.deadline, {cause})});
      return;
    case Clock::kMet:
    case Clock::kVoid:
    case Clock::kMetLate: return;
  }
}

void Interpreter::end_deadlines(const StepRef& ref, std::optional<Day> met_on, Version cause) {
  const definition::Step& step = step_at(ref.step);
  for (std::size_t i = 0; i < step.deadlines.size(); ++i) {
    const DeadlineRef deadline{ref, static_cast<definition::DeadlineIndex>(i)};
    const RunningDeadline* known = core_.find(deadline);
    if (known == nullptr) continue;
    const bool elsewhere = step.deadlines[i].met_by_fact != kNone || step.deadlines[i].met_by_step != kNone;
    if (elsewhere) {
      if (const std::optional<DatedCause> met = meeting(deadline)) judge_deadline(deadline, met->day, met->version);
    } else if (met_on) {
      judge_deadline(deadline, *met_on, cause);
    }
    known = core_.find(deadline);
    const bool open = known->clock == Clock::kRunning || known->clock == Clock::kSuspended || known->clock == Clock::kInterrupted;
    if (open) emit(trigger_.effective, DeadlineVoided{deadline});
  }
}

void Interpreter::miss(const DeadlineRef& ref) {
  const Day due = core_.find(ref)->due;
  if (core_.imported_on && due < *core_.imported_on) {
    // What is known from before the case came here doesn't say what was done about it then.
    emit(due.plus(1), DeadlineVoided{ref, true});
    return;
  }
  const Version version = emit(due.plus(1), DeadlineMissed{ref, due});
  const definition::Deadline& deadline = step_at(ref.step.step).deadlines[ref.deadline];
  if (!deadline.overdue_notify.empty()) emit(due.plus(1), NotificationRequested{ref.step, ref.deadline, {}, because(Rule::kDeadline, ref.deadline, {version})});
  const bool escalates = !deadline.overdue_escalate.empty() && life_of(ref.step) == StepLife::kActive;
  if (escalates) emit(due.plus(1), TaskEscalated{ref.step, ref.deadline, because(Rule::kDeadline, ref.deadline, {version})});
  const bool completes = deadline.overdue_outcome != definition::kNoOutcome && life_of(ref.step) == StepLife::kActive;
  if (completes) complete(ref.step, deadline.overdue_outcome, due.plus(1), due.plus(1), because(Rule::kDeadline, ref.deadline, {version}));
}

void Interpreter::wake(Day today) {
  std::optional<Day> day;
  while (!wakes_enough()) {
    const std::optional<Day> due = wake_on(core_);
    if (!due || *due > today) return;
    // What a day brings may be due before it: a term that runs on again is near its end already. Time doesn't go back for that.
    day = day ? std::max(*day, *due) : *due;
    const std::optional<Day> looked = alarm_of(kLookedAhead);
    // Nor does it go back behind a command that came before this day was worked through, or before the case began.
    turn_to({std::max({*day, looked.value_or(*day), core_.opened_on}), *day, {}}, true);
    const std::size_t before = drafts_.size();
    if (alarm_of(kHalfDone)) {
      touch_all();
      emit(*day, AlarmSet{kHalfDone, std::nullopt});
    }
    const std::vector<RunningDeadline> deadlines = core_.deadlines;
    for (const RunningDeadline& deadline : deadlines) {
      if (wakes_enough()) break;
      const RunningDeadline* now = core_.find(deadline.ref);
      if (now->clock != Clock::kRunning) continue;
      if (now->due < *day) {
        miss(deadline.ref);
      } else if (now->warn_on && !now->warned && *now->warn_on <= *day) {
        emit(*day, DeadlineWarned{deadline.ref, now->due});
      }
    }
    touch_alarms(*day);
    settle();
    if (alarm_of(kHalfDone)) return;
    if (looked && *looked <= *day && alarm_of(kLookedAhead)) emit(*day, AlarmSet{kLookedAhead, std::nullopt});
    const std::optional<Day> next = wake_on(core_);
    RITROVO_ASSERT(!next || *next > *day || drafts_.size() > before);
  }
}

}  // namespace ritrovo::pathway
