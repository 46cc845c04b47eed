#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "engine/base/time.h"
#include "engine/ledger/frontier.h"
#include "engine/ledger/signed_note.h"
#include "engine/log/log_port.h"
#include "engine/runtime/folder.h"
#include "engine/vault/vault_port.h"

/// What the log remembers of the other files of its folder, in rows of `meta`: so that one that was lost, cut, set back or exchanged is
/// noticed at the opening, by name, and nothing goes on over it. A restore brings all of them back together.
namespace ritrovo {

/// Notes what the folder was made with: by `init`, in the new log's first batch.
void remember_settings(const FolderSettings& settings, Batch& batch);
/// Whether `settings`, read from ritrovo.folder, are those that the log was made with, but for incarnation and zone version. kWrongFolder
/// names what differs, both values and the remedy.
[[nodiscard]] Result<void> check_settings(const LogPort& log, const FolderSettings& settings);

/// Notes how far the vault has come: in the batch of the records that first use its new keys.
void remember_vault(const VaultMark& mark, Batch& batch);
/// What was noted last, or nothing before the first batch. kCorrupt for a row that can't be read.
[[nodiscard]] Result<std::optional<VaultMark>> remembered_vault(const LogPort& log);
/// Whether the vault in `file` holds all that the log knows of. kWrongFolder: another vault. kCorrupt: fewer keys, or fewer erased ones, than
/// expected; the message names the file, both counts and the remedy.
[[nodiscard]] Result<void> check_vault(const LogPort& log, const VaultMark& found, const std::filesystem::path& file);

/// What to say where there is no such file: kCorrupt, naming it, how many keys the log's records use, and the remedy.
[[nodiscard]] tl::unexpected<Error> missing_vault(const LogPort& log, const std::filesystem::path& file);

/// When a folder with a real clock was open last, and what it held then.
struct Rest {
  Timestamp open_until;   ///< the wall clock at the last clean close
  Timestamp last_record;  ///< the latest recorded instant at that moment
};
/// Notes it: in the last batch before a clean close.
void remember_rest(const Rest& rest, Batch& batch);
/// What was noted last, or nothing before the first clean close. kCorrupt for a row that can't be read.
[[nodiscard]] Result<std::optional<Rest>> remembered_rest(const LogPort& log);

/// Notes a checkpoint that was signed and kept in its file.
void remember_checkpoint(PartitionId partition, const Checkpoint& checkpoint, Batch& batch);
/// Size and root of the checkpoint that was noted last, or nothing; its origin is left empty. kCorrupt for a row that can't be read.
[[nodiscard]] Result<std::optional<Checkpoint>> remembered_checkpoint(const LogPort& log, PartitionId partition);
/// Proves that a partition's ledger, which stands at `frontier`, extends the checkpoint `kept` in `file` (nothing: no such file), and that
/// this is the last one that was signed: roots are computed afresh at the checkpoint's size and at the frontier's, from stored hashes and at
/// most 255 records each. kCorrupt names partition, file and remedy.
[[nodiscard]] Result<void> check_checkpoint(const LogPort& log, PartitionId partition, const Frontier& frontier, const std::optional<Checkpoint>& kept,
                                            const std::filesystem::path& file);

}  // namespace ritrovo
