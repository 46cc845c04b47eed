#include "tools/view_feed.h"

namespace ritrovo::tools {

std::unique_ptr<projections::CaseFold> feed_all(const CaseFolder& folder, std::initializer_list<projections::View*> views, std::optional<Timestamp> known_on) {
  auto fold = std::make_unique<projections::CaseFold>(folder.library());
  for (projections::View* view : views) fold->feed(*view);
  const std::uint16_t partitions = folder.settings().partitions;
  for (std::uint16_t partition = 0; partition < partitions; ++partition) {
    folder.with_log([&](const CaseLog& log) {
      return log.scan_records(PartitionId(partition), Position(0), [&](const StoredRecord& record) {
        // A partition's instants never go back.
        if (known_on && record.event.recorded > *known_on) return false;
        fold->apply(record.event);
        return true;
      });
    });
  }
  return fold;
}

std::unique_ptr<projections::CaseFold> feed_case(const CaseFolder& folder, CaseId case_id, std::initializer_list<projections::View*> views) {
  auto fold = std::make_unique<projections::CaseFold>(folder.library());
  for (projections::View* view : views) fold->feed(*view);
  for (const StoredRecord& record : folder.history(case_id)) fold->apply(record.event);
  return fold;
}

}  // namespace ritrovo::tools
