#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/audit/partition_check.h"
#include "engine/ledger/signed_note.h"
#include "engine/log/rocks_log.h"
#include "engine/runtime/folder.h"
#include "tools/context.h"

namespace ritrovo::tools {

/// A data folder's log, open for reading without any key: for whoever checks it and mustn't see what is sealed. Nothing is run, signed or
/// recorded. In a server it is the served folder's, as it is committed when this is made. Failures are thrown, with their remedy; FolderIsServed
/// where a server has the folder open.
class BareLog {
 public:
  explicit BareLog(const Context& context);
  ~BareLog();
  BareLog(const BareLog&) = delete;
  BareLog& operator=(const BareLog&) = delete;

  [[nodiscard]] const LogPort& log() const { return *log_; }
  /// Reads all files of the log; kCorrupt names one.
  [[nodiscard]] Result<void> verify_files() const { return files_->verify_files(); }
  [[nodiscard]] const Folder& folder() const { return *folder_; }
  [[nodiscard]] const FolderSettings& settings() const { return folder_->settings(); }

 private:
  std::unique_ptr<Folder> own_folder_;
  std::unique_ptr<RocksLog> own_log_;
  const Folder* folder_ = nullptr;
  std::shared_ptr<const LogPort> log_;
  const RocksLog* files_ = nullptr;
  bool closed_cleanly_ = false;
};

/// A signed note that was read, its signature found good.
struct SignedCheckpoint {
  std::string note;
  Checkpoint checkpoint;
  std::string place;
};

/// The keys that were given, each the printed form of one or a file of them, a line each. A Failure names what can't be read.
[[nodiscard]] std::vector<NoteVerifier> keys_from(const std::vector<std::string>& given);
/// Reads a checkpoint and checks its signature. A Failure names the file; of kind kMalformed where it isn't a checkpoint.
[[nodiscard]] SignedCheckpoint read_checkpoint(const std::filesystem::path& file, const std::vector<NoteVerifier>& keys);
/// The checkpoints in a file, or in the files of a folder whose names are numbers or "access", as `checkpoint --also` writes them.
[[nodiscard]] std::vector<SignedCheckpoint> read_checkpoints(const std::filesystem::path& place, const std::vector<NoteVerifier>& keys);
/// The partition that a checkpoint of this folder is of. A Failure for one of another folder, naming both origins.
[[nodiscard]] PartitionId partition_of_checkpoint(const Folder& folder, const SignedCheckpoint& checkpoint);

}  // namespace ritrovo::tools
