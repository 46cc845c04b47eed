#include <algorithm>
#include <tuple>
#include <variant>

#include "engine/base/assert.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::pathway {
namespace {

/// One event being applied. `operator()` for each kind of body, without a catch-all.
class Applying {
 public:
  Applying(CaseCore& core, const EventHead& head) : core_(core), head_(head) {}

  void operator()(const CaseOpened& body) {
    core_.case_id = head_.case_id;
    core_.life = CaseLife::kOpen;
    core_.opened_on = head_.effective;
    core_.imported_on = body.imported_on;
    core_.identity = body.identity;
  }
  void operator()(const PersonAdded& body) {
    RITROVO_ASSERT_OP(core_.persons.size(), <, std::size_t{kNobody});
    core_.persons.push_back({body.id, body.alias, body.role, false, head_.version, head_.effective, keep(body.values), head_.version});
  }
  void operator()(const PersonLeft& body) {
    RITROVO_ASSERT_OP(std::size_t{body.person}, <, core_.persons.size());
    core_.persons[body.person].left = true;
    note(MoveKind::kPersonLeft, core_.order_of(body.person, head_.effective), {definition::kNone, body.person, Version()});
    std::erase_if(core_.alarms, [&body](const Alarm& alarm) { return alarm.step.person == body.person; });
    std::erase_if(core_.incidents, [&body](const Incident& incident) { return incident.step.person == body.person; });
  }
  void operator()(const FactReported& body) {
    place({body.fact, body.person, actor(head_.actor), head_.version, head_.effective, keep(body.values), head_.version});
  }
  void operator()(const CaseSuspended& /*body*/) {
    core_.life = CaseLife::kSuspended;
    note(MoveKind::kCaseSuspended, core_.order_of(kNobody, head_.effective), {});
    suspend(kNobody);
  }
  void operator()(const CaseResumed& body) {
    core_.life = CaseLife::kOpen;
    note(MoveKind::kCaseResumed, core_.order_of(kNobody, head_.effective), {body.step, kNobody, Version()});
    resume(kNobody);
  }
  void operator()(const PersonSuspended& body) {
    note(MoveKind::kPersonSuspended, core_.order_of(body.person, head_.effective), {definition::kNone, body.person, Version()});
    suspend(body.person);
  }
  void operator()(const PersonResumed& body) {
    note(MoveKind::kPersonResumed, core_.order_of(body.person, head_.effective), {definition::kNone, body.person, Version()});
    resume(body.person);
  }
  void operator()(const CaseLinked& body) { core_.links.push_back({body.kind, body.other, head_.version}); }
  void operator()(const CaseClosed& /*body*/) { end_case(CaseLife::kClosed); }
  void operator()(const PathwayCompleted& /*body*/) { end_case(CaseLife::kCompleted); }

  void operator()(const StepEnabled& body) {
    StepInstance& step = moved(body.step);
    step.life = StepLife::kEnabled;
    step.opened = head_.version;
    step.opened_on = head_.effective;
  }
  void operator()(const StepOpened& body) {
    StepInstance& step = moved(body.step);
    step.life = StepLife::kActive;
    step.opened = head_.version;
    step.opened_on = head_.effective;
  }
  void operator()(const StepCompleted& body) {
    StepInstance& step = ended(body.step, StepLife::kCompleted);
    step.outcome = body.outcome;
    if (body.because.rule == Rule::kOutcome && !body.because.causes.empty()) {
      step.met_by = body.because.causes.front();
      if (const FactRecord* fact = core_.fact_at(step.met_by)) step.done_by = fact->by;
      keep_work(step);
    }
  }
  void operator()(const StepReopened& body) {
    StepInstance& step = moved(body.step);
    if (!body.by.empty()) note(MoveKind::kStepReopened, std::max(step.ended_on, core_.order_of(body.step.person, head_.effective)), body.step, actor(body.by));
    step.life = StepLife::kActive;
    step.outcome = definition::kNoOutcome;
    step.chosen = definition::kNoOutcome;
    step.worked = false;
    step.ended = Version();
    step.ended_on = Day();
    step.met_by = Version();
    step.reopened = head_.version;
    step.reopened_on = head_.effective;
  }
  void operator()(const StepTerminated& body) { ended(body.step, StepLife::kTerminated); }
  void operator()(const ValueComputed& body) {
    StepInstance& step = instance(body.step);
    if (step.life == StepLife::kAvailable) {
      moved(body.step);
      step.opened = head_.version;
      step.opened_on = head_.effective;
      step.life = body.active ? StepLife::kActive : StepLife::kCompleted;
      if (!body.active) {
        step.ended = head_.version;
        step.ended_on = head_.effective;
      }
    }
    step.computed = head_.version;
    if (!body.value) return;
    if (step.value == 0xFFFFFFFF) {
      step.value = static_cast<std::uint32_t>(core_.computed.size());
      core_.computed.push_back(*body.value);
    } else {
      core_.computed[step.value] = *body.value;
    }
  }
  void operator()(const NotificationRequested& body) {
    if (body.deadline == 0xFF) ended(body.step, StepLife::kCompleted).notified = true;
  }

  void operator()(const TaskClaimed& body) { instance(body.step).claimed_by = actor(body.by); }
  void operator()(const TaskReleased& body) { instance(body.step).claimed_by = kNoActor; }
  void operator()(const TaskDelegated& body) {
    StepInstance& step = instance(body.step);
    step.claimed_by = actor(body.to);
    step.organisation = kNoActor;
    if (body.organisation.empty()) return;
    const auto known = std::find(core_.organisations.begin(), core_.organisations.end(), body.organisation);
    step.organisation = static_cast<std::uint16_t>(known - core_.organisations.begin());
    if (known == core_.organisations.end()) core_.organisations.push_back(body.organisation);
  }
  void operator()(const TaskEscalated& body) { instance(body.step).escalated = body.deadline; }
  void operator()(const TaskAssigned& body) { instance(body.step).claimed_by = actor(body.to); }
  void operator()(const TaskCompleted& body) {
    const std::uint16_t by = actor(body.by);
    StepInstance& step = instance(body.step);
    step.worked = true;
    step.chosen = body.chosen;
    step.done_by = by;
    step.claimed_by = kNoActor;
    step.questioned = false;
    step.met_by = head_.version;
    note(MoveKind::kTaskCompleted, std::max(step.opened_on, core_.order_of(body.step.person, head_.effective)), body.step, by, body.chosen, step.opened_on);
  }
  void operator()(const TaskStarted& body) {
    const StepInstance& step = instance(body.step);
    note(MoveKind::kTaskStarted, std::max(step.opened_on, core_.order_of(body.step.person, head_.effective)), body.step, actor(body.by));
  }

  void operator()(const DeadlineSet& body) {
    RunningDeadline& deadline = clock(body.deadline);
    deadline.start = body.start;
    run(deadline, body.due, body.warn_on);
  }
  void operator()(const DeadlineMoved& body) {
    RunningDeadline& deadline = clock(body.deadline);
    deadline.start = body.start;
    // A warning for the earlier day was given; the later day gets its own.
    if (deadline.warn_on != body.warn_on) deadline.warned = false;
    run(deadline, body.due, body.warn_on);
  }
  void operator()(const DeadlineSuspended& body) { halt(body.deadline, Clock::kSuspended); }
  void operator()(const DeadlineInterrupted& body) { halt(body.deadline, Clock::kInterrupted); }
  void operator()(const DeadlineWarned& body) { clock(body.deadline).warned = true; }
  void operator()(const DeadlineMet& body) { stop(body.deadline, body.late_report ? Clock::kMetLate : Clock::kMet); }
  void operator()(const DeadlineMissed& body) { stop(body.deadline, Clock::kMissed); }
  void operator()(const DeadlineVoided& body) { stop(body.deadline, Clock::kVoid); }

  void operator()(const TermsRecounted& /*body*/) {}

  void operator()(const IncidentOpened& body) {
    const auto before = [](const Incident& a, const Incident& b) {
      return std::tie(a.step, a.rule, a.part) < std::tie(b.step, b.rule, b.part);
    };
    const Incident incident{body.step, body.because.rule, body.because.part, head_.version};
    core_.incidents.insert(std::upper_bound(core_.incidents.begin(), core_.incidents.end(), incident, before), incident);
  }
  void operator()(const IncidentResolved& body) {
    std::erase_if(core_.incidents, [&body](const Incident& incident) {
      return incident.step == body.step && incident.rule == body.because.rule && incident.part == body.because.part;
    });
  }
  void operator()(const AlarmSet& body) {
    std::erase_if(core_.alarms, [&body](const Alarm& alarm) { return alarm.step == body.step; });
    if (!body.day) return;
    const Alarm alarm{body.step, *body.day};
    const auto at = std::lower_bound(core_.alarms.begin(), core_.alarms.end(), alarm, [](const Alarm& a, const Alarm& b) { return a.step < b.step; });
    core_.alarms.insert(at, alarm);
  }

  void operator()(const FactCorrected& body) {
    FactRecord fact = taken(body.of);
    fact.effective = head_.effective;
    fact.values = keep(body.values);
    fact.source = head_.version;
    place(fact);
  }
  void operator()(const FactWithdrawn& body) {
    FactRecord fact = taken(body.of);
    const auto at = std::lower_bound(core_.withdrawn.begin(), core_.withdrawn.end(), fact.version, [](const FactRecord& other, Version v) { return other.version < v; });
    core_.withdrawn.insert(at, fact);
  }
  void operator()(const PersonCorrected& body) {
    RITROVO_ASSERT_OP(std::size_t{body.person}, <, core_.persons.size());
    core_.persons[body.person].values = keep(body.values);
    core_.persons[body.person].source = head_.version;
  }
  void operator()(const StepRevised& body) {
    if (body.to != Revision::kRedated) std::erase_if(core_.incidents, [&body](const Incident& incident) { return incident.step == body.step; });
    StepInstance& step = moved(body.step);
    switch (body.to) {
      case Revision::kRedated:
        step.opened_on = body.opened_on;
        if (step.ended != Version()) step.ended_on = body.ended_on;
        return;
      case Revision::kReopened: return reopen(step, body);
      case Revision::kWithdrawn: return take_back(step);
    }
  }
  void operator()(const DeadlineWithdrawn& body) {
    std::erase_if(core_.deadlines, [&body](const RunningDeadline& deadline) { return deadline.ref == body.deadline; });
  }
  void operator()(const WorkQuestioned& body) { instance(body.step).questioned = true; }
  void operator()(const CaseReopened& /*body*/) { core_.life = CaseLife::kOpen; }
  // Nothing that the interpreter decides depends on these.
  void operator()(const MessageReported& /*body*/) {}
  void operator()(const MessagesChosen& /*body*/) {}

 private:
  void note(MoveKind kind, Day order, StepRef step, std::uint16_t by = kNoActor, definition::OutcomeIndex chosen = definition::kNoOutcome, Day opened_on = Day()) {
    core_.moves.push_back({kind, head_.version, head_.effective, order, step, by, chosen, opened_on, turn_of(step.occurrence)});
  }
  /// An occurrence that a step began by itself is named by what completed the one before.
  [[nodiscard]] std::uint16_t turn_of(Version occurrence) const {
    std::uint16_t turn = 0;
    while (occurrence != Version()) {
      const auto before = std::find_if(core_.steps.begin(), core_.steps.end(), [occurrence](const StepInstance& step) { return step.ended == occurrence; });
      if (before == core_.steps.end() || before->ref.occurrence >= occurrence) break;
      occurrence = before->ref.occurrence;
      ++turn;
    }
    return turn;
  }
  /// What a person did stays done where what became known of the past opens their step anew and it is completed by it. A form's report comes
  /// just before the work.
  void keep_work(StepInstance& step) const {
    for (const Move& move : core_.moves) {
      const bool met = move.version == step.met_by || move.version == step.met_by.next();
      if (!met || move.kind != MoveKind::kTaskCompleted || !is_work_on(move, step.ref)) continue;
      step.worked = true;
      step.done_by = move.by;
      step.chosen = move.chosen;
    }
  }
  /// An occurrence that a step began by itself has another name where it began anew, and the same turn.
  [[nodiscard]] bool is_work_on(const Move& move, const StepRef& ref) const {
    if (move.step == ref) return true;
    const auto begun_by_itself = [this](Version occurrence) { return occurrence != Version() && core_.fact_known(occurrence) == nullptr; };
    return move.step.step == ref.step && move.step.person == ref.person && begun_by_itself(move.step.occurrence) && begun_by_itself(ref.occurrence) &&
           move.turn == turn_of(ref.occurrence);
  }
  /// Puts a fact in its place: the last one, unless it comes late.
  void place(const FactRecord& fact) {
    const auto key = [this](const FactRecord& it) { return std::pair(core_.order_of(it.person, it.effective), it.version); };
    auto at = core_.facts.end();
    while (at != core_.facts.begin() && key(fact) < key(*std::prev(at))) --at;
    core_.facts.insert(at, fact);
  }
  /// The report of that version, out of where it stood.
  FactRecord taken(Version of) {
    for (std::vector<FactRecord>* facts : {&core_.facts, &core_.withdrawn}) {
      const auto at = std::find_if(facts->begin(), facts->end(), [of](const FactRecord& fact) { return fact.version == of; });
      if (at == facts->end()) continue;
      const FactRecord fact = *at;
      facts->erase(at);
      return fact;
    }
    assertion_failed(__FILE__, __LINE__, "taken", "no fact was reported by event " + std::to_string(of.value()));
  }
  static void reopen(StepInstance& step, const StepRevised& body) {
    step.life = StepLife::kActive;
    step.outcome = definition::kNoOutcome;
    step.worked = body.worked;
    if (!body.worked) {
      step.chosen = definition::kNoOutcome;
      step.done_by = kNoActor;
    }
    step.met_by = Version();
    step.ended = Version();
    step.ended_on = Day();
    step.opened_on = body.opened_on;
  }
  /// Of a step that hadn't begun nothing is kept, but that its message went out and who had taken its task.
  void take_back(StepInstance& step) {
    StepInstance fresh;
    fresh.ref = step.ref;
    fresh.notified = step.notified;
    fresh.claimed_by = step.claimed_by;
    if (fresh.notified || fresh.claimed_by != kNoActor) {
      step = fresh;
    } else {
      core_.steps.erase(core_.steps.begin() + (&step - core_.steps.data()));
    }
  }
  ValueRange keep(const std::vector<FieldValue>& values) {
    const ValueRange range{static_cast<std::uint32_t>(core_.values.size()), static_cast<std::uint16_t>(values.size())};
    core_.values.insert(core_.values.end(), values.begin(), values.end());
    return range;
  }
  std::uint16_t actor(std::string_view id) {
    if (id.empty()) return kNoActor;
    for (std::size_t i = 0; i < core_.actors.size(); ++i)
      if (core_.actors[i] == id) return static_cast<std::uint16_t>(i);
    RITROVO_ASSERT_OP(core_.actors.size(), <, std::size_t{kNoActor});
    core_.actors.emplace_back(id);
    return static_cast<std::uint16_t>(core_.actors.size() - 1);
  }
  StepInstance& instance(const StepRef& ref) {
    const auto at = std::lower_bound(core_.steps.begin(), core_.steps.end(), ref, [](const StepInstance& step, const StepRef& wanted) { return step.ref < wanted; });
    if (at != core_.steps.end() && at->ref == ref) return *at;
    StepInstance fresh;
    fresh.ref = ref;
    return *core_.steps.insert(at, fresh);
  }
  /// The instance, about to change its life: what it waited for is past.
  StepInstance& moved(const StepRef& ref) {
    std::erase_if(core_.alarms, [&ref](const Alarm& alarm) { return alarm.step == ref; });
    return instance(ref);
  }
  StepInstance& ended(const StepRef& ref, StepLife life) {
    std::erase_if(core_.incidents, [&ref](const Incident& incident) { return incident.step == ref; });
    StepInstance& step = moved(ref);
    step.life = life;
    step.ended = head_.version;
    step.ended_on = head_.effective;
    step.claimed_by = kNoActor;
    if (step.opened == Version()) {
      step.opened = head_.version;
      step.opened_on = head_.effective;
    }
    return step;
  }
  RunningDeadline& clock(const DeadlineRef& ref) {
    const auto at = std::lower_bound(core_.deadlines.begin(), core_.deadlines.end(), ref,
                                     [](const RunningDeadline& deadline, const DeadlineRef& wanted) { return deadline.ref < wanted; });
    if (at != core_.deadlines.end() && at->ref == ref) return *at;
    RunningDeadline fresh;
    fresh.ref = ref;
    return *core_.deadlines.insert(at, fresh);
  }
  void run(RunningDeadline& deadline, Day due, std::optional<Day> warn_on) {
    deadline.clock = Clock::kRunning;
    deadline.ended = Version();
    deadline.ended_on = Day();
    deadline.due = due;
    deadline.warn_on = warn_on;
    deadline.version = head_.version;
  }
  void halt(const DeadlineRef& ref, Clock how) {
    RunningDeadline& deadline = clock(ref);
    deadline.clock = how;
    deadline.ended = Version();
    deadline.ended_on = Day();
  }
  void stop(const DeadlineRef& ref, Clock how) {
    RunningDeadline& deadline = clock(ref);
    deadline.clock = how;
    deadline.ended = head_.version;
    deadline.ended_on = head_.effective;
  }
  void suspend(PersonIndex person) { core_.suspensions.push_back({person, head_.effective, std::nullopt, head_.version, Version()}); }
  void resume(PersonIndex person) {
    for (Suspension& suspension : core_.suspensions) {
      if (suspension.person != person || suspension.to) continue;
      suspension.to = std::max(suspension.from, head_.effective);
      suspension.ended = head_.version;
    }
  }
  void end_case(CaseLife life) {
    core_.life = life;
    core_.alarms.clear();
  }

  CaseCore& core_;
  const EventHead& head_;
};

/// The event whose box guards don't read any more once that body is applied; 0 if there is none.
Version replaced_by(const CaseCore& core, const Body& body) {
  const auto value_of = [&core](const StepRef& ref) {
    const StepInstance* step = core.find(ref);
    return step == nullptr ? Version() : step->computed;
  };
  if (const auto* computed = std::get_if<ValueComputed>(&body)) return value_of(computed->step);
  if (const auto* revised = std::get_if<StepRevised>(&body)) return revised->to == Revision::kWithdrawn ? value_of(revised->step) : Version();
  if (const auto* person = std::get_if<PersonCorrected>(&body)) return core.persons[person->person].source;
  const auto* fact = std::get_if<FactCorrected>(&body);
  if (fact == nullptr) return {};
  const FactRecord* known = core.fact_known(fact->of);
  return known == nullptr ? Version() : known->source;
}

}  // namespace

void apply_body(CaseCore& core, const EventHead& head, const Body& body) {
  RITROVO_ASSERT_OP(head.version, ==, core.version.next());
  core.version = head.version;
  core.reached = std::max(core.reached, head.effective);
  std::visit(Applying(core, head), body);
}

void apply(CaseState& state, const Event& event) {
  const Result<Body> body = decode_body(event.tag, event.body);
  if (!body) assertion_failed(__FILE__, __LINE__, "decode_body", body.error().message);
  // A value computed again replaces the one before, with its box; so does a correction.
  if (const Version replaced = replaced_by(state.core, *body); replaced != Version())
    std::erase_if(state.boxes, [replaced](const StateBox& kept) { return kept.version == replaced; });
  apply_body(state.core, {event.case_id, event.version, event.effective, event.provenance ? std::string_view(event.provenance->actor.id) : std::string_view()}, *body);
  const bool read_by_guards =
      std::holds_alternative<PersonAdded>(*body) || std::holds_alternative<FactReported>(*body) || std::holds_alternative<ValueComputed>(*body) ||
      std::holds_alternative<FactCorrected>(*body) || std::holds_alternative<PersonCorrected>(*body);
  if (!read_by_guards) return;
  for (const Box& box : event.boxes) state.boxes.push_back({event.version, box});
}

}  // namespace ritrovo::pathway
