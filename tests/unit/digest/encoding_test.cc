#include "engine/digest/encoding.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

// RFC 4648, section 10.
TEST(Base64, AgreesWithRfc4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
}

TEST(Base64, IsReadBack) {
  for (std::size_t length = 0; length < 40; ++length) {
    std::string bytes;
    for (std::size_t i = 0; i < length; ++i) bytes.push_back(static_cast<char>(i * 37));
    EXPECT_EQ(from_base64(to_base64(bytes)).value(), bytes);
  }
}

TEST(Base64, RefusesWhatItWouldntWrite) {
  for (const char* bad : {"Zg", "Zg=", "Zh==", "Zm9v\n", " Zm9", "Zm9=", "====", "Z===", "Zm-_", "Zg==Zg=="})
    EXPECT_FALSE(from_base64(bad).has_value()) << bad;
}

TEST(Hex, IsReadBackInEitherCase) {
  EXPECT_EQ(to_hex(std::string("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(from_hex("00FF1a").value(), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(from_hex("0").has_value());
  EXPECT_FALSE(from_hex("0g").has_value());
}

}  // namespace
}  // namespace ritrovo
