#include "engine/vault/sealing.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/digest/encoding.h"
#include "engine/vault/memory_vault.h"

namespace ritrovo {
namespace {

constexpr BoxPlace kPlace{CaseId(7), Version(3), PersonId(9)};

SecretKey key_of(std::uint8_t filler) {
  SecretKey key;
  key.bytes.fill(filler);
  return key;
}

TEST(Sealing, GivesTheSameBytesForTheSameInput) {
  EXPECT_EQ(seal_with(key_of(1), kPlace, "born 2015-03-01"), seal_with(key_of(1), kPlace, "born 2015-03-01"));
  EXPECT_NE(seal_with(key_of(1), kPlace, "born 2015-03-01").substr(0, 24), seal_with(key_of(1), kPlace, "born 2015-03-02").substr(0, 24));
  EXPECT_NE(seal_with(key_of(1), kPlace, "x"), seal_with(key_of(2), kPlace, "x"));
  EXPECT_EQ(seal_with(key_of(1), kPlace, "four").size(), 4 + kSealedOverheadBytes);
}

TEST(Sealing, KeepsItsBytes) {
  std::ifstream in(std::filesystem::path(RITROVO_SOURCE_DIR) / "tests/golden/vault/box_v1.hex");
  const std::string hex(std::istreambuf_iterator<char>(in), {});
  EXPECT_EQ(to_hex(seal_with(key_of(1), kPlace, "born 2015-03-01")) + "\n", hex);
}

TEST(Sealing, OpensOnlyAtItsPlaceUnderItsKey) {
  const std::string sealed = seal_with(key_of(1), kPlace, "name");
  EXPECT_EQ(open_with(key_of(1), kPlace, sealed).value(), "name");
  EXPECT_FALSE(open_with(key_of(2), kPlace, sealed).has_value());
  EXPECT_FALSE(open_with(key_of(1), {CaseId(8), Version(3), PersonId(9)}, sealed).has_value());
  EXPECT_FALSE(open_with(key_of(1), {CaseId(7), Version(4), PersonId(9)}, sealed).has_value());
  EXPECT_FALSE(open_with(key_of(1), {CaseId(7), Version(3), PersonId(1)}, sealed).has_value());
}

TEST(Sealing, FindsEveryChangedByte) {
  const std::string sealed = seal_with(key_of(1), kPlace, "name");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_EQ(open_with(key_of(1), kPlace, changed).error().code, ErrorCode::kCorrupt);
    EXPECT_FALSE(open_with(key_of(1), kPlace, sealed.substr(0, i)).has_value());
  }
}

TEST(MemoryVault, ForgetsKeysThatWerentSyncedInACrash) {
  MemoryVault vault([](std::span<std::uint8_t> bytes) { std::fill(bytes.begin(), bytes.end(), std::uint8_t{5}); });
  ASSERT_TRUE(vault.ensure(PersonId(1)).has_value());
  ASSERT_TRUE(vault.sync().has_value());
  ASSERT_TRUE(vault.ensure(PersonId(2)).has_value());
  const std::string sealed = vault.seal({CaseId(1), Version(1), PersonId(1)}, "kept").value();
  vault.lose_power();
  EXPECT_EQ(std::get<std::string>(vault.open({CaseId(1), Version(1), PersonId(1)}, sealed).value()), "kept");
  EXPECT_TRUE(std::holds_alternative<KeyMissing>(vault.open({CaseId(1), Version(1), PersonId(2)}, sealed).value()));
}

TEST(MemoryVault, RemembersAnErasureThroughACrash) {
  MemoryVault vault(system_random());
  ASSERT_TRUE(vault.ensure(PersonId(1)).has_value());
  ASSERT_TRUE(vault.sync().has_value());
  ASSERT_TRUE(vault.erase(PersonId(1)).has_value());
  vault.lose_power();
  EXPECT_TRUE(std::holds_alternative<KeyErased>(vault.open({CaseId(1), Version(1), PersonId(1)}, "").value()));
  EXPECT_EQ(vault.ensure(PersonId(1)).error().code, ErrorCode::kNotFound);
}

TEST(MemoryVault, MakesKeysThatAnEndedProcessWroteDurableWhenItIsOpenedAgain) {
  MemoryVault vault(system_random());
  for (const bool killed : {true, false}) {
    const PersonId owner(killed ? 1 : 2);
    vault.at_sync = [killed]() -> Result<void> {
      if (killed) throw 0;
      return failure(ErrorCode::kUnavailable, "the sync failed");
    };
    ASSERT_TRUE(vault.ensure(owner).has_value());
    try {
      EXPECT_FALSE(vault.sync().has_value());
    } catch (int ended) {
      EXPECT_TRUE(killed) << ended;
    }
    vault.at_sync = nullptr;
    vault.end_process();
    ASSERT_TRUE(vault.open_again({}).has_value());
    vault.lose_power();
    EXPECT_TRUE(vault.seal({CaseId(1), Version(1), owner}, "kept").has_value());
  }
}

}  // namespace
}  // namespace ritrovo
