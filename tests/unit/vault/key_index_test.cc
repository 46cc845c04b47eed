#include "engine/vault/key_index.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

PersonId person(std::uint64_t number) { return PersonId(number * 0x9e3779b97f4a7c15ULL + 1); }

TEST(KeyIndex, FindsEachOfManyPersonsWhereverTheTablePutThem) {
  constexpr std::uint32_t kPersons = 20'000;
  KeyIndex index;
  for (std::uint32_t i = 0; i < kPersons; ++i) EXPECT_TRUE(index.put(person(i), i, i % 7 == 0 ? SlotState::kErased : SlotState::kLive));
  EXPECT_EQ(index.size(), kPersons);
  for (std::uint32_t i = 0; i < kPersons; ++i) {
    const std::optional<KeyIndex::Entry> found = index.find(person(i));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->owner, person(i));
    EXPECT_EQ(found->slot, i);
    EXPECT_EQ(found->state, i % 7 == 0 ? SlotState::kErased : SlotState::kLive);
  }
  EXPECT_FALSE(index.find(person(kPersons)));
}

TEST(KeyIndex, TellsWhoHadASlotBefore) {
  KeyIndex index;
  EXPECT_TRUE(index.put(person(1), 5, SlotState::kLive));
  EXPECT_FALSE(index.put(person(1), 5, SlotState::kErased));
  EXPECT_EQ(index.size(), 1U);
  EXPECT_EQ(index.find(person(1))->state, SlotState::kErased);
}

TEST(KeyIndex, TakesEveryIdAndEverySlot) {
  KeyIndex index;
  index.reserve(3);
  const std::uint32_t last = KeyIndex::kSlotsMax - 1;
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) EXPECT_TRUE(index.put(PersonId(id), last, SlotState::kErased));
  for (const std::uint64_t id : {std::uint64_t{0}, std::uint64_t{1}, ~std::uint64_t{0}}) EXPECT_EQ(index.find(PersonId(id))->slot, last);
  EXPECT_FALSE(index.find(PersonId(2)));
}

}  // namespace
}  // namespace ritrovo
