#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <rocksdb/file_system.h>

namespace ritrovo::simulation {

/// A file system for RocksDB that forgets what wasn't synced, as a machine does that loses its power. kill -9 can't show a missing sync,
/// because the page cache survives it; this can.
///
/// Files live in a real folder and everything is visible at once, but the file system remembers how much of each file was synced, and every
/// creation, renaming and removal since its directory was synced. `crash` then takes back what a power loss may take: of each file's
/// unsynced end a prefix stays, or a prefix and zeros, or all but one page, or nothing; of the unsynced operations on names the last ones are undone. Nothing is
/// really synced to the disk below, so that thousands of crashes take seconds.
/// Thread-safe, as RocksDB flushes and compacts in the background.
class UnsyncedFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  /// `attic` is a folder of this object's own, for files that were removed and may come back.
  explicit UnsyncedFileSystem(std::filesystem::path attic);
  const char* Name() const override { return "UnsyncedFileSystem"; }

  /// The power fails at the `operations`-th change from now on (1 is the next): that one and all later ones fail and change nothing.
  void lose_power_after(std::uint64_t operations);
  /// The next sync of a write-ahead log fails; what it should have made durable may or may not be.
  void fail_next_wal_sync();
  /// While the disk is full, every append writes half of its bytes and fails.
  void set_full(bool full);
  /// Changes so far: appends, syncs, and operations on names.
  [[nodiscard]] std::uint64_t operations() const;
  /// What a power loss leaves, chosen by `seed`. Requires: the database is closed. The object isn't used after it.
  void crash(std::uint64_t seed);

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                       std::unique_ptr<rocksdb::FSWritableFile>* file, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options, rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  /// How far a file was written and synced; shared with the open file.
  struct Length {
    std::uint64_t written = 0;
    std::uint64_t synced = 0;
  };
  /// What an open file may do next. One call is one operation.
  enum class Permission { kGo, kPowerLost, kDiskFull, kSyncFails };
  Permission ask_to_append();
  Permission ask_to_sync(bool is_wal);
  void appended(Length& length, std::uint64_t bytes);
  void synced(Length& length);
  void truncated(Length& length, std::uint64_t size);
  Permission directory_synced();

 private:
  struct NameChange {
    enum class Kind { kCreated, kRenamed, kRemoved } kind;
    std::string name;                   // What was created or removed, or the new name.
    std::string from;                   // Renamed: the old name.
    std::filesystem::path kept;         // In the attic: what was removed or overwritten; empty for nothing.
    std::shared_ptr<Length> kept_length;
  };

  bool power_lost_locked();
  std::filesystem::path keep_locked(const std::string& name);
  void undo(const NameChange& change);
  void cut(const std::string& name, const Length& length, std::uint64_t choice);

  mutable std::mutex mutex_;
  std::filesystem::path attic_;
  std::uint64_t attic_files_ = 0;
  std::map<std::string, std::shared_ptr<Length>> lengths_;
  std::vector<NameChange> unsynced_names_;
  std::uint64_t operations_ = 0;
  std::uint64_t power_lost_at_ = UINT64_MAX;
  bool fail_wal_sync_ = false;
  bool full_ = false;
};

}  // namespace ritrovo::simulation
