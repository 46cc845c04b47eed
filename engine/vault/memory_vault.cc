#include "engine/vault/memory_vault.h"

#include <utility>

namespace ritrovo {

MemoryVault::MemoryVault(RandomBytes random) : random_(std::move(random)) {}

Result<void> MemoryVault::ensure(PersonId owner) {
  const std::lock_guard lock(mutex_);
  const auto [slot, added] = slots_.try_emplace(owner);
  if (added) {
    random_(slot->second.emplace().bytes);
  } else if (!slot->second) {
    return failure(ErrorCode::kNotFound, "the key of " + owner.printed() + " was erased");
  }
  return {};
}

Result<void> MemoryVault::sync() {
  const std::lock_guard lock(mutex_);
  synced_ = slots_;
  return {};
}

Result<std::string> MemoryVault::seal(const BoxPlace& place, std::string_view plaintext) const {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(place.owner);
  if (slot == slots_.end() || !slot->second)
    return failure(ErrorCode::kNotFound, "there is no key to seal with for " + place.owner.printed());
  return seal_with(*slot->second, place, plaintext);
}

Result<OpenedBox> MemoryVault::open(const BoxPlace& place, std::string_view sealed) const {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(place.owner);
  if (slot == slots_.end()) return KeyMissing{};
  if (!slot->second) return KeyErased{};
  Result<std::string> plaintext = open_with(*slot->second, place, sealed);
  if (!plaintext) return tl::unexpected(plaintext.error());
  return OpenedBox(std::move(*plaintext));
}

Result<void> MemoryVault::erase(PersonId owner) {
  const std::lock_guard lock(mutex_);
  const auto slot = slots_.find(owner);
  if (slot == slots_.end()) return failure(ErrorCode::kNotFound, "there is no key to erase for " + owner.printed());
  slot->second.reset();
  synced_[owner].reset();
  return {};
}

VaultMark MemoryVault::mark() const {
  const std::lock_guard lock(mutex_);
  VaultMark mark;
  for (const auto& [owner, key] : synced_) {
    ++mark.persons;
    if (!key) ++mark.erased;
  }
  return mark;
}

void MemoryVault::crash() {
  const std::lock_guard lock(mutex_);
  slots_ = synced_;
}

}  // namespace ritrovo
