#include "engine/vault/memory_vault.h"

#include <utility>

namespace ritrovo {

MemoryVault::MemoryVault(RandomBytes random) : random_(std::move(random)) {}

Result<void> MemoryVault::ensure(PersonId owner) {
  const std::lock_guard lock(mutex_);
  if (broken_) return tl::unexpected(*broken_);
  const auto [slot, added] = slots_.try_emplace(owner);
  if (added) {
    random_(slot->second.emplace().bytes);
    staged_.insert(owner);
  } else if (!slot->second) {
    return failure(ErrorCode::kNotFound, "the key of " + owner.printed() + " was erased");
  }
  return {};
}

Result<void> MemoryVault::sync() {
  const std::lock_guard lock(mutex_);
  if (broken_) return tl::unexpected(*broken_);
  return staged_.empty() ? Result<void>() : write_and_sync();
}

Result<void> MemoryVault::write_and_sync() {
  for (const PersonId owner : staged_) cached_[owner] = slots_[owner];
  dirty_.merge(staged_);
  staged_.clear();
  if (Result<void> synced = at_sync ? at_sync() : Result<void>(); !synced) {
    dirty_.clear();
    broken_ = synced.error();
    return synced;
  }
  for (const PersonId owner : dirty_) disk_[owner] = cached_[owner];
  dirty_.clear();
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
  if (broken_) return tl::unexpected(*broken_);
  const auto slot = slots_.find(owner);
  if (slot == slots_.end()) return failure(ErrorCode::kNotFound, "there is no key to erase for " + owner.printed());
  if (!slot->second) return {};
  slot->second.reset();
  staged_.insert(owner);
  return write_and_sync();
}

VaultMark MemoryVault::mark() const {
  const std::lock_guard lock(mutex_);
  return known();
}

VaultMark MemoryVault::known() const {
  VaultMark mark;
  for (const auto& [owner, key] : slots_) {
    if (staged_.contains(owner)) continue;
    ++mark.persons;
    if (!key) ++mark.erased;
  }
  return mark;
}

void MemoryVault::end_process() {
  const std::lock_guard lock(mutex_);
  slots_ = cached_;
  staged_.clear();
  broken_.reset();
}

void MemoryVault::lose_power() {
  const std::lock_guard lock(mutex_);
  slots_ = cached_ = disk_;
  staged_.clear();
  dirty_.clear();
  broken_.reset();
}

Result<void> MemoryVault::open_again(const VaultMark& durable) {
  const std::lock_guard lock(mutex_);
  const VaultMark found = known();
  if (found.persons <= durable.persons && found.erased <= durable.erased) return {};
  for (const auto& [owner, key] : cached_) dirty_.insert(owner);
  return write_and_sync();
}

}  // namespace ritrovo
