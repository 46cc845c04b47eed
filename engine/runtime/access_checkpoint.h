#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "engine/base/result.h"
#include "engine/ledger/signed_note.h"
#include "engine/log/log_port.h"
#include "engine/runtime/folder.h"

/// The log of accesses under the folder's signature: `checkpoints/access`, a note like that of a partition, signed whenever those are. Its origin
/// ends in "/access"; size and root are those of the tree of the month that was written last, and that month is its one extension line. The case
/// log remembers the last one, so that neither the end of the log of accesses nor its checkpoint can be taken away unnoticed.
///
/// What is wrong with the log of accesses stops nothing but the reading of personal values: it is said by whoever looks (`ritrovo access`, `verify`,
/// `doctor`).
namespace ritrovo {

[[nodiscard]] std::filesystem::path access_checkpoint_file(const Folder& folder);
/// The origin line of these checkpoints.
[[nodiscard]] std::string access_origin(const Folder& folder);
/// The checkpoint kept in the folder, if any. kCorrupt names a file whose signature or content isn't good.
[[nodiscard]] Result<std::optional<Checkpoint>> access_checkpoint(const Folder& folder);
/// Whether the log of accesses still holds all that `signed_then` covers. kCorrupt says what is gone; kMalformed for a checkpoint of something else.
[[nodiscard]] Result<void> check_accesses_against(const Folder& folder, const Checkpoint& signed_then);
/// Whether it verifies and holds all that was ever signed, by its checkpoint and by what the case log remembers of it.
[[nodiscard]] Result<void> check_accesses(const Folder& folder, const LogPort& log);
/// Signs where it ends, keeps the note in its file, and adds to `batch` what the case log is to remember. One that doesn't extend what was signed
/// before is left as it is, with a warning. kUnavailable where the note can't be written.
[[nodiscard]] Result<void> sign_accesses(const Folder& folder, const LogPort& log, Batch& batch);

}  // namespace ritrovo
