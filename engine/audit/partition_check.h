#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/ids.h"
#include "engine/digest/hash256.h"
#include "engine/ledger/frontier.h"
#include "engine/ledger/signed_note.h"
#include "engine/log/log_port.h"

namespace ritrovo {

/// A checkpoint whose signature was found good, and where it is kept: in the folder itself, or elsewhere.
struct Anchor {
  Checkpoint checkpoint;
  std::string place;
};

/// Something that isn't as it was recorded: one position, or a stretch in which it lies.
struct Finding {
  std::optional<Position> first;  ///< nothing where no record is touched: a derived row
  std::optional<Position> last;   ///< of the stretch, included
  std::string what;               ///< a sentence, without a full stop
};

/// What reading one partition came to.
struct PartitionCheck {
  PartitionId partition;
  std::uint64_t records = 0;            ///< that verify, from the first on without a gap
  std::uint64_t bytes = 0;              ///< of them
  Hash256 root;                         ///< of the tree over them
  std::uint64_t proved = 0;             ///< the first so many are those of the newest anchor that agrees
  std::string proved_by;                ///< where that is kept; empty where there is none
  std::vector<Finding> findings;        ///< the first bad position first; empty where all is well
};

/// Reads every record of a partition, checks its envelope and checksum, and hashes it into a tree of its own; holds that tree against the
/// ledger's rows, the frontier and the anchors, all of this partition. `records_done` is counted up on the way, for whoever shows progress.
/// Runs on: any thread; several at once for several partitions.
[[nodiscard]] PartitionCheck check_partition_against(const LogPort& log, PartitionId partition, std::vector<Anchor> anchors,
                                                     std::atomic<std::uint64_t>& records_done);

}  // namespace ritrovo
