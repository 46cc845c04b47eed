#include "tools/cut_off.h"

#include <fmt/format.h>

#include "engine/log/earlier_frontier.h"
#include "tools/case_reading.h"
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

Result<projections::PartitionCursor> cursor_at(const LogPort& log, PartitionId partition, Position end) {
  projections::PartitionCursor cursor;
  cursor.next = end;
  if (end == Position(0)) return cursor;
  const Result<StoredRecord> last = CaseLog(log).read_record(partition, Position(end.value() - 1));
  if (!last) return tl::unexpected(last.error());
  cursor.last_leaf = leaf_hash(last->bytes);
  Result<Frontier> ledger = frontier_at(log, partition, TreeSize(end.value()));
  if (!ledger) return tl::unexpected(ledger.error());
  cursor.ledger = std::move(*ledger);
  return cursor;
}

}  // namespace

projections::CutOff cut_off_at(const CaseFolder& folder, Timestamp known_on, const std::vector<projections::PartitionCursor>& cursors) {
  const std::string local = local_time(folder, known_on);
  const std::size_t space = local.find(' ');
  projections::CutOff cut_off{known_on, identity_of(folder), {}, fmt::format("{},{} ({})", local.substr(0, space), local.substr(space), folder.zone().name())};
  const CaseFolder::HeldLog held = folder.hold_log();
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    const PartitionId partition(static_cast<std::uint16_t>(i));
    const Position end = must(first_after(CaseLog(*held.log), partition, cursors[i].next, known_on));
    cut_off.partitions.push_back(end == cursors[i].next ? cursors[i] : must(cursor_at(*held.log, partition, end)));
  }
  return cut_off;
}

}  // namespace ritrovo::tools
