#include "engine/digest/keyed_hash.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "engine/digest/encoding.h"
#include "engine/digest/hmac.h"

namespace ritrovo {
namespace {

std::string hex(const KeyedHash& hash) { return to_hex({reinterpret_cast<const char*>(hash.data()), hash.size()}); }

// RFC 4231, test cases 1 and 2. HMAC pads short keys with zeros, so that theirs can be given as 32 bytes.
TEST(KeyedHash, AgreesWithRfc4231) {
  DigestKey first;
  std::fill_n(first.bytes.begin(), 20, std::uint8_t{0x0b});
  EXPECT_EQ(hex(keyed_hash(first, "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b");
  DigestKey second;
  for (std::size_t i = 0; i < 4; ++i) second.bytes[i] = static_cast<std::uint8_t>("Jefe"[i]);
  EXPECT_EQ(hex(keyed_hash(second, {"what do ya ", "want for nothing?"})), "5bdcc146bf60754e6a042426089575c7");
}

TEST(Hmac, AgreesWithRfc4231AlsoForKeysLongerThanABlock) {
  EXPECT_EQ(hmac_sha256("Jefe", {"what do ya ", "want for nothing?"}).hex(), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hmac_sha256(std::string(131, '\xaa'), {"Test Using Larger Than Block-Size Key - Hash Key First"}).hex(), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(KeyedHash, IsTheSameWhenItsKeyIsUsedAgainOrAfterAnother) {
  DigestKey other;
  other.bytes[31] = 1;
  const KeyedHash once = keyed_hash(DigestKey{}, "key-1");
  EXPECT_NE(keyed_hash(DigestKey{}, "key-2"), once);
  EXPECT_EQ(keyed_hash(DigestKey{}, "key-1"), once);
  EXPECT_NE(keyed_hash(other, "key-1"), once);
  EXPECT_EQ(keyed_hash(DigestKey{}, "key-1"), once);
}

TEST(KeyedHash, DiffersByKey) {
  DigestKey other;
  other.bytes[31] = 1;
  EXPECT_NE(keyed_hash(DigestKey{}, "key-1"), keyed_hash(other, "key-1"));
}

}  // namespace
}  // namespace ritrovo
