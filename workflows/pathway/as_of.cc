#include "workflows/pathway/as_of.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "engine/base/limits.h"
#include "workflows/pathway/interpreter.h"
#include "workflows/pathway/rederive.h"

namespace ritrovo::pathway {
namespace {

/// What was told and had happened by that day. Persons keep their places, so that only the last of them can be missing.
CaseCore told_by(CaseCore core, Day day) {
  Day joined = core.opened_on;
  std::size_t there = 0;
  for (; there < core.persons.size(); ++there) {
    joined = std::max(joined, core.persons[there].joined_on);
    if (joined > day) break;
  }
  core.persons.resize(there);
  const auto gone = [there](PersonIndex person) { return person != kNobody && person >= there; };
  std::erase_if(core.facts, [&](const FactRecord& fact) { return gone(fact.person) || fact.effective > day; });
  std::erase_if(core.moves, [&](const Move& move) { return gone(move.step.person) || move.order > day; });
  return core;
}

/// The end that a person gave the case by that day, or nullptr.
const Event* closing_by(const std::vector<Event>& known, Day day) {
  for (const Event& event : known)
    if (event.tag == CaseClosed::kTag && event.effective <= day) return &event;
  return nullptr;
}

/// Numbers events and gives them what the records say of who told them, and when.
class Retelling {
 public:
  explicit Retelling(const std::vector<Event>& known) : known_(known) {}
  /// `actual`: the record that tells it; 0 for what follows from the one before.
  void add(RecordTag tag, Day effective, std::string body, Version actual) {
    Event event;
    event.tag = tag;
    event.case_id = known_.front().case_id;
    event.version = Version(static_cast<std::uint32_t>(events_.size() + 1));
    event.effective = effective;
    event.body = std::move(body);
    if (actual != Version()) {
      const Event& told = known_[actual.value() - 1];
      cause_ = event.version;
      recorded_ = std::max(recorded_, told.recorded);
      event.recorded = told.recorded;
      event.provenance = known_[told.cause.value() - 1].provenance;
    } else {
      event.recorded = recorded_;
    }
    event.cause = cause_;
    events_.push_back(std::move(event));
  }
  [[nodiscard]] std::vector<Event> take() { return std::move(events_); }

 private:
  const std::vector<Event>& known_;
  std::vector<Event> events_;
  Version cause_;
  Timestamp recorded_;
};

}  // namespace

Result<AsOf> derive_as_of(const definition::Library& library, const std::vector<Event>& known, const Opened& opened, Day day) {
  CaseState state;
  for (const Event& event : known) apply(state, event);
  if (day < state.core.opened_on) return failure(ErrorCode::kNotFound, "the case was opened on " + to_string(state.core.opened_on) + ", after " + to_string(day));
  const CaseCore told = told_by(state.core, day);
  const std::shared_ptr<const definition::Pathway> pathway = library.with_identity(told.identity);
  const Interpreter work(*pathway, library.almanac.get(), told, opened, {day, day, {}});
  Derivation derivation(work, told);
  if (!derivation.run()) return failure(ErrorCode::kOverLimit, "deriving the case afresh takes more than " + std::to_string(limits::kRederivedEventsMax) + " events (kRederivedEventsMax)");
  AsOf as_of;
  Retelling retelling(known);
  for (const Opened::Entry& entry : derivation.opened().entries()) as_of.opened.put(entry);
  for (std::size_t i = 0; i < derivation.drafts().size(); ++i) {
    const Draft& draft = derivation.drafts()[i];
    const Version here(static_cast<std::uint32_t>(i + 1));
    retelling.add(draft.tag, draft.effective, draft.body, derivation.actual(here));
    for (const Secret& secret : draft.secrets) as_of.opened.put({here, secret.owner, BoxState::kOpen, secret.values});
  }
  if (const Event* closing = closing_by(known, day)) retelling.add(closing->tag, closing->effective, closing->body, closing->version);
  as_of.events = retelling.take();
  return as_of;
}

}  // namespace ritrovo::pathway
