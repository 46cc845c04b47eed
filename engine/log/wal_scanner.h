#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

/// Reads what RocksDB must be able to trust before it opens a log: CURRENT, the MANIFEST and the write-ahead logs.
///
/// RocksDB's log files (its source: db/log_format.h) are blocks of 32 KiB; in a block stand fragments of header {masked crc32c (4),
/// length (2), type (1)}, little-endian, and payload; the checksum covers type and payload. A record is one fragment (full) or several
/// (first, middle …, last); fewer than seven bytes at a block's end are filler. A write-ahead log's records are write batches, which begin
/// with sequence (8) and count (4).
///
/// What a bad spot is, is decided so:
///   torn tail  what a crash leaves: a prefix of a fragment as a writer writes it, then the end of the file, or zeros up to it, and nothing
///              valid behind it in this file or a later one
///   gap        whole pages of 4 KiB of the last record are zeros, and no other record begins behind that wasn't written with it: a crash leaves
///              that where the disk wrote pages out of order, and so does a disk that lost them (docs/decisions/0029). A batch of the write-ahead
///              log is synced alone; of the MANIFEST, one sync covers at most a record for each column
///   rot        everything else: something valid behind the bad spot, a fragment that is all there but doesn't match its checksum, a
///              length that no writer writes, a fragment out of its place, a gap in the sequence
/// RocksLog ends each batch with kBatchEnd, whose last byte isn't zero: so zeros at a file's end are never the end of a whole batch.
namespace ritrovo {

/// What ends each batch in the write-ahead log (a log-data entry, which no table stores).
inline constexpr std::string_view kBatchEnd = "\xA5";

/// What a file in RocksDB's log format holds.
struct LogFileScan {
  enum class End : std::uint8_t { kWhole, kTorn, kGap, kRot };
  End end = End::kWhole;
  std::uint64_t records = 0;      ///< whole records before the bad spot
  std::uint64_t whole_bytes = 0;  ///< where the last whole record ends: a torn file is cut here
  std::uint64_t bad_offset = 0;   ///< but for a whole file: where the first bad fragment begins
  std::string why;                ///< likewise: a clause for the operator
};

/// Examines one record; returns what is wrong with it, or an empty string.
using CheckRecord = std::function<std::string(std::string_view record)>;

/// Reads the bytes of a whole file, of whose records one sync covers at most `together`. Never fails: what is wrong is in the result. Pure; runs on any
/// thread.
[[nodiscard]] LogFileScan scan_log_format(std::string_view file, const CheckRecord& check, std::size_t together = 1);

/// As scan_log_format, for a write-ahead log: sequence numbers must run on without a gap.
[[nodiscard]] LogFileScan scan_wal(std::string_view file);

/// What stands in a log's folder before RocksDB has opened it.
struct LogFolderScan {
  bool exists = false;             ///< the folder holds a log (a CURRENT file)
  std::size_t wal_files = 0;
  std::uint64_t wal_bytes = 0;
  std::uint64_t wal_batches = 0;
  struct Torn {
    std::filesystem::path file;
    std::uint64_t offset = 0;      ///< cut here
    std::uint64_t bytes = 0;       ///< that many bytes go
  };
  std::optional<Torn> torn;           ///< a write-ahead log that ends in a torn tail, or a gap that is to be dropped
  std::optional<Torn> torn_manifest;  ///< the MANIFEST, likewise: a change of files that never took effect
};

/// Reads CURRENT, the MANIFEST it names and every write-ahead log of the folder; changes nothing.
/// `drop_gap`: a last record with a gap counts as torn; otherwise it refuses.
/// kCorrupt names file and offset and says to restore from a backup; kUnavailable if a file can't be read.
/// Runs on: the thread that opens. Requires: nobody else has the log open.
[[nodiscard]] Result<LogFolderScan> scan_log_folder(const std::filesystem::path& folder, bool drop_gap = false);

/// Cuts a torn tail off and syncs the file. kUnavailable if the file can't be written.
[[nodiscard]] Result<void> cut_torn_tail(const LogFolderScan::Torn& torn);

}  // namespace ritrovo
