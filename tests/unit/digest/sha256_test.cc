#include "engine/digest/sha256.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

// FIPS 180-4's own examples.
constexpr std::string_view kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr std::string_view kOfNothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

TEST(Sha256, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(sha256("abc").hex(), kOfAbc);
  EXPECT_EQ(sha256("").hex(), kOfNothing);
}

TEST(Sha256, OfSeveralPartsIsThatOfThemJoined) {
  EXPECT_EQ(sha256({"a", "", "bc"}).hex(), kOfAbc);
  Sha256 pieces;
  pieces.add("ab");
  pieces.add("c");
  EXPECT_EQ(pieces.finish().hex(), kOfAbc);
  EXPECT_EQ(pieces.finish().hex(), kOfNothing);
}

TEST(Sha256, OfPiecesIsThatOfTheWholeAtEveryLength) {
  std::string text;
  for (int length = 0; length < 300; ++length, text += static_cast<char>(length * 7)) {
    Sha256 pieces;
    for (const char& byte : text) pieces.add({&byte, 1});
    EXPECT_EQ(pieces.finish(), sha256(text)) << length;
  }
}

TEST(Hash256, IsReadBackFromItsHex) {
  EXPECT_EQ(Hash256::parse(kOfAbc).value(), sha256("abc"));
  EXPECT_EQ(Hash256::from_bytes(sha256("abc").view()).value(), sha256("abc"));
  EXPECT_FALSE(Hash256::parse("ba78").has_value());
  EXPECT_FALSE(Hash256::parse(std::string(64, 'g')).has_value());
}

}  // namespace
}  // namespace ritrovo
