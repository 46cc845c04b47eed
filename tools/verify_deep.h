#pragma once

#include <vector>

#include "engine/audit/partition_check.h"
#include "tools/bare_log.h"
#include "tools/context.h"

namespace ritrovo::tools {

/// What needs no key: the index of cases against the records, and the offsets of sources.
[[nodiscard]] std::vector<Finding> check_rows_deeply(const BareLog& bare);

/// What needs the vault and the machine: each case replayed from its first event against its snapshot, timers against the states, answers and
/// parked commands against the records. Opens the folder as any command does, and closes it cleanly.
[[nodiscard]] std::vector<Finding> check_states_deeply(const Context& context);

}  // namespace ritrovo::tools
