#include "tests/simulation/unsynced_file_system.h"

#include <algorithm>
#include <fstream>
#include <random>
#include <utility>

namespace ritrovo::simulation {
namespace {

using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;
using Permission = UnsyncedFileSystem::Permission;

constexpr std::uint64_t kSectorBytes = 512;
constexpr std::uint64_t kPageBytes = 4096;

IOStatus power_lost() { return IOStatus::IOError("the power is lost"); }

/// A file whose appends and syncs the file system counts and may refuse.
class UnsyncedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  UnsyncedFile(std::unique_ptr<rocksdb::FSWritableFile> file, UnsyncedFileSystem& system, std::shared_ptr<UnsyncedFileSystem::Length> length,
               bool is_wal)
      : FSWritableFileOwnerWrapper(std::move(file)), system_(system), length_(std::move(length)), is_wal_(is_wal) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    const Permission permission = system_.ask_to_append();
    if (permission == Permission::kPowerLost) return power_lost();
    const Slice part(data.data(), permission == Permission::kDiskFull ? data.size() / 2 : data.size());
    const IOStatus status = FSWritableFileOwnerWrapper::Append(part, options, debug);
    if (status.ok()) system_.appended(*length_, part.size());
    return permission == Permission::kDiskFull ? IOStatus::NoSpace("the disk is full") : status;
  }
  IOStatus Append(const Slice& data, const IOOptions& options, const rocksdb::DataVerificationInfo&, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    if (system_.ask_to_append() == Permission::kPowerLost) return power_lost();
    const IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (status.ok()) system_.truncated(*length_, size);
    return status;
  }
  IOStatus Sync(const IOOptions&, IODebugContext*) override {
    switch (system_.ask_to_sync(is_wal_)) {
      case Permission::kPowerLost: return power_lost();
      case Permission::kSyncFails: return IOStatus::IOError("the sync failed");
      case Permission::kDiskFull:
      case Permission::kGo: break;
    }
    system_.synced(*length_);
    return IOStatus::OK();
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override { return Sync(options, debug); }

 private:
  UnsyncedFileSystem& system_;
  std::shared_ptr<UnsyncedFileSystem::Length> length_;
  bool is_wal_;
};

class UnsyncedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  UnsyncedDirectory(std::unique_ptr<rocksdb::FSDirectory> directory, UnsyncedFileSystem& system)
      : FSDirectoryWrapper(std::move(directory)), system_(system) {}
  IOStatus Fsync(const IOOptions&, IODebugContext*) override {
    return system_.directory_synced() == Permission::kPowerLost ? power_lost() : IOStatus::OK();
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug, const rocksdb::DirFsyncOptions&) override {
    return Fsync(options, debug);
  }

 private:
  UnsyncedFileSystem& system_;
};

bool is_wal(const std::string& name) { return name.ends_with(".log"); }

}  // namespace

UnsyncedFileSystem::UnsyncedFileSystem(std::filesystem::path attic)
    : FileSystemWrapper(rocksdb::FileSystem::Default()), attic_(std::move(attic)) {
  std::filesystem::create_directories(attic_);
}

void UnsyncedFileSystem::lose_power_after(std::uint64_t operations) {
  const std::scoped_lock hold(mutex_);
  power_lost_at_ = operations_ + operations;
}

void UnsyncedFileSystem::fail_next_wal_sync() {
  const std::scoped_lock hold(mutex_);
  fail_wal_sync_ = true;
}

void UnsyncedFileSystem::set_full(bool full) {
  const std::scoped_lock hold(mutex_);
  full_ = full;
}

std::uint64_t UnsyncedFileSystem::operations() const {
  const std::scoped_lock hold(mutex_);
  return operations_;
}

bool UnsyncedFileSystem::power_lost_locked() { return ++operations_ >= power_lost_at_; }

Permission UnsyncedFileSystem::ask_to_append() {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return Permission::kPowerLost;
  return full_ ? Permission::kDiskFull : Permission::kGo;
}

Permission UnsyncedFileSystem::ask_to_sync(bool is_wal) {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return Permission::kPowerLost;
  if (is_wal && std::exchange(fail_wal_sync_, false)) return Permission::kSyncFails;
  return Permission::kGo;
}

void UnsyncedFileSystem::appended(Length& length, std::uint64_t bytes) {
  const std::scoped_lock hold(mutex_);
  length.written += bytes;
}

void UnsyncedFileSystem::synced(Length& length) {
  const std::scoped_lock hold(mutex_);
  length.synced = length.written;
}

void UnsyncedFileSystem::truncated(Length& length, std::uint64_t size) {
  const std::scoped_lock hold(mutex_);
  length.written = size;
  length.synced = std::min(length.synced, size);
}

Permission UnsyncedFileSystem::directory_synced() {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return Permission::kPowerLost;
  unsynced_names_.clear();
  return Permission::kGo;
}

IOStatus UnsyncedFileSystem::NewWritableFile(const std::string& name, const FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                                             IODebugContext* debug) {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return power_lost();
  NameChange change{NameChange::Kind::kCreated, name, {}, {}, {}};
  if (std::filesystem::exists(name)) {
    change.kept_length = lengths_[name];
    change.kept = keep_locked(name);
  }
  std::unique_ptr<rocksdb::FSWritableFile> made;
  const IOStatus status = target()->NewWritableFile(name, options, &made, debug);
  if (!status.ok()) return status;
  auto length = std::make_shared<Length>();
  lengths_[name] = length;
  unsynced_names_.push_back(std::move(change));
  *file = std::make_unique<UnsyncedFile>(std::move(made), *this, std::move(length), is_wal(name));
  return status;
}

IOStatus UnsyncedFileSystem::ReopenWritableFile(const std::string& name, const FileOptions& options, std::unique_ptr<rocksdb::FSWritableFile>* file,
                                                IODebugContext* debug) {
  if (!std::filesystem::exists(name)) return NewWritableFile(name, options, file, debug);
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return power_lost();
  std::unique_ptr<rocksdb::FSWritableFile> made;
  const IOStatus status = target()->ReopenWritableFile(name, options, &made, debug);
  if (!status.ok()) return status;
  std::shared_ptr<Length>& length = lengths_[name];
  if (!length) length = std::make_shared<Length>(Length{std::filesystem::file_size(name), std::filesystem::file_size(name)});
  *file = std::make_unique<UnsyncedFile>(std::move(made), *this, length, is_wal(name));
  return status;
}

IOStatus UnsyncedFileSystem::NewDirectory(const std::string& name, const IOOptions& options, std::unique_ptr<rocksdb::FSDirectory>* directory,
                                          IODebugContext* debug) {
  std::unique_ptr<rocksdb::FSDirectory> made;
  const IOStatus status = target()->NewDirectory(name, options, &made, debug);
  if (status.ok()) *directory = std::make_unique<UnsyncedDirectory>(std::move(made), *this);
  return status;
}

std::filesystem::path UnsyncedFileSystem::keep_locked(const std::string& name) {
  std::filesystem::path kept = attic_ / std::to_string(attic_files_++);
  std::filesystem::rename(name, kept);
  return kept;
}

IOStatus UnsyncedFileSystem::DeleteFile(const std::string& name, const IOOptions& options, IODebugContext* debug) {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return power_lost();
  if (!std::filesystem::is_regular_file(name)) return target()->DeleteFile(name, options, debug);
  std::shared_ptr<Length> length = lengths_[name];
  lengths_.erase(name);
  std::filesystem::path kept = keep_locked(name);
  unsynced_names_.push_back({NameChange::Kind::kRemoved, name, {}, std::move(kept), std::move(length)});
  return IOStatus::OK();
}

IOStatus UnsyncedFileSystem::RenameFile(const std::string& from, const std::string& to, const IOOptions& options, IODebugContext* debug) {
  const std::scoped_lock hold(mutex_);
  if (power_lost_locked()) return power_lost();
  NameChange change{NameChange::Kind::kRenamed, to, from, {}, {}};
  if (std::filesystem::exists(to)) {
    change.kept_length = lengths_[to];
    change.kept = keep_locked(to);
  }
  const IOStatus status = target()->RenameFile(from, to, options, debug);
  if (!status.ok()) return status;
  lengths_[to] = lengths_[from];
  lengths_.erase(from);
  unsynced_names_.push_back(std::move(change));
  return status;
}

void UnsyncedFileSystem::undo(const NameChange& change) {
  switch (change.kind) {
    case NameChange::Kind::kCreated: std::filesystem::remove(change.name); break;
    case NameChange::Kind::kRenamed:
      std::filesystem::rename(change.name, change.from);
      lengths_[change.from] = lengths_[change.name];
      break;
    case NameChange::Kind::kRemoved: break;
  }
  lengths_.erase(change.name);
  if (change.kept.empty()) return;
  std::filesystem::rename(change.kept, change.name);
  lengths_[change.name] = change.kept_length;
}

void UnsyncedFileSystem::cut(const std::string& name, const Length& length, std::uint64_t choice) {
  const std::uint64_t kept = choice / 5 % (length.written - length.synced + 1);
  switch (choice % 5) {
    case 0: std::filesystem::resize_file(name, length.synced); break;
    case 1: std::filesystem::resize_file(name, length.synced + kept); break;
    case 2:  // The length reached the disk, some sectors at its end didn't.
      std::filesystem::resize_file(name, std::max(length.synced, (length.synced + kept) / kSectorBytes * kSectorBytes));
      std::filesystem::resize_file(name, length.written);
      break;
    case 3: break;  // All of it had reached the disk by itself.
    case 4: {       // So had all but one page.
      const std::uint64_t page = (length.synced + kept) / kPageBytes * kPageBytes;
      const std::uint64_t from = std::max(page, length.synced);
      const std::uint64_t to = std::min(page + kPageBytes, length.written);
      std::fstream file(name, std::ios::binary | std::ios::in | std::ios::out);
      file.seekp(static_cast<std::streamoff>(from));
      file << std::string(static_cast<std::size_t>(to - from), '\0');
      break;
    }
  }
}

void UnsyncedFileSystem::crash(std::uint64_t seed) {
  const std::scoped_lock hold(mutex_);
  std::mt19937_64 random(seed);
  // A file system's journal keeps the order of operations on names: a prefix of them survives.
  const std::size_t surviving = random() % (unsynced_names_.size() + 1);
  while (unsynced_names_.size() > surviving) {
    undo(unsynced_names_.back());
    unsynced_names_.pop_back();
  }
  for (const auto& [name, length] : lengths_) {
    if (!length || !std::filesystem::exists(name)) continue;
    if (std::filesystem::file_size(name) > length->written) std::filesystem::resize_file(name, length->written);
    if (length->written > length->synced) cut(name, *length, random());
  }
  lengths_.clear();
  std::filesystem::remove_all(attic_);
}

}  // namespace ritrovo::simulation
