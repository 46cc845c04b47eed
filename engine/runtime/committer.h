#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/base/ids.h"
#include "engine/log/log_port.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// What one run of a partition staged, for one commit: all or nothing.
struct StagedRun {
  PartitionId partition;
  Batch batch;  ///< empty where the run only answers from what others staged
  /// Called once, after the commit or its failure, in the order in which runs were handed over.
  std::function<void(const Result<void>&)> done;
};

/// Where partitions hand over what they staged.
class CommitPort {
 public:
  virtual ~CommitPort() = default;
  /// Takes `run`; never blocks. Runs on: any thread.
  virtual void hand_over(StagedRun run) = 0;
  /// Stops all commits as a failed one does: what this folder holds in memory can't be trusted any more. Never blocks. Runs on: any thread.
  virtual void give_up(const Error& why) = 0;
};

/// Commits what all partitions of a folder staged, as one batch with one sync: whatever waits when the disk is free, up to a limit of bytes,
/// without waiting for more. After a failure the fate of what was written is unknown: it and all that comes later is answered with that error, until the
/// folder is opened again.
class Committer : public CommitPort {
 public:
  /// Bytes of one batch, unless its first run alone is larger: what the log's write buffer takes at a time. With a thousand partitions more
  /// may wait.
  static constexpr std::size_t kCommitBytesMax = 64U << 20;

  /// Ports outlive this.
  Committer(LogPort& log, VaultPort& vault) : log_(log), vault_(vault) {}
  void hand_over(StagedRun run) override;
  void give_up(const Error& why) override;
  /// Commits what waits, up to kCommitBytesMax, and calls `done` of each; false if nothing waited. Runs on: one thread, the committer's.
  bool step();
  /// Waits until something is handed over, somebody gives up, or `stop` is called; false after `stop` once nothing waits. Runs on: the
  /// committer's thread.
  [[nodiscard]] bool wait();
  void stop();
  /// The error that stopped all commits, if any.
  [[nodiscard]] std::optional<Error> poison() const;

 private:
  [[nodiscard]] Result<void> commit(std::vector<StagedRun>& runs);

  LogPort& log_;
  VaultPort& vault_;
  mutable std::mutex mutex_;
  std::condition_variable handed_over_;
  std::deque<StagedRun> waiting_;
  std::optional<Error> poison_;
  bool gave_up_ = false;  ///< and nobody was told yet
  bool stopping_ = false;
  std::optional<VaultMark> noted_;  ///< as the log has it; the committer's thread's own
};

}  // namespace ritrovo
