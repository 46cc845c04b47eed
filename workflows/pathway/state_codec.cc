#include <algorithm>


#include "engine/record/compact_archive.h"
#include "engine/record/value_codec.h"
#include "workflows/pathway/body_archive.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo {
template <>
struct EnumLast<pathway::CaseLife> {
  static constexpr pathway::CaseLife kValue = pathway::CaseLife::kClosed;
};
template <>
struct EnumLast<pathway::MoveKind> {
  static constexpr pathway::MoveKind kValue = pathway::MoveKind::kStepReopened;
};
template <>
struct EnumLast<pathway::StepLife> {
  static constexpr pathway::StepLife kValue = pathway::StepLife::kTerminated;
};
template <>
struct EnumLast<pathway::Clock> {
  static constexpr pathway::Clock kValue = pathway::Clock::kMetLate;
};
}  // namespace ritrovo

namespace ritrovo::pathway {

template <class A> void serialize(A& a, ValueRange& it) { a(it.first, it.count); }
template <class A> void serialize(A& a, Person& it) { a(it.id, it.alias, it.role, it.left, it.joined, it.joined_on, it.values, it.source); }
template <class A> void serialize(A& a, FactRecord& it) { a(it.fact, it.person, it.by, it.version, it.effective, it.values, it.source); }
template <class A> void serialize(A& a, Move& it) { a(it.kind, it.version, it.effective, it.order, it.step, it.by, it.chosen, it.opened_on, it.turn); }
template <class A> void serialize(A& a, StepInstance& it) {
  a(it.ref, it.life, it.outcome, it.chosen, it.worked, it.questioned, it.notified, it.claimed_by, it.done_by, it.organisation, it.escalated, it.opened, it.ended, it.met_by, it.reopened,
    it.computed, it.opened_on, it.ended_on, it.reopened_on, it.value);
}
template <class A> void serialize(A& a, RunningDeadline& it) {
  a(it.ref, it.clock, it.warned, it.start, it.due, it.warn_on, it.version, it.ended, it.ended_on);
}
template <class A> void serialize(A& a, Incident& it) { a(it.step, it.rule, it.part, it.version); }
template <class A> void serialize(A& a, Alarm& it) { a(it.step, it.day); }
template <class A> void serialize(A& a, Suspension& it) { a(it.person, it.from, it.to, it.began, it.ended); }
template <class A> void serialize(A& a, CaseLink& it) { a(it.kind, it.other, it.version); }
template <class A> void serialize(A& a, CaseCore& it) {
  a(it.case_id, it.version, it.life, it.opened_on, it.imported_on, it.reached, it.identity, it.persons, it.facts, it.withdrawn, it.moves, it.steps, it.deadlines, it.incidents, it.alarms, it.values,
    it.computed, it.actors, it.organisations, it.suspensions, it.links);
}
template <class A> void serialize(A& a, StateBox& it) { a(it.version, it.box.owner, it.box.sealed); }
template <class A> void serialize(A& a, CaseState& it) { a(it.core, it.boxes); }

namespace {

constexpr compact::TypeVersion kStateVersion(1);

std::string alias_of(const CaseCore& core, PersonIndex person) { return person == kNobody ? std::string() : core.persons[person].alias; }

std::vector<FieldValue> values_of(const CaseCore& core, const ValueRange& range) {
  std::vector<FieldValue> values(core.values.begin() + range.first, core.values.begin() + range.first + range.count);
  std::sort(values.begin(), values.end(), [](const FieldValue& a, const FieldValue& b) { return a.field < b.field; });
  return values;
}

/// Days and lives only; an occurrence is named by its fact's day, not by its version.
std::string step_line(const CaseCore& core, const StepInstance& step) {
  const FactRecord* occurrence = core.fact_at(step.ref.occurrence);
  return compact::encode(step.ref.step).append(compact::encode(alias_of(core, step.ref.person)))
      .append(compact::encode(occurrence == nullptr ? Day() : occurrence->effective))
      .append(compact::encode(step.life))
      .append(compact::encode(step.outcome))
      .append(compact::encode(step.opened_on))
      .append(compact::encode(step.ended_on))
      .append(step.value == 0xFFFFFFFF ? std::string() : compact::encode(core.computed[step.value]));
}

std::string deadline_line(const CaseCore& core, const RunningDeadline& deadline) {
  const FactRecord* occurrence = core.fact_at(deadline.ref.step.occurrence);
  return compact::encode(deadline.ref.step.step)
      .append(compact::encode(deadline.ref.deadline))
      .append(compact::encode(alias_of(core, deadline.ref.step.person)))
      .append(compact::encode(occurrence == nullptr ? Day() : occurrence->effective))
      .append(compact::encode(deadline.clock == Clock::kMetLate ? Clock::kMet : deadline.clock))
      .append(compact::encode(deadline.start))
      .append(compact::encode(deadline.due));
}

}  // namespace

std::string encode_state(const CaseState& state) { return compact::encode_versioned(kStateVersion, state); }

Result<CaseState> decode_state(std::string_view bytes) {
  Result<CaseState> state = compact::decode_versioned<CaseState>(bytes, kStateVersion);
  if (!state) return failure(ErrorCode::kCorrupt, "a case's snapshot: " + state.error().message);
  return state;
}

std::string outcome_bytes(const CaseState& state) {
  const CaseCore& core = state.core;
  std::vector<std::string> lines;
  for (const Person& person : core.persons)
    lines.push_back("person" + compact::encode(person.alias) + compact::encode(person.role) + compact::encode(person.left) +
                    compact::encode(values_of(core, person.values)));
  for (const FactRecord& fact : core.facts)
    lines.push_back("fact" + compact::encode(fact.fact) + compact::encode(alias_of(core, fact.person)) + compact::encode(fact.effective) +
                    compact::encode(values_of(core, fact.values)));
  for (const StepInstance& step : core.steps)
    if (step.life != StepLife::kAvailable) lines.push_back("step" + step_line(core, step));
  for (const RunningDeadline& deadline : core.deadlines) lines.push_back("term" + deadline_line(core, deadline));
  for (const Suspension& suspension : core.suspensions)
    lines.push_back("hold" + compact::encode(alias_of(core, suspension.person)) + compact::encode(suspension.from) + compact::encode(suspension.to));
  for (const CaseLink& link : core.links) lines.push_back("link" + compact::encode(link.kind));
  for (const Incident& incident : core.incidents)
    lines.push_back("halt" + compact::encode(incident.step.step) + compact::encode(alias_of(core, incident.step.person)) + compact::encode(incident.rule));
  std::sort(lines.begin(), lines.end());
  std::string bytes = compact::encode(core.identity) + compact::encode(core.life) + compact::encode(core.opened_on);
  for (const std::string& line : lines) bytes += compact::encode(line);
  return bytes;
}

}  // namespace ritrovo::pathway
