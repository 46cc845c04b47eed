#include <algorithm>
#include <limits>

#include "workflows/pathway/interpreter.h"

// Sentries (on-parts and if-parts), guards, incidents, and what can still become of a step.
namespace ritrovo::pathway {

using definition::kNone;
using definition::Part;
using definition::StepIndex;

Verdict Interpreter::judge(const StepRef& ref, definition::SentryIndex sentry, bool cancels, std::vector<Version>* causes, Look look) {
  const definition::Sentry& declared = pathway_.sentries[sentry];
  if (declared.parts.empty()) return {Holding::kHolds, core_.opened_on};
  return judge_part({&declared, ref, cancels, look, causes}, 0);
}

Verdict Interpreter::judge_part(const Asked& asked, std::size_t index) {
  const Part& part = asked.sentry->parts[index];
  switch (part.kind) {
    case Part::Kind::kAtLeast: return judge_children(asked, part);
    case Part::Kind::kStep:
    case Part::Kind::kOverdue: return judge_step(asked, part);
    case Part::Kind::kFact: return judge_fact(asked, part);
    case Part::Kind::kDay: return judge_day(asked, part);
  }
  return {};
}

Verdict Interpreter::judge_children(const Asked& asked, const Part& part) {
  // Where all are needed it holds from the last day; else from the day on which the last of those that are needed did.
  const bool all = part.needed == part.children;
  std::vector<Day> days;
  Day last;
  std::size_t held = 0;
  std::size_t hopeless = 0;
  bool failed = false;
  for (std::uint16_t i = 0; i < part.children; ++i) {
    const Verdict child = judge_part(asked, part.first_child + i);
    if (child.holding == Holding::kHolds) {
      last = held++ == 0 ? child.day : std::max(last, child.day);
      if (!all) days.push_back(child.day);
    }
    hopeless += child.holding == Holding::kNever ? 1U : 0U;
    failed = failed || child.holding == Holding::kFailed;
  }
  if (part.needed == 0) return {Holding::kHolds, core_.opened_on};
  if (held >= part.needed) {
    std::sort(days.begin(), days.end());
    return {Holding::kHolds, all ? last : days[part.needed - 1U]};
  }
  if (part.children < hopeless + part.needed) return {Holding::kNever, {}};
  return {failed ? Holding::kFailed : Holding::kWaits, {}};
}

bool Interpreter::branch_applies(StepIndex step, PersonIndex person) const {
  for (StepIndex at = step; at != kNone; at = step_at(at).stage)
    if (step_at(at).where != kNone && evaluate({at, person, Version()}, step_at(at).where).is_false()) return false;
  return true;
}

/// From which day it holds for every one of those who stayed: of those who left it was waited for until then, unless it held for them.
template <class Ask>
Day Interpreter::since_leaving(const Asked& asked, const Part& part, definition::RoleIndex role, const Ask& ask, Day day) {
  for (std::size_t i = 0; i < core_.persons.size(); ++i) {
    const auto person = static_cast<PersonIndex>(i);
    const Move* left = core_.persons[i].role == role ? core_.leaving_of(person) : nullptr;
    if (left == nullptr || left->effective <= day || (part.step != kNone && !branch_applies(part.step, person))) continue;
    const std::size_t causes = asked.causes == nullptr ? 0 : asked.causes->size();
    const Verdict verdict = ask(person);
    if (asked.causes != nullptr) asked.causes->resize(causes);
    if (verdict.holding == Holding::kHolds && verdict.day <= left->effective) continue;
    day = left->effective;
    if (asked.causes != nullptr) asked.causes->push_back(left->version);
  }
  return day;
}

/// One verdict over persons: the first day for some, the last for every. Persons for whom the branch's `where` is false don't count.
template <class Ask>
Verdict Interpreter::over_persons(const Asked& asked, const Part& part, definition::RoleIndex role, const Ask& ask) {
  const bool some = part.reach == Part::Reach::kSome;
  std::size_t persons = 0;
  std::size_t held = 0;
  std::size_t hopeless = 0;
  Day day;
  const auto consider = [&](PersonIndex person) {
    if (part.step != kNone && !branch_applies(part.step, person)) return;
    ++persons;
    const Verdict verdict = ask(person);
    if (verdict.holding == Holding::kHolds) {
      day = held == 0 ? verdict.day : some ? std::min(day, verdict.day) : std::max(day, verdict.day);
      ++held;
    }
    hopeless += verdict.holding == Holding::kNever ? 1U : 0U;
  };
  if (role == kNone) consider(kNobody);
  for (std::size_t i = 0; role != kNone && i < core_.persons.size(); ++i)
    if (core_.persons[i].role == role && !core_.persons[i].left) consider(static_cast<PersonIndex>(i));
  if (some && held > 0) return {Holding::kHolds, day};
  if (!some && persons > 0 && held == persons) return {Holding::kHolds, since_leaving(asked, part, role, ask, day)};
  const bool over = persons > 0 && (some ? hopeless == persons : hopeless > 0);
  return {over ? Holding::kNever : Holding::kWaits, {}};
}

Verdict Interpreter::judge_step(const Asked& asked, const Part& part) {
  const auto one = [&](const StepRef& target) {
    return part.kind == Part::Kind::kOverdue ? judge_overdue(asked, part, target) : judge_instance(asked, part, target);
  };
  const Scope scope = scope_of(asked.ref);
  if (part.reach == Part::Reach::kOwn) {
    if (const std::optional<StepRef> target = own_instance(pathway_, part.step, scope, asked.ref.step)) return one(*target);
  }
  // A step that repeats, named from outside: any occurrence will do.
  const auto any_occurrence = [&](PersonIndex person) {
    if (repeat_of(pathway_, part.step) == kNone) return one({part.step, person, Version()});
    for (std::size_t i = 0; i < core_.steps.size(); ++i) {
      const StepRef target = core_.steps[i].ref;
      if (target.step != part.step || target.person != person) continue;
      const Verdict verdict = one(target);
      if (verdict.holding == Holding::kHolds) return verdict;
    }
    return Verdict{};
  };
  const definition::RoleIndex role = step_at(part.step).branch;
  if (part.reach == Part::Reach::kOwn) return any_occurrence(role == kNone ? kNobody : asked.ref.person);
  return over_persons(asked, part, role, any_occurrence);
}

Verdict Interpreter::judge_instance(const Asked& asked, const Part& part, const StepRef& target) {
  const StepInstance* step = find(target);
  if (step == nullptr || step->life == StepLife::kAvailable || step->life == StepLife::kEnabled || step->life == StepLife::kActive) {
    const bool hopeless = asked.look == Look::kAhead && step == nullptr && prospect(target) == Prospect::kNever;
    return {hopeless ? Holding::kNever : Holding::kWaits, {}};
  }
  const bool as_asked = step->life == StepLife::kCompleted && (part.outcome == definition::kNoOutcome || part.outcome == step->outcome);
  if (!as_asked) return {Holding::kNever, {}};
  if (asked.causes != nullptr) asked.causes->push_back(step->ended);
  return {Holding::kHolds, step->ended_on};
}

Verdict Interpreter::judge_overdue(const Asked& asked, const Part& part, const StepRef& target) {
  for (const RunningDeadline& deadline : core_.deadlines) {
    if (deadline.ref.step != target || (part.deadline != 0xFF && part.deadline != deadline.ref.deadline)) continue;
    if (deadline.clock != Clock::kMissed) continue;
    if (asked.causes != nullptr) asked.causes->push_back(deadline.ended);
    return {Holding::kHolds, deadline.due.plus(1)};
  }
  const StepLife life = life_of(target);
  const bool ended = life == StepLife::kCompleted || life == StepLife::kTerminated;
  const bool hopeless = ended || (asked.look == Look::kAhead && life == StepLife::kAvailable && prospect(target) == Prospect::kNever);
  return {hopeless ? Holding::kNever : Holding::kWaits, {}};
}

namespace {
bool awaits(const definition::Step& step, definition::FactIndex fact) {
  return std::any_of(step.outcomes.begin(), step.outcomes.end(), [fact](const definition::Outcome& outcome) { return outcome.fact == fact; });
}
}  // namespace

Verdict Interpreter::judge_fact(const Asked& asked, const Part& part) {
  const auto about = [&](PersonIndex person) -> Verdict {
    // The next report of the fact that a repetition is for may cancel an occurrence; else its name means the occurrence's own.
    const definition::StepIndex repeat = asked.cancels && asked.ref.step != kNone ? repeat_of(pathway_, asked.ref.step) : kNone;
    const bool next = repeat != kNone && step_at(repeat).repeat_for == part.fact;
    // What an open one waits for finishes it.
    if (next && life_of(asked.ref) == StepLife::kActive && awaits(step_at(asked.ref.step), part.fact)) return {};
    const FactRecord* fact = next ? core_.latest(part.fact, person) : latest_in(pathway_, core_, scope_of(asked.ref), part.fact, person);
    // What happened before a repetition began doesn't cancel it.
    if (fact == nullptr || (asked.cancels && !core_.follows(*fact, asked.ref.occurrence))) return {};
    if (asked.causes != nullptr) asked.causes->push_back(fact->source);
    return {Holding::kHolds, fact->effective};
  };
  const definition::RoleIndex role = pathway_.facts[part.fact].per;
  if (part.reach != Part::Reach::kOwn && role != kNone) return over_persons(asked, part, role, about);
  const PersonIndex person = person_for(role, asked.ref.person);
  return role != kNone && person == kNobody ? Verdict{} : about(person);
}

Verdict Interpreter::judge_day(const Asked& asked, const Part& part) {
  const expression::Value value = evaluate(asked.ref, part.day);
  if (value.is_error()) {
    if (asked.look == Look::kActing)
      open_incident(asked.ref, Rule::kGuard, part.day, static_cast<Failure>(static_cast<std::uint8_t>(value.failure_kind())), value.failure_message());
    return {Holding::kFailed, {}};
  }
  if (asked.look == Look::kActing && !value.is_unknown()) resolve_incident(asked.ref, Rule::kGuard, part.day);
  if (value.kind() != expression::Kind::kDate || value.as_date() > trigger_.today) return {};
  if (asked.causes != nullptr) {
    const GuardContext context(pathway_, core_, sealed_, scope_of(asked.ref), trigger_.today);
    for (const std::uint32_t variable : pathway_.guards[part.day].program.reads()) asked.causes->push_back(context.read_of(variable).version);
  }
  return {Holding::kHolds, value.as_date()};
}

expression::Value Interpreter::evaluate(const StepRef& ref, definition::GuardIndex guard, std::optional<Day> on) const {
  const GuardContext context(pathway_, core_, sealed_, scope_of(ref), on.value_or(trigger_.today), &groups_);
  return pathway_.guards[guard].program.evaluate(context, host_);
}

expression::Value Interpreter::evaluate_lasting(const StepRef& ref, definition::GuardIndex guard, Day on, std::optional<Day>& until) const {
  const GuardContext context(pathway_, core_, sealed_, scope_of(ref), on, &groups_);
  expression::Lasting lasting{*today_in(pathway_, pathway_.guards[guard]), on, std::nullopt};
  expression::Value value = pathway_.guards[guard].program.evaluate(context, host_, lasting);
  until = lasting.until;
  return value;
}

Interpreter::Truth Interpreter::ask(const StepRef& ref, definition::GuardIndex guard, Opening& opening) {
  const expression::Value value = evaluate(ref, guard);
  if (value.is_error()) {
    open_incident(ref, Rule::kGuard, guard, static_cast<Failure>(static_cast<std::uint8_t>(value.failure_kind())), value.failure_message());
    return Truth::kFailed;
  }
  if (value.is_unknown()) return Truth::kUnknown;
  resolve_incident(ref, Rule::kGuard, guard);
  if (!value.is_true()) return Truth::kFalse;
  note_reads(ref, guard, opening);
  return Truth::kTrue;
}

void Interpreter::note_reads(const StepRef& ref, definition::GuardIndex guard, Opening& opening) const {
  const GuardContext context(pathway_, core_, sealed_, scope_of(ref), trigger_.today);
  for (const std::uint32_t variable : pathway_.guards[guard].program.reads()) {
    if (const std::optional<Day> day = context.day_of(variable)) opening.day = std::max(opening.day, *day);
    if (opening.because.reads.size() < kReadsMax) opening.because.reads.push_back(context.read_of(variable));
  }
}

Day Interpreter::last_day_read(const StepRef& ref, definition::GuardIndex guard) const {
  const GuardContext context(pathway_, core_, sealed_, scope_of(ref), trigger_.today);
  Day last(std::numeric_limits<std::int32_t>::min());
  for (const std::uint32_t variable : pathway_.guards[guard].program.reads()) {
    if (pathway_.variables[variable].kind == definition::Variable::Kind::kStepValue) continue;
    last = std::max(last, context.day_of(variable).value_or(last));
  }
  return last;
}

bool Interpreter::has_incident(const StepRef& ref, Rule rule, std::uint16_t part) const {
  return std::any_of(core_.incidents.begin(), core_.incidents.end(),
                     [&](const Incident& incident) { return incident.step == ref && incident.rule == rule && incident.part == part; });
}

void Interpreter::open_incident(const StepRef& ref, Rule rule, std::uint16_t part, Failure failure, std::string message) {
  if (has_incident(ref, rule, part)) return;
  Opening seen{trigger_.effective, because(rule, part)};
  if (rule == Rule::kGuard) note_reads(ref, part, seen);
  if (rule == Rule::kValue) note_reads(ref, step_at(ref.step).value, seen);
  emit(trigger_.effective, IncidentOpened{ref, failure, std::move(message), std::move(seen.because)});
}

void Interpreter::resolve_incident(const StepRef& ref, Rule rule, std::uint16_t part) {
  if (has_incident(ref, rule, part)) emit(trigger_.effective, IncidentResolved{ref, because(rule, part)});
}

Prospect Interpreter::prospect(const StepRef& ref) {
  for (const auto& [known, prospect] : prospects_)
    if (known == ref) return prospect;
  // Held as "may" while it is worked out: steps that wait for each other can't rule each other out.
  const std::size_t place = prospects_.size();
  prospects_.emplace_back(ref, Prospect::kMay);
  const Prospect found = work_out_prospect(ref);
  if (place < prospects_.size()) prospects_[place].second = found;
  return found;
}

Prospect Interpreter::work_out_prospect(const StepRef& ref) {
  switch (life_of(ref)) {
    case StepLife::kCompleted:
    case StepLife::kTerminated: return Prospect::kDone;
    case StepLife::kEnabled:
    case StepLife::kActive: return Prospect::kMay;
    case StepLife::kAvailable: return prospect_of_available(ref);
  }
  return Prospect::kMay;
}

Prospect Interpreter::prospect_of_available(const StepRef& ref) {
  if (ref.person != kNobody && core_.persons[ref.person].left) return Prospect::kNever;
  if (const std::optional<StepRef> parent = parent_of(ref)) {
    const StepLife around = life_of(*parent);
    if (around == StepLife::kCompleted || around == StepLife::kTerminated) return Prospect::kNever;
    if (around == StepLife::kAvailable && prospect(*parent) == Prospect::kNever) return Prospect::kNever;
  }
  const definition::Step& step = step_at(ref.step);
  if (!may_repeat(ref, Look::kAhead)) return Prospect::kNever;
  const auto ruled_out = [&](definition::GuardIndex guard) {
    return guard != kNone && !reads_today(pathway_, pathway_.guards[guard]) && evaluate(ref, guard).is_false();
  };
  if (ruled_out(step.where)) return Prospect::kNever;
  if (surrounded(ref) && ruled_out(step.repeat_while)) return Prospect::kNever;
  if (step.after == kNone) return ruled_out(step.when) && surrounded(ref) ? Prospect::kNever : Prospect::kMay;
  const Verdict verdict = judge(ref, step.after, false, nullptr, Look::kAhead);
  if (verdict.holding == Holding::kNever) return Prospect::kNever;
  return verdict.holding == Holding::kHolds && surrounded(ref) && ruled_out(step.when) ? Prospect::kNever : Prospect::kMay;
}

bool Interpreter::stage_done(StepIndex stage, const StepRef& ref) {
  const auto inside = [&](const StepRef& child) { return stage == kNone || parent_of(child) == ref; };
  for (const StepInstance& step : core_.steps)
    if (step.life == StepLife::kActive && step_at(step.ref.step).stage == stage && inside(step.ref)) return false;
  for (std::size_t i = stage == kNone ? 0 : stage + 1U; i < pathway_.steps.size(); ++i) {
    const definition::Step& child = pathway_.steps[i];
    if (child.stage != stage || !child.required || child.discretionary) continue;
    for (const StepRef& instance : instances(static_cast<StepIndex>(i)))
      if (inside(instance) && prospect(instance) == Prospect::kMay) return false;
  }
  return true;
}

}  // namespace ritrovo::pathway
