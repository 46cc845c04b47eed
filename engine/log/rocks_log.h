#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/result.h"
#include "engine/log/log_backup.h"
#include "engine/log/log_port.h"

namespace ritrovo {

/// The bytes that a crash left half written at the end of a write-ahead log, and that opening removed: none of them was ever answered for.
struct DroppedTail {
  std::string file;          ///< path of the file
  std::uint64_t offset = 0;  ///< where the file ends now
  std::uint64_t bytes = 0;   ///< how many bytes were removed
};

/// What opening a log found.
struct Opening {
  bool created = false;                ///< the folder held no log before
  std::size_t wal_files = 0;           ///< write-ahead logs that were read
  std::uint64_t wal_bytes = 0;         ///< and their bytes; near zero after a clean close
  std::uint64_t wal_batches = 0;       ///< batches found whole in them
  std::optional<DroppedTail> dropped;  ///< a torn tail, for the operator to know of
};

struct RocksLogOptions {
  std::filesystem::path path;
  /// Make the log if the folder holds none; otherwise that is kNotFound.
  bool create_if_missing = false;
  /// Drop a last record that lacks whole pages, as a power failure may leave it; otherwise that refuses (kCorrupt).
  bool drop_unfinished_record = false;
  /// Bytes of blocks, indices and filters kept in memory. Filled only by reading.
  std::size_t block_cache_bytes = 96U << 20;
  /// Bytes of writes kept in memory, all columns together.
  std::size_t write_buffer_bytes = 64U << 20;
  /// Bytes of write-ahead log after which quiet columns are flushed: what a start after a kill has to read at most, at some 40 MB a second.
  std::size_t wal_bytes_max = 48U << 20;
  /// Called with the serialized batch after each write that succeeded, for a benchmark that applies them again (see replayed_batches.h).
  std::function<void(std::string_view batch)> capture;
};

/// The log on disk: one RocksDB with a column family for each Column, opened strictly.
///
/// Opening first reads CURRENT, the MANIFEST and the write-ahead logs itself (wal_scanner.h), since RocksDB alone would take some damaged
/// files silently: a bad spot with anything valid behind it, or that isn't what a crash leaves, is rot and refuses (kCorrupt, with file and
/// offset); a torn tail is cut off and reported in `opening()`.
/// Errors: kUnavailable (in use by another process, disk, space, or an earlier write failed), kCorrupt (names the file), kNotFound.
/// No call throws. Concurrency: see LogPort; closing waits for nobody, so no call may be running.
class RocksLog final : public LogPort {
 public:
  [[nodiscard]] static Result<std::unique_ptr<RocksLog>> open(RocksLogOptions options);
  /// Closes without flushing, as a crash of the process would leave it but for the lock; call `close` for a clean end.
  ~RocksLog() override;
  RocksLog(const RocksLog&) = delete;
  RocksLog& operator=(const RocksLog&) = delete;

  [[nodiscard]] Result<std::optional<std::string>> get(Column column, std::string_view key) const override;
  [[nodiscard]] Result<void> scan(Column column, std::string_view from, std::string_view to, const Visit& visit) const override;
  [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(Column column, std::string_view from,
                                                                               std::string_view to) const override;
  [[nodiscard]] Result<void> write(const Batch& batch) override;

  /// The log as it is committed now, for whoever reads long while others write; it can't be written. Requires: the log outlives it.
  [[nodiscard]] std::unique_ptr<LogPort> as_of_now() const;
  /// What opening found.
  [[nodiscard]] const Opening& opening() const;
  /// Writes what is in memory to tables, so that the next start reads no write-ahead log.
  [[nodiscard]] Result<void> flush();
  /// Flushes and closes; every later call fails with kUnavailable. A poisoned log closes without flushing.
  [[nodiscard]] Result<void> close();
  /// Rewrites every table into its final, smallest form. Takes time in proportion to the log.
  [[nodiscard]] Result<void> compact();
  /// Adds a copy of what is committed to the backups in `place` (log_backup.h), while reads and writes go on.
  [[nodiscard]] Result<LogBackup> back_up(const std::filesystem::path& place);
  /// Bytes of tables and write-ahead logs on disk.
  [[nodiscard]] std::uint64_t approximate_size() const;
  /// Reads every table and checks each block's checksum and each file's. kCorrupt names the file.
  [[nodiscard]] Result<void> verify_files() const;

  struct Rocks;  ///< RocksDB's own types, known to this room only.
  explicit RocksLog(std::unique_ptr<Rocks> rocks);

 private:
  std::unique_ptr<Rocks> rocks_;
};

}  // namespace ritrovo
