#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "engine/base/ids.h"
#include "engine/base/result.h"
#include "engine/vault/key_index.h"
#include "engine/vault/sealing.h"

/// The bytes of `vault/keys`: a header and slots, 128 bytes each, so that none lies across two sectors of a disk.
///
///     header   "RITVAULT" | format u32 = 1 | slot bytes u32 = 128 | vault id (16) | master check (16) | zeros (72) | checksum (8)
///     slot     person u64 | state u8 (1 live, 2 erased) | zeros (7) | nonce (24) | wrapped key (32) | tag (16) | zeros (32) | checksum (8)
///
/// Numbers are big-endian. The master check is BLAKE2b-128 of "ritrovo master check" ‖ vault id, keyed with the master key. A key is wrapped with
/// XChaCha20-Poly1305 under the master key, with vault id ‖ person as associated data. The checksum is SipHash-2-4 with a key of zeros of
/// the 120 bytes before it; against accidents only, since the tag protects the key. An erased slot has zeros from the nonce to the tag.
namespace ritrovo {

inline constexpr std::size_t kSlotBytes = 128;
using VaultId = std::array<std::uint8_t, 16>;

/// A slot as read.
struct Slot {
  PersonId owner;
  SlotState state = SlotState::kFree;
};

[[nodiscard]] std::string encode_vault_header(const VaultId& id, const SecretKey& master);
/// kWrongFolder: another format or another master key. kCorrupt: it doesn't verify.
[[nodiscard]] Result<VaultId> decode_vault_header(std::string_view bytes, const SecretKey& master);
[[nodiscard]] std::string encode_live_slot(PersonId owner, const SecretKey& key, const VaultId& id, const SecretKey& master,
                                           const RandomBytes& random);
[[nodiscard]] std::string encode_erased_slot(PersonId owner);
/// Free for 128 zeros; kCorrupt where the checksum or the state doesn't fit. Doesn't unwrap. Requires: 128 bytes.
[[nodiscard]] Result<Slot> decode_slot(std::string_view bytes);
/// The key in a live slot; kCorrupt where it doesn't open under the master key.
[[nodiscard]] Result<SecretKey> unwrap_slot(std::string_view bytes, const VaultId& id, const SecretKey& master);

/// An open file that is read and written at places. Errors are kUnavailable and name the file.
class KeyFile {
 public:
  /// Opens for reading and writing; kNotFound if it isn't there.
  [[nodiscard]] static Result<KeyFile> open(const std::filesystem::path& path);
  /// Opens for reading alone (a secret may be mounted read-only); kNotFound if it isn't there.
  [[nodiscard]] static Result<KeyFile> open_to_read(const std::filesystem::path& path);
  /// Makes it with mode 0600; kExists if it is there.
  [[nodiscard]] static Result<KeyFile> create(const std::filesystem::path& path);
  KeyFile(KeyFile&& other) noexcept;
  KeyFile& operator=(KeyFile&& other) noexcept;
  ~KeyFile();
  [[nodiscard]] Result<std::uint64_t> size() const;
  /// Reads up to `bytes` bytes at `offset`; fewer only at the file's end.
  [[nodiscard]] Result<std::string> read(std::uint64_t offset, std::size_t bytes) const;
  [[nodiscard]] Result<void> write(std::uint64_t offset, std::string_view bytes);
  /// Makes what was written durable.
  [[nodiscard]] Result<void> sync();
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  [[nodiscard]] static Result<KeyFile> open_with_flags(const std::filesystem::path& path, int flags);
  KeyFile(std::filesystem::path path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}
  std::filesystem::path path_;
  int descriptor_ = -1;
};

/// Makes a new file's name durable, by syncing its folder.
[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

}  // namespace ritrovo
