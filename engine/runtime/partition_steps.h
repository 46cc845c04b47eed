#pragma once

// The steps of one command, in the order in which Partition::run calls them.

#include "engine/runtime/partition.h"

namespace ritrovo {

/// What keeps a command from being taken at all: none of it is recorded.
template <CaseMachine M>
std::optional<Rejection> Partition<M>::misplaced(const Command& command) const {
  if (command.key.empty()) return Rejection{"key_required", "a command needs a key, by which a retry is told from a new command"};
  if (command.verb == "wake") return Rejection{"not_permitted", "wake is the engine's own command"};
  if (command.case_id == CaseId(0)) return Rejection{"unknown_case", "the command names no case"};
  const PartitionId owner = partition_of(command.case_id, settings_.partitions);
  if (owner != settings_.partition)
    return Rejection{"misrouted", command.case_id.printed() + " belongs to partition " + std::to_string(owner.value()) + ", not to partition " +
                                      std::to_string(settings_.partition.value())};
  if (settings_.clock == ClockKind::kSimulated && !command.at)
    return Rejection{"at_required", "this folder has a simulated clock: each command says `at` when it comes"};
  if (settings_.clock == ClockKind::kReal && command.at)
    return Rejection{"at_refused", "this folder has a real clock: a command can't say `at`"};
  return std::nullopt;
}

/// Lets timers fire that were due before the command; false while there are more than this run can take.
template <CaseMachine M>
bool Partition<M>::enter(const Submitted& submitted) {
  const Command& command = submitted.command;
  misplaced_ = misplaced(command);
  if (misplaced_) return true;
  if (!fire_due(now_at(command.at).instant)) return false;
  if (command.source)
    stager_.batch().put(Column::kSources, source_row(command.source->name, settings_.partition), offset_value(command.source->offset));
  return true;
}

template <CaseMachine M>
bool Partition<M>::answer_again(const Submitted& submitted) {
  const Command& command = submitted.command;
  const auto refuse = [&](std::string code, std::string reason) {
    wait(submitted.answer, refused(command.key, command.case_id, std::move(code), std::move(reason)));
    return true;
  };
  if (misplaced_) return refuse(std::move(misplaced_->code), std::move(misplaced_->reason));
  const auto refuse_reused = [&] { return refuse("key_reused", "this key was used before for a command with other content; use a new key"); };
  const Fingerprint fingerprint = fingerprint_ = fingerprint_of(command, settings_.digest_key);
  const AnswerName name{command.case_id, hash_of_key(command.key)};
  Answer answer;
  if (const auto staged = staged_answers_.find(name); staged != staged_answers_.end()) {
    if (staged->second.fingerprint != fingerprint) return refuse_reused();
    answer = *staged->second.answer;
  } else {
    const std::optional<Position> position = must(log_.find_answer(settings_.partition, command.case_id, name.second));
    if (!position) return false;
    StoredRecord first = must(log_.read_record(settings_.partition, *position));
    RITROVO_ASSERT(first.event.provenance.has_value());
    if (first.event.provenance->fingerprint != fingerprint) return refuse_reused();
    const Receipt proof = receipt(*position, leaf_hash(first.bytes));
    const Position end(position->value() + first.event.provenance->records);
    std::vector<Event> records{std::move(first.event)};
    must(log_.read_records(settings_.partition, position->next(), end, [&records](const StoredRecord& record) {
      records.push_back(record.event);
      return true;
    }));
    answer = must(answer_from(proof, std::move(records)));
  }
  answer.again = true;
  wait(submitted.answer, std::move(answer));
  return true;
}

template <CaseMachine M>
typename Partition<M>::Entry* Partition<M>::load(const Submitted& submitted) {
  const Command& command = submitted.command;
  if (quarantined_.contains(command.case_id)) {
    park(command, provenance_of(command), now_at(command.at), &submitted.answer);
    return nullptr;
  }
  Entry* entry = nullptr;
  std::optional<Bug> bug = begin(command);
  if (!bug) bug = guarded_fetch(command.case_id, entry);
  if (bug) {
    quarantine(command, provenance_of(command), now_at(command.at), *bug, &submitted.answer);
    return nullptr;
  }
  if (entry->version.value() > 0 || command.verb == "open") return entry;
  // Not recorded: there is no stream to record it in, and after the opening the same command may succeed.
  if (entry->pins == 0) cache_.drop(command.case_id);
  ports_.inflight->end(settings_.partition);
  wait(submitted.answer, refused(command.key, command.case_id, "unknown_case", command.case_id.printed() + " doesn't exist here: check the id, or the key given as \"opened_by\""));
  return nullptr;
}

/// Notes that the command is taken, from here until its events are staged: loading its case may end the process, too.
template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::begin(const Command& command) {
  const std::uint32_t crashes = ports_.inflight->begin(settings_.partition, command.case_id, hash_of_key(command.key));
  if (crashes < Inflight::kCrashesMax) return std::nullopt;
  return Bug{QuarantineCause::kCrash, "it ended the process " + std::to_string(crashes) + " times"};
}

template <CaseMachine M>
typename Partition<M>::Entry& Partition<M>::fetch(CaseId case_id) {
  if (Entry* cached = cache_.find(case_id)) return *cached;
  LoadedCase<State> loaded = must(load_case<M>(log_, settings_.partition, case_id, true));
  Entry entry;
  entry.case_id = case_id;
  entry.state = std::move(loaded.state);
  entry.version = loaded.version;
  entry.counter = loaded.counter;
  entry.wake = M::wake_on(entry.state);
  must(open_boxes<M>(*ports_.vault, case_id, entry.state, entry.opened));
  Entry& kept = *cache_.add(std::move(entry));
  cache_.resize(kept, cached_bytes(kept));
  return kept;
}

/// As fetch, telling a bug of apply from everything else.
template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::guarded_fetch(CaseId case_id, Entry*& entry) {
  try {
    entry = &fetch(case_id);
    return std::nullopt;
  } catch (const AssertionFailure& bug) {
    return Bug{QuarantineCause::kLoad, bug.what()};
  }
}

/// Has the machine decide, and makes records of what it says.
template <CaseMachine M>
typename Partition<M>::Attempt Partition<M>::decide(Entry& entry, const Command& command, const Provenance& provenance, Now now) {
  const bool waking = command.verb == "wake";
  try {
    Decision decision = judge(entry, command, now);
    if (auto* drafts = std::get_if<std::vector<Draft>>(&decision)) {
      auto sealed = seal(entry, std::move(*drafts), provenance, now);
      if (auto* decided = std::get_if<Decided>(&sealed)) return std::move(*decided);
      decision = std::get<Rejection>(std::move(sealed));
    }
    const Rejection& rejection = std::get<Rejection>(decision);
    if (!waking) return rejection_of(command, provenance, rejection, now);
    // A timer's command has nobody to answer: a refusal would lose the deadline that rang.
    return Bug{QuarantineCause::kRefused, rejection.code};
  } catch (const AssertionFailure& bug) {
    return Bug{QuarantineCause::kDecide, bug.what()};
  }
}

/// The runtime's own reasons to refuse, then the machine's decision.
template <CaseMachine M>
Decision Partition<M>::judge(const Entry& entry, const Command& command, Now now) const {
  if (command.expect_version && *command.expect_version != entry.version)
    return Rejection{"version_conflict", "expected version " + std::to_string(command.expect_version->value()) + ", but the case stands at version " +
                                             std::to_string(entry.version.value())};
  if (command.verb == "open" && entry.version.value() > 0)
    return Rejection{"case_exists", entry.case_id.printed() + " was opened before by another command"};
  if (command.verb != "open" && entry.version.value() == 0) return Rejection{"unknown_case", entry.case_id.printed() + " doesn't exist here: check the id, or the key given as \"opened_by\""};
  Decision decision = machine_->decide(entry.state, entry.opened, command, now);
  const auto* drafts = std::get_if<std::vector<Draft>>(&decision);
  if (drafts == nullptr) return decision;
  RITROVO_ASSERT(!drafts->empty() || command.verb == "wake");
  if (drafts->size() > limits::kConsequencesMax)
    return Rejection{"too_many_consequences", "the command would lead to " + std::to_string(drafts->size()) + " events; kConsequencesMax is " +
                                                  std::to_string(limits::kConsequencesMax)};
  return decision;
}

template <CaseMachine M>
typename Partition<M>::Decided Partition<M>::rejection_of(const Command& command, const Provenance& provenance, const Rejection& rejection,
                                                          Now now) const {
  Event event;
  event.tag = RecordTag::kRejection;
  event.case_id = command.case_id;
  event.recorded = now.instant;
  event.effective = now.today;
  event.provenance = provenance;
  event.body = encode_body(RejectionBody{rejection.code, rejection.reason, command.verb});
  Decided decided;
  decided.bytes.push_back(encode_record(event));
  decided.events.push_back(std::move(event));
  return decided;
}

/// One box, the owner given a key if need be. kNotFound: they were erased, perhaps between the two.
template <CaseMachine M>
Result<std::string> Partition<M>::seal_box(const BoxPlace& place, const Values& values) {
  if (Result<void> ensured = ports_.vault->ensure(place.owner); !ensured) return tl::unexpected(ensured.error());
  std::string plaintext = encode_values(values);
  Result<std::string> sealed = ports_.vault->seal(place, plaintext);
  wipe(plaintext);
  return sealed;
}

/// Makes events of drafts: numbers them, seals their secrets, encodes them. A rejection where a limit or an erased person forbids it; in an event
/// that is derived an erased person's box stays empty, and reads as erased.
template <CaseMachine M>
std::variant<typename Partition<M>::Decided, Rejection> Partition<M>::seal(const Entry& entry, std::vector<Draft> drafts,
                                                                           const Provenance& provenance, Now now) {
  Decided decided;
  decided.events.reserve(drafts.size());
  decided.bytes.reserve(drafts.size());
  const Version first = entry.version.next();
  for (Draft& draft : drafts) {
    Event event;
    event.tag = draft.tag;
    event.case_id = entry.case_id;
    event.version = Version(first.value() + static_cast<std::uint32_t>(decided.events.size()));
    event.recorded = now.instant;
    event.effective = draft.effective;
    event.cause = first;
    event.body = std::move(draft.body);
    if (decided.events.empty()) {
      event.provenance = provenance;
      event.provenance->records = static_cast<std::uint32_t>(drafts.size());
    }
    for (Secret& secret : draft.secrets) {
      Result<std::string> sealed = seal_box({event.case_id, event.version, secret.owner}, secret.values);
      const bool erased = !sealed && sealed.error().code == ErrorCode::kNotFound;
      if (erased && draft.derived) {  // it brings nothing about anybody: what is derived goes on without the erased person's part
        event.boxes.push_back({secret.owner, {}});
        decided.opened.push_back({event.version, secret.owner, BoxState::kErased, {}});
        continue;
      }
      if (erased)
        return Rejection{"person_erased", secret.owner.printed() + " was erased; nothing can be recorded about them"};
      event.boxes.push_back({secret.owner, must(std::move(sealed))});
      decided.opened.push_back({event.version, secret.owner, BoxState::kOpen, std::move(secret.values)});
    }
    Result<std::string> bytes = encode_record_within_limit(event);
    if (!bytes) return Rejection{"record_too_large", std::move(bytes.error().message)};
    decided.bytes.push_back(std::move(*bytes));
    decided.events.push_back(std::move(event));
  }
  return decided;
}

template <CaseMachine M>
std::optional<typename Partition<M>::Bug> Partition<M>::apply(Entry& entry, Decided& decided) {
  try {
    for (const Event& event : decided.events)
      if (event.version.value() > 0) M::apply(entry.state, event);
    decided.wake = M::wake_on(entry.state);
    decided.kept = M::kept_boxes(entry.state).size();
    return std::nullopt;
  } catch (const AssertionFailure& failure) {
    return Bug{QuarantineCause::kApply, failure.what()};
  }
}

template <CaseMachine M>
SharedAnswer Partition<M>::stage(Entry& entry, Decided decided, Day today, std::optional<Day> fired) {
  std::optional<Receipt> proof;
  for (std::size_t i = 0; i < decided.events.size(); ++i) {
    const Event& event = decided.events[i];
    const std::size_t bytes = decided.bytes[i].size();
    const auto [position, leaf] = stager_.append(event, decided.bytes[i]);
    if (!proof) proof = receipt(position, leaf);
    if (event.version.value() == 0) continue;
    entry.version = event.version;
    entry.last_position = position;
    ++entry.counter.events;
    entry.counter.bytes += bytes;
    touch(entry);
  }
  if (!fired && !decided.events.empty() && decided.events.back().version.value() > 0) entry.wakes = 0;
  for (Opened::Entry& opened : decided.opened) entry.opened.put(std::move(opened));
  if (decided.kept != entry.opened.entries().size())
    must(open_boxes<M>(*ports_.vault, entry.case_id, entry.state, entry.opened));
  move_timer(entry, decided.wake, {today, fired, !decided.events.empty()});
  cache_.resize(entry, cached_bytes(entry));
  if (!proof) return nullptr;
  const Fingerprint fingerprint = decided.events.front().provenance->fingerprint;
  return remember(fingerprint, must(answer_from(std::move(*proof), std::move(decided.events))));
}

/// At most one row a case: where its state now wants to be woken.
template <CaseMachine M>
void Partition<M>::move_timer(Entry& entry, std::optional<Day> next, const Moved& moved) {
  if (moved.fired) timers_.erase({*moved.fired, entry.case_id}, stager_.batch());
  if (entry.wake && entry.wake != next && entry.wake != moved.fired) timers_.erase({*entry.wake, entry.case_id}, stager_.batch());
  // A row for a day that has come may have been taken away by a wake that found nothing to do, so it is written anew; unless this is
  // such a wake, which would find nothing again.
  const bool come = next && *next <= moved.today;
  const bool put = next && (come ? moved.progress : next != entry.wake || next == moved.fired);
  if (put) timers_.put({*next, entry.case_id}, stager_.batch());
  entry.wake = next;
}

/// Pins the case for this run and has its snapshot considered.
template <CaseMachine M>
void Partition<M>::touch(Entry& entry) {
  if (entry.run == run_) return;
  entry.run = run_;
  ++entry.pins;
  touched_.push_back(entry.case_id);
}

/// Keeps the answer to a keyed command for its retry, in the batch and until the commit in memory.
template <CaseMachine M>
SharedAnswer Partition<M>::remember(const Fingerprint& fingerprint, Answer answer) {
  auto shared = std::make_shared<const Answer>(std::move(answer));
  if (shared->key.empty()) return shared;
  const AnswerName name{shared->case_id, hash_of_key(shared->key)};
  put_answer(stager_.batch(), settings_.partition, name.first, name.second, shared->receipt->position);
  staged_answers_[name] = {fingerprint, shared};
  answered_.push_back(name);
  return shared;
}

template <CaseMachine M>
void Partition<M>::wait(const AnswerCallback& callback, Answer answer) {
  waiters_.push_back({callback, std::make_shared<const Answer>(std::move(answer))});
}

/// What a submitted command's first record says of it. Requires: answer_again took its fingerprint.
template <CaseMachine M>
Provenance Partition<M>::provenance_of(const Command& command) const {
  Provenance provenance;
  provenance.actor = command.actor;
  provenance.key = command.key;
  provenance.fingerprint = fingerprint_;
  provenance.source = command.source;
  provenance.correlation = command.correlation;
  provenance.traceparent = command.traceparent;
  return provenance;
}

template <CaseMachine M>
KeyHash Partition<M>::hash_of_key(const std::string& key) const {
  if (key.empty()) return {};
  if (key != memo_key_) {
    memo_hash_ = keyed_hash(settings_.digest_key, key);
    memo_key_ = key;
  }
  return memo_hash_;
}

/// Reads a real folder's clock. One reading serves the whole item: otherwise a midnight that passes between looking for timers and
/// recording would let a command be recorded on a day whose timers haven't fired. False from a jump of the clock on: an instant once
/// recorded is the least that any later one can be, so a wrong one would stay for ever.
template <CaseMachine M>
bool Partition<M>::read_clock() {
  if (settings_.clock == ClockKind::kSimulated) return true;
  if (!guard_->steady(*ports_.clock)) return false;
  reading_ = guard_->wall();
  return true;
}

/// The instant that a record gets now: the clock's, but never before the partition's last one.
template <CaseMachine M>
Now Partition<M>::now_at(std::optional<Timestamp> at) const {
  Timestamp instant = stager_.last_instant();
  if (at) instant = std::max(instant, *at);
  if (settings_.clock == ClockKind::kReal) instant = std::max(instant, reading_);
  return {instant, day_of(instant)};
}

template <CaseMachine M>
Day Partition<M>::day_of(Timestamp instant) const {
  if (instant >= memo_from_ && instant < memo_to_) return memo_day_;
  memo_day_ = settings_.zone.day_of(instant);
  memo_from_ = settings_.zone.start_of(memo_day_);
  memo_to_ = settings_.zone.start_of(memo_day_.plus(1));
  return memo_day_;
}

}  // namespace ritrovo
