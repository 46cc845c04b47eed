#include "engine/runtime/stager.h"

#include <algorithm>

#include "engine/log/case_log.h"
#include "engine/log/keys.h"
#include "engine/log/stored_tree.h"

namespace ritrovo {
namespace {

tl::unexpected<Error> corrupt(PartitionId partition, const std::string& what) {
  return failure(ErrorCode::kCorrupt, "partition " + std::to_string(partition.value()) + ": " + what + "; restore the folder from a backup");
}

}  // namespace

std::string clock_meta_key(PartitionId partition) { return "clock/" + std::to_string(partition.value()); }

std::string source_row(const std::string& source, PartitionId partition) { return source + "#" + std::to_string(partition.value()); }

Result<void> Stager::open(const LogPort& log) {
  const CaseLog records(log);
  Result<std::optional<Position>> last = records.last_position(partition_);
  if (!last) return tl::unexpected(last.error());
  next_ = *last ? (*last)->next() : Position(0);
  Result<Frontier> frontier = stored_frontier(log, partition_);
  if (!frontier) return tl::unexpected(frontier.error());
  frontier_ = std::move(*frontier);
  if (frontier_.size().value() != next_.value())
    return corrupt(partition_, "its events end at " + std::to_string(next_.value()) + " records, its ledger at " +
                                   std::to_string(frontier_.size().value()));
  if (*last) {
    Result<StoredRecord> record = records.read_record(partition_, **last);
    if (!record) return tl::unexpected(record.error());
    last_instant_ = record->event.recorded;
  }
  Result<std::optional<std::string>> clock = log.get(Column::kMeta, clock_meta_key(partition_));
  if (!clock) return tl::unexpected(clock.error());
  if (*clock) {
    const std::optional<std::uint64_t> ms = parse_offset_value(**clock);
    if (!ms) return corrupt(partition_, "its clock can't be read");
    last_instant_ = std::max(last_instant_, Timestamp(static_cast<std::int64_t>(*ms)));
  }
  return {};
}

std::pair<Position, Hash256> Stager::append(const Event& event, std::string_view bytes) {
  const Hash256 leaf = leaf_hash(bytes);
  const Position position = next_;
  put_record(batch_, partition_, position, event, bytes);
  frontier_.append(leaf, completed_);
  for (const TileHash& node : completed_)
    batch_.put(Column::kLedger, ledger_tile_key(partition_, node.level, node.index), node.hash.view());
  completed_.clear();
  next_ = next_.next();
  last_instant_ = std::max(last_instant_, event.recorded);
  appended_ = true;
  return {position, leaf};
}

void Stager::move_clock(Timestamp to) {
  last_instant_ = std::max(last_instant_, to);
  batch_.put(Column::kMeta, clock_meta_key(partition_), offset_value(static_cast<std::uint64_t>(last_instant_.value())));
}

Batch Stager::take() {
  if (appended_) batch_.put(Column::kLedger, ledger_frontier_key(partition_), frontier_.encode());
  appended_ = false;
  Batch batch = std::move(batch_);
  batch_.clear();
  return batch;
}

}  // namespace ritrovo
