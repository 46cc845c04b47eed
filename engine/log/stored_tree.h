#pragma once

#include "engine/base/ids.h"
#include "engine/ledger/proof.h"
#include "engine/log/log_port.h"

namespace ritrovo {

/// A partition's tree as the log keeps it, for roots and proofs: hashes of level 1 and above from their rows, leaves from the records. Errors are
/// kCorrupt, naming partition and row or position, and those of the port.
/// Requires: the log outlives the reader.
[[nodiscard]] SubtreeReader stored_tree(const LogPort& log, PartitionId partition);

/// The frontier that was committed last; an empty one for a partition without records. kCorrupt names the partition.
[[nodiscard]] Result<Frontier> stored_frontier(const LogPort& log, PartitionId partition);

}  // namespace ritrovo
