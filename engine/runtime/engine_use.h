#pragma once

// Commands, publications and reads.

#include <algorithm>

#include "engine/runtime/engine.h"

namespace ritrovo {

template <CaseMachine M>
void Engine<M>::schedule(std::size_t partition) {
  if (scheduled_[partition]->exchange(true)) return;
  strands_->post(partition, [this, partition] { pump(partition); });
}

template <CaseMachine M>
void Engine<M>::pump(std::size_t partition) {
  // First, so that what is offered from now on schedules another run.
  scheduled_[partition]->store(false);
  parts_[partition]->run();
  if (parts_[partition]->ready()) schedule(partition);
}

template <CaseMachine M>
void Engine<M>::submit(Command command, AnswerCallback answer) {
  // Never waits for the gate: a callback that submits would otherwise wait for a reopening that waits for the callback.
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (stopping_) return answer(stopped(command.key, command.case_id, "the folder is closing"));
  if (!shared.owns_lock()) return answer(busy(command.key, command.case_id, "the folder is being opened again"));
  if (down_) return answer(stopped(command.key, command.case_id, down_->message));
  if (clock_jumped_) return answer(stopped(command.key, command.case_id, std::string(kClockJumped)));
  const std::size_t home = home_of(command.case_id).value();
  const std::string key = command.key;
  const CaseId case_id = command.case_id;
  typename Part::Item item(typename Part::Submitted{std::move(command), std::move(answer)});
  if (parts_[home]->offer(std::move(item))) return schedule(home);
  std::get<typename Part::Submitted>(item).answer(busy(key, case_id, "partition " + std::to_string(home) + " has as many commands waiting as it takes"));
}

/// Why no partition would be given an item now, if so. Requires: the gate is held.
template <CaseMachine M>
std::optional<std::string> Engine<M>::closed_to_items(std::optional<std::uint64_t> opening) const {
  if (stopping_) return "the folder is closing";
  if (down_) return down_->message;
  if (clock_jumped_) return std::string(kClockJumped);
  if (opening && *opening != openings_) return "the log was opened again in the meantime";
  return std::nullopt;
}

template <CaseMachine M>
std::vector<Answer> Engine<M>::wait_for_all(std::size_t first, std::size_t count, const MakeItem& make, std::optional<std::uint64_t> opening) {
  std::vector<std::future<Answer>> futures;
  {
    const std::shared_lock shared(gate_);
    if (const std::optional<std::string> closed = closed_to_items(opening)) return std::vector<Answer>(count, stopped({}, CaseId(0), *closed));
    for (std::size_t i = first; i < first + count; ++i) {
      auto answered = std::make_shared<std::promise<Answer>>();
      futures.push_back(answered->get_future());
      parts_[i]->push(make([answered](const Answer& given) { answered->set_value(given); }));
      schedule(i);
    }
  }
  std::vector<Answer> answers;
  for (std::future<Answer>& future : futures) answers.push_back(future.get());
  return answers;
}

template <CaseMachine M>
Answer Engine<M>::ask(Command command) {
  auto answered = std::make_shared<std::promise<Answer>>();
  std::future<Answer> answer = answered->get_future();
  submit(std::move(command), [answered](const Answer& given) { answered->set_value(given); });
  return answer.get();
}

template <CaseMachine M>
Answer Engine<M>::release(CaseId case_id, Actor actor, std::string note, std::optional<Timestamp> at) {
  return wait_for(home_of(case_id), [&](AnswerCallback answer) {
    return typename Part::Item(typename Part::Release{case_id, actor, note, at, std::move(answer)});
  });
}

template <CaseMachine M>
Result<void> Engine<M>::advance(Timestamp to) {
  if (real()) return failure(ErrorCode::kWrongFolder, "this folder has a real clock, which nobody can advance");
  Result<void> outcome;
  const auto make = [to](AnswerCallback answer) { return typename Part::Item(typename Part::Advance{to, std::move(answer)}); };
  for (const Answer& answer : wait_for_all(0, folder_->settings().partitions, make))
    if (answer.kind != AnswerKind::kAccepted) outcome = failure(ErrorCode::kUnavailable, answer.message);
  return outcome;
}

template <CaseMachine M>
Result<Published> Engine<M>::publish(std::vector<PublishedDocument> documents, Actor actor, std::optional<Timestamp> at) {
  const std::lock_guard one_at_a_time(publishing_);
  if (real() && at) return failure(ErrorCode::kWrongFolder, "this folder has a real clock: a publication can't say `at`");
  std::sort(documents.begin(), documents.end(), [](const PublishedDocument& a, const PublishedDocument& b) { return a.path < b.path; });
  PublicationBody publication{std::move(documents), {}};
  publication.hash = hash_of(publication.documents);
  const std::string body = encode_body(publication);
  if (body.size() + limits::kCommandBytesMax > limits::kPublicationBytesMax)
    return failure(ErrorCode::kOverLimit, "the documents take " + std::to_string(body.size()) + " bytes; kPublicationBytesMax is " +
                                              std::to_string(limits::kPublicationBytesMax));
  {
    const std::lock_guard lock(machine_mutex_);
    if (const auto known = published_.find(publication.hash); known != published_.end()) return Published{true, known->second, publication.hash};
  }
  const std::uint64_t opening = openings_;
  const auto interrupted = [](const std::string& why) {
    return failure(ErrorCode::kUnavailable, "the publication was interrupted; close the folder and open it again, which finishes it" + why);
  };
  if (interrupted_in_ == opening) return interrupted("");
  Result<M> next = machine()->publish(body);
  if (!next) return tl::unexpected(next.error());
  auto shared = std::make_shared<const M>(std::move(*next));
  const auto text = std::make_shared<const std::string>(body);
  const auto make = [&](AnswerCallback answer) { return typename Part::Item(typename Part::Publish{shared, text, actor, at, std::move(answer)}); };
  Version number;
  std::optional<std::string> problem;
  bool recorded = false;  // somewhere, or nobody knows
  // All in the same opening of the log: where that ends in between, the next one finishes what stands anywhere, and a partition that got it
  // once more would have it twice.
  for (const Answer& answer : wait_for_all(0, folder_->settings().partitions, make, opening)) {
    if (answer.kind != AnswerKind::kAccepted) problem = answer.message;
    recorded = recorded || answer.kind == AnswerKind::kAccepted || answer.kind == AnswerKind::kFailed;
    number = std::max(number, answer.first);
  }
  if (problem && !recorded) return failure(ErrorCode::kUnavailable, "nothing was published; publish it again: " + *problem);
  if (problem) {
    interrupted_in_ = opening;
    return interrupted(": " + *problem);
  }
  const std::lock_guard lock(machine_mutex_);
  machine_ = std::move(shared);
  published_[publication.hash] = number;
  return Published{false, number, publication.hash};
}

template <CaseMachine M>
void Engine<M>::start_timers() {
  if (clock_doubt_) return;
  const std::shared_lock shared(gate_);
  timers_started_ = true;
  for (std::size_t i = 0; i < parts_.size(); ++i)
    strands_->post(i, [this, i] {
      parts_[i]->start_timers();
      parts_[i]->push(typename Part::Tick{});  // at once, so that a program that closes now fires what was due
      schedule(i);
    });
}

/// Looks once a second whether timers are due and whether the clock was set. Runs on: the timers' thread.
template <CaseMachine M>
void Engine<M>::timer_loop() {
  JumpGuard guard(*options_.clock);
  while (!stopping_) {
    {
      std::unique_lock lock(timer_mutex_);
      timer_wake_.wait_for(lock, std::chrono::seconds(1));
    }
    if (stopping_) return;
    if (!guard.steady(*options_.clock)) {
      if (!clock_jumped_.exchange(true)) spdlog::error("the clock jumped by over a day: commands and timers wait");
      continue;
    }
    if (!timers_started_) continue;
    const std::shared_lock shared(gate_, std::try_to_lock);
    if (!shared.owns_lock() || down_) continue;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (parts_[i]->waiting() > 0) continue;  // a command that waits has the timers fire first
      parts_[i]->push(typename Part::Tick{});
      schedule(i);
    }
  }
}

template <CaseMachine M>
Result<std::optional<CaseView<typename M::State>>> Engine<M>::read(CaseId case_id, bool from_snapshot) const {
  using View = std::optional<CaseView<State>>;
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  try {
    auto loaded = load_case<M>(CaseLog(*log_), home_of(case_id), case_id, from_snapshot);
    if (!loaded) return tl::unexpected(loaded.error());
    if (loaded->version.value() == 0) return View();
    return View(CaseView<State>{case_id, loaded->version, std::move(loaded->state)});
  } catch (const AssertionFailure& bug) {
    return failure(ErrorCode::kCorrupt, case_id.printed() + " can't be replayed: " + bug.what());
  }
}

template <CaseMachine M>
Result<void> Engine<M>::for_each_case(bool from_snapshot, const std::function<bool(const CaseView<State>&)>& visit) const {
  for (std::uint16_t i = 0; i < folder_->settings().partitions; ++i) {
    std::vector<CaseId> cases;
    Result<void> listed = with_log([&](const CaseLog& log) {
      return log.scan_cases(PartitionId(i), [&cases](CaseId case_id, Version) {
        if (case_id != CaseId(0)) cases.push_back(case_id);
        return true;
      });
    });
    if (!listed) return listed;
    for (const CaseId case_id : cases) {
      Result<std::optional<CaseView<State>>> view = read(case_id, from_snapshot);
      if (!view) return tl::unexpected(view.error());
      if (*view && !visit(**view)) return {};
    }
  }
  return {};
}

template <CaseMachine M>
Result<Opened> Engine<M>::opened(const CaseView<State>& view) const {
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  Opened opened;
  if (Result<void> done = open_boxes<M>(*vault_, view.case_id, view.state, opened); !done) return tl::unexpected(done.error());
  return opened;
}

template <CaseMachine M>
Result<void> Engine<M>::with_log(const std::function<Result<void>(const CaseLog&)>& use) const {
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  return use(CaseLog(*log_));
}

template <CaseMachine M>
Result<void> Engine<M>::with_vault(const std::function<Result<void>(const VaultPort&)>& use) const {
  const std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  return use(*vault_);
}

template <CaseMachine M>
Result<std::optional<std::uint64_t>> Engine<M>::source_offset(const std::string& source, PartitionId partition) const {
  std::optional<std::uint64_t> offset;
  Result<void> read = with_log([&](const CaseLog& log) -> Result<void> {
    Result<std::optional<std::uint64_t>> found = log.source_offset(source_row(source, partition));
    if (!found) return tl::unexpected(found.error());
    offset = *found;
    return {};
  });
  if (!read) return tl::unexpected(read.error());
  return offset;
}

template <CaseMachine M>
std::shared_ptr<const M> Engine<M>::machine() const {
  const std::lock_guard lock(machine_mutex_);
  return machine_;
}

template <CaseMachine M>
std::vector<PartitionView> Engine<M>::partitions() const {
  const std::shared_lock shared(gate_);
  std::vector<PartitionView> views(parts_.size());
  std::latch seen(static_cast<std::ptrdiff_t>(parts_.size()));
  for (std::size_t i = 0; i < parts_.size(); ++i)
    strands_->post(i, [this, i, &views, &seen] {
      const Part& part = *parts_[i];
      views[i] = {part.end().partition(), part.end().next().value(), part.end().last_instant(),
                  {part.quarantined().begin(), part.quarantined().end()}, part.waiting(), part.stopped()};
      seen.count_down();
    });
  seen.wait();
  return views;
}

template <CaseMachine M>
Timestamp Engine<M>::latest_instant() const {
  Timestamp latest;
  for (const PartitionView& view : partitions()) latest = std::max(latest, view.last_instant);
  return latest;
}

template <CaseMachine M>
Result<typename Engine<M>::HeldLog> Engine<M>::hold_log() const {
  std::shared_lock shared(gate_, std::try_to_lock);
  if (!shared.owns_lock()) return reopening();
  if (down_) return tl::unexpected(*down_);
  return HeldLog{std::move(shared), log_.get(), log_->as_of_now()};
}

}  // namespace ritrovo
