#include "engine/vault/key_index.h"

#include <utility>

#include "engine/base/assert.h"

namespace ritrovo {

std::size_t KeyIndex::place_of(std::uint64_t owner) const {
  // Ids are hashes, but some may be chosen by a caller: the multiplication spreads those too. The product's upper half is a place, whatever
  // the capacity.
  const std::uint64_t spread = owner * 0x9e3779b97f4a7c15ULL;
  auto place = static_cast<std::size_t>(static_cast<unsigned __int128>(spread) * table_.size() >> 64);
  while (table_[place].slot != kFree && !table_[place].is_of(owner)) place = place + 1 == table_.size() ? 0 : place + 1;
  return place;
}

std::optional<KeyIndex::Entry> KeyIndex::find(PersonId owner) const {
  const Packed& found = table_[place_of(owner.value())];
  if (found.slot == kFree) return std::nullopt;
  return Entry{owner, found.slot & ~kErasedBit, (found.slot & kErasedBit) != 0 ? SlotState::kErased : SlotState::kLive};
}

bool KeyIndex::put(PersonId owner, std::uint32_t slot, SlotState state) {
  RITROVO_ASSERT(slot < kSlotsMax && state != SlotState::kFree);
  if ((size_ + 1) * 4 > table_.size() * 3) grow(table_.size() * 3 / 2);
  Packed& place = table_[place_of(owner.value())];
  const bool fresh = place.slot == kFree;
  if (fresh) ++size_;
  place = {{static_cast<std::uint32_t>(owner.value()), static_cast<std::uint32_t>(owner.value() >> 32)},
           state == SlotState::kErased ? slot | kErasedBit : slot};
  return fresh;
}

void KeyIndex::reserve(std::size_t entries) {
  // Some room is left, so that the first newcomer after an opening does not move everybody.
  const std::size_t capacity = entries * 8 / 5 + 1;
  if (capacity > table_.size()) grow(capacity);
}

void KeyIndex::grow(std::size_t capacity) {
  const std::vector<Packed> old = std::exchange(table_, std::vector<Packed>(capacity));
  for (const Packed& entry : old)
    if (entry.slot != kFree) table_[place_of(std::uint64_t{entry.owner[1]} << 32 | entry.owner[0])] = entry;
}

}  // namespace ritrovo
