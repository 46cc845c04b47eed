#include "engine/log/log_backup.h"

#include <memory>
#include <string>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/utilities/backup_engine.h>

#include "engine/log/rocks_columns.h"

namespace ritrovo {
namespace {

rocksdb::BackupEngineOptions options_of(const std::filesystem::path& place) {
  rocksdb::BackupEngineOptions options(place.string());
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  options.backup_log_files = true;
  return options;
}

Result<std::unique_ptr<rocksdb::BackupEngine>> writer(const std::filesystem::path& place) {
  rocksdb::BackupEngine* engine = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngine::Open(rocksdb::Env::Default(), options_of(place), &engine);
  if (!status.ok()) return failure_of(status, "opening", place);
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> reader(const std::filesystem::path& place) {
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  const rocksdb::Status status = rocksdb::BackupEngineReadOnly::Open(rocksdb::Env::Default(), options_of(place), &engine);
  if (!status.ok()) return failure_of(status, "opening", place);
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

tl::unexpected<Error> damaged(const rocksdb::Status& status, std::uint32_t id, const std::filesystem::path& place) {
  return failure(ErrorCode::kCorrupt, "backup " + std::to_string(id) + " in " + place.string() + " is damaged (" + status.ToString() + "): take an older one with --backup, or another copy");
}

}  // namespace

Result<LogBackup> add_backup(rocksdb::DB& log, const std::filesystem::path& place) {
  Result<std::unique_ptr<rocksdb::BackupEngine>> engine = writer(place);
  if (!engine) return tl::unexpected(engine.error());
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  rocksdb::BackupID id = 0;
  const rocksdb::Status status = (*engine)->CreateNewBackup(options, &log, &id);
  if (!status.ok()) return failure_of(status, "backing up", place);
  rocksdb::BackupInfo info;
  if (const rocksdb::Status known = (*engine)->GetBackupInfo(id, &info); !known.ok()) return failure_of(known, "backing up", place);
  return LogBackup{id, info.timestamp, info.size};
}

Result<std::vector<LogBackup>> backups_in(const std::filesystem::path& place) {
  std::vector<LogBackup> backups;
  std::error_code error;
  if (!std::filesystem::exists(place, error)) return backups;
  Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> engine = reader(place);
  if (!engine) return tl::unexpected(engine.error());
  std::vector<rocksdb::BackupInfo> infos;
  (*engine)->GetBackupInfo(&infos);
  for (const rocksdb::BackupInfo& info : infos) backups.push_back({info.backup_id, info.timestamp, info.size});
  return backups;
}

Result<void> verify_backup(const std::filesystem::path& place, std::uint32_t id) {
  Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> engine = reader(place);
  if (!engine) return tl::unexpected(engine.error());
  const rocksdb::Status status = (*engine)->VerifyBackup(id, true);
  if (status.IsNotFound()) return failure(ErrorCode::kNotFound, place.string() + " has no backup " + std::to_string(id));
  if (status.IsCorruption()) return damaged(status, id, place);
  if (!status.ok()) return failure_of(status, "verifying", place);
  return {};
}

Result<void> restore_backup(const std::filesystem::path& place, std::uint32_t id, const std::filesystem::path& log) {
  Result<std::unique_ptr<rocksdb::BackupEngineReadOnly>> engine = reader(place);
  if (!engine) return tl::unexpected(engine.error());
  const rocksdb::Status status = (*engine)->RestoreDBFromBackup(rocksdb::RestoreOptions(), id, log.string(), log.string());
  if (status.IsNotFound()) return failure(ErrorCode::kNotFound, place.string() + " has no backup " + std::to_string(id));
  if (status.IsCorruption()) return damaged(status, id, place);
  if (!status.ok()) return failure_of(status, "restoring", place);
  return {};
}

Result<void> keep_backups(const std::filesystem::path& place, std::uint32_t count) {
  Result<std::unique_ptr<rocksdb::BackupEngine>> engine = writer(place);
  if (!engine) return tl::unexpected(engine.error());
  rocksdb::Status status = (*engine)->PurgeOldBackups(count);
  if (status.ok()) status = (*engine)->GarbageCollect();
  if (!status.ok()) return failure_of(status, "removing old backups of", place);
  return {};
}

}  // namespace ritrovo
