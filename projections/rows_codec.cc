#include <utility>

#include "engine/record/compact_archive.h"
#include "engine/record/value_codec.h"
#include "projections/caseload.h"
#include "projections/deadlines.h"
#include "projections/facts.h"
#include "projections/stuck.h"
#include "projections/worklist.h"
#include "workflows/definition/model.h"

/// The bytes of what is known of a case: of the fold, and of each view. Views are made anew when theirs change: docs/views.md.
namespace ritrovo {
template <>
struct EnumLast<pathway::CaseLife> {
  static constexpr pathway::CaseLife kValue = pathway::CaseLife::kClosed;
};
template <>
struct EnumLast<pathway::Clock> {
  static constexpr pathway::Clock kValue = pathway::Clock::kMetLate;
};
template <>
struct EnumLast<projections::DeadlinesRow::StepEnd> {
  static constexpr projections::DeadlinesRow::StepEnd kValue = projections::DeadlinesRow::StepEnd::kNotDone;
};
template <>
struct EnumLast<projections::FactsRow::Saying> {
  static constexpr projections::FactsRow::Saying kValue = projections::FactsRow::Saying::kWithdrawn;
};
namespace pathway {
template <class A> void serialize(A& a, FieldValue& it) { a(it.field, it.value); }
template <class A> void serialize(A& a, StepRef& it) { a(it.step, it.person, it.occurrence); }
template <class A> void serialize(A& a, DeadlineRef& it) { a(it.step, it.deadline); }
}  // namespace pathway
}  // namespace ritrovo

namespace ritrovo::projections {
namespace {

/// CaseFrame as it is kept: its pathway by identity.
struct KeptFrame {
  Version version;
  pathway::CaseLife life = pathway::CaseLife::kNone;
  Day opened_on;
  Hash256 identity;
  std::vector<CasePerson> persons;
};
template <class A> void serialize(A& a, KeptFrame& it) { a(it.version, it.life, it.opened_on, it.identity, it.persons); }

/// StuckRow as it is kept.
struct KeptStuck {
  bool ended = false;
  Day last_event_on;
  definition::StepIndex last_step = definition::kNone;
  std::string state;
};
template <class A> void serialize(A& a, KeptStuck& it) { a(it.ended, it.last_event_on, it.last_step, it.state); }

constexpr compact::TypeVersion kRowVersion(1);

}  // namespace

template <class A> void serialize(A& a, CasePerson& it) { a(it.id, it.alias, it.role, it.left); }
template <class A> void serialize(A& a, CaseloadRow::OpenStep& it) { a(it.ref, it.opened_on); }
template <class A> void serialize(A& a, CaseloadRow::EndedStep& it) { a(it.step, it.days); }
template <class A> void serialize(A& a, CaseloadRow& it) { 
  a(it.life, it.opened_on, it.persons, it.nationality, it.language, it.district, it.district_fact, it.organisation, it.open, it.milestones, it.ended);
}
template <class A> void serialize(A& a, WorklistRow::Clock& it) { a(it.deadline, it.due); }
template <class A> void serialize(A& a, WorklistRow::Task& it) { a(it.ref, it.active, it.opened_on, it.claimed_by, it.clocks, it.escalated, it.organisation); }
template <class A> void serialize(A& a, WorklistRow& it) { a(it.suspended, it.aliases, it.held, it.tasks); }
template <class A> void serialize(A& a, DeadlinesRow::Clock& it) { a(it.ref, it.clock, it.step_end, it.warned, it.start, it.due); }
template <class A> void serialize(A& a, DeadlinesRow::Kept& it) { a(it.step, it.deadline, it.met, it.reported_late); }
template <class A> void serialize(A& a, DeadlinesRow& it) { a(it.aliases, it.clocks, it.kept); }
template <class A> void serialize(A& a, FactsRow::PersonSaid& it) { a(it.person, it.role, it.id, it.version, it.recorded, it.values); }
template <class A> void serialize(A& a, FactsRow::FactSaid& it) {
  a(it.saying, it.version, it.of, it.fact, it.person, it.effective, it.recorded, it.values);
}
template <class A> void serialize(A& a, FactsRow& it) { a(it.persons, it.facts); }

std::string FactsRow::encode() const { return compact::encode_versioned(kRowVersion, *this); }
Result<FactsRow> FactsRow::decode(std::string_view bytes) { return compact::decode_versioned<FactsRow>(bytes, kRowVersion); }
std::string CaseloadRow::encode() const { return compact::encode_versioned(kRowVersion, *this); }
Result<CaseloadRow> CaseloadRow::decode(std::string_view bytes) { return compact::decode_versioned<CaseloadRow>(bytes, kRowVersion); }
std::string WorklistRow::encode() const { return compact::encode_versioned(kRowVersion, *this); }
Result<WorklistRow> WorklistRow::decode(std::string_view bytes) { return compact::decode_versioned<WorklistRow>(bytes, kRowVersion); }
std::string DeadlinesRow::encode() const { return compact::encode_versioned(kRowVersion, *this); }
Result<DeadlinesRow> DeadlinesRow::decode(std::string_view bytes) { return compact::decode_versioned<DeadlinesRow>(bytes, kRowVersion); }

std::string StuckRow::encode() const {
  return compact::encode_versioned(kRowVersion, KeptStuck{ended(), last_event_on, last_step, ended() ? resting : pathway::encode_state(state)});
}
Result<StuckRow> StuckRow::decode(std::string_view bytes) {
  Result<KeptStuck> kept = compact::decode_versioned<KeptStuck>(bytes, kRowVersion);
  if (!kept) return tl::unexpected(kept.error());
  StuckRow row{nullptr, kept->last_event_on, kept->last_step, {}, {}};
  Result<pathway::CaseState> state = pathway::decode_state(kept->state);
  if (!state) return tl::unexpected(state.error());
  if (kept->ended) row.resting = std::move(kept->state);
  else row.state = std::move(*state);
  return row;
}

std::string CaseFold::saved(CaseId case_id) const {
  const CaseFrame* known = frame(case_id);
  if (known == nullptr) return {};
  return compact::encode_versioned(kRowVersion, KeptFrame{known->version, known->life, known->opened_on, known->pathway->identity, known->persons});
}

Result<bool> CaseFold::restore(CaseId case_id, std::string_view bytes) {
  Result<KeptFrame> kept = compact::decode_versioned<KeptFrame>(bytes, kRowVersion);
  if (!kept) return failure(ErrorCode::kCorrupt, "what is kept of " + case_id.printed() + ": " + kept.error().message);
  const definition::Pathway* pathway = pathway_with(kept->identity);
  if (pathway == nullptr) {
    ++unreadable_;
    return false;
  }
  frames_[case_id] = CaseFrame{case_id, kept->version, kept->life, kept->opened_on, pathway, std::move(kept->persons)};
  return true;
}

}  // namespace ritrovo::projections
