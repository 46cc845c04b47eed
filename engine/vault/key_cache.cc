#include "engine/vault/key_cache.h"

#include <sodium.h>

#include <new>

#include "engine/base/assert.h"

namespace ritrovo {

KeyCache::KeyCache(std::size_t capacity, const SecretKey& master) : capacity_(capacity) {
  RITROVO_ASSERT(sodium_init() >= 0);
  keys_ = static_cast<SecretKey*>(sodium_allocarray(capacity + 1, sizeof(SecretKey)));
  if (keys_ == nullptr) throw std::bad_alloc();
  for (std::size_t i = 0; i < capacity; ++i) new (&keys_[i]) SecretKey{};
  new (&keys_[capacity]) SecretKey(master);
  owners_.reserve(capacity);
}

KeyCache::~KeyCache() { sodium_free(keys_); }

const SecretKey* KeyCache::find(PersonId owner) const {
  const auto place = places_.find(owner);
  return place == places_.end() ? nullptr : &keys_[place->second];
}

const SecretKey& KeyCache::put(PersonId owner, const SecretKey& key) {
  if (const auto known = places_.find(owner); known != places_.end()) return keys_[known->second] = key;
  std::size_t place = owners_.size();
  if (place < capacity_) {
    owners_.push_back(owner);
  } else {
    place = next_;
    next_ = (next_ + 1) % capacity_;
    // The one who stood here may have been forgotten already, and may meanwhile stand elsewhere again.
    if (const auto old = places_.find(owners_[place]); old != places_.end() && old->second == place) places_.erase(old);
    owners_[place] = owner;
  }
  places_[owner] = place;
  return keys_[place] = key;
}

void KeyCache::forget(PersonId owner) {
  const auto place = places_.find(owner);
  if (place == places_.end()) return;
  wipe(keys_[place->second]);
  places_.erase(place);
}

}  // namespace ritrovo
