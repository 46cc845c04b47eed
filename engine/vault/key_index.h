#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/base/ids.h"

namespace ritrovo {

/// What a slot holds. The numbers are on disk; 0 is a slot never written.
enum class SlotState : std::uint8_t { kFree = 0, kLive = 1, kErased = 2 };

/// Where each person's slot is: 12 bytes an entry in one table with open addressing, between half and three quarters full once it has grown.
class KeyIndex {
 public:
  /// Slots that it can tell apart: 0 … kSlotsMax-1.
  static constexpr std::uint64_t kSlotsMax = 0x7fffffff;

  struct Entry {
    PersonId owner;
    std::uint32_t slot = 0;
    SlotState state = SlotState::kFree;
  };
  /// The person's entry, or nothing.
  [[nodiscard]] std::optional<Entry> find(PersonId owner) const;
  /// Adds or replaces. False: they had a slot before. One look into the table, which is a miss of the processor's cache for a million persons.
  /// Requires: `slot` below kSlotsMax, `state` live or erased.
  bool put(PersonId owner, std::uint32_t slot, SlotState state);
  /// Makes room for that many entries at once.
  void reserve(std::size_t entries);
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  /// Three halves of words, so that nothing is padded: it is memory for every person that a city ever had.
  struct Packed {
    std::array<std::uint32_t, 2> owner{};
    std::uint32_t slot = kFree;  ///< the highest bit set: erased
    [[nodiscard]] bool is_of(std::uint64_t wanted) const { return owner[0] == static_cast<std::uint32_t>(wanted) && owner[1] == wanted >> 32; }
  };
  static constexpr std::uint32_t kFree = 0xffffffff;
  static constexpr std::uint32_t kErasedBit = 0x80000000;
  static_assert(sizeof(Packed) == 12);

  [[nodiscard]] std::size_t place_of(std::uint64_t owner) const;
  void grow(std::size_t capacity);
  std::vector<Packed> table_ = std::vector<Packed>(64);
  std::size_t size_ = 0;
};

}  // namespace ritrovo
