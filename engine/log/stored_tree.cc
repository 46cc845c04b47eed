#include "engine/log/stored_tree.h"

#include "engine/ledger/tiles.h"
#include "engine/log/case_log.h"
#include "engine/log/keys.h"

namespace ritrovo {

SubtreeReader stored_tree(const LogPort& log, PartitionId partition) {
  const auto stored = [&log, partition](std::uint8_t level, std::uint64_t index) -> Result<Hash256> {
    Result<std::optional<std::string>> row = log.get(Column::kLedger, ledger_tile_key(partition, level, index));
    if (!row) return tl::unexpected(row.error());
    const auto corrupt = [&](std::string_view what) {
      return failure(ErrorCode::kCorrupt, "partition " + std::to_string(partition.value()) + ": the ledger's hash of level " + std::to_string(level) +
                                              ", index " + std::to_string(index) + " " + std::string(what) + "; restore the folder from a backup");
    };
    if (!*row) return corrupt("is missing");
    Result<Hash256> hash = Hash256::from_bytes(**row);
    return hash ? hash : corrupt("can't be read");
  };
  const auto leaf = [&log, partition](Position position) -> Result<Hash256> {
    Result<StoredRecord> record = CaseLog(log).read_record(partition, position);
    if (!record) return tl::unexpected(record.error());
    return leaf_hash(record->bytes);
  };
  return subtree_reader(stored, leaf);
}

Result<Frontier> stored_frontier(const LogPort& log, PartitionId partition) {
  Result<std::optional<std::string>> row = log.get(Column::kLedger, ledger_frontier_key(partition));
  if (!row) return tl::unexpected(row.error());
  if (!*row) return Frontier();
  Result<Frontier> frontier = Frontier::decode(**row);
  if (!frontier)
    return failure(ErrorCode::kCorrupt, "partition " + std::to_string(partition.value()) + ": the ledger's frontier can't be read (" +
                                            frontier.error().message + "); restore the folder from a backup");
  return frontier;
}

}  // namespace ritrovo
