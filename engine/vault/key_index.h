#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/base/ids.h"

namespace ritrovo {

/// What a slot holds. The numbers are on disk; 0 is a slot never written.
enum class SlotState : std::uint8_t { kFree = 0, kLive = 1, kErased = 2 };

/// Where each person's slot is: 16 bytes an entry in one table with open addressing, at most two thirds full.
class KeyIndex {
 public:
  struct Entry {
    std::uint64_t owner = 0;
    std::uint32_t slot = 0;
    SlotState state = SlotState::kFree;
  };
  /// The person's entry, or nullptr; valid until the next `put`.
  [[nodiscard]] const Entry* find(PersonId owner) const;
  /// Adds or replaces. False: they had a slot before. One look into the table, which is a miss of the processor's cache for a million persons.
  bool put(PersonId owner, std::uint32_t slot, SlotState state);
  /// Makes room for that many entries at once.
  void reserve(std::size_t entries);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  [[nodiscard]] std::size_t place_of(std::uint64_t owner) const;
  void grow(std::size_t capacity);
  std::vector<Entry> table_ = std::vector<Entry>(64);
  std::size_t size_ = 0;
};

}  // namespace ritrovo
