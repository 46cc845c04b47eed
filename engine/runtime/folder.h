#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/result.h"
#include "engine/ledger/signed_note.h"
#include "engine/runtime/clock.h"
#include "engine/runtime/erasure.h"

namespace ritrovo {

/// What a data folder was made with. All of it but `incarnation` and `zone_version` stays for ever.
struct FolderSettings {
  std::uint32_t format = 1;                                  ///< of the folder as a whole
  std::string log_id;                                        ///< names this history; made by `init`
  std::uint64_t incarnation = 1;                             ///< one more after each restore
  std::uint16_t partitions = limits::kPartitionsDefault;     ///< 1 … kPartitionsMax
  ClockKind clock = ClockKind::kReal;
  std::string zone = "Europe/Rome";                          ///< whose midnight begins a day
  std::string zone_version;                                  ///< release of the tz database at init
  std::string tenant = "default";                            ///< the data controller; part of every case id
  std::string origin = "ritrovo";                            ///< first line of checkpoints; no spaces, no plus signs
};

[[nodiscard]] std::string folder_json(const FolderSettings& settings);
/// Reads what `folder_json` wrote. kWrongFolder names a format newer than this program knows; kMalformed anything else.
[[nodiscard]] Result<FolderSettings> parse_folder_json(std::string_view json);

/// A data folder, held by this process until it goes:
///
///   ritrovo.folder   the settings, JSON          vault/         keys; master.key unless it is kept elsewhere
///   lock             held while open             checkpoints/   a signed note for each partition, from the last clean close
///   log/             the case log                signing.key    of the checkpoints (Ed25519 seed, 64 hex digits); checkpoints/keys: whom to trust
///   views/           projections                 inflight       what was in decide (inflight.h);  closed: the last close was clean
///   erasures         the register of who was forgotten: no restore takes a line away
class Folder {
 public:
  /// Makes a folder in a place that doesn't exist or is empty, `settings` given a new log id and zone version. `ritrovo.folder` comes last, so
  /// that an interrupted init isn't taken for a folder; the next one begins afresh there. kExists: something is there. kMalformed names a setting that can't be.
  /// `master_key_file`: where the vault's master key is made, or is already; vault/master.key unless said.
  [[nodiscard]] static Result<void> init(const std::filesystem::path& path, FolderSettings settings,
                                         const std::optional<std::filesystem::path>& master_key_file = std::nullopt);
  /// Opens it for this process alone. kNotFound: no such folder. kWrongFolder: a newer format, or ritrovo.folder was lost. kUnavailable: another
  /// process has it open, and still has after `patience`.
  [[nodiscard]] static Result<std::unique_ptr<Folder>> open(const std::filesystem::path& path, std::chrono::milliseconds patience = {});
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] const FolderSettings& settings() const { return settings_; }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Whether the last one to use it closed it cleanly.
  [[nodiscard]] bool closed_cleanly() const { return closed_cleanly_; }
  /// Signs and keeps where each partition stands, in order of their numbers; what is kept already stays as it is.
  [[nodiscard]] Result<void> write_checkpoints(const std::vector<Checkpoint>& checkpoints);
  /// The public keys that this folder's checkpoints were ever signed with, the current one last. kMalformed names the file.
  [[nodiscard]] Result<std::vector<NoteVerifier>> note_keys() const;
  /// The text as a note signed with the current key; errors as NoteSigner::sign.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;
  /// Whether the signing key is there and one of note_keys. kNotFound, kWrongFolder: not, with the remedy.
  [[nodiscard]] Result<void> check_signing_key() const;
  /// Replaces the signing key by a new one, and returns its public half; the old secret is overwritten. Checkpoints signed with the old one stay
  /// good. Finished or not begun, whenever it is interrupted.
  [[nodiscard]] Result<NoteVerifier> rotate_signing_key();
  /// The checkpoint kept for a partition, if any. kCorrupt names a file whose signature or content isn't good.
  [[nodiscard]] Result<std::optional<Checkpoint>> checkpoint(PartitionId partition) const;
  [[nodiscard]] std::filesystem::path checkpoint_file(PartitionId partition) const { return path_ / "checkpoints" / std::to_string(partition.value()); }
  /// The origin line of a partition's checkpoints: the folder's origin, its log id and the partition.
  [[nodiscard]] std::string origin_of(PartitionId partition) const;
  /// Who was ever forgotten here, from the register `erasures`; nobody where there is none. kMalformed: it can't be read.
  [[nodiscard]] Result<std::vector<ErasedPerson>> erased() const;
  /// Adds to the register, durably.
  [[nodiscard]] Result<void> note_erased(const std::vector<ErasedPerson>& erased);
  [[nodiscard]] std::filesystem::path erasures_file() const { return path_ / "erasures"; }
  /// Notes a clean close; the next opening takes the note away.
  [[nodiscard]] Result<void> mark_closed();

 private:
  Folder(std::filesystem::path path, FolderSettings settings, int lock) : path_(std::move(path)), settings_(std::move(settings)), lock_(lock) {}
  [[nodiscard]] Result<NoteSigner> signer() const;

  std::filesystem::path path_;
  FolderSettings settings_;
  int lock_;
  bool closed_cleanly_ = false;
};

/// Writes a file whole or not at all: beside it first, synced, then renamed over it, the folder synced. kUnavailable names the file; so it
/// does for what is there and no regular file, such as a device, which is left as it is.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view content);
/// The same for its owner's eyes alone (mode 0600), from its first byte on.
[[nodiscard]] Result<void> write_private_file_atomically(const std::filesystem::path& path, std::string_view content);
/// Puts `fresh` in the place of `old` in one step, durably, then overwrites what `old` held: for files of secrets.
[[nodiscard]] Result<void> replace_and_wipe(const std::filesystem::path& fresh, const std::filesystem::path& old);
/// A file's content; kNotFound; kUnavailable, also for a folder.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

}  // namespace ritrovo
