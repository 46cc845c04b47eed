#include "engine/base/bytes.h"

#include <gtest/gtest.h>

namespace ritrovo {
namespace {

TEST(Bytes, PutTheMostSignificantByteFirst) {
  std::string out;
  put_be<std::uint16_t>(out, 0x0102);
  put_be<std::uint32_t>(out, 0xfffefdfc);
  put_be<std::uint64_t>(out, 0x0102030405060708ULL);
  EXPECT_EQ(out, std::string("\x01\x02\xff\xfe\xfd\xfc\x01\x02\x03\x04\x05\x06\x07\x08", 14));
}

TEST(Bytes, ReadBackWhatWasPut) {
  std::string out(8, '\0');
  put_be_at<std::uint32_t>(out, 4, 0x80000001U);
  EXPECT_EQ(get_be<std::uint32_t>(out, 4), 0x80000001U);
  EXPECT_EQ(get_be<std::uint64_t>(out), 0x80000001ULL);
}

}  // namespace
}  // namespace ritrovo
