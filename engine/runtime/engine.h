#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <future>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <spdlog/spdlog.h>

#include "engine/log/rocks_log.h"
#include "engine/record/engine_bodies.h"
#include "engine/runtime/committer.h"
#include "engine/runtime/folder.h"
#include "engine/runtime/inflight.h"
#include "engine/runtime/partition.h"
#include "engine/runtime/remembered.h"
#include "engine/runtime/strands.h"
#include "engine/vault/vault.h"

namespace ritrovo {

/// How a folder is opened.
struct EngineOptions {
  std::filesystem::path path;
  std::optional<std::filesystem::path> master_key_file;  ///< vault/master.key unless said
  std::chrono::milliseconds patience{0};                 ///< with another process that has the folder open
  std::size_t threads = 2;                               ///< that run partitions
  SnapshotPolicy snapshots;
  CacheLimits cache{65536, 192U << 20};                  ///< of all partitions together
  bool accept_clock_jump = false;                        ///< the clock is right, however far it is from when the folder was open last
  bool drop_unfinished_record = false;                   ///< as RocksLogOptions::drop_unfinished_record
  std::shared_ptr<const ClockPort> clock;                ///< the system's unless said
  std::size_t block_cache_bytes = 96U << 20;             ///< of the log
  std::size_t write_buffer_bytes = 64U << 20;
  std::function<void(std::string_view)> capture;         ///< as RocksLogOptions::capture
  std::function<void()> committed;                       ///< called after each commit, for whoever follows the log; mustn't block. Runs on: the committer's thread
  std::function<void(std::string_view step)> erasing;    ///< called after each step of an erasure: "intent", "key", "register", "completion"
};

/// A case as it is committed.
template <class State>
struct CaseView {
  CaseId case_id;
  Version version;
  State state;
};

/// One partition as it stands committed, for operators.
struct PartitionView {
  PartitionId partition;
  std::uint64_t records = 0;
  Timestamp last_instant;               ///< of its last record or `advance`
  std::vector<CaseId> quarantined;
  std::size_t waiting = 0;
  std::optional<Error> stopped;
};

/// What publishing came to.
struct Published {
  bool already = false;              ///< the same content was published before; nothing was recorded
  Version number;                    ///< of the publication in the folder's own stream
  Hash256 hash;
};

/// An open data folder: its log, vault, partitions on a few threads, the committer's thread and, with a real clock, the timers' thread.
///
/// A failed commit answers kFailed to all that wait and opens the log afresh, by itself; meanwhile commands are answered kBusy.
/// Runs on: any thread, unless said otherwise. Callbacks run on a partition's strand and mustn't block.
template <CaseMachine M>
class Engine {
 public:
  using State = typename M::State;
  using Part = Partition<M>;

  /// Opens the folder; `base` is the machine that knows no publication. Finishes a publication that was interrupted. Errors: as Folder::open,
  /// Vault::open, RocksLog::open and Stager::open, and those of remembered.h: a log, vault, ritrovo.folder or checkpoint that isn't the one that
  /// belongs here, or has lost something. A clock that can't be right is no error: see `clock_doubt`.
  [[nodiscard]] static Result<std::unique_ptr<Engine>> open(EngineOptions options, M base);
  /// Ends as a kill would, without a clean close; what was answered is safe.
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  /// Takes no more commands, finishes what waits, signs checkpoints and closes. Only the destructor may follow.
  [[nodiscard]] Result<void> close();

  /// Takes a command; `answer` is called once, here (kBusy, kStopped) or later on a strand.
  void submit(Command command, AnswerCallback answer);
  /// submit, waiting for the answer. Not from a callback.
  [[nodiscard]] Answer ask(Command command);
  /// Takes a case out of quarantine; rejections `not_quarantined` and `still_failing`. Not from a callback.
  [[nodiscard]] Answer release(CaseId case_id, Actor actor, std::string note, std::optional<Timestamp> at = std::nullopt);
  /// Fires every timer up to `to` and moves a simulated clock there; a real folder refuses (kWrongFolder). Not from a callback.
  [[nodiscard]] Result<void> advance(Timestamp to);
  /// Records a publication in every partition before it returns. kMalformed: the machine's problems with the documents; nothing recorded.
  /// kUnavailable: interrupted; the next opening of the log finishes it, and until then nothing else is published. `at`: in a simulated folder. Not from a callback.
  [[nodiscard]] Result<Published> publish(std::vector<PublishedDocument> documents, Actor actor, std::optional<Timestamp> at = std::nullopt);
  /// Signs where each partition stands committed, keeps the notes in their files, and returns what they say. Commands go on meanwhile. kCorrupt:
  /// a partition doesn't extend what was signed before; nothing is signed then. Not from a callback.
  [[nodiscard]] Result<std::vector<Checkpoint>> checkpoint();
  /// Adds a copy of the folder to those in `place` while commands go on: it holds every command that was answered before the call. No key goes
  /// there; with `vault_place` a copy of the vault is made in it, after the log's, so that it has every key that the records use. Not from a callback.
  [[nodiscard]] Result<LogBackup> back_up(const std::filesystem::path& place, const std::optional<std::filesystem::path>& vault_copy);
  /// Lets the timers of a real folder fire: call it once every source was read to its end as of the opening. What is due by now fires even if
  /// `close` follows at once.
  void start_timers();

  /// The committed state of a case, from its snapshot on; nothing for an unknown case. kUnavailable while the folder reopens.
  [[nodiscard]] Result<std::optional<CaseView<State>>> state(CaseId case_id) const { return read(case_id, true); }
  /// The same from the first event on, without a snapshot.
  [[nodiscard]] Result<std::optional<CaseView<State>>> replay(CaseId case_id) const { return read(case_id, false); }
  /// Every case, partition by partition in order of their numbers, each replayed unless `from_snapshot`; until `visit` returns false.
  [[nodiscard]] Result<void> for_each_case(bool from_snapshot, const std::function<bool(const CaseView<State>&)>& visit) const;
  /// SHA-256 of the state's encoding: equal for processing and replay, on every machine.
  [[nodiscard]] static Hash256 exact_hash(const State& state) { return sha256(M::encode(state)); }
  /// The opened boxes that a state keeps.
  [[nodiscard]] Result<Opened> opened(const CaseView<State>& view) const;
  /// The log as it is committed now, for whoever reads long. While it is held the folder isn't opened again after a failed commit, nor closed.
  struct HeldLog {
    std::shared_lock<std::shared_mutex> gate;
    const RocksLog* files = nullptr;
    std::unique_ptr<LogPort> log;
  };
  /// kUnavailable while the folder reopens.
  [[nodiscard]] Result<HeldLog> hold_log() const;
  /// Calls `use` with the log for reading; it must not keep it. kUnavailable while the folder reopens.
  [[nodiscard]] Result<void> with_log(const std::function<Result<void>(const CaseLog&)>& use) const;
  /// The offset that a partition committed for a source.
  [[nodiscard]] Result<std::optional<std::uint64_t>> source_offset(const std::string& source, PartitionId partition) const;

  /// The keyed hash under which a command's answer is found.
  [[nodiscard]] KeyHash key_hash(std::string_view key) const { return keyed_hash(digest_key_, key); }

  [[nodiscard]] const Folder& folder() const { return *folder_; }
  [[nodiscard]] const TimeZone& zone() const { return *zone_; }
  /// Calls `use` with the vault; as with_log.
  [[nodiscard]] Result<void> with_vault(const std::function<Result<void>(const VaultPort&)>& use) const;
  /// Records a stage of an erasure of a person, or of a legal hold. Approving carries it out: the intent is recorded, the key overwritten (and those
  /// of commands that were parked for the case), the register written, the completion recorded; an interrupted one is finished by the next
  /// opening. Rejections: as erasure_refused, and unknown_case. `at`: in a simulated folder. Not from a callback.
  [[nodiscard]] Answer erase(CaseId case_id, ErasureBody stage, Actor actor, std::optional<Timestamp> at = std::nullopt);
  /// Every erasure that was ever proposed, and whether a hold is on a case.
  [[nodiscard]] Result<std::vector<ErasureStatus>> erasures() const;
  [[nodiscard]] Result<bool> held(CaseId case_id) const;
  /// Destroys a person's key, durably, and has what was opened of them leave memory, before it returns. kNotFound: they have none. kUnavailable
  /// where nobody knows whether it was destroyed: all that waits fails, and the folder is opened again, as after a failed commit. Not from a
  /// callback.
  [[nodiscard]] Result<void> erase_key(PersonId person);
  /// The machine that knows all publications.
  [[nodiscard]] std::shared_ptr<const M> machine() const;
  /// Not from a callback.
  [[nodiscard]] std::vector<PartitionView> partitions() const;
  /// The latest instant of all partitions: "now" in a simulated folder.
  [[nodiscard]] Timestamp latest_instant() const;
  /// Why the clock can't be right, where it stood too far from the moment at which the folder was open last: then the folder is for reading,
  /// timers rest and commands are answered kStopped.
  [[nodiscard]] const std::optional<Error>& clock_doubt() const { return clock_doubt_; }
  /// What opening the log found.
  [[nodiscard]] Opening opening() const {
    const std::shared_lock shared(gate_);
    return opening_;
  }

 private:
  Engine(EngineOptions options, M base) : options_(std::move(options)), base_(std::move(base)) {}

  [[nodiscard]] Result<void> open_folder();
  [[nodiscard]] Result<void> open_parts();
  [[nodiscard]] Result<void> open_vault();
  [[nodiscard]] Result<void> make_partitions();
  [[nodiscard]] Result<void> read_publications();
  [[nodiscard]] Result<void> finish_publications(const std::vector<Event>& records);
  [[nodiscard]] Result<void> check_checkpoints() const;
  [[nodiscard]] Result<void> check_clock();
  [[nodiscard]] Result<std::vector<Checkpoint>> sign(const std::function<Result<void>(Batch)>& write);
  /// Notes in the batch of a clean close what the clocks showed, for the next opening.
  void note_rest(Batch& batch);
  [[nodiscard]] Result<std::optional<CaseView<State>>> read(CaseId case_id, bool from_snapshot) const;
  using MakeItem = std::function<typename Part::Item(AnswerCallback)>;
  /// Gives a partition an item and waits.
  [[nodiscard]] Answer wait_for(PartitionId partition, const MakeItem& make) { return wait_for_all(partition.value(), 1, make).front(); }
  /// Gives `count` partitions from `first` on an item each, all in one opening of the log, and waits for their answers, in order.
  /// kStopped where `opening` is given and the log was opened again since.
  [[nodiscard]] std::vector<Answer> wait_for_all(std::size_t first, std::size_t count, const MakeItem& make,
                                                 std::optional<std::uint64_t> opening = std::nullopt);
  [[nodiscard]] std::optional<std::string> closed_to_items(std::optional<std::uint64_t> opening) const;
  [[nodiscard]] Answer record_erasure(CaseId case_id, ErasureBody body, Actor actor, std::optional<Timestamp> at);
  [[nodiscard]] Result<void> finish_erasure(CaseId case_id, PersonId person, std::optional<Timestamp> at);
  [[nodiscard]] Result<void> finish_erasures();
  [[nodiscard]] Result<void> erase_parked(CaseId case_id, PersonId person);
  void commit_loop();
  void timer_loop();
  void reopen();
  void come_to_rest();
  void schedule(std::size_t partition);
  void pump(std::size_t partition);
  void stop_threads();
  [[nodiscard]] PartitionId home_of(CaseId case_id) const { return partition_of(case_id, folder_->settings().partitions); }
  [[nodiscard]] bool real() const { return folder_->settings().clock == ClockKind::kReal; }
  [[nodiscard]] tl::unexpected<Error> reopening() const { return failure(ErrorCode::kUnavailable, "the folder is being opened again; try again"); }

  EngineOptions options_;
  M base_;
  std::unique_ptr<Folder> folder_;
  std::optional<TimeZone> zone_;
  Opening opening_;
  DigestKey digest_key_;

  /// Held shared by whoever uses the parts below, alone by `reopen`.
  mutable std::shared_mutex gate_;
  std::unique_ptr<RocksLog> log_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<InflightFile> inflight_file_;
  std::unique_ptr<Inflight> inflight_;
  std::unique_ptr<Committer> committer_;
  std::vector<std::unique_ptr<Part>> parts_;
  std::vector<std::unique_ptr<std::atomic<bool>>> scheduled_;
  std::optional<Error> down_;  ///< the folder couldn't be opened again

  mutable std::mutex machine_mutex_;
  std::shared_ptr<const M> machine_;
  std::map<Hash256, Version> published_;
  std::mutex signing_;  ///< one checkpoint after another, so that none goes back behind another
  std::mutex publishing_;  ///< one publication at a time, so that all partitions have them in one order
  std::atomic<std::uint64_t> openings_ = 0;  ///< of the log, this process's
  std::uint64_t interrupted_in_ = 0;         ///< the opening in which a publication was interrupted; guarded by publishing_

  std::unique_ptr<Strands> strands_;
  std::thread commit_thread_;
  std::thread timer_thread_;
  std::mutex timer_mutex_;
  std::condition_variable timer_wake_;
  std::atomic<bool> timers_started_ = false;
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> clock_jumped_ = false;
  std::optional<Error> clock_doubt_;          ///< set by `open`
  std::optional<JumpGuard> since_opening_;    ///< looked at by `close` only
};

}  // namespace ritrovo

#include "engine/runtime/engine_erase.h"  // IWYU pragma: export
#include "engine/runtime/engine_open.h"  // IWYU pragma: export
#include "engine/runtime/engine_use.h"   // IWYU pragma: export
