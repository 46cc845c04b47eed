#pragma once

#include <string>
#include <utility>
#include <vector>

#include "engine/base/ids.h"
#include "engine/base/time.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"
#include "engine/log/log_port.h"
#include "engine/record/event.h"

namespace ritrovo {

/// The end of one partition, staged records included: next position, last instant, the ledger's frontier, and the batch of the current run.
/// Runs on: the partition's strand.
class Stager {
 public:
  explicit Stager(PartitionId partition) : partition_(partition) {}

  /// Reads the partition's end. kCorrupt, naming the partition, where the last record, the frontier and each other disagree.
  [[nodiscard]] Result<void> open(const LogPort& log);

  [[nodiscard]] PartitionId partition() const { return partition_; }
  [[nodiscard]] Position next() const { return next_; }
  /// The instant of the last record, or of the last `advance` if that was later.
  [[nodiscard]] Timestamp last_instant() const { return last_instant_; }
  [[nodiscard]] const Frontier& frontier() const { return frontier_; }

  /// Adds a record's rows and its leaf; returns its position and leaf hash.
  std::pair<Position, Hash256> append(const Event& event, std::string_view bytes);
  /// Moves the partition's clock, durably: for a simulated folder's `advance`.
  void move_clock(Timestamp to);
  /// Rows beside the records: answers, timers, snapshots, offsets.
  [[nodiscard]] Batch& batch() { return batch_; }
  [[nodiscard]] bool staged() const { return !batch_.empty(); }
  /// The batch of this run, the ledger's frontier added if records were.
  [[nodiscard]] Batch take();

 private:
  PartitionId partition_;
  Position next_;
  Timestamp last_instant_;
  Frontier frontier_;
  std::vector<TileHash> completed_;  ///< hashes of the ledger's upper levels that the current record completes
  bool appended_ = false;
  Batch batch_;
};

/// The row of `meta` that holds a simulated partition's clock.
[[nodiscard]] std::string clock_meta_key(PartitionId partition);
/// The row of `sources` for what one partition took of a source. A source may feed several partitions, each at its own pace.
[[nodiscard]] std::string source_row(const std::string& source, PartitionId partition);

}  // namespace ritrovo
