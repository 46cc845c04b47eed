#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/base/time.h"
#include "engine/log/case_log.h"
#include "engine/log/rocks_log.h"
#include "engine/record/event.h"
#include "engine/runtime/folder.h"

namespace ritrovo {

/// What a refill needs besides the records.
struct RefillWish {
  std::optional<std::filesystem::path> master_key_file;  ///< vault/master.key unless said
  bool without_checkpoint = false;                       ///< take partitions of which nothing was ever signed
  Timestamp now;                                         ///< by the machine's clock: it numbers the incarnation
  /// The day on which a case wants to be woken, by its events. kCorrupt ends the refill.
  std::function<Result<std::optional<Day>>(const CaseLog&, PartitionId, CaseId)> wake_on;
};

/// What became of it.
struct Refilled {
  FolderSettings settings;       ///< with the new incarnation
  std::uint64_t records = 0;
  std::uint64_t signed_for = 0;  ///< of them, those that the folder's checkpoints cover
};

/// Makes a folder's lost log anew from its records, which were kept elsewhere: `events` as it is given, then all that can be derived from it. It is
/// built in `log.refill/` and takes the place of `log/` at the end, in one step: whenever it is interrupted, the folder is as it was, and the next one
/// begins afresh. The folder becomes a new incarnation, as after a restore: nobody knows whether the lost log had more than is given here.
/// Runs on: one thread. Requires: the folder is held, and outlives it.
class LogRefill {
 public:
  /// kExists: `log/` holds something, which is left as it is.
  [[nodiscard]] static Result<std::unique_ptr<LogRefill>> begin(const Folder& folder);
  ~LogRefill();
  LogRefill(const LogRefill&) = delete;
  LogRefill& operator=(const LogRefill&) = delete;

  /// Takes the partition's next record, as it was stored; `finish` reads it.
  [[nodiscard]] Result<void> take(PartitionId partition, std::string_view bytes);
  /// Takes back all from `end` on: another history went on from there.
  [[nodiscard]] Result<void> cut(PartitionId partition, Position end);
  /// Where the next record will stand.
  [[nodiscard]] Position end(PartitionId partition) const { return ends_[partition.value()]; }

  /// Holds every partition against its last checkpoint and the vault against the records, derives the rest, and puts all of it in place. Nothing may
  /// follow. kCorrupt names the partition that ends before its checkpoint or isn't what was signed, or says what the vault lacks; kNotFound: a
  /// partition has records and no checkpoint. Until it succeeds the folder stays as it was.
  [[nodiscard]] Result<Refilled> finish(const RefillWish& wish);

 private:
  struct Derivation;
  LogRefill(const Folder& folder, std::unique_ptr<RocksLog> log);
  [[nodiscard]] Result<void> write_when(std::size_t bytes);
  [[nodiscard]] Result<void> derive_partition(PartitionId partition, Derivation& derivation);
  [[nodiscard]] Result<void> derive_erasure(const Event& event);
  [[nodiscard]] Result<void> derive_timers(PartitionId partition, const RefillWish& wish);
  [[nodiscard]] Result<void> check_signed(PartitionId partition, const std::optional<Checkpoint>& kept, bool without_checkpoint) const;
  [[nodiscard]] Result<void> put_in_place(const FolderSettings& settings);

  const Folder& folder_;
  std::unique_ptr<RocksLog> log_;
  std::vector<Position> ends_;
  Batch batch_;
};

}  // namespace ritrovo
