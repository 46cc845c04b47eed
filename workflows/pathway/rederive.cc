#include "workflows/pathway/rederive.h"

#include <algorithm>
#include <tuple>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "workflows/pathway/commands.h"

namespace ritrovo::pathway {

using definition::StepIndex;

namespace {

CaseCore before_opening(const CaseCore& told) {
  CaseCore fresh;
  fresh.case_id = told.case_id;
  return fresh;
}

}  // namespace

Derivation::Derivation(const Interpreter& work, const CaseCore& told)
    : work_(work), told_(told), shadow_(work.pathway(), work.almanac(), before_opening(told), opened_, {told.opened_on, told.opened_on, {}}) {
  shadow_.allow(limits::kRederivedEventsMax);
}

bool Derivation::run() {
  const std::vector<Input> all = inputs();
  // Who came with the opening has the versions right after it.
  std::size_t persons = 0;
  while (persons < told_.persons.size() && told_.persons[persons].joined.value() == persons + 2 && told_.persons[persons].joined_on == told_.opened_on) ++persons;
  open(persons);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].kind == Kind::kPerson && all[i].index < persons) continue;
    shadow_.wake(all[i].order);
    give(all[i]);
    if (i + 1 < all.size() && same_command(all[i], all[i + 1])) continue;
    shadow_.settle();
  }
  const Day today = work_.trigger().today;
  shadow_.wake(today);
  const std::optional<Day> due = wake_on(shadow_.core());
  return shadow_.draft_count() <= limits::kRederivedEventsMax && (!due || *due > today);
}

std::vector<Derivation::Input> Derivation::inputs() const {
  std::vector<Input> all;
  Day joined = told_.opened_on;
  for (std::size_t i = 0; i < told_.persons.size(); ++i) {
    // Persons keep their places, whatever the days on which they joined.
    joined = std::max(joined, told_.persons[i].joined_on);
    all.push_back({joined, told_.persons[i].joined, Kind::kPerson, i});
  }
  const auto not_before = [&all](PersonIndex person, Day order) { return person == kNobody ? order : std::max(order, all[person].order); };
  std::vector<Input> others;
  for (std::size_t i = 0; i < told_.facts.size(); ++i) {
    const FactRecord& fact = told_.facts[i];
    others.push_back({not_before(fact.person, told_.order_of(fact.person, fact.effective)), fact.version, Kind::kFact, i});
  }
  for (std::size_t i = 0; i < told_.moves.size(); ++i)
    others.push_back({not_before(told_.moves[i].step.person, told_.moves[i].order), told_.moves[i].version, Kind::kMove, i});
  all.insert(all.end(), others.begin(), others.end());
  std::sort(all.begin(), all.end(), [](const Input& a, const Input& b) { return std::tie(a.order, a.version) < std::tie(b.order, b.version); });
  return all;
}

bool Derivation::same_command(const Input& fact, const Input& move) const {
  if (fact.kind != Kind::kFact || move.kind != Kind::kMove || move.version != fact.version.next()) return false;
  const Move& told = told_.moves[move.index];
  return told.kind == MoveKind::kTaskCompleted && shadow_.pathway().steps[told.step.step].form == told_.facts[fact.index].fact;
}

void Derivation::turn_to(Day order, Day effective, std::uint16_t actor) {
  const Day today = std::min(order, work_.trigger().today);
  shadow_.turn_to({today, effective, actor == kNoActor ? std::string_view() : std::string_view(told_.actors[actor])}, false);
}

Version Derivation::emit(Version actual, Day effective, const Body& body) {
  const Version number = shadow_.emit(effective, body);
  note(actual, number);
  return number;
}

void Derivation::note(Version actual, Version number) {
  actual_.resize(number.value());
  actual_.back() = actual;
  here_[actual] = number;
}

void Derivation::open_box(Version source, PersonId owner) {
  const SealedValues::Found box = work_.sealed().find(source, owner);
  if (box.values == nullptr && box.state == BoxState::kOpen) return;
  opened_.put({shadow_.core().version.next(), owner, box.state, box.values == nullptr ? Values() : *box.values});
}

void Derivation::open(std::size_t persons) {
  const definition::Pathway& pathway = shadow_.pathway();
  emit(Version(1), told_.opened_on, CaseOpened{pathway.name, pathway.version, pathway.identity, told_.imported_on});
  for (std::size_t i = 0; i < persons; ++i) give_person(told_.persons[i]);
  shadow_.settle();
}

void Derivation::give(const Input& input) {
  // Whoever worked on the case, or joined it, did so while it went on.
  if (input.kind != Kind::kFact && shadow_.core().life == CaseLife::kCompleted) shadow_.emit(input.order, CaseReopened{});
  switch (input.kind) {
    case Kind::kPerson:
      turn_to(input.order, told_.persons[input.index].joined_on, kNoActor);
      return give_person(told_.persons[input.index]);
    case Kind::kFact:
      turn_to(input.order, told_.facts[input.index].effective, told_.facts[input.index].by);
      return give_fact(told_.facts[input.index]);
    case Kind::kMove:
      turn_to(input.order, told_.moves[input.index].effective, told_.moves[input.index].by);
      return give_move(told_.moves[input.index]);
  }
}

void Derivation::give_person(const Person& person) {
  open_box(person.source, person.id);
  const auto first = told_.values.begin() + person.values.first;
  emit(person.joined, person.joined_on, PersonAdded{person.alias, person.role, person.id, {first, first + person.values.count}});
}

void Derivation::give_fact(const FactRecord& fact) {
  open_box(fact.source, owner_of(told_, fact.person));
  const auto first = told_.values.begin() + fact.values.first;
  emit(fact.version, fact.effective, FactReported{fact.fact, fact.person, {first, first + fact.values.count}});
}

void Derivation::give_move(const Move& move) {
  switch (move.kind) {
    case MoveKind::kPersonLeft: {
      const Version left = emit(move.version, move.effective, PersonLeft{move.step.person});
      return end_branch(shadow_, move.step.person, left, move.effective);
    }
    case MoveKind::kCaseSuspended: emit(move.version, move.effective, CaseSuspended{}); return;
    case MoveKind::kCaseResumed: emit(move.version, move.effective, CaseResumed{move.step.step}); return;
    case MoveKind::kPersonSuspended: emit(move.version, move.effective, PersonSuspended{move.step.person}); return;
    case MoveKind::kPersonResumed: emit(move.version, move.effective, PersonResumed{move.step.person}); return;
    case MoveKind::kStepReopened:
    case MoveKind::kTaskStarted:
    case MoveKind::kTaskCompleted:
      // Work on a repetition whose occurrence was withdrawn has no place here.
      if (const std::optional<StepRef> ref = here(move)) work_on(move, *ref);
      return;
  }
}

std::optional<StepRef> Derivation::here(const Move& move) const {
  if (move.step.occurrence == Version() || !begins_itself(move.step)) return here(move.step);
  const std::optional<Version> occurrence = occurrence_at(move.turn, move.step, core());
  if (!occurrence || *occurrence == Version()) return std::nullopt;
  return StepRef{move.step.step, move.step.person, *occurrence};
}

void Derivation::work_on(const Move& move, const StepRef& ref) {
  const StepLife life = shadow_.core().life_of(ref);
  const std::string& by = told_.actors[move.by];
  if (move.kind == MoveKind::kStepReopened) {
    if (life != StepLife::kCompleted) return;
    note(move.version, shadow_.core().version.next());
    return shadow_.reopen_step(ref, by, move.effective, {});
  }
  if (life == StepLife::kCompleted) return;
  const bool starts = move.kind == MoveKind::kTaskStarted;
  if (starts && life == StepLife::kActive) return;
  if (life != StepLife::kActive && !(starts && life == StepLife::kEnabled)) forced_.push_back(move.step);
  if (life == StepLife::kTerminated) emit(move.version, move.effective, StepRevised{ref, Revision::kReopened, starts ? move.order : move.opened_on, {}, false, {}});
  if (starts) {
    const Version started = emit(move.version, move.effective, TaskStarted{ref, by});
    if (life != StepLife::kTerminated) shadow_.emit(move.effective, StepOpened{ref, {Rule::kCommand, 0, {started}, {}}});
    return;
  }
  // For whoever worked on it, it was open; what they did keeps its days, whether or not it should have been.
  if (life == StepLife::kAvailable || life == StepLife::kEnabled) emit(move.version, move.opened_on, StepOpened{ref, {}});
  emit(move.version, move.effective, TaskCompleted{ref, by, move.chosen});
}

Version Derivation::completed() const {
  if (core().life != CaseLife::kCompleted) return {};
  std::size_t at = shadow_.drafts().size();
  while (at > 0 && shadow_.drafts()[at - 1].tag != PathwayCompleted::kTag) --at;
  return Version(static_cast<std::uint32_t>(at));
}

Body Derivation::body_at(Version here) const {
  const Draft& draft = shadow_.drafts()[here.value() - 1U];
  Result<Body> body = decode_body(draft.tag, draft.body);
  if (!body) assertion_failed(__FILE__, __LINE__, "body_at", body.error().message);
  return std::move(*body);
}

Day Derivation::effective_at(Version here) const { return shadow_.drafts()[here.value() - 1U].effective; }

Version Derivation::actual(Version here) const {
  return here == Version() || here.value() > actual_.size() ? Version() : actual_[here.value() - 1U];
}

Version Derivation::here(Version actual) const {
  const auto at = here_.find(actual);
  return at == here_.end() ? Version() : at->second;
}

bool Derivation::begins_itself(const StepRef& ref) const { return shadow_.pathway().steps[repeat_of(shadow_.pathway(), ref.step)].repeats_itself; }

std::optional<StepRef> Derivation::known(const StepRef& here, const CaseCore& core) const {
  if (here.occurrence == Version()) return here;
  const std::optional<Version> occurrence = begins_itself(here) ? occurrence_at(turn_of(here, this->core()), here, core) : std::optional(actual(here.occurrence));
  if (!occurrence || *occurrence == Version()) return std::nullopt;
  return StepRef{here.step, here.person, *occurrence};
}

std::optional<StepRef> Derivation::common(const StepRef& here) const {
  if (here.occurrence == Version()) return here;
  const Version occurrence = begins_itself(here) ? Version(static_cast<std::uint32_t>(turn_of(here, core()))) : actual(here.occurrence);
  if (occurrence == Version()) return std::nullopt;
  return StepRef{here.step, here.person, occurrence};
}

std::optional<StepRef> Derivation::here(const StepRef& actual) const {
  if (actual.occurrence == Version()) return actual;
  const std::optional<Version> occurrence = begins_itself(actual) ? occurrence_at(turn_of(actual, told_), actual, core()) : std::optional(here(actual.occurrence));
  if (!occurrence || *occurrence == Version()) return std::nullopt;
  return StepRef{actual.step, actual.person, *occurrence};
}

// Occurrences that a step begins by itself are named by completions, which each side numbers for itself: they are the same by their turn.

std::size_t Derivation::turn_of(const StepRef& ref, const CaseCore& in) const {
  const StepIndex repeat = repeat_of(shadow_.pathway(), ref.step);
  const PersonIndex person = shadow_.pathway().steps[repeat].branch == definition::kNone ? kNobody : ref.person;
  return static_cast<std::size_t>(std::count_if(in.steps.begin(), in.steps.end(), [&](const StepInstance& step) {
    return step.ref.step == repeat && step.ref.person == person && step.ref.occurrence < ref.occurrence;
  }));
}

std::optional<Version> Derivation::occurrence_at(std::size_t turn, const StepRef& ref, const CaseCore& in) const {
  const StepIndex repeat = repeat_of(shadow_.pathway(), ref.step);
  const PersonIndex person = shadow_.pathway().steps[repeat].branch == definition::kNone ? kNobody : ref.person;
  const StepInstance* last = nullptr;
  for (const StepInstance& step : in.steps) {
    if (step.ref.step != repeat || step.ref.person != person) continue;
    if (turn-- == 0) return step.ref.occurrence;
    last = &step;
  }
  if (turn == 0 && last != nullptr && last->life == StepLife::kCompleted) return last->ended;
  return std::nullopt;
}

}  // namespace ritrovo::pathway
