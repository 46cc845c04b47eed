#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "engine/digest/keyed_hash.h"
#include "engine/vault/sealing.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// A folder's vault: the file `keys` of fixed slots, one 32-byte key a person, each wrapped with a master key and overwritten in place when it
/// is destroyed. The layout stands in docs/formats.md.
///
/// Opening reads the file once and keeps 16 bytes a person; keys are unwrapped when asked for and kept in one locked, bounded cache
/// (kCachedKeys, the first in goes first), since libsodium's own secure memory takes three pages a key.
/// Requires: one process a folder at a time; the log's lock, taken first, sees to that.
class Vault final : public VaultPort {
 public:
  /// Keys held unwrapped at a time: 128 KiB of locked memory.
  static constexpr std::size_t kCachedKeys = 4096;

  /// Makes `folder`/keys, durably. kExists if it is there; kUnavailable names the file and the system's reason.
  [[nodiscard]] static Result<std::unique_ptr<Vault>> create(const std::filesystem::path& folder, const SecretKey& master,
                                                             RandomBytes random = system_random());
  /// Opens it. `durable`: how far this vault is known to be on the disk (what the log remembers); slots and erasures beyond that may stand in
  /// the system's cache alone, and are written anew and synced before this returns: unless it is said, all of them.
  /// kNotFound: no such file. kWrongFolder: another master key, or another format. kCorrupt names the slot that doesn't verify. kUnavailable.
  /// What a crash left of slots that were never synced (a part of one at the end, zeros) held no key that any event uses; it is used again.
  [[nodiscard]] static Result<std::unique_ptr<Vault>> open(const std::filesystem::path& folder, const SecretKey& master, const VaultMark& durable = {},
                                                           RandomBytes random = system_random());
  ~Vault() override;
  Vault(const Vault&) = delete;
  Vault& operator=(const Vault&) = delete;

  [[nodiscard]] Result<void> ensure(PersonId owner) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<std::string> seal(const BoxPlace& place, std::string_view plaintext) const override;
  [[nodiscard]] Result<OpenedBox> open(const BoxPlace& place, std::string_view sealed) const override;
  [[nodiscard]] Result<void> erase(PersonId owner) override;
  [[nodiscard]] VaultMark mark() const override;

  /// Writes a copy of the file into `folder`, which holds none, durably: every key that was ensured by now is in it.
  [[nodiscard]] Result<void> copy_to(const std::filesystem::path& folder) const;
  /// Wraps every key of the vault in `folder` anew, with `next`: into a file beside, which takes the place of the old one in one step; the old one is
  /// overwritten then. Errors as for `open`. Requires: nobody has the vault open.
  [[nodiscard]] static Result<void> rotate(const std::filesystem::path& folder, const SecretKey& master, const SecretKey& next,
                                           const RandomBytes& random = system_random());

  /// The folder's key for keyed hashes of command keys and fingerprints; derived from the folder's own slot.
  [[nodiscard]] Result<DigestKey> digest_key() const;
  /// Persons with a slot, erased ones included; the folder's own too.
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  explicit Vault(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Reads a master key's file: 64 hex digits and at most one line end. kNotFound: no such file. kMalformed: other content, or a file that
/// everybody on the machine may read.
[[nodiscard]] Result<SecretKey> read_master_key(const std::filesystem::path& file);
/// Makes a new master key and writes its file with mode 0600, durably; kExists if it is there.
[[nodiscard]] Result<SecretKey> create_master_key(const std::filesystem::path& file, const RandomBytes& random = system_random());

}  // namespace ritrovo
