#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "engine/base/ids.h"
#include "engine/vault/sealing.h"

namespace ritrovo {

/// Unwrapped keys in one piece of libsodium's secure memory (locked, between guard pages, wiped when it goes). Bounded; a full one gives the
/// place of the key that came first to the next. The master key has a place of its own.
class KeyCache {
 public:
  KeyCache(std::size_t capacity, const SecretKey& master);
  ~KeyCache();
  KeyCache(const KeyCache&) = delete;
  KeyCache& operator=(const KeyCache&) = delete;
  /// The person's key, or nullptr; valid until the next `put` or `forget`.
  [[nodiscard]] const SecretKey* find(PersonId owner) const;
  const SecretKey& put(PersonId owner, const SecretKey& key);
  void forget(PersonId owner);
  [[nodiscard]] const SecretKey& master() const { return keys_[capacity_]; }

 private:
  std::size_t capacity_;
  std::size_t next_ = 0;
  SecretKey* keys_;
  std::vector<PersonId> owners_;
  std::unordered_map<PersonId, std::size_t> places_;
};

}  // namespace ritrovo
