#pragma once

// Forgetting a person: the stages on record, and what each needs done beside the log.

#include "engine/record/case_ids.h"
#include "engine/record/record_codec.h"
#include "engine/runtime/engine.h"

namespace ritrovo {

template <CaseMachine M>
Result<void> Engine<M>::erase_key(PersonId person) {
  {
    const std::shared_lock shared(gate_);
    if (down_) return tl::unexpected(*down_);
    Result<void> erased = vault_->erase(person);
    if (!erased && erased.error().code == ErrorCode::kUnavailable) committer_->give_up(erased.error());
    if (!erased) return erased;
  }
  // Only now: a case that is loaded in between would be opened with the key. A partition that takes no item any more has no cases in memory.
  (void)wait_for_all(0, folder_->settings().partitions,
                     [person](AnswerCallback answer) { return typename Part::Item(typename Part::Forget{person, std::move(answer)}); });
  return {};
}

template <CaseMachine M>
Answer Engine<M>::record_erasure(CaseId case_id, ErasureBody body, Actor actor, std::optional<Timestamp> at) {
  return wait_for(home_of(case_id), [&](AnswerCallback answer) {
    return typename Part::Item(typename Part::Erase{case_id, body, actor, at, std::move(answer)});
  });
}

template <CaseMachine M>
Answer Engine<M>::erase(CaseId case_id, ErasureBody stage, Actor actor, std::optional<Timestamp> at) {
  if (stage.stage == ErasureStage::kCompleted) return refused({}, case_id, "not_asked_for", "an erasure is completed by the engine, once it is approved");
  const PersonId person = stage.person;
  const bool approves = stage.stage == ErasureStage::kApproved;
  if (approves) {
    const std::shared_lock shared(gate_);
    if (down_) return stopped({}, case_id, down_->message);
    const Result<std::optional<CaseId>> held = holding(*log_, folder_->settings().partitions, person);
    if (!held) return stopped({}, case_id, held.error().message);
    if (*held && **held != case_id)
      return refused({}, case_id, "legal_hold", "a legal hold is on " + (*held)->printed() + ", in which they are, too: nobody of it is forgotten until it ends");
    const Result<std::optional<CaseId>> waiting = waiting_about(*log_, folder_->settings().partitions, person);
    if (!waiting) return stopped({}, case_id, waiting.error().message);
    if (*waiting && **waiting != case_id)
      return refused({}, case_id, "in_quarantine", (*waiting)->printed() + ", in which they are, too, is in quarantine: what is kept for it speaks of its persons; release it first");
  }
  Answer answer = record_erasure(case_id, std::move(stage), std::move(actor), at);
  if (!approves || answer.kind != AnswerKind::kAccepted) return answer;
  if (options_.erasing) options_.erasing("intent");
  if (const Result<void> finished = finish_erasure(case_id, person, at); !finished)
    return failed({}, case_id, "the erasure is on record as approved, and was interrupted; opening the folder again finishes it: " + finished.error().message);
  return answer;
}

/// What an intent asks for; every step may be done again.
template <CaseMachine M>
Result<void> Engine<M>::finish_erasure(CaseId case_id, PersonId person, std::optional<Timestamp> at) {
  const auto step = [this](std::string_view name) {
    if (options_.erasing) options_.erasing(name);
  };
  // Somebody of whom nothing personal was ever recorded has no key.
  if (Result<void> erased = erase_key(person); !erased && erased.error().code != ErrorCode::kNotFound) return erased;
  if (Result<void> erased = erase_parked(case_id, person); !erased) return erased;
  step("key");
  const Timestamp now = at.value_or(real() ? options_.clock->now() : latest_instant());
  if (Result<void> noted = folder_->note_erased({{case_id, person, now}}); !noted) return noted;
  step("register");
  const Answer answer = record_erasure(case_id, {ErasureStage::kCompleted, person, {}}, {"ritrovo:erasure", {}, {}}, at);
  const bool done = answer.kind == AnswerKind::kAccepted || (answer.rejection && answer.rejection->code == "already_erased");
  if (!done) return failure(ErrorCode::kUnavailable, answer.rejection ? answer.rejection->reason : answer.message);
  step("completion");
  return {};
}

/// Destroys the keys of all commands that were ever parked for the case, or for another one that they are in: they may speak of anybody in it. They ran
/// since, or the case would be in quarantine and the erasure refused.
template <CaseMachine M>
Result<void> Engine<M>::erase_parked(CaseId case_id, PersonId person) {
  std::vector<PersonId> owners;
  Result<void> read;
  {
    const std::shared_lock shared(gate_);
    if (down_) return tl::unexpected(*down_);
    read = parked_about(*log_, folder_->settings().partitions, case_id, person).map([&owners](std::vector<PersonId> found) { owners = std::move(found); });
  }
  if (!read) return read;
  for (const PersonId owner : owners)
    if (Result<void> erased = erase_key(owner); !erased && erased.error().code != ErrorCode::kNotFound) return erased;
  return {};
}

/// Finishes what was approved and interrupted, and does again what the register says was done: a log or a vault that was restored may be older
/// than an erasure. The register gets what only the log knows.
template <CaseMachine M>
Result<void> Engine<M>::finish_erasures() {
  Result<std::vector<ErasedPerson>> known = folder_->erased();
  if (!known) return tl::unexpected(known.error());
  Result<std::vector<ErasureStatus>> all = all_erasures(*log_);
  if (!all) return tl::unexpected(all.error());
  std::map<std::pair<CaseId, PersonId>, ErasureStage> stages;  // a person may be in several cases
  const auto registered = [&known](PersonId person) {
    return std::any_of(known->begin(), known->end(), [person](const ErasedPerson& one) { return one.person == person; });
  };
  const std::optional<Timestamp> at = real() ? std::nullopt : std::optional(latest_instant());
  for (const ErasureStatus& status : *all) {
    stages[{status.case_id, status.person}] = status.stage;
    const bool unfinished = status.stage == ErasureStage::kApproved || (status.stage == ErasureStage::kCompleted && !registered(status.person));
    if (!unfinished) continue;
    if (Result<void> finished = finish_erasure(status.case_id, status.person, at); !finished) return finished;
    stages[{status.case_id, status.person}] = ErasureStage::kCompleted;
  }
  for (const ErasedPerson& one : *known) {
    Result<void> erased = erase_key(one.person);
    if (!erased && erased.error().code != ErrorCode::kNotFound) return erased;
    const auto stage = stages.find({one.case_id, one.person});
    if (stage != stages.end() && stage->second == ErasureStage::kCompleted) continue;
    Result<bool> met = CaseLog(*log_).has_case(home_of(one.case_id), one.case_id);
    if (!met) return tl::unexpected(met.error());
    if (!*met) continue;  // a log from before the case was opened
    if (Result<void> finished = finish_erasure(one.case_id, one.person, at); !finished) return finished;
  }
  return {};
}

template <CaseMachine M>
Result<std::vector<ErasureStatus>> Engine<M>::erasures() const {
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  return all_erasures(*log_);
}

template <CaseMachine M>
Result<bool> Engine<M>::held(CaseId case_id) const {
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  return is_held(*log_, case_id);
}

}  // namespace ritrovo
