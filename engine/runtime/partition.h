#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <spdlog/spdlog.h>

#include "engine/base/assert.h"
#include "engine/base/limits.h"
#include "engine/digest/keyed_hash.h"
#include "engine/log/case_log.h"
#include "engine/record/case_ids.h"
#include "engine/record/command_bounds.h"
#include "engine/record/command_codec.h"
#include "engine/record/engine_bodies.h"
#include "engine/record/record_codec.h"
#include "engine/record/value_codec.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/case_cache.h"
#include "engine/runtime/case_loader.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/committer.h"
#include "engine/runtime/erasure.h"
#include "engine/runtime/inbox.h"
#include "engine/runtime/inflight.h"
#include "engine/runtime/machine.h"
#include "engine/runtime/snapshot.h"
#include "engine/runtime/stager.h"
#include "engine/runtime/time_zone.h"
#include "engine/runtime/timer_window.h"
#include "engine/vault/sealing.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// What a partition is told when it is made.
struct PartitionSettings {
  PartitionId partition;
  std::uint16_t partitions = 1;
  std::string log_id;
  ClockKind clock = ClockKind::kReal;
  TimeZone zone;
  DigestKey digest_key;
  SnapshotPolicy snapshots;
  CacheLimits cache;
};

/// What a partition works with; all of it outlives the partition.
struct PartitionPorts {
  const LogPort* log = nullptr;
  VaultPort* vault = nullptr;
  const ClockPort* clock = nullptr;  ///< read in a real folder only
  Inflight* inflight = nullptr;
  CommitPort* committer = nullptr;
  /// Runs a function on the partition's strand, later: never inside the call.
  std::function<void(std::function<void()>)> post;
};

/// One partition of a folder: takes commands one by one, and hands over what they lead to for one commit. Later commands build on staged
/// state; nobody is answered before the commit that their answer rests on.
///
/// Runs on: its strand (one thread at a time), but for `offer`, `push` and `waiting`, which any thread may call.
template <CaseMachine M>
class Partition {
 public:
  using State = typename M::State;
  using Entry = CachedCase<State>;

  struct Submitted {
    Command command;
    AnswerCallback answer;
  };
  /// Takes a case out of quarantine: the culprit is tried first.
  struct Release {
    CaseId case_id;
    Actor actor;
    std::string note;
    std::optional<Timestamp> at;
    AnswerCallback answer;
    std::size_t ran = 0;  ///< parked commands that earlier runs took; the partition's own
  };
  /// Fires all timers up to `to` and moves a simulated clock there.
  struct Advance {
    Timestamp to;
    AnswerCallback answer;
  };
  /// Fires what is due by the real clock.
  struct Tick {};
  /// Records a publication; from then on the partition decides with `machine`.
  struct Publish {
    std::shared_ptr<const M> machine;
    std::shared_ptr<const std::string> body;
    Actor actor;
    std::optional<Timestamp> at;
    AnswerCallback answer;
  };
  /// A person's key was destroyed: what is opened of them leaves memory.
  struct Forget {
    PersonId person;
    AnswerCallback answer;
  };
  /// Records a stage of an erasure, once nothing is under way.
  struct Erase {
    CaseId case_id;
    ErasureBody body;
    Actor actor;
    std::optional<Timestamp> at;
    AnswerCallback answer;
  };
  using Item = std::variant<Submitted, Release, Advance, Tick, Publish, Forget, Erase>;

  /// Runs that may be handed over and not yet committed, however large: one is written while the next is staged. Where few commands come at
  /// a time, runs are small; then there may be more of them, as long as they stage no more than one large run does.
  static constexpr std::size_t kRunsUnderWayMax = 2;
  static constexpr std::size_t kSmallRunsUnderWayMax = 64;
  /// Wakes of one case on one day without a command in between; more is a machine that doesn't come to rest.
  static constexpr std::uint32_t kWakesMax = 64;

  Partition(PartitionSettings settings, PartitionPorts ports, std::shared_ptr<const M> machine)
      : settings_(std::move(settings)),
        ports_(std::move(ports)),
        machine_(std::move(machine)),
        log_(*ports_.log),
        stager_(settings_.partition),
        timers_(settings_.partition),
        cache_(settings_.cache) {}

  /// Reads the partition's end and its quarantine. Errors: as Stager::open. Requires: nothing was offered yet.
  [[nodiscard]] Result<void> open();
  /// Decides with that machine from now on. Requires: nothing was offered yet.
  void use(std::shared_ptr<const M> machine) { machine_ = std::move(machine); }
  /// Takes an item unless the inbox is full, by number or by bytes.
  [[nodiscard]] bool offer(Item&& item) {
    const auto* submitted = std::get_if<Submitted>(&item);
    const std::size_t bytes = submitted == nullptr ? 0 : memory_bytes(submitted->command);
    return inbox_.offer(std::move(item), bytes);
  }
  /// Takes an item of the runtime's own, however full the inbox is.
  void push(Item&& item) { inbox_.push(std::move(item)); }
  [[nodiscard]] std::size_t waiting() const { return inbox_.size(); }

  /// Takes what waits and hands over what follows from it. Call it when something was offered, and after each completion.
  void run();
  /// Whether `run` could do something now.
  [[nodiscard]] bool ready() const {
    return !inbox_.empty() && (stopped_ || (wants_calm_ ? under_way_.empty() : may_run()));
  }
  /// No run is handed over and uncommitted.
  [[nodiscard]] bool calm() const { return under_way_.empty(); }
  /// From now on timers of a real folder fire: every source was read to its end as of the opening.
  void start_timers() { timers_started_ = true; }
  /// Why the partition takes nothing any more, if so.
  [[nodiscard]] const std::optional<Error>& stopped() const { return stopped_; }
  [[nodiscard]] const std::set<CaseId>& quarantined() const { return quarantined_; }
  [[nodiscard]] const Stager& end() const { return stager_; }
  [[nodiscard]] Version publications() const { return publications_; }

 private:
  /// What a command led to, before anything of it is staged: sealed, encoded, within limits.
  struct Decided {
    std::vector<Event> events;
    std::vector<std::string> bytes;
    std::vector<Opened::Entry> opened;
    std::optional<Day> wake;  ///< after it was applied: wake_on …
    std::size_t kept = 0;     ///< … and how many kept_boxes
  };
  /// A bug that decide or apply ran into: its case goes to quarantine.
  struct Bug {
    QuarantineCause cause;
    std::string detail;  ///< an assertion's text, a rejection's code
  };
  using Attempt = std::variant<Decided, Bug>;
  /// Ends the run and the partition: the world failed, or what is stored doesn't verify.
  struct Stop {
    Error error;
  };
  struct Waiter {
    AnswerCallback callback;
    SharedAnswer answer;
  };
  /// Why a case's timer may have to move.
  struct Moved {
    Day today;
    std::optional<Day> fired;  ///< the day of the row that led here
    bool progress;             ///< events were recorded
  };
  using AnswerName = std::pair<CaseId, KeyHash>;
  /// A run that was handed over.
  struct UnderWay {
    std::vector<Waiter> waiters;
    std::vector<CaseId> pinned;
    std::vector<AnswerName> answers;
    std::size_t bytes = 0;  ///< staged
  };
  struct StagedAnswer {
    Fingerprint fingerprint;
    SharedAnswer answer;
  };

  // The steps of a command, in order.
  bool enter(const Submitted& submitted);
  std::optional<Rejection> misplaced(const Command& command) const;
  bool answer_again(const Submitted& submitted);
  Entry* load(const Submitted& submitted);
  Attempt decide(Entry& entry, const Command& command, const Provenance& provenance, Now now);
  std::optional<Bug> apply(Entry& entry, Decided& decided);
  SharedAnswer stage(Entry& entry, Decided decided, Day today, std::optional<Day> fired);

  // Around them.
  bool take_other(Item& item);
  bool fire_due(Timestamp until);
  void wake(const Timer& timer, Timestamp until);
  bool release(Release& request);
  std::optional<Bug> run_parked(const StoredRecord& stored, Now now, bool again);
  std::optional<Bug> carry_out(const Command& command, const Provenance& provenance, Now now, std::optional<Day> fired);
  std::optional<Bug> take(const Command& command, const Provenance& provenance, Now now, std::optional<Day> fired);
  bool advance(Advance& request);
  bool publish(Publish& request);
  bool erase(Erase& request);
  void hand_over();
  void finish(const Result<void>& outcome);
  void stop(Error error);

  // Parts of the steps.
  [[nodiscard]] std::optional<Bug> begin(const Command& command);
  Entry& fetch(CaseId case_id);
  std::optional<Bug> guarded_fetch(CaseId case_id, Entry*& entry);
  Decision judge(const Entry& entry, const Command& command, Now now) const;
  Decided rejection_of(const Command& command, const Provenance& provenance, const Rejection& rejection, Now now) const;
  std::variant<Decided, Rejection> seal(const Entry& entry, std::vector<Draft> drafts, const Provenance& provenance, Now now);
  Result<std::string> seal_box(const BoxPlace& place, const Values& values);
  void move_timer(Entry& entry, std::optional<Day> next, const Moved& moved);
  void park(const Command& command, const Provenance& provenance, Now now, const AnswerCallback* waiter, const Bug* bug = nullptr);
  void quarantine(const Command& command, const Provenance& provenance, Now now, const Bug& bug, const AnswerCallback* waiter);
  void note_quarantine(const Command& command, const Bug& bug, Now now);
  void keep_snapshots();
  void wait(const AnswerCallback& callback, Answer answer);
  SharedAnswer remember(const Fingerprint& fingerprint, Answer answer);
  std::pair<Position, Hash256> record(Event event);
  void touch(Entry& entry);
  [[nodiscard]] KeyHash hash_of_key(const std::string& key) const;
  [[nodiscard]] Now now_at(std::optional<Timestamp> at) const;
  [[nodiscard]] Day day_of(Timestamp instant) const;
  [[nodiscard]] Provenance provenance_of(const Command& command) const;
  [[nodiscard]] Receipt receipt(Position position, const Hash256& leaf) const { return {settings_.log_id, settings_.partition, position, leaf}; }
  template <class T>
  T must(Result<T> result) const {
    if (!result) throw Stop{result.error()};
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }
  void turn_away(const Item& item) const;
  [[nodiscard]] Answer not_taken(const std::string& key, CaseId case_id) const;
  /// Whether this run may take one more command of the many that one item leads to.
  [[nodiscard]] bool may_take_more() { return budget_ > 1 && stager_.batch().bytes() < limits::kRunBytesMax; }
  [[nodiscard]] bool may_run() const {
    if (under_way_.size() < kRunsUnderWayMax) return true;
    return under_way_.size() < kSmallRunsUnderWayMax && commands_under_way_ < limits::kRunCommandsMax && bytes_under_way_ < limits::kRunBytesMax;
  }
  [[nodiscard]] bool read_clock();

  PartitionSettings settings_;
  PartitionPorts ports_;
  std::shared_ptr<const M> machine_;
  CaseLog log_;
  Inbox<Item> inbox_;
  Stager stager_;
  TimerWindow timers_;
  CaseCache<State> cache_;
  std::set<CaseId> quarantined_;
  Version publications_;
  bool timers_started_ = false;
  std::optional<Error> stopped_;
  std::optional<JumpGuard> guard_;  ///< of a real folder
  Timestamp reading_;               ///< of a real folder's clock, taken once for each item

  // The current run.
  std::uint64_t run_ = 0;
  std::size_t budget_ = 0;
  bool wants_calm_ = false;  ///< what comes next needs all commits to have come to rest
  std::vector<Waiter> waiters_;
  std::vector<CaseId> touched_;
  std::vector<AnswerName> answered_;

  std::deque<UnderWay> under_way_;
  std::size_t commands_under_way_ = 0;  ///< answers that wait for them
  std::size_t bytes_under_way_ = 0;     ///< that they staged
  std::map<AnswerName, StagedAnswer> staged_answers_;
  /// The local day that was asked for last and its bounds: nearly every command falls on it.
  mutable Day memo_day_;
  mutable Timestamp memo_from_;
  mutable Timestamp memo_to_;
  /// Likewise the key that was hashed last: each step of a command asks for its hash.
  mutable std::string memo_key_;
  mutable KeyHash memo_hash_{};
  // Of the submitted command that is being taken:
  std::optional<Rejection> misplaced_;
  Fingerprint fingerprint_{};
};

template <CaseMachine M>
Result<void> Partition<M>::open() {
  if (Result<void> opened = stager_.open(*ports_.log); !opened) return opened;
  Result<Version> publications = log_.last_version(settings_.partition, CaseId(0));
  if (!publications) return tl::unexpected(publications.error());
  publications_ = *publications;
  if (settings_.clock == ClockKind::kReal) guard_.emplace(*ports_.clock);
  return log_.parked_cases(settings_.partition, [this](CaseId case_id) {
    quarantined_.insert(case_id);
    return true;
  });
}

/// One command's way:
///   1 answer_again  a key seen before, staged or stored, gets its answer; other content under that key, a rejection
///   2 load          the case's state: cached, else snapshot and the events after it; commands on a case in quarantine are parked
///   3 decide        pure: the events that follow, or a rejection; their secrets sealed, everything encoded and within limits
///                   ── from here on the command must succeed ──
///   4 apply         pure: the same function as in replay
///   5 stage         rows of events, index, answer, timer and ledger into the batch of this run
/// then hand_over gives the batch to the Committer, for
///   6 commit        one write and one sync for all partitions
///   7 answer        finish(), called back on this strand
template <CaseMachine M>
void Partition<M>::run() {
  if (!may_run() && !stopped_) return;
  wants_calm_ = false;
  ++run_;
  std::optional<Item> item;
  try {
    for (budget_ = limits::kRunCommandsMax; budget_ > 0 && stager_.batch().bytes() < limits::kRunBytesMax; --budget_) {
      if (!inbox_.pop(item)) break;
      if (stopped_ || !read_clock()) {
        turn_away(*item);
        item.reset();
        continue;
      }
      Submitted* submitted = std::get_if<Submitted>(&*item);
      if (submitted == nullptr ? !take_other(*item) : !enter(*submitted)) {
        inbox_.push_front(std::move(*item));  // timers go first, or commits must come to rest: it is the next again
        item.reset();
        break;
      }
      if (submitted == nullptr || answer_again(*submitted)) continue;  // 1
      Entry* entry = load(*submitted);                                 // 2
      if (entry == nullptr) continue;
      const Command& command = submitted->command;
      const Provenance provenance = provenance_of(command);
      const Now now = now_at(command.at);
      Attempt attempt = decide(*entry, command, provenance, now);  // 3
      if (const Bug* bug = std::get_if<Bug>(&attempt)) {
        quarantine(command, provenance, now, *bug, &submitted->answer);
        continue;
      }
      if (std::optional<Bug> bug = apply(*entry, std::get<Decided>(attempt))) {  // 4
        quarantine(command, provenance, now, *bug, &submitted->answer);
        continue;
      }
      waiters_.push_back({submitted->answer, stage(*entry, std::move(std::get<Decided>(attempt)), now.today, std::nullopt)});  // 5
      ports_.inflight->end(settings_.partition);
    }
    if (!stopped_) keep_snapshots();
  } catch (const AssertionFailure& bug) {
    stop({ErrorCode::kCorrupt, bug.what()});
  } catch (const Stop& reason) {
    stop(reason.error);
  }
  if (stopped_ && item) turn_away(*item);
  hand_over();
}

}  // namespace ritrovo

#include "engine/runtime/partition_rest.h"   // IWYU pragma: export
#include "engine/runtime/partition_steps.h"  // IWYU pragma: export
