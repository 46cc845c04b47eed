#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <vector>

#include "engine/base/result.h"
#include "engine/log/log_backup.h"
#include "engine/runtime/folder.h"

/// Copies of a data folder. A backup's place holds
///
///   log/            copies of the log, each whole (engine/log/log_backup.h)
///   folder-000001/  ritrovo.folder, checkpoints/ and access/ (who read which case) as of the copy of that number
///   erasures        the register of who was forgotten, as far as any copy knew
///
/// and never a key: the vault's copies stand in another place, each in a folder named by the instant at which it was made, until its retention is
/// over. A copy of the vault from before an erasure holds the person's key, so that it must not be kept longer than it has to be.
namespace ritrovo {

/// Copies `ritrovo.folder`, the checkpoints and the log of accesses into `place`/folder-pending. Requires: nobody signs meanwhile.
[[nodiscard]] Result<void> copy_folder_files(const Folder& folder, const std::filesystem::path& place);
/// Names what copy_folder_files wrote by the backup's number, and joins the folder's register to that of the place.
[[nodiscard]] Result<void> keep_folder_files(const Folder& folder, const std::filesystem::path& place, std::uint32_t id);

/// A copy of the vault: where, and until when it is kept.
struct VaultCopy {
  std::filesystem::path place;
  Timestamp made;
  Timestamp expires;
};
/// Where a copy of the vault made at that instant stands in `place`; the folder is made, mode 0700. kExists: one was made in that millisecond.
/// kMalformed: a place that can't be noted.
[[nodiscard]] Result<std::filesystem::path> new_vault_copy(const std::filesystem::path& place, Timestamp now);
/// Overwrites and removes the copies in `place` that were made before `until`. Whatever else is there stays: nothing is a copy but a folder that
/// new_vault_copy named, and of it only what a copy holds.
[[nodiscard]] Result<void> expire_vault_copies(const std::filesystem::path& place, Timestamp until);
/// What the folder noted of its vault's copies: all whose time isn't over, whether they can be seen now or not (a disk may be out), and those past it
/// that aren't known to be gone.
[[nodiscard]] Result<std::vector<VaultCopy>> vault_copies(const Folder& folder, Timestamp now);
/// Adds one. Call it before the copy is made: one that nobody knows of would outlive its time.
[[nodiscard]] Result<void> note_vault_copy(const Folder& folder, const VaultCopy& copy);

/// The incarnation that a folder has after its log came from elsewhere at `now`: the milliseconds since 1970-01-01, or one more than before where that is
/// more, so that two such folders of one log are two incarnations.
[[nodiscard]] std::uint64_t next_incarnation(const FolderSettings& settings, Timestamp now);

/// Keeps the newest `count` backups of `place`, and removes the others: copies of the log, and the files that went with each.
[[nodiscard]] Result<void> keep_newest(const std::filesystem::path& place, std::uint32_t count);

/// What a restore needs.
struct RestoreWish {
  std::filesystem::path backup;
  std::optional<std::uint32_t> id;               ///< the newest unless said
  std::filesystem::path vault;                   ///< the folder of one copy of the vault
  std::vector<std::filesystem::path> registers;  ///< of erasures since; joined to those of the backup. A folder of the same log without one never forgot anybody
  Timestamp now;                                 ///< by the machine's clock: it numbers the incarnation
};
/// Makes a folder in `path`, which must not exist or be empty, of the same log and a new incarnation (next_incarnation). Nobody may open it before this returns; the
/// first opening forgets again whoever the registers name. Returns its settings. Errors name the part that is missing or doesn't verify.
[[nodiscard]] Result<FolderSettings> restore_folder(const RestoreWish& wish, const std::filesystem::path& path);

}  // namespace ritrovo
