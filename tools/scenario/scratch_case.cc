#include "tools/scenario/scratch_case.h"

#include <algorithm>
#include <utility>

#include "engine/base/assert.h"
#include "engine/record/value_codec.h"
#include "engine/record/value_json.h"
#include "workflows/pathway/decide.h"
#include "workflows/pathway/event_view.h"
#include "workflows/pathway/machine.h"

namespace ritrovo::scenario {

using pathway::Body;
using pathway::StepInstance;

namespace {

std::string line_of(const Draft& draft, const BodyView& view) {
  std::string sealed;
  for (const Secret& secret : draft.secrets) sealed += " sealed " + to_json(secret.values);
  return "  " + to_string(draft.effective) + " " + view.name + " " + to_json(view.body) + sealed + "\n";
}

/// A day asks for something again and again only through a mistake.
constexpr int kTurnsMax = 1000;

/// The scratch case's clock: it stands at the beginning of its day.
Timestamp clock_of(Day today) { return Timestamp(std::int64_t{today.value()} * 86'400'000); }

}  // namespace

Decision ScratchCase::decide(const Command& command, Day today, pathway::Reach reach) const {
  return pathway::decide(*library_, state_, opened_, command, {clock_of(today), today}, reach);
}

Decision ScratchCase::give(const Command& command, Day today) {
  Decision decision = decide(command, today);
  if (const auto* drafts = std::get_if<std::vector<Draft>>(&decision)) take(*drafts, command, today);
  return decision;
}

void ScratchCase::take(const std::vector<Draft>& drafts, const Command& command, Day today) {
  bool first = true;
  const Version cause = state_.core.version.next();
  for (const Draft& draft : drafts) {
    Event event;
    event.cause = cause;
    event.tag = draft.tag;
    event.case_id = command.case_id;
    event.version = state_.core.version.next();
    event.recorded = clock_of(today);
    event.effective = draft.effective;
    event.body = draft.body;
    if (first) {
      event.provenance.emplace();
      event.provenance->actor = command.actor;
    }
    first = false;
    for (const Secret& secret : draft.secrets) event.boxes.push_back({secret.owner, encode_values(secret.values)});
    const Result<Body> body = pathway::decode_body(event.tag, event.body);
    RITROVO_ASSERT(body.has_value());
    RITROVO_ASSERT(pathway::encode_body(*body) == event.body);
    names_.note(*body);
    pathway::apply(state_, event);
    events_.push_back(std::move(event));
  }
  open_boxes();
}

void ScratchCase::ring(Day today) {
  Command wake;
  wake.case_id = state_.core.case_id;
  wake.verb = "wake";
  for (int turns = 0; turns < kTurnsMax; ++turns) {
    const std::optional<Day> next = pathway::wake_on(state_.core);
    if (!next || *next > today) return;
    const std::size_t before = events_.size();
    give(wake, *next);
    if (events_.size() == before) return;
  }
}

void ScratchCase::open_boxes() {
  opened_ = Opened();
  for (const KeptBox& kept : pathway::PathwayMachine::kept_boxes(state_)) {
    const bool gone = std::find(erased_.begin(), erased_.end(), kept.box->owner) != erased_.end();
    opened_.put({kept.version, kept.box->owner, gone ? BoxState::kErased : BoxState::kOpen, gone ? Values() : decode_values(kept.box->sealed).value()});
  }
}

void ScratchCase::erase(std::string_view alias) {
  erased_.push_back(state_.core.persons[state_.core.person_named(alias).value()].id);
  open_boxes();
}

std::shared_ptr<const definition::Pathway> ScratchCase::pathway() const {
  return state_.core.life == pathway::CaseLife::kNone ? nullptr : library_->with_identity(state_.core.identity);
}

const StepInstance* ScratchCase::latest(std::string_view step, std::string_view person) const {
  const auto pinned = pathway();
  const definition::StepIndex index = pinned == nullptr ? definition::kNone : pinned->step_named(step);
  const std::optional<pathway::PersonIndex> who = person.empty() ? std::optional(pathway::kNobody) : state_.core.person_named(person);
  const StepInstance* found = nullptr;
  for (const StepInstance& instance : state_.core.steps)
    if (index != definition::kNone && instance.ref.step == index && who && instance.ref.person == *who) found = &instance;
  return found;
}

const pathway::RunningDeadline* ScratchCase::deadline(std::string_view step, std::string_view person) const {
  const StepInstance* instance = latest(step, person);
  return instance == nullptr ? nullptr : state_.core.find(pathway::DeadlineRef{instance->ref, 0});
}

std::string ScratchCase::outcome(std::string_view step, std::string_view person) const {
  const StepInstance* instance = latest(step, person);
  if (instance == nullptr || instance->outcome == definition::kNoOutcome) return "";
  return pathway()->steps[instance->ref.step].outcomes[instance->outcome].name;
}

std::string ScratchCase::show(const Decision& decision) const {
  if (const auto* rejection = std::get_if<Rejection>(&decision)) return "  ! " + rejection->code + ": " + rejection->reason + "\n";
  pathway::CaseNames names = names_;
  std::string lines;
  for (const Draft& draft : std::get<std::vector<Draft>>(decision)) {
    const Result<Body> body = pathway::decode_body(draft.tag, draft.body);
    names.note(*body);
    const std::shared_ptr<const definition::Pathway> pinned = library_->with_identity(names.identity());
    BodyView view = pathway::view_of(*body, names, pinned.get());
    std::erase_if(view.body, [](const auto& entry) { return entry.first == "identity"; });
    lines += line_of(draft, view);
  }
  return lines.empty() ? "  (nothing)\n" : lines;
}

bool ScratchCase::replays() const {
  pathway::CaseState again;
  for (const Event& event : events_) pathway::apply(again, event);
  const Result<pathway::CaseState> snapshot = pathway::decode_state(pathway::encode_state(state_));
  return again == state_ && pathway::encode_state(again) == pathway::encode_state(state_) && snapshot && *snapshot == state_ &&
         pathway::outcome_bytes(again) == pathway::outcome_bytes(state_);
}

bool same_decision(const Decision& a, const Decision& b) {
  if (a.index() != b.index()) return false;
  if (const auto* rejection = std::get_if<Rejection>(&a)) return *rejection == std::get<Rejection>(b);
  const auto& left = std::get<std::vector<Draft>>(a);
  const auto& right = std::get<std::vector<Draft>>(b);
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](const Draft& x, const Draft& y) { return x.tag == y.tag && x.effective == y.effective && x.body == y.body; });
}

}  // namespace ritrovo::scenario
