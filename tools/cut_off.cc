#include "tools/cut_off.h"

#include <fmt/format.h>

#include "projections/follower.h"
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

}  // namespace

projections::CutOff cut_off_at(const CaseFolder& folder, Timestamp known_on, const std::vector<projections::PartitionCursor>& cursors) {
  const std::string local = local_time(folder, known_on);
  const std::size_t space = local.find(' ');
  projections::CutOff cut_off{known_on, identity_of(folder), {}, fmt::format("{},{} ({})", local.substr(0, space), local.substr(space), folder.zone().name())};
  const CaseFolder::HeldLog held = folder.hold_log();
  for (std::size_t i = 0; i < cursors.size(); ++i) {
    const PartitionId partition(static_cast<std::uint16_t>(i));
    const Position end = must(first_after(CaseLog(*held.log), partition, cursors[i].next, known_on));
    cut_off.partitions.push_back(end == cursors[i].next ? cursors[i] : must(projections::cursor_at(CaseLog(*held.log), partition, end)));
  }
  return cut_off;
}

}  // namespace ritrovo::tools
