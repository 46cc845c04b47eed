#include "tests/simulation/simulated_disk.h"

namespace ritrovo::simulation {

bool Disk::chance(double probability) { return probability > 0 && std::uniform_real_distribution<>(0, 1)(random_) < probability; }

void Disk::apply(Tables& tables, const Batch& batch) {
  batch.for_each([&tables](const Batch::Write& write) {
    Table& table = tables[static_cast<std::size_t>(write.column)];
    if (write.erase) {
      table.erase(std::string(write.key));
    } else {
      table[std::string(write.key)] = write.value;
    }
  });
}

Result<void> Disk::write(const Batch& batch) {
  if (poisoned_) return failure(ErrorCode::kUnavailable, "an earlier write failed; close and open again");
  ++writes_;
  if (chance(faults.crash_before)) throw Crash{};
  unsynced_.push_back(batch);
  if (chance(faults.crash_unsynced)) throw Crash{};
  if (chance(faults.failed_sync)) {
    poisoned_ = true;
    return failure(ErrorCode::kUnavailable, "the sync failed");
  }
  apply(seen_, batch);
  if (faults.skip_sync) return {};
  for (const Batch& written : unsynced_) apply(synced_, written);
  unsynced_.clear();
  if (chance(faults.crash_synced)) throw Crash{};
  return {};
}

void Disk::crash() {
  // Batches reach the disk in order; the first that is lost or torn takes those behind it along.
  for (const Batch& batch : unsynced_) {
    if (!chance(0.5)) break;
    apply(synced_, batch);
  }
  unsynced_.clear();
  seen_ = synced_;
  poisoned_ = false;
}

Result<std::optional<std::string>> DiskLog::get(Column column, std::string_view key) const {
  const auto found = table(column).find(key);
  if (found == table(column).end()) return std::optional<std::string>();
  return std::optional(found->second);
}

Result<void> DiskLog::scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const {
  for (auto row = table(column).lower_bound(from); row != table(column).end() && (to.empty() || row->first < to); ++row)
    if (!visit(row->first, row->second)) break;
  return {};
}

Result<std::optional<std::pair<std::string, std::string>>> DiskLog::last(Column column, std::string_view from, std::string_view to) const {
  using Row = std::optional<std::pair<std::string, std::string>>;
  auto row = to.empty() ? table(column).end() : table(column).lower_bound(to);
  if (row == table(column).begin()) return Row();
  --row;
  if (row->first < from) return Row();
  return Row(std::pair(row->first, row->second));
}

Result<void> DiskLog::write(const Batch& batch) { return disk_.write(batch); }

}  // namespace ritrovo::simulation
