#include "engine/log/replayed_batches.h"

#include <utility>

#include <fmt/format.h>
#include <rocksdb/write_batch.h>

#include "engine/log/rocks_columns.h"

namespace ritrovo {
namespace {

constexpr std::size_t kBatchHeaderBytes = 12;  // Sequence and count.

}  // namespace

struct ReplayedBatches::Database {
  std::filesystem::path path;
  OpenedRocks opened;
};

ReplayedBatches::ReplayedBatches(std::unique_ptr<Database> database) : database_(std::move(database)) {}
ReplayedBatches::~ReplayedBatches() = default;
ReplayedBatches::ReplayedBatches(ReplayedBatches&&) noexcept = default;
ReplayedBatches& ReplayedBatches::operator=(ReplayedBatches&&) noexcept = default;

Result<ReplayedBatches> ReplayedBatches::create(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path / "CURRENT", ignored)) return failure(ErrorCode::kExists, fmt::format("{} holds a log already", path.string()));
  std::filesystem::create_directories(path, ignored);
  RocksLogOptions options;
  options.path = path;
  options.create_if_missing = true;
  auto database = std::make_unique<Database>();
  database->path = path;
  const rocksdb::Status status = database->opened.open(options, nullptr);
  if (!status.ok()) return failure_of(status, "opening", path);
  return ReplayedBatches(std::move(database));
}

Result<void> ReplayedBatches::apply(std::string_view batch) {
  // RocksDB writes what it is given to its log before it looks at it.
  if (batch.size() < kBatchHeaderBytes) return failure(ErrorCode::kMalformed, "a captured batch is cut short");
  rocksdb::WriteBatch writes{std::string(batch)};
  rocksdb::WriteOptions options;
  options.sync = true;
  const rocksdb::Status status = database_->opened.db()->Write(options, &writes);
  if (!status.ok()) return failure_of(status, "applying a captured batch", database_->path);
  return {};
}

}  // namespace ritrovo
