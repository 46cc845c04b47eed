#include "workflows/pathway/case_state.h"

#include <algorithm>

namespace ritrovo::pathway {

const StepInstance* find_step(std::span<const StepInstance> steps, const StepRef& ref) {
  if (steps.empty()) return nullptr;
  // Halves without a branch that the processor would guess wrong every other time: nothing is asked as often.
  const std::uint64_t wanted = ref.order();
  const StepInstance* first = steps.data();
  for (std::size_t count = steps.size(); count > 1; count -= count / 2) first += first[count / 2].ref.order() <= wanted ? count / 2 : 0;
  return first->ref.order() == wanted ? first : nullptr;
}

const StepInstance* CaseCore::find(const StepRef& ref) const { return find_step(steps, ref); }

StepLife CaseCore::life_of(const StepRef& ref) const {
  const StepInstance* step = find(ref);
  return step == nullptr ? StepLife::kAvailable : step->life;
}

const RunningDeadline* CaseCore::find(const DeadlineRef& ref) const {
  const auto at = std::lower_bound(deadlines.begin(), deadlines.end(), ref,
                                   [](const RunningDeadline& deadline, const DeadlineRef& wanted) { return deadline.ref < wanted; });
  return at != deadlines.end() && at->ref == ref ? &*at : nullptr;
}

const FactRecord* CaseCore::latest(definition::FactIndex fact, PersonIndex person) const {
  for (std::size_t i = facts.size(); i-- > 0;)
    if (facts[i].fact == fact && facts[i].person == person) return &facts[i];
  return nullptr;
}

const FactRecord* CaseCore::fact_at(Version wanted) const {
  if (wanted == Version()) return nullptr;
  const auto at = std::find_if(facts.rbegin(), facts.rend(), [wanted](const FactRecord& fact) { return fact.version == wanted; });
  return at == facts.rend() ? nullptr : &*at;
}

const FactRecord* CaseCore::fact_known(Version wanted) const {
  for (const std::vector<FactRecord>* known : {&facts, &withdrawn})
    for (const FactRecord& fact : *known)
      if (fact.version == wanted || fact.source == wanted) return &fact;
  return nullptr;
}

Day CaseCore::order_of(PersonIndex person, Day effective) const {
  const Day begun = std::max(opened_on, effective);
  return person == kNobody ? begun : std::max(begun, persons[person].joined_on);
}

bool CaseCore::follows(const FactRecord& fact, Version occurrence) const {
  if (occurrence == Version()) return true;
  if (const FactRecord* began = fact_at(occurrence)) return &fact > began;
  const auto before = std::find_if(steps.begin(), steps.end(), [occurrence](const StepInstance& step) { return step.ended == occurrence; });
  const Day order = order_of(fact.person, fact.effective);
  return before == steps.end() || order == before->ended_on ? fact.version > occurrence : order > before->ended_on;
}

const ritrovo::Value* CaseCore::value(const ValueRange& range, definition::FieldIndex field) const {
  for (std::uint32_t i = range.first; i < range.first + range.count; ++i)
    if (values[i].field == field) return &values[i].value;
  return nullptr;
}

std::optional<PersonIndex> CaseCore::person_named(std::string_view alias_or_id) const {
  for (std::size_t i = 0; i < persons.size(); ++i)
    if (persons[i].alias == alias_or_id) return static_cast<PersonIndex>(i);
  if (!alias_or_id.starts_with("per-")) return std::nullopt;
  const Result<PersonId> id = PersonId::parse(alias_or_id);
  if (!id) return std::nullopt;
  for (std::size_t i = 0; i < persons.size(); ++i)
    if (persons[i].id == *id) return static_cast<PersonIndex>(i);
  return std::nullopt;
}

const Move* CaseCore::leaving_of(PersonIndex person) const {
  if (!persons[person].left) return nullptr;
  const auto left = std::find_if(moves.begin(), moves.end(), [person](const Move& move) { return move.kind == MoveKind::kPersonLeft && move.step.person == person; });
  return left == moves.end() ? nullptr : &*left;
}

std::vector<PersonIndex> CaseCore::in_scope(definition::RoleIndex role) const {
  if (role == definition::kNone) return {kNobody};
  std::vector<PersonIndex> found;
  for (std::size_t i = 0; i < persons.size(); ++i)
    if (persons[i].role == role && !persons[i].left) found.push_back(static_cast<PersonIndex>(i));
  return found;
}

bool CaseCore::suspended(PersonIndex person) const {
  if (person == kNobody) return false;
  return std::any_of(suspensions.begin(), suspensions.end(), [person](const Suspension& suspension) { return suspension.person == person && !suspension.to; });
}

std::optional<Day> wake_on(const CaseCore& core) {
  std::optional<Day> first;
  const auto consider = [&first](Day day) {
    if (!first || day < *first) first = day;
  };
  for (const RunningDeadline& deadline : core.deadlines) {
    if (deadline.clock != Clock::kRunning) continue;
    consider(deadline.due.plus(1));
    if (deadline.warn_on && !deadline.warned) consider(*deadline.warn_on);
  }
  for (const Alarm& alarm : core.alarms) consider(alarm.day);
  return first;
}

}  // namespace ritrovo::pathway
