#pragma once

// What a partition does besides commands: timers, quarantine, publications, and the two ends of a run.

#include "engine/runtime/partition.h"

namespace ritrovo {

/// An item that isn't a command; false where it has to wait for another run.
template <CaseMachine M>
bool Partition<M>::take_other(Item& item) {
  if (auto* request = std::get_if<Release>(&item)) return release(*request);
  if (auto* request = std::get_if<Advance>(&item)) return advance(*request);
  if (auto* request = std::get_if<Publish>(&item)) return publish(*request);
  if (const auto* request = std::get_if<Forget>(&item)) {
    cache_.erase(request->person);
    wait(request->answer, {});
    return true;
  }
  if (auto* request = std::get_if<Erase>(&item)) return erase(*request);
  RITROVO_ASSERT(std::holds_alternative<Tick>(item));
  return settings_.clock == ClockKind::kSimulated || fire_due(now_at(std::nullopt).instant);
}

/// Fires timers due at `until` or before, by day, then case; false when this run has done its share and some are left.
template <CaseMachine M>
bool Partition<M>::fire_due(Timestamp until) {
  if (settings_.clock == ClockKind::kReal && !timers_started_) return true;
  const Day last = day_of(until);
  must(timers_.reach(log_, last));
  const auto waits = [this](CaseId case_id) { return quarantined_.contains(case_id); };
  while (const std::optional<Timer> timer = timers_.next(last, waits)) {
    if (!may_take_more()) return false;
    --budget_;
    wake(*timer, until);
  }
  return true;
}

/// The command of a timer: decided at its own instant in a simulated folder, at the clock's in a real one.
template <CaseMachine M>
void Partition<M>::wake(const Timer& timer, Timestamp until) {
  Command command;
  command.case_id = timer.case_id;
  command.verb = "wake";
  command.actor.id = "ritrovo:timer";
  Provenance provenance;
  provenance.actor = command.actor;
  const Now now = now_at(settings_.clock == ClockKind::kSimulated ? settings_.zone.start_of(timer.day) : until);
  if (const std::optional<Bug> bug = carry_out(command, provenance, now, timer.day)) {
    timers_.erase(timer, stager_.batch());
    quarantine(command, provenance, now, *bug, nullptr);
  }
}

/// Steps 2 to 5 for a command that nobody waits for.
template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::carry_out(const Command& command, const Provenance& provenance, Now now,
                                                                  std::optional<Day> fired) {
  std::optional<Bug> bug = begin(command);
  if (!bug) bug = take(command, provenance, now, fired);
  ports_.inflight->end(settings_.partition);
  return bug;
}

/// What stands between begin and end of carry_out.
template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::take(const Command& command, const Provenance& provenance, Now now,
                                                             std::optional<Day> fired) {
  Entry* entry = nullptr;
  if (std::optional<Bug> bug = guarded_fetch(command.case_id, entry)) return bug;
  if (fired) {
    entry->wakes = entry->woken_on == now.today ? entry->wakes + 1 : 1;
    entry->woken_on = now.today;
    if (entry->wakes > kWakesMax) return Bug{QuarantineCause::kRestless, std::to_string(kWakesMax) + " times on " + to_string(now.today)};
  }
  Attempt attempt = decide(*entry, command, provenance, now);
  if (Bug* bug = std::get_if<Bug>(&attempt)) return std::move(*bug);
  Decided& decided = std::get<Decided>(attempt);
  if (std::optional<Bug> bug = apply(*entry, decided)) return bug;
  (void)stage(*entry, std::move(decided), now.today, fired);
  return std::nullopt;
}

template <CaseMachine M>
std::pair<Position, Hash256> Partition<M>::record(Event event) {
  return stager_.append(event, encode_record(event));
}

/// Keeps a command for a case in quarantine: sealed with a key of its own, since it holds personal values of anybody in
/// the case. `bug`: it is what brings the case there.
/// One that doesn't fit into a record is refused instead.
template <CaseMachine M>
void Partition<M>::park(const Command& command, const Provenance& provenance, Now now, const AnswerCallback* waiter, const Bug* bug) {
  const KeyHash key_hash = hash_of_key(command.key);
  const PersonId owner = parked_owner_of(command.case_id, {reinterpret_cast<const char*>(key_hash.data()), key_hash.size()});
  must(ports_.vault->ensure(owner));
  Event event;
  event.tag = RecordTag::kCommandParked;
  event.case_id = command.case_id;
  event.recorded = now.instant;
  event.effective = now.today;
  event.provenance = provenance;
  event.body = encode_body(ParkedBody{key_hash});
  std::string plaintext = encode_command(command);
  event.boxes.push_back({owner, must(ports_.vault->seal({command.case_id, Version(0), owner}, plaintext))});
  wipe(plaintext);
  if (bug != nullptr) {
    note_quarantine(command, *bug, now);
    quarantined_.insert(command.case_id);
  }
  const Result<std::string> bytes = encode_record_within_limit(event);
  if (!bytes) {
    RITROVO_ASSERT(waiter != nullptr);  // a timer's command holds next to nothing
    wait(*waiter, refused(command.key, command.case_id, "record_too_large", "the command can't be kept for later: " + bytes.error().message));
    return;
  }
  const auto [position, leaf] = stager_.append(event, *bytes);
  stager_.batch().put(Column::kParked, parked_key(settings_.partition, command.case_id, position), {});
  const SharedAnswer answer = remember(provenance.fingerprint, must(answer_from(receipt(position, leaf), {std::move(event)})));
  if (waiter != nullptr) waiters_.push_back({*waiter, answer});
}

template <CaseMachine M>
void Partition<M>::note_quarantine(const Command& command, const Bug& bug, Now now) {
  const QuarantineBody body{bug.cause, command.verb, bug.detail.substr(0, limits::kTextBytesMax), hash_of_key(command.key)};
  spdlog::error("{} goes into quarantine. {} ({})", command.case_id.printed(), explain(body), body.detail);
  Event event;
  event.tag = RecordTag::kCaseQuarantined;
  event.case_id = command.case_id;
  event.recorded = now.instant;
  event.effective = now.today;
  event.body = encode_body(body);
  (void)record(std::move(event));
}

/// Puts the case of a command that hit a bug into quarantine, the command with it. The state in memory may be half changed: it goes.
template <CaseMachine M>
void Partition<M>::quarantine(const Command& command, const Provenance& provenance, Now now, const Bug& bug, const AnswerCallback* waiter) {
  cache_.drop(command.case_id);
  park(command, provenance, now, waiter, &bug);
  ports_.inflight->end(settings_.partition);
}

/// Runs what was parked for a case, the culprit first, as much at a time as a run may take; the case leaves quarantine with the last. Waits
/// until all commits have come to rest, because state and parked commands have to be read from the log afresh.
template <CaseMachine M>
bool Partition<M>::release(Release& request) {
  const CaseId case_id = request.case_id;
  const auto refuse = [&](std::string code, std::string reason) {
    wait(request.answer, refused({}, case_id, std::move(code), std::move(reason)));
    return true;
  };
  if (settings_.clock == ClockKind::kReal && request.at) return refuse("at_refused", "this folder has a real clock: a release can't say `at`");
  if (!fire_due(now_at(request.at).instant)) return false;
  if (!under_way_.empty() || stager_.staged() || !waiters_.empty()) {
    wants_calm_ = true;
    return false;
  }
  if (!quarantined_.contains(case_id)) return refuse("not_quarantined", case_id.printed() + " isn't in quarantine");
  const Now now = now_at(request.at);
  std::vector<Position> parked;
  must(log_.parked(settings_.partition, case_id, [&parked](Position position) {
    parked.push_back(position);
    return parked.size() < limits::kRunCommandsMax;
  }));
  for (const Position position : parked) {
    if (!may_take_more()) {
      wants_calm_ = true;
      return false;
    }
    --budget_;
    const StoredRecord stored = must(log_.read_record(settings_.partition, position));
    if (const std::optional<Bug> bug = run_parked(stored, now, request.ran > 0)) {
      cache_.drop(case_id);
      return refuse("still_failing", std::to_string(request.ran) + " parked commands ran, the next fails: " + bug->detail);
    }
    stager_.batch().erase(Column::kParked, parked_key(settings_.partition, case_id, position));
    ++request.ran;
  }
  quarantined_.erase(case_id);
  Event event;
  event.tag = RecordTag::kQuarantineReleased;
  event.case_id = case_id;
  event.recorded = now.instant;
  event.effective = now.today;
  event.provenance.emplace();
  event.provenance->actor = request.actor;
  event.body = encode_body(ReleaseBody{request.note});
  const auto [position, leaf] = record(event);
  Answer answer;
  answer.kind = AnswerKind::kAccepted;
  answer.case_id = case_id;
  answer.receipt = receipt(position, leaf);
  wait(request.answer, std::move(answer));
  return true;
}

/// Runs one parked command, unless it was erased. `again`: others ran before it, so that a failure is a new quarantine, recorded as such.
template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::run_parked(const StoredRecord& stored, Now now, bool again) {
  RITROVO_ASSERT(stored.event.tag == RecordTag::kCommandParked && stored.event.boxes.size() == 1 && stored.event.provenance);
  const Box& box = stored.event.boxes.front();
  OpenedBox opened = must(ports_.vault->open({stored.event.case_id, Version(0), box.owner}, box.sealed));
  std::string* bytes = std::get_if<std::string>(&opened);
  // The register of erasures was applied to a restored log in which it still waited: what spoke of a forgotten person isn't run.
  if (std::holds_alternative<KeyErased>(opened)) return std::nullopt;
  if (bytes == nullptr) throw Stop{Error{ErrorCode::kCorrupt, "the vault lacks the key of a parked command of " + stored.event.case_id.printed() + ": it can't be read"}};
  Result<Command> decoded = decode_command(*bytes);
  wipe(*bytes);
  const Command command = must(std::move(decoded));
  std::optional<Bug> bug = carry_out(command, *stored.event.provenance, now, std::nullopt);
  if (bug && again) note_quarantine(command, *bug, now);
  return bug;
}

template <CaseMachine M>
bool Partition<M>::advance(Advance& request) {
  if (settings_.clock == ClockKind::kReal) {
    wait(request.answer, refused({}, CaseId(0), "advance_refused", "this folder has a real clock, which nobody can advance"));
    return true;
  }
  if (!fire_due(request.to)) return false;
  if (request.to > stager_.last_instant()) stager_.move_clock(request.to);
  Answer answer;
  answer.kind = AnswerKind::kAccepted;
  wait(request.answer, std::move(answer));
  return true;
}

template <CaseMachine M>
bool Partition<M>::erase(Erase& request) {
  if (settings_.clock == ClockKind::kReal && request.at) {
    wait(request.answer, refused({}, request.case_id, "at_refused", "this folder has a real clock: an erasure can't say `at`"));
    return true;
  }
  if (!fire_due(now_at(request.at).instant)) return false;
  if (!under_way_.empty() || stager_.staged() || !waiters_.empty()) {
    wants_calm_ = true;
    return false;
  }
  const CaseId case_id = request.case_id;
  const std::optional<ErasureStatus> before = must(erasure_of(*ports_.log, case_id, request.body.person));
  const ErasureFacts facts{before, must(is_held(*ports_.log, case_id)), quarantined_.contains(case_id)};
  std::optional<Rejection> refusal = erasure_refused(facts, request.body, request.actor);
  if (!refusal && !must(log_.has_case(settings_.partition, case_id))) refusal = Rejection{"unknown_case", case_id.printed() + " doesn't exist"};
  if (refusal) {
    wait(request.answer, refused({}, case_id, std::move(refusal->code), std::move(refusal->reason)));
    return true;
  }
  Event event;
  event.tag = kErasureTag;
  event.case_id = case_id;
  const Now now = now_at(request.at);
  event.recorded = now.instant;
  event.effective = now.today;
  event.provenance.emplace();
  event.provenance->actor = request.actor;
  event.body = encode_body(request.body);
  const auto [position, leaf] = record(std::move(event));
  note_erasure(before, case_id, request.body, request.actor, stager_.batch());
  Answer answer;
  answer.kind = AnswerKind::kAccepted;
  answer.case_id = case_id;
  answer.receipt = receipt(position, leaf);
  wait(request.answer, std::move(answer));
  return true;
}

template <CaseMachine M>
bool Partition<M>::publish(Publish& request) {
  if (!fire_due(now_at(request.at).instant)) return false;
  const Now now = now_at(request.at);
  Event event;
  event.tag = RecordTag::kPublication;
  event.version = publications_.next();
  event.cause = event.version;
  event.recorded = now.instant;
  event.effective = now.today;
  event.provenance.emplace();
  event.provenance->actor = request.actor;
  event.body = *request.body;
  publications_ = event.version;
  machine_ = request.machine;
  const auto [position, leaf] = record(event);
  Answer answer;
  answer.kind = AnswerKind::kAccepted;
  answer.first = answer.last = event.version;
  answer.receipt = receipt(position, leaf);
  wait(request.answer, std::move(answer));
  return true;
}

/// Writes the snapshots that are due among the cases of this run. A case whose state can't be encoded gets none: its events are there.
template <CaseMachine M>
void Partition<M>::keep_snapshots() {
  for (const CaseId case_id : touched_) {
    Entry* entry = cache_.find(case_id);
    if (entry == nullptr || !entry->counter.due(settings_.snapshots)) continue;
    std::string state;
    const std::uint32_t crashes = ports_.inflight->begin(settings_.partition, case_id, Inflight::kSnapshot);
    try {
      if (crashes < Inflight::kCrashesMax) state = M::encode(entry->state);
    } catch (const AssertionFailure& bug) {
      spdlog::error("{} gets no snapshot: {}", case_id.printed(), bug.what());
    }
    if (crashes < Inflight::kCrashesMax) ports_.inflight->end(settings_.partition);
    if (state.empty() || !entry->counter.worth(settings_.snapshots, state.size())) continue;
    entry->counter.events = 0;
    entry->counter.bytes = 0;
    stager_.batch().put(Column::kSnapshots, snapshot_key(settings_.partition, case_id),
                        encode_snapshot(case_id, {entry->version, entry->last_position, std::move(state)}));
  }
}

template <CaseMachine M>
void Partition<M>::hand_over() {
  if (stopped_ || (!stager_.staged() && waiters_.empty())) return;
  commands_under_way_ += waiters_.size();
  bytes_under_way_ += stager_.batch().bytes();
  under_way_.push_back({std::exchange(waiters_, {}), std::exchange(touched_, {}), std::exchange(answered_, {}), stager_.batch().bytes()});
  timers_.handed_over();
  StagedRun run;
  run.partition = settings_.partition;
  run.batch = stager_.take();
  run.done = [this](const Result<void>& outcome) { ports_.post([this, outcome] { finish(outcome); }); };
  ports_.committer->hand_over(std::move(run));
}

/// Step 7, on the strand: the oldest run was committed, or nobody knows.
template <CaseMachine M>
void Partition<M>::finish(const Result<void>& outcome) {
  UnderWay run = std::move(under_way_.front());
  under_way_.pop_front();
  commands_under_way_ -= run.waiters.size();
  bytes_under_way_ -= run.bytes;
  if (!outcome) {
    stop(outcome.error());
    for (const Waiter& waiter : run.waiters) waiter.callback(failed(waiter.answer->key, waiter.answer->case_id, outcome.error().message));
    return;
  }
  timers_.committed();
  for (const AnswerName& name : run.answers) staged_answers_.erase(name);
  for (const CaseId case_id : run.pinned)
    if (Entry* entry = cache_.find(case_id); entry != nullptr && entry->pins > 0) --entry->pins;
  cache_.trim();
  for (const Waiter& waiter : run.waiters) waiter.callback(*waiter.answer);
}

/// Takes nothing any more: drops what was staged and isn't handed over, and says so to those who wait for it.
template <CaseMachine M>
void Partition<M>::stop(Error error) {
  if (!stopped_) {
    spdlog::error("partition {} stops: {}", settings_.partition.value(), error.message);
    stopped_ = std::move(error);
    // The disk or a file failed, under the log or the vault: what is held in memory may be ahead of it, so the folder is opened again.
    if (stopped_->code == ErrorCode::kUnavailable) ports_.committer->give_up(*stopped_);
  }
  ports_.inflight->end(settings_.partition);  // what was in decide came back: the world failed, the command crashed nothing
  (void)stager_.take();
  touched_.clear();
  answered_.clear();
  cache_.clear();
  for (const Waiter& waiter : std::exchange(waiters_, {})) waiter.callback(not_taken(waiter.answer->key, waiter.answer->case_id));
}

/// What to say to who wasn't taken by a partition that stopped. Where the folder opens again by itself, what its last commit did is seen then.
template <CaseMachine M>
Answer Partition<M>::not_taken(const std::string& key, CaseId case_id) const {
  if (stopped_->code == ErrorCode::kUnavailable) return failed(key, case_id, stopped_->message);
  return ritrovo::stopped(key, case_id, "partition " + std::to_string(settings_.partition.value()) + " takes nothing, nor did it take this; open the folder again once this is mended: " +
                                            stopped_->message);
}

/// Answers an item that isn't taken: the partition stopped, or the clock jumped and somebody has to look at it.
template <CaseMachine M>
void Partition<M>::turn_away(const Item& item) const {
  const auto answer = [this](const std::string& key, CaseId case_id) {
    return stopped_ ? not_taken(key, case_id) : ritrovo::stopped(key, case_id, std::string(kClockJumped));
  };
  if (const auto* submitted = std::get_if<Submitted>(&item)) submitted->answer(answer(submitted->command.key, submitted->command.case_id));
  if (const auto* request = std::get_if<Release>(&item)) request->answer(answer({}, request->case_id));
  if (const auto* request = std::get_if<Advance>(&item)) request->answer(answer({}, CaseId(0)));
  if (const auto* request = std::get_if<Publish>(&item)) request->answer(answer({}, CaseId(0)));
  if (const auto* request = std::get_if<Forget>(&item)) request->answer(answer({}, CaseId(0)));
  if (const auto* request = std::get_if<Erase>(&item)) request->answer(answer({}, request->case_id));
}

}  // namespace ritrovo
