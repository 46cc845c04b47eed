#include "engine/vault/key_index.h"

#include <bit>
#include <utility>

namespace ritrovo {

std::size_t KeyIndex::place_of(std::uint64_t owner) const {
  // Ids are hashes, but some may be chosen by a caller: the multiplication spreads those too.
  const std::size_t mask = table_.size() - 1;
  std::size_t place = static_cast<std::size_t>((owner * 0x9e3779b97f4a7c15ULL) >> 32) & mask;
  while (table_[place].state != SlotState::kFree && table_[place].owner != owner) place = (place + 1) & mask;
  return place;
}

const KeyIndex::Entry* KeyIndex::find(PersonId owner) const {
  const Entry& entry = table_[place_of(owner.value())];
  return entry.state == SlotState::kFree ? nullptr : &entry;
}

bool KeyIndex::put(PersonId owner, std::uint32_t slot, SlotState state) {
  if ((size_ + 1) * 3 > table_.size() * 2) grow(table_.size() * 2);
  Entry& entry = table_[place_of(owner.value())];
  const bool fresh = entry.state == SlotState::kFree;
  if (fresh) ++size_;
  entry = {owner.value(), slot, state};
  return fresh;
}

void KeyIndex::reserve(std::size_t entries) {
  const std::size_t capacity = std::bit_ceil(entries * 3 / 2 + 1);
  if (capacity > table_.size()) grow(capacity);
}

void KeyIndex::grow(std::size_t capacity) {
  const std::vector<Entry> old = std::exchange(table_, std::vector<Entry>(capacity));
  for (const Entry& entry : old)
    if (entry.state != SlotState::kFree) table_[place_of(entry.owner)] = entry;
}

}  // namespace ritrovo
