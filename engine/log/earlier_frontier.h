#pragma once

#include "engine/base/ids.h"
#include "engine/ledger/frontier.h"
#include "engine/log/log_port.h"

namespace ritrovo {

/// A partition's frontier as it was at `size` leaves, from the ledger's rows and at most 255 records, however long the log. Errors as for
/// `stored_tree`, a size beyond the log's end among them.
[[nodiscard]] Result<Frontier> frontier_at(const LogPort& log, PartitionId partition, TreeSize size);

}  // namespace ritrovo
