#include "engine/log/rocks_columns.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/file_checksum.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/table.h>

#include "engine/log/text_logger.h"

namespace ritrovo {
namespace {

/// On disk for ever: a table is found by this name.
constexpr std::array<const char*, kColumns> kNames = {"default", "events", "cases", "snapshots", "timers", "answers", "ledger", "sources", "parked"};

constexpr std::size_t kMiB = 1U << 20;

bool supports(rocksdb::CompressionType type) {
  const std::vector<rocksdb::CompressionType> all = rocksdb::GetSupportedCompressions();
  return std::find(all.begin(), all.end(), type) != all.end();
}

/// LZ4 in all levels. With zstd in the last one the log was a fifth smaller, and commands on cold cases six per cent slower (docs/benchmarks.md).
void set_compression(rocksdb::ColumnFamilyOptions& family) {
  family.compression = supports(rocksdb::kLZ4Compression) ? rocksdb::kLZ4Compression : rocksdb::kSnappyCompression;
}

bool is_read_by_point(Column column) { return column == Column::kCases || column == Column::kAnswers || column == Column::kSnapshots; }

rocksdb::ColumnFamilyOptions family_options(Column column, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = column == Column::kEvents ? 8U << 10 : 4U << 10;
  table.format_version = 5;
  table.checksum = rocksdb::kXXH3;
  // Indices and filters are charged to the cache and evicted like any block: memory stays bounded however large the log grows.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  if (is_read_by_point(column)) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    table.partition_filters = true;
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.metadata_block_size = 8U << 10;
  }
  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  family.write_buffer_size = column == Column::kEvents ? 32 * kMiB : 16 * kMiB;
  family.arena_block_size = 256U << 10;
  family.max_write_buffer_number = 3;
  family.level_compaction_dynamic_level_bytes = true;
  if (is_read_by_point(column)) {
    family.memtable_prefix_bloom_size_ratio = 0.02;
    family.memtable_whole_key_filtering = true;
  }
  set_compression(family);
  return family;
}

/// The first damaged table of the folder, in order of its number, and what is wrong with it; empty if none is.
std::string damaged_table(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> tables;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".sst") tables.push_back(at->path());
  }
  std::sort(tables.begin(), tables.end());
  for (const std::filesystem::path& table : tables) {
    rocksdb::SstFileReader reader{rocksdb::Options()};
    rocksdb::Status status = reader.Open(table.string());
    if (status.ok()) status = reader.VerifyChecksum();
    if (!status.ok()) return fmt::format("{} is damaged ({})", table.string(), status.ToString());
  }
  return {};
}

std::string naming_a_table(std::string message, const std::filesystem::path& folder) {
  // A table that isn't there is looked for once more under the suffix of LevelDB, and reported so.
  for (std::size_t at = 0; (at = message.find(".ldb", at)) != std::string::npos; at += 4) message.replace(at, 4, ".sst");
  if (message.find(".sst") != std::string::npos) return message;
  const std::string table = damaged_table(folder);
  return table.empty() ? message : fmt::format("{}: {}", table, message);
}

}  // namespace

rocksdb::DBOptions database_options(const RocksLogOptions& options, rocksdb::Env* env) {
  rocksdb::DBOptions database;
  if (env != nullptr) database.env = env;
  database.create_if_missing = options.create_if_missing;
  database.create_missing_column_families = true;  // A crash while a log was made may have left some out.
  database.paranoid_checks = true;
  database.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  database.track_and_verify_wals_in_manifest = true;
  database.write_dbid_to_manifest = true;
  database.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Kept off: with it a torn tail, once cut, could stand before a younger write-ahead log and look like rot at the next start.
  database.avoid_flush_during_recovery = false;
  database.max_total_wal_size = options.wal_bytes_max;
  database.db_write_buffer_size = options.write_buffer_bytes;
  database.max_bgerror_resume_count = 0;  // A failure stops; the owner closes and reopens.
  database.max_background_jobs = 2;
  database.max_open_files = 256;
  database.max_file_opening_threads = 2;
  database.skip_stats_update_on_db_open = true;
  database.bytes_per_sync = 1 * kMiB;
  database.info_log = std::make_shared<TextLogger>(options.path / "LOG");
  database.max_manifest_file_size = 4 * kMiB;
  database.stats_dump_period_sec = 0;
  database.stats_persist_period_sec = 0;
  return database;
}

std::vector<rocksdb::ColumnFamilyDescriptor> column_families(const RocksLogOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache = rocksdb::NewLRUCache(options.block_cache_bytes, 4);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kColumns; ++i) families.emplace_back(kNames[i], family_options(static_cast<Column>(i), cache));
  return families;
}

tl::unexpected<Error> failure_of(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& folder) {
  const std::string what = fmt::format("{} of {}", doing, folder.string());
  if (status.IsCorruption()) {
    return failure(ErrorCode::kCorrupt, fmt::format("{}: {}. Restore the folder from a backup", what, naming_a_table(status.ToString(), folder)));
  }
  if (status.IsNoSpace()) return failure(ErrorCode::kUnavailable, fmt::format("{}: the disk is full ({}). Free space, then run it again; nothing that was answered is lost", what, status.ToString()));
  return failure(ErrorCode::kUnavailable, fmt::format("{}: {}", what, status.ToString()));
}

rocksdb::Status OpenedRocks::open(const RocksLogOptions& options, std::shared_ptr<rocksdb::FileSystem> files) {
  if (files) env_ = rocksdb::NewCompositeEnv(files);
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(database_options(options, env_.get()), options.path.string(), column_families(options), &handles_, &db);
  db_.reset(db);
  return status;
}

rocksdb::Status OpenedRocks::close() {
  if (!db_) return rocksdb::Status::OK();
  for (rocksdb::ColumnFamilyHandle* handle : handles_) db_->DestroyColumnFamilyHandle(handle).PermitUncheckedError();
  handles_.clear();
  const rocksdb::Status status = db_->Close();
  db_.reset();
  env_.reset();
  return status;
}

}  // namespace ritrovo
