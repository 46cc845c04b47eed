#pragma once

#include <map>
#include <mutex>
#include <optional>

#include "engine/vault/sealing.h"
#include "engine/vault/vault_port.h"

namespace ritrovo {

/// A vault in memory, for the simulator and for tests. `crash` forgets what wasn't synced, as a machine that stops does.
class MemoryVault final : public VaultPort {
 public:
  explicit MemoryVault(RandomBytes random);
  [[nodiscard]] Result<void> ensure(PersonId owner) override;
  [[nodiscard]] Result<void> sync() override;
  [[nodiscard]] Result<std::string> seal(const BoxPlace& place, std::string_view plaintext) const override;
  [[nodiscard]] Result<OpenedBox> open(const BoxPlace& place, std::string_view sealed) const override;
  [[nodiscard]] Result<void> erase(PersonId owner) override;
  [[nodiscard]] VaultMark mark() const override;
  /// Goes back to the state of the last sync.
  void crash();

 private:
  /// Empty where the key was erased.
  using Slots = std::map<PersonId, std::optional<SecretKey>>;
  mutable std::mutex mutex_;
  RandomBytes random_;
  Slots slots_;
  Slots synced_;
};

}  // namespace ritrovo
