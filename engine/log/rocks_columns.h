#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include "engine/base/result.h"
#include "engine/log/log_port.h"
#include "engine/log/rocks_log.h"

/// How this room sets RocksDB up: shared by RocksLog and ReplayedBatches, so that both measure the same. For this room's sources only.
namespace ritrovo {

/// The options of the whole database: strict recovery, bounded logs, memory and open files.
[[nodiscard]] rocksdb::DBOptions database_options(const RocksLogOptions& options, rocksdb::Env* env);

/// One column family for each Column, in the order of the enumeration; `meta` is RocksDB's own "default".
[[nodiscard]] std::vector<rocksdb::ColumnFamilyDescriptor> column_families(const RocksLogOptions& options);

/// A status as an Error: corruption is kCorrupt, all else kUnavailable. Where RocksDB's own message names no table (or, for some, the
/// MANIFEST in its place), a corruption is looked for in every table of `folder`, and the first damaged one is named.
[[nodiscard]] tl::unexpected<Error> failure_of(const rocksdb::Status& status, std::string_view doing, const std::filesystem::path& folder);

/// A RocksDB and its column families, opened; closes in the right order.
class OpenedRocks {
 public:
  OpenedRocks() = default;
  ~OpenedRocks() { close(); }
  OpenedRocks(const OpenedRocks&) = delete;
  OpenedRocks& operator=(const OpenedRocks&) = delete;
  /// Opens with database_options and column_families. `files` is null but in tests.
  [[nodiscard]] rocksdb::Status open(const RocksLogOptions& options, std::shared_ptr<rocksdb::FileSystem> files);
  rocksdb::Status close();
  [[nodiscard]] rocksdb::DB* db() const { return db_.get(); }
  [[nodiscard]] rocksdb::ColumnFamilyHandle* column(Column column) const { return handles_[static_cast<std::size_t>(column)]; }
  [[nodiscard]] const std::vector<rocksdb::ColumnFamilyHandle*>& columns() const { return handles_; }

 private:
  std::unique_ptr<rocksdb::Env> env_;  // Outlives the database.
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

}  // namespace ritrovo
