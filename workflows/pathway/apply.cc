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
    core_.persons.push_back({body.id, body.alias, body.role, false, head_.version, head_.effective, keep(body.values)});
  }
  void operator()(const PersonLeft& body) {
    RITROVO_ASSERT_OP(std::size_t{body.person}, <, core_.persons.size());
    core_.persons[body.person].left = true;
    std::erase_if(core_.alarms, [&body](const Alarm& alarm) { return alarm.step.person == body.person; });
    std::erase_if(core_.incidents, [&body](const Incident& incident) { return incident.step.person == body.person; });
  }
  void operator()(const FactReported& body) {
    core_.facts.push_back({body.fact, body.person, actor(head_.actor), head_.version, head_.effective, keep(body.values)});
  }
  void operator()(const CaseSuspended& /*body*/) {
    core_.life = CaseLife::kSuspended;
    suspend(kNobody);
  }
  void operator()(const CaseResumed& /*body*/) {
    core_.life = CaseLife::kOpen;
    resume(kNobody);
  }
  void operator()(const PersonSuspended& body) { suspend(body.person); }
  void operator()(const PersonResumed& body) { resume(body.person); }
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
    }
  }
  void operator()(const StepReopened& body) {
    StepInstance& step = moved(body.step);
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
    if (body.deadline == 0xFF) ended(body.step, StepLife::kCompleted);
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
    step.met_by = head_.version;
  }
  void operator()(const TaskStarted& /*body*/) {}

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

 private:
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

}  // namespace

void apply_body(CaseCore& core, const EventHead& head, const Body& body) {
  RITROVO_ASSERT_OP(head.version, ==, core.version.next());
  core.version = head.version;
  std::visit(Applying(core, head), body);
}

void apply(CaseState& state, const Event& event) {
  const Result<Body> body = decode_body(event.tag, event.body);
  if (!body) assertion_failed(__FILE__, __LINE__, "decode_body", body.error().message);
  // A value computed again replaces the one before, with its box.
  if (const auto* computed = std::get_if<ValueComputed>(&*body)) {
    const StepInstance* step = state.core.find(computed->step);
    if (step != nullptr && step->computed != Version())
      std::erase_if(state.boxes, [step](const StateBox& kept) { return kept.version == step->computed; });
  }
  apply_body(state.core, {event.case_id, event.version, event.effective, event.provenance ? std::string_view(event.provenance->actor.id) : std::string_view()}, *body);
  const bool read_by_guards =
      std::holds_alternative<PersonAdded>(*body) || std::holds_alternative<FactReported>(*body) || std::holds_alternative<ValueComputed>(*body);
  if (!read_by_guards) return;
  for (const Box& box : event.boxes) state.boxes.push_back({event.version, box});
}

}  // namespace ritrovo::pathway
