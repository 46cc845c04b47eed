#include "projections/store.h"

#include <utility>

#include <fmt/format.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "engine/log/keys.h"
#include "engine/log/text_logger.h"

namespace ritrovo::projections {
namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// Memory that rows take before they are written to a table; there are three of these at most.
constexpr std::size_t kWriteBufferBytes = 16U << 20;
constexpr std::size_t kBlockCacheBytes = 16U << 20;
constexpr std::uint64_t kWalBytesMax = 48U << 20;

rocksdb::Options options_for(const std::filesystem::path& path) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<TextLogger>(path / "LOG");
  options.write_buffer_size = kWriteBufferBytes;
  options.max_total_wal_size = kWalBytesMax;
  options.max_open_files = 128;
  // A torn end is cut off, cursors and rows alike; what is cut off is followed again.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

}  // namespace

struct ViewStore::Rocks {
  std::filesystem::path path;
  std::unique_ptr<rocksdb::DB> db;

  [[nodiscard]] tl::unexpected<Error> failed(const rocksdb::Status& status, std::string_view doing) const {
    if (status.IsCorruption()) {
      return failure(ErrorCode::kCorrupt, fmt::format("the views in {} are damaged ({}): delete that folder, they are made anew from the log", path.string(), status.ToString()));
    }
    return failure(ErrorCode::kUnavailable, fmt::format("{} the views in {}: {}", doing, path.string(), status.ToString()));
  }
};

ViewStore::ViewStore(std::unique_ptr<Rocks> rocks) : rocks_(std::move(rocks)) {}
ViewStore::~ViewStore() = default;

Result<std::unique_ptr<ViewStore>> ViewStore::open(const std::filesystem::path& path) {
  auto rocks = std::make_unique<Rocks>();
  rocks->path = path;
  std::error_code code;
  std::filesystem::create_directories(path, code);
  if (code) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", path.string(), code.message()));
  rocksdb::DB* db = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options_for(path), path.string(), &db);
  rocks->db.reset(db);
  if (!status.ok()) return rocks->failed(status, "opening");
  return std::unique_ptr<ViewStore>(new ViewStore(std::move(rocks)));
}

Result<std::optional<std::string>> ViewStore::get(std::string_view key) const {
  std::string value;
  const rocksdb::Status status = rocks_->db->Get(rocksdb::ReadOptions(), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return rocks_->failed(status, "reading");
  return value;
}

Result<void> ViewStore::scan(std::string_view prefix, const Visit& visit) const {
  const std::string end = end_of_prefix(prefix);
  const rocksdb::Slice bound = slice(end);
  rocksdb::ReadOptions options;
  options.fill_cache = false;
  options.readahead_size = 1U << 20;
  if (!end.empty()) options.iterate_upper_bound = &bound;
  const std::unique_ptr<rocksdb::Iterator> row(rocks_->db->NewIterator(options));
  for (row->Seek(slice(prefix)); row->Valid(); row->Next()) {
    if (!visit(view(row->key()), view(row->value()))) break;
  }
  if (!row->status().ok()) return rocks_->failed(row->status(), "reading");
  return {};
}

Result<void> ViewStore::write(const RowBatch& batch) {
  rocksdb::WriteBatch writes;
  rocksdb::Status status;
  for (const RowBatch::Write& row : batch.rows) {
    if (status.ok()) status = row.value ? writes.Put(slice(row.key), slice(*row.value)) : writes.Delete(slice(row.key));
  }
  // Not synced: a crash of the machine takes cursor and rows back together.
  if (status.ok()) status = rocks_->db->Write(rocksdb::WriteOptions(), &writes);
  if (!status.ok()) return rocks_->failed(status, "writing");
  return {};
}

Result<void> ViewStore::drop(std::string_view prefix) {
  const std::string end = end_of_prefix(prefix);
  const rocksdb::Slice from = slice(prefix);
  const rocksdb::Slice to = slice(end);
  rocksdb::Status status = rocks_->db->DeleteRange(rocksdb::WriteOptions(), rocks_->db->DefaultColumnFamily(), from, to);
  // What was dropped leaves the disk, too.
  if (status.ok()) status = rocks_->db->CompactRange(rocksdb::CompactRangeOptions(), &from, &to);
  if (!status.ok()) return rocks_->failed(status, "writing");
  return {};
}

}  // namespace ritrovo::projections
