#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/result.h"

namespace rocksdb {
class DB;
}

/// Copies of a log in a folder of their own, by RocksDB's BackupEngine: each is whole, and shares with the others the files that didn't change,
/// so that a second one costs what came since. Errors: kUnavailable (disk, space), kCorrupt (a copy that doesn't verify), kNotFound.
namespace ritrovo {

/// One copy.
struct LogBackup {
  std::uint32_t id = 0;           ///< from 1 on, one more each time
  std::int64_t made_seconds = 0;  ///< since 1970-01-01, by the machine's clock
  std::uint64_t bytes = 0;        ///< of all its files, shared ones included
};

/// Adds a copy of what is committed now, all that is in memory flushed first. The log may go on being written meanwhile. For RocksLog only.
[[nodiscard]] Result<LogBackup> add_backup(rocksdb::DB& log, const std::filesystem::path& place);
/// The copies in a place, the oldest first; none where nothing is.
[[nodiscard]] Result<std::vector<LogBackup>> backups_in(const std::filesystem::path& place);
/// Reads a copy's files and checks their checksums.
[[nodiscard]] Result<void> verify_backup(const std::filesystem::path& place, std::uint32_t id);
/// Writes a copy's files into `log`, which is made. kNotFound: no such copy.
[[nodiscard]] Result<void> restore_backup(const std::filesystem::path& place, std::uint32_t id, const std::filesystem::path& log);
/// Removes all copies but the newest `count`, and what they alone used.
[[nodiscard]] Result<void> keep_backups(const std::filesystem::path& place, std::uint32_t count);

}  // namespace ritrovo
