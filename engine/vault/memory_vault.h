#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>

#include "engine/vault/sealing.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// A vault in memory, for the simulator and for tests: what the process knows, what the system's cache holds, and what the disk does. A sync that
/// fails leaves the cache as it is and marked as written, as Linux does.
class MemoryVault final : public VaultPort {
 public:
  explicit MemoryVault(RandomBytes random);
  [[nodiscard]] Result<void> ensure(PersonId owner) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<std::string> seal(const BoxPlace& place, std::string_view plaintext) const override;
  [[nodiscard]] Result<OpenedBox> open(const BoxPlace& place, std::string_view sealed) const override;
  [[nodiscard]] Result<void> erase(PersonId owner) override;
  [[nodiscard]] VaultMark mark() const override;

  /// Called in each sync after the write: an error fails the sync; what it throws ends the process there.
  std::function<Result<void>()> at_sync;
  /// The process ends: what was written and not synced stays visible. The vault can be opened again.
  void end_process();
  /// The machine stops: only what was synced is left.
  void lose_power();
  /// Opens it as Vault::open does: what `durable` doesn't cover is written anew and synced.
  [[nodiscard]] Result<void> open_again(const VaultMark& durable);

 private:
  /// Empty where the key was erased.
  using Slots = std::map<PersonId, std::optional<SecretKey>>;
  [[nodiscard]] Result<void> write_and_sync();
  [[nodiscard]] VaultMark known() const;

  mutable std::mutex mutex_;
  RandomBytes random_;
  Slots slots_;                ///< as the process knows them
  std::set<PersonId> staged_;  ///< of them, never written
  Slots cached_;               ///< as the system shows them
  std::set<PersonId> dirty_;   ///< of them, what the next sync brings to the disk
  Slots disk_;
  std::optional<Error> broken_;
};

}  // namespace ritrovo
