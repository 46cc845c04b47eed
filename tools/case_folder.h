#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/signed_note.h"
#include "engine/log/case_log.h"
#include "engine/log/log_backup.h"
#include "engine/log/rocks_log.h"
#include "engine/record/actor.h"
#include "engine/record/command.h"
#include "engine/record/engine_bodies.h"
#include "engine/runtime/answer.h"
#include "engine/runtime/erasure.h"
#include "engine/runtime/folder.h"
#include "engine/runtime/machine.h"
#include "engine/runtime/time_zone.h"
#include "engine/vault/vault_port.h"
#include "tools/context.h"
#include "workflows/definition/model.h"
#include "workflows/pathway/case_state.h"

namespace ritrovo::tools {

/// A case as it is committed.
struct CaseStateView {
  CaseId case_id;
  Version version;
  pathway::CaseState state;
};

/// What publishing came to.
struct Publication {
  bool already = false;  ///< the same content was in force; nothing was recorded
  Version number;
  Hash256 hash;
};

/// A case in quarantine, and its partition.
struct QuarantinedCase {
  PartitionId partition;
  CaseId case_id;
};

/// The data folder that a subcommand works on, open for it alone, or lent by the process that serves it: then what reads the log fails once that process
/// ends (`server_ends`). Failures are thrown, with their remedy. The engine itself is known to
/// case_folder.cc only, which keeps the other files quick to compile.
/// Runs on: any thread, but for `close`.
class CaseFolder {
 public:
  /// For reading: the folder of `context.served`, or else opens it; throws FolderIsServed where a server has it open. Where the clock can't be
  /// right (Engine::clock_doubt) a warning says so, and nothing can be recorded.
  [[nodiscard]] static std::unique_ptr<CaseFolder> open(const Context& context);
  /// For recording, too: a Failure where the clock can't be right.
  [[nodiscard]] static std::unique_ptr<CaseFolder> open_to_record(const Context& context);
  /// Throws FolderIsServed where a server has the folder open: for whoever opens it without its engine.
  static void leave_to_server(const Context& context);
  ~CaseFolder();
  CaseFolder(const CaseFolder&) = delete;
  CaseFolder& operator=(const CaseFolder&) = delete;
  /// Closes cleanly: checkpoints signed. A lent folder stays open. Only the destructor may follow.
  void close();

  /// Signs where each partition stands, keeps the notes in the folder, and returns what they say.
  [[nodiscard]] std::vector<Checkpoint> checkpoint();

  /// Adds a copy of the folder to those in `place`, and one of the vault in `vault_copy`.
  [[nodiscard]] LogBackup back_up(const std::filesystem::path& place, const std::optional<std::filesystem::path>& vault_copy);
  /// Records a stage of an erasure, and carries out what was approved.
  [[nodiscard]] Answer erase(CaseId case_id, ErasureBody stage, Actor actor);
  /// Every erasure that was ever proposed.
  [[nodiscard]] std::vector<ErasureStatus> erasures() const;
  [[nodiscard]] bool held(CaseId case_id) const;
  [[nodiscard]] const Folder& folder() const;

  /// Takes a command; the callback is called once, from any thread, and mustn't block.
  void submit(const Command& command, const AnswerCallback& answer);
  [[nodiscard]] Publication publish(std::vector<PublishedDocument> documents, Actor actor, std::optional<Timestamp> at);
  [[nodiscard]] Answer release(CaseId case_id, Actor actor, std::string note);
  /// Lets the timers of a real folder fire, what is due by now before `close` returns. Call it once the commands that came while the folder was
  /// closed were read, so that a fact that met a deadline comes before the deadline's end.
  void start_timers();
  /// Fires every timer up to `to`, and moves a simulated clock there.
  void advance(Timestamp to);
  /// Lets what is due by a real clock happen, now that all that was reported before is read; `close` waits for it. A simulated folder stays.
  void fire_due();

  /// The state of a case, or nothing for an unknown one.
  [[nodiscard]] std::optional<CaseStateView> find(CaseId case_id) const;
  /// The same; a Failure, with a remedy, for an unknown case.
  [[nodiscard]] CaseStateView state(CaseId case_id) const;
  /// The state derived anew from the first event on, without a snapshot; a Failure for an unknown case.
  [[nodiscard]] CaseStateView replay(CaseId case_id) const;
  /// Every case, partition by partition in order of their numbers, replayed unless `from_snapshot`.
  void for_each_case(bool from_snapshot, const std::function<void(const CaseStateView&)>& visit) const;
  /// SHA-256 of every byte of a state.
  [[nodiscard]] static Hash256 exact_hash(const pathway::CaseState& state);
  /// The values of one box of an event.
  [[nodiscard]] Opened::Entry open_box(CaseId case_id, Version version, const Box& box) const;
  /// The events of a case, in order; a Failure for an unknown one.
  [[nodiscard]] std::vector<StoredRecord> history(CaseId case_id) const;
  /// The log as it is committed now, for whoever reads long, and its files. It may outlive this, but not the folder that was lent.
  struct HeldLog {
    std::shared_ptr<const LogPort> log;
    const RocksLog* files = nullptr;
  };
  [[nodiscard]] HeldLog hold_log() const;
  /// Calls `read` with the log, which it must not keep; an error that it returns is thrown.
  void with_log(const std::function<Result<void>(const CaseLog&)>& read) const;
  [[nodiscard]] std::vector<QuarantinedCase> quarantined() const;
  /// The keyed hash under which a command's answer is found.
  [[nodiscard]] KeyHash key_hash(std::string_view key) const;

  [[nodiscard]] std::shared_ptr<const definition::Library> library() const;
  [[nodiscard]] const FolderSettings& settings() const;
  [[nodiscard]] const TimeZone& zone() const;
  /// Where a simulated folder's clock stands.
  [[nodiscard]] Timestamp latest_instant() const;
  /// The same of each partition.
  [[nodiscard]] std::vector<Timestamp> latest_instants() const;
  [[nodiscard]] bool simulated() const { return settings().clock == ClockKind::kSimulated; }
  /// The local day: the clock's, or where a simulated folder stands.
  [[nodiscard]] Day today() const;
  /// What a simulated folder takes as the moment of an operator's own act; nothing for a real one.
  [[nodiscard]] std::optional<Timestamp> simulated_now() const;
  [[nodiscard]] PartitionId home_of(CaseId case_id) const { return partition_of(case_id, settings().partitions); }

 private:
  struct Held;
  [[nodiscard]] static std::unique_ptr<CaseFolder> opened_folder(const Context& context);
  explicit CaseFolder(std::unique_ptr<Held> held);
  std::unique_ptr<Held> held_;
};

/// A case id as it was typed; a Failure says what is wrong with it.
[[nodiscard]] CaseId case_id_from(const std::string& text);
/// Whoever operates the program: of the city's own organisation, under a pseudonymous id.
[[nodiscard]] Actor operator_actor(const std::string& id);

}  // namespace ritrovo::tools
