#include "tools/cut_off.h"

#include "engine/ledger/frontier.h"
#include "tools/folder_views.h"

namespace ritrovo::tools {
namespace {

/// The first position of a partition whose record is later than that; `end` if none is. Instants never go back within a partition.
Result<Position> first_after(const CaseLog& log, PartitionId partition, Position end, Timestamp instant) {
  std::uint64_t low = 0;
  std::uint64_t high = end.value();
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    const Result<StoredRecord> record = log.read_record(partition, Position(middle));
    if (!record) return tl::unexpected(record.error());
    if (record->event.recorded > instant) high = middle;
    else low = middle + 1;
  }
  return Position(low);
}

Result<projections::PartitionCursor> cursor_at(const CaseLog& log, PartitionId partition, Position end) {
  projections::PartitionCursor cursor;
  const Result<void> read = log.scan_bytes(partition, Position(0), [&](Position position, std::string_view bytes) {
    if (position >= end) return false;
    cursor.last_leaf = leaf_hash(bytes);
    cursor.ledger.append(cursor.last_leaf);
    cursor.next = Position(position.value() + 1);
    return true;
  });
  if (!read) return tl::unexpected(read.error());
  return cursor;
}

}  // namespace

projections::CutOff cut_off_at(const CaseFolder& folder, Timestamp known_on, const std::vector<projections::PartitionCursor>& cursors) {
  projections::CutOff cut_off{known_on, identity_of(folder), {}};
  folder.with_log([&](const CaseLog& log) -> Result<void> {
    for (std::size_t i = 0; i < cursors.size(); ++i) {
      const PartitionId partition(static_cast<std::uint16_t>(i));
      const Result<Position> end = first_after(log, partition, cursors[i].next, known_on);
      if (!end) return tl::unexpected(end.error());
      Result<projections::PartitionCursor> cursor = *end == cursors[i].next ? cursors[i] : cursor_at(log, partition, *end);
      if (!cursor) return tl::unexpected(cursor.error());
      cut_off.partitions.push_back(std::move(*cursor));
    }
    return {};
  });
  return cut_off;
}

}  // namespace ritrovo::tools
