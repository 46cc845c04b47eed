#include "engine/log/rocks_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>

#include <fmt/format.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>
#include <rocksdb/perf_level.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/write_batch.h>

#include "engine/log/rocks_columns.h"
#include "engine/log/rocks_log_hooks.h"
#include "engine/log/wal_scanner.h"

namespace ritrovo {
namespace {

rocksdb::Slice slice(std::string_view bytes) { return {bytes.data(), bytes.size()}; }
std::string_view view(const rocksdb::Slice& bytes) { return {bytes.data(), bytes.size()}; }

/// Held while the log is open, from before its files are first read: RocksDB's own lock comes too late, after a torn tail was cut.
class FolderLock {
 public:
  FolderLock() = default;
  ~FolderLock() { release(); }
  FolderLock(const FolderLock&) = delete;
  FolderLock& operator=(const FolderLock&) = delete;

  Result<void> acquire(const std::filesystem::path& folder) {
    const std::filesystem::path path = folder / "ritrovo.lock";
    file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file_ < 0) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be opened: {}", path.string(), std::strerror(errno)));
    if (::flock(file_, LOCK_EX | LOCK_NB) == 0) return {};
    release();
    return failure(ErrorCode::kUnavailable, fmt::format("{} is in use by another ritrovo: stop that one, or wait until it is done",
                                                        folder.string()));
  }
  void release() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

 private:
  int file_ = -1;
};

/// A range that spans partitions, or all of one: a fold or a copy, which reads ahead and leaves the cache to others.
bool is_full_scan(std::string_view from, std::string_view to) { return from.substr(0, 2) != to.substr(0, 2); }

}  // namespace

struct RocksLog::Rocks {
  RocksLogOptions options;
  RocksLogHooks hooks;
  FolderLock lock;
  OpenedRocks opened;
  Opening opening;
  std::atomic<bool> unusable{false};
  mutable std::mutex why_mutex;
  std::string why;  // Guarded by why_mutex.

  void give_up(std::string reason) {
    const std::scoped_lock hold(why_mutex);
    if (why.empty()) why = std::move(reason);
    unusable.store(true);
  }
  Result<void> usable() const {
    if (!unusable.load(std::memory_order_acquire)) return {};
    const std::scoped_lock hold(why_mutex);
    return failure(ErrorCode::kUnavailable, why);
  }
  Result<void> open() {
    const bool sits = std::filesystem::exists(options.path);
    if (!sits && !options.create_if_missing) return failure(ErrorCode::kNotFound, fmt::format("{} holds no log", options.path.string()));
    std::error_code error;
    std::filesystem::create_directories(options.path, error);
    if (error) return failure(ErrorCode::kUnavailable, fmt::format("{} can't be made: {}", options.path.string(), error.message()));
    if (const Result<void> locked = lock.acquire(options.path); !locked) return locked;
    const Result<LogFolderScan> scan = scan_log_folder(options.path, options.drop_unfinished_record);
    if (!scan) return tl::unexpected(scan.error());
    if (!scan->exists && !options.create_if_missing) return failure(ErrorCode::kNotFound, fmt::format("{} holds no log", options.path.string()));
    opening = {!scan->exists, scan->wal_files, scan->wal_bytes, scan->wal_batches, std::nullopt};
    if (scan->torn_manifest) {
      if (const Result<void> cut = cut_torn_tail(*scan->torn_manifest); !cut) return cut;
    }
    if (scan->torn) {
      if (const Result<void> cut = cut_torn_tail(*scan->torn); !cut) return cut;
      opening.dropped = DroppedTail{scan->torn->file.string(), scan->torn->offset, scan->torn->bytes};
    }
    const rocksdb::Status status = opened.open(options, hooks.files);
    if (!status.ok()) return failure_of(status, "opening", options.path);
    return {};
  }
};

RocksLog::RocksLog(std::unique_ptr<Rocks> rocks) : rocks_(std::move(rocks)) {}
RocksLog::~RocksLog() = default;

Result<std::unique_ptr<RocksLog>> RocksLog::open(RocksLogOptions options) { return open_rocks_log(std::move(options), {}); }

Result<std::unique_ptr<RocksLog>> open_rocks_log(RocksLogOptions options, RocksLogHooks hooks) {
  auto rocks = std::make_unique<RocksLog::Rocks>();
  rocks->options = std::move(options);
  rocks->hooks = std::move(hooks);
  try {
    if (const Result<void> opened = rocks->open(); !opened) return tl::unexpected(opened.error());
  } catch (const std::exception& thrown) {
    return failure(ErrorCode::kUnavailable, fmt::format("opening of {}: {}", rocks->options.path.string(), thrown.what()));
  }
  return std::make_unique<RocksLog>(std::move(rocks));
}

namespace {

/// `at`: the moment that is read; nullptr for now.
rocksdb::ReadOptions reading(const rocksdb::Snapshot* at) {
  rocksdb::ReadOptions options;
  options.snapshot = at;
  return options;
}

Result<std::optional<std::string>> get_in(const RocksLog::Rocks& rocks, const rocksdb::Snapshot* at, Column column, std::string_view key) {
  if (const Result<void> usable = rocks.usable(); !usable) return tl::unexpected(usable.error());
  std::string value;
  const rocksdb::Status status = rocks.opened.db()->Get(reading(at), rocks.opened.column(column), slice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  if (!status.ok()) return failure_of(status, "reading", rocks.options.path);
  return value;
}

Result<void> scan_in(const RocksLog::Rocks& rocks, const rocksdb::Snapshot* at, Column column, std::string_view from, std::string_view to, const LogPort::Visit& visit) {
  if (const Result<void> usable = rocks.usable(); !usable) return usable;
  if (!to.empty() && from >= to) return {};
  const rocksdb::Slice bound = slice(to);
  rocksdb::SetPerfLevel(rocksdb::PerfLevel::kDisable);  // This thread's counters, which nobody reads, cost a tenth of a scan.
  rocksdb::ReadOptions options = reading(at);
  if (!to.empty()) options.iterate_upper_bound = &bound;
  if (is_full_scan(from, to)) {
    options.readahead_size = 1U << 20;
    options.fill_cache = false;
  }
  const std::unique_ptr<rocksdb::Iterator> row(rocks.opened.db()->NewIterator(options, rocks.opened.column(column)));
  for (row->Seek(slice(from)); row->Valid(); row->Next()) {
    if (!visit(view(row->key()), view(row->value()))) break;
  }
  if (!row->status().ok()) return failure_of(row->status(), "reading", rocks.options.path);
  return {};
}

Result<std::optional<std::pair<std::string, std::string>>> last_in(const RocksLog::Rocks& rocks, const rocksdb::Snapshot* at, Column column, std::string_view from, std::string_view to) {
  if (const Result<void> usable = rocks.usable(); !usable) return tl::unexpected(usable.error());
  if (!to.empty() && from >= to) return std::nullopt;
  const rocksdb::Slice lower = slice(from);
  const rocksdb::Slice upper = slice(to);
  rocksdb::ReadOptions options = reading(at);
  options.iterate_lower_bound = &lower;
  if (!to.empty()) options.iterate_upper_bound = &upper;
  const std::unique_ptr<rocksdb::Iterator> row(rocks.opened.db()->NewIterator(options, rocks.opened.column(column)));
  row->SeekToLast();
  if (!row->status().ok()) return failure_of(row->status(), "reading", rocks.options.path);
  if (!row->Valid()) return std::nullopt;
  return std::pair<std::string, std::string>(row->key().ToString(), row->value().ToString());
}

/// A log as it was committed at one moment.
class LogThen final : public LogPort {
 public:
  explicit LogThen(const RocksLog::Rocks& rocks) : rocks_(rocks), at_(rocks.opened.db()->GetSnapshot()) {}
  ~LogThen() override { rocks_.opened.db()->ReleaseSnapshot(at_); }
  LogThen(const LogThen&) = delete;
  LogThen& operator=(const LogThen&) = delete;
  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key) const override { return get_in(rocks_, at_, column, key); }
  [[nodiscard]] Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const override {
    return scan_in(rocks_, at_, column, from, to, visit);
  }
  [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from, std::string_view to) const override {
    return last_in(rocks_, at_, column, from, to);
  }
  [[nodiscard]] Result<void> write(const Batch&) override { return failure(ErrorCode::kUnavailable, "what was can't be written"); }

 private:
  const RocksLog::Rocks& rocks_;
  const rocksdb::Snapshot* at_;
};

}  // namespace

std::unique_ptr<LogPort> RocksLog::as_of_now() const { return std::make_unique<LogThen>(*rocks_); }

Result<std::optional<std::string>> RocksLog::get(Column column, std::string_view key) const { return get_in(*rocks_, nullptr, column, key); }

Result<void> RocksLog::scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const {
  return scan_in(*rocks_, nullptr, column, from, to, visit);
}

Result<std::optional<std::pair<std::string, std::string>>> RocksLog::last(Column column, std::string_view from, std::string_view to) const {
  return last_in(*rocks_, nullptr, column, from, to);
}

Result<void> RocksLog::write(const Batch& batch) {
  if (const Result<void> usable = rocks_->usable(); !usable) return usable;
  rocksdb::WriteBatch writes(batch.bytes() + 64);
  rocksdb::Status status;
  batch.for_each([&](const Batch::Write& write) {
    rocksdb::ColumnFamilyHandle* column = rocks_->opened.column(write.column);
    if (status.ok()) status = write.erase ? writes.Delete(column, slice(write.key)) : writes.Put(column, slice(write.key), slice(write.value));
  });
  if (status.ok()) status = writes.PutLogData(slice(kBatchEnd));
  rocksdb::WriteOptions options;
  options.sync = rocks_->hooks.sync;
  if (status.ok()) status = rocks_->opened.db()->Write(options, &writes);
  if (!status.ok()) {
    tl::unexpected<Error> error = failure_of(status, "writing", rocks_->options.path);
    rocks_->give_up(fmt::format("{}. The log takes nothing more: close it and open it again", error.value().message));
    return rocks_->usable();
  }
  if (rocks_->options.capture) rocks_->options.capture(writes.Data());
  return {};
}

const Opening& RocksLog::opening() const { return rocks_->opening; }

Result<void> RocksLog::flush() {
  if (const Result<void> usable = rocks_->usable(); !usable) return usable;
  const rocksdb::Status status = rocks_->opened.db()->Flush(rocksdb::FlushOptions(), rocks_->opened.columns());
  if (!status.ok()) return failure_of(status, "flushing", rocks_->options.path);
  return {};
}

Result<void> RocksLog::close() {
  if (rocks_->opened.db() == nullptr) return {};
  Result<void> flushed;
  if (!rocks_->unusable.load()) flushed = flush();
  rocks_->give_up(fmt::format("{} is closed", rocks_->options.path.string()));
  const rocksdb::Status status = rocks_->opened.close();
  rocks_->lock.release();
  if (!flushed) return flushed;
  if (!status.ok()) return failure_of(status, "closing", rocks_->options.path);
  return {};
}

Result<void> RocksLog::compact() {
  if (const Result<void> usable = rocks_->usable(); !usable) return usable;
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForceOptimized;
  for (rocksdb::ColumnFamilyHandle* column : rocks_->opened.columns()) {
    const rocksdb::Status status = rocks_->opened.db()->CompactRange(options, column, nullptr, nullptr);
    if (!status.ok()) return failure_of(status, "compacting", rocks_->options.path);
  }
  return {};
}

Result<LogBackup> RocksLog::back_up(const std::filesystem::path& place) {
  if (const Result<void> usable = rocks_->usable(); !usable) return tl::unexpected(usable.error());
  return add_backup(*rocks_->opened.db(), place);
}

std::uint64_t RocksLog::approximate_size() const {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::directory_iterator at(rocks_->options.path, error), end; !error && at != end; at.increment(error)) {
    std::error_code gone;  // A compaction may remove a file under our hands.
    const std::uint64_t size = at->file_size(gone);
    const std::string extension = at->path().extension().string();
    if (!gone && (extension == ".sst" || extension == ".log")) bytes += size;
  }
  return bytes;
}

Result<void> RocksLog::verify_files() const {
  if (const Result<void> usable = rocks_->usable(); !usable) return usable;
  rocksdb::Status status = rocks_->opened.db()->VerifyFileChecksums(rocksdb::ReadOptions());
  if (status.ok()) status = rocks_->opened.db()->VerifyChecksum(rocksdb::ReadOptions());
  if (!status.ok()) return failure_of(status, "verifying", rocks_->options.path);
  return {};
}

}  // namespace ritrovo
